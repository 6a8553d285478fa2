// An array, slice by slice. All of it is here: no kernel is needed.

const LIMIT = { numbers: [60, 24], colour: [400, 800] }; // rows and columns drawn at once

class TensorPage extends Page {
  constructor(model) {
    super(model, "tensor");
    this.setup = model.get("setup");
    this.data = doubles(this.setup.data);
    const { shown } = this.setup, rank = shown.length, edits = model.get("edits");
    this.steps = shown.map((_, axis) => shown.slice(axis + 1).reduce((a, b) => a * b, 1));
    this.axes = edits.axes ?? (rank === 1 ? [0, 0] : imageLike(shown) ? [rank - 3, rank - 2] : [rank - 2, rank - 1]);
    this.place = edits.place ?? shown.map(() => 0);
    const [rows, columns] = this.size();
    this.way = edits.way ?? (rows <= 24 && columns <= 16 ? "numbers" : "colour");
    this.build();
  }

  size() {
    const { shown } = this.setup;
    return shown.length === 1 ? [1, shown[0]] : this.axes.map((axis) => shown[axis]);
  }

  save() { this.keep("edits", { axes: this.axes, place: this.place, way: this.way }); }

  build() {
    const { say, setup } = this, rank = setup.shown.length, named = setup.shown.map((n, axis) => [String(axis), `${say("axis", { n: axis })} (${n})`]);
    this.menus = ["rows", "columns"].map((key, i) => menu(say(key), named, (axis) => this.turn(i, Number(axis))));
    this.ways = choice(say("as"), [["numbers", say("numbers")], ["colour", say("colour")]], (way) => { this.way = way; this.save(); this.update(); });
    this.sliders = setup.shown.map((n, axis) => slider(say("axis", { n: axis }), { min: 0, max: n - 1, width: 150, input: (v) => { this.place[axis] = v; this.update(); }, done: () => this.save() }));
    this.grid = new Grid({ label: setup.name, point: (row, column) => this.read(row, column) });
    this.reading = el("p", { class: "tk-muted tk-reading", "aria-live": "polite" });
    this.limits = el("p", { class: "tk-help" });
    const fact = (key, value) => el("div", {}, el("dt", {}, say(key)), el("dd", { "data-value": key }, value));
    const facts = el("dl", { class: "tk-facts" }, fact("shape", `(${setup.shape.join(", ")})`), fact("dtype", setup.dtype), fact("strides", `(${setup.strides.join(", ")})`),
      fact("range", `${show(setup.low)} … ${show(setup.high)}`), fact("mean", show(setup.mean)));
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, setup.name), el("span", { class: "tk-grow" }), ...(rank > 1 ? this.menus.map(({ box }) => box) : []), this.ways.box, this.help.button),
      this.help.paragraph, this.note, el("div", { class: "tk-row tk-slices" }, ...this.sliders.map(({ box }) => box)), el("div", { class: "tk-sheet" }, this.grid.canvas), this.reading, this.limits, facts, this.heard);
    const cut = setup.shown.map((n, axis) => (n < setup.shape[axis] ? `:${n}` : ":"));
    this.tell([cut.some((part) => part !== ":") ? say("cut", { cut: cut.join(", ") }) : "", setup.bad ? say("bad", { n: setup.bad }) : ""].filter(Boolean).join(" "));
  }

  /** Give axis `axis` to rows (0) or columns (1); if the other has it, they change places. */
  turn(i, axis) {
    const before = this.axes[i];
    this.axes = this.axes.map((old, k) => (k === i ? axis : old === axis ? before : old));
    this.save();
    this.update();
  }

  /** The slice as rows × columns, no larger than can be drawn. */
  slice() {
    const [all, wide] = this.size(), [most, widest] = LIMIT[this.way], rows = Math.min(all, most), columns = Math.min(wide, widest);
    const flat = this.setup.shown.length === 1, [r, c] = this.axes;
    const base = flat ? 0 : this.place.reduce((sum, v, axis) => sum + (axis === r || axis === c ? 0 : v * this.steps[axis]), 0);
    const [down, across] = flat ? [0, 1] : [this.steps[r], this.steps[c]];
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * columns + j] = this.data[base + i * down + j * across];
    return { values, rows, columns, cut: rows < all || columns < wide };
  }

  update() {
    const { say, setup } = this, { values, rows, columns, cut } = this.slice();
    this.menus.forEach((each, i) => each.show(String(this.axes[i])));
    this.ways.show(this.way);
    this.sliders.forEach((each, axis) => { each.box.hidden = setup.shown[axis] === 1 || setup.shown.length === 1 || this.axes.includes(axis); each.set(this.place[axis]); });
    const scale = setup.low < 0 ? "signed" : [Math.min(setup.low, 0), setup.high];
    this.grid.show(values, rows, columns, { scale, labels: this.way === "numbers" });
    this.grid.least_ = Math.max(Math.abs(setup.low), Math.abs(setup.high), 1e-12);
    Object.assign(this.grid, this.way === "numbers" ? { most: 54, least: 36 } : { most: 22, least: 1 });
    this.limits.textContent = cut ? say("rows.cut", { n: rows, m: columns }) : "";
    this.request();
  }

  read(row, column) {
    if (row === null) { this.reading.textContent = ""; return; }
    const { setup } = this, flat = setup.shown.length === 1, index = flat ? [column] : this.place.map((v, axis) => (axis === this.axes[0] ? row : axis === this.axes[1] ? column : v));
    const offset = index.reduce((sum, v, axis) => sum + v * setup.strides[axis], 0), value = this.grid.value(row, column);
    this.reading.textContent = this.say("cell", { name: setup.name, place: index.join(", "), value: Number.isInteger(value) ? String(value) : show(value, 6), offset });
  }

  draw(palette) {
    const room = this.root.clientWidth - 30;
    this.grid.draw(palette, this.way === "colour" ? Math.min(room, Math.max(240, (440 * this.grid.columns) / this.grid.rows)) : room);
  }
}

/** Does this look like images, their channels last? */
function imageLike(shape) { return shape.length >= 3 && shape.at(-1) <= 4 && Math.min(...shape.slice(-3, -1)) >= 6; }

export default renderer(TensorPage);
