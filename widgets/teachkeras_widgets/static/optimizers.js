// Optimizers racing on a surface: everything is computed here, from the engine's own rules. No kernel is needed.

const RACE = [["train", []], ["validation", [7, 3]], ["slope", [2, 3]], ["best", []], ["ink", [7, 3]], ["muted", []], ["train", [2, 3]]];

class OptimizersView extends Page {
  constructor(model) {
    super(model, "optimizers");
    const setup = this.setup = model.get("setup"), edits = model.get("edits");
    Object.assign(this, { surface: setup.surface, rate: setup.rate, racers: setup.racers, start: null, ...edits });
    this.step = setup.steps;
    this.build();
    this.compute();
  }

  field() { return this.setup.surfaces[this.surface]; }

  save() { this.keep("edits", { surface: this.surface, rate: this.rate, racers: this.racers, start: this.start }); }

  compute() {
    const start = this.start ?? this.field().start;
    if (this.painted !== this.surface) this.ground = surfaceOf(this.field());
    this.paths = Object.fromEntries(this.racers.map((name) => [name, this.onMap(pathOf(this.setup.rules[name], this.ground, start, this.rate, this.setup.steps))]));
    if (this.painted !== this.surface) this.survey();
    this.heights = Object.fromEntries(Object.entries(this.paths).map(([name, path]) => [name, path.map((point) => this.ground.height(...point))]));
    this.lowest = Object.values(this.heights).flat().reduce((a, b) => (Number.isFinite(b) && b > -1e3 ? Math.min(a, b) : a), this.surveyed);
  }

  /** A path up to where it leaves the map for good sight: what comes after is off the map. */
  onMap(path) {
    const { reach } = this.field(), out = path.findIndex((point) => !point.every((v) => Math.abs(v) <= 1.5 * reach));
    return out < 0 ? path : path.slice(0, out + 1);
  }

  /** The surface's heights for the map, once for each surface. */
  survey() {
    const { reach } = this.field(), n = 96, values = new Float32Array(n * n);
    for (let i = 0; i < n * n; i++) values[i] = this.ground.height(-reach + ((i % n) + 0.5) * ((2 * reach) / n), reach - (Math.floor(i / n) + 0.5) * ((2 * reach) / n));
    const good = values.filter(Number.isFinite);
    this.surveyed = good.reduce((a, b) => Math.min(a, b), Infinity);
    this.highest = good.reduce((a, b) => Math.max(a, b), -Infinity);
    this.survey_ = values.map((v) => Math.log(v - this.surveyed + 0.02 * (this.highest - this.surveyed)));
    this.size = n;
    this.painted = this.surface;
  }

  change(what) { Object.assign(this, what); this.compute(); this.update(); }

  build() {
    const { say, setup } = this;
    this.surfaces = menu(say("surface"), Object.keys(setup.surfaces).map((name) => [name, say(name)]), (surface) => { this.change({ surface, start: null }); this.save(); });
    this.rates = slider(say("rate"), { min: -3, max: 0.5, step: 0.05, width: 130, text: (e) => String(Number((10 ** e).toPrecision(2))), input: (e) => this.change({ rate: Number((10 ** e).toPrecision(2)) }), done: () => this.save() });
    this.walk = walker((key) => say(key), (by) => this.move(by), 40);
    this.steps = slider(say("steps"), { min: 0, max: setup.steps, width: 150, input: (step) => { this.walk.stop(); this.step = step; this.update(); } });
    this.map = el("canvas", { class: "tk-map", tabindex: 0, role: "img" });
    for (const kind of ["pointerdown", "pointermove"]) this.map.addEventListener(kind, (event) => this.drag(event));
    this.map.addEventListener("pointerup", () => { if (this.held) { this.held = false; this.save(); } });
    this.map.addEventListener("keydown", (event) => this.key(event));
    this.chart = el("canvas", { class: "tk-chart", role: "img", "aria-label": say("loss") });
    this.rows = Object.fromEntries(Object.keys(setup.rules).map((name, i) => [name, this.row(name, i)]));
    const table = el("table", {}, el("tbody", {}, el("tr", {}, el("th", {}, say("racer")), el("th", { class: "number" }, say("now"))), ...Object.values(this.rows).map(({ row }) => row)));
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")), el("span", { class: "tk-grow" }), this.surfaces.box, this.rates.box, this.help.button),
      this.help.paragraph, this.note,
      el("div", { class: "tk-stage" }, el("div", {}, this.map), el("div", {}, el("div", { class: "tk-row" }, this.walk.box, this.steps.box), table, el("div", { class: "tk-muted tk-chart-title" }, say("loss")), this.chart)), this.heard);
  }

  row(name, i) {
    const [color, dash] = RACE[i % RACE.length], kind = !dash.length ? "" : dash[0] > 3 ? "dashed" : "dotted";
    const box = el("input", { type: "checkbox", "data-racer": name, onchange: () => { this.change({ racers: Object.keys(this.rows).filter((other) => this.rows[other].box.checked) }); this.save(); } });
    const height = el("td", { class: "number", "data-value": name });
    return { box, height, color, dash, row: el("tr", {}, el("td", {}, el("label", { class: "tk-group" }, box, el("span", { class: `tk-key ${kind}`, style: `color: var(--tk-${color})` }), name)), height) };
  }

  drag(event) {
    if (event.type === "pointerdown") { this.held = true; this.map.setPointerCapture(event.pointerId); this.walk.stop(); }
    if (!this.held) return;
    const { left, top, width } = this.map.getBoundingClientRect(), { reach } = this.field(), hold = (v) => Number(Math.max(-reach, Math.min(reach, v)).toFixed(4));
    this.change({ start: [hold(((event.clientX - left) / width) * 2 * reach - reach), hold(reach - ((event.clientY - top) / width) * 2 * reach)] });
  }

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key], { reach, start } = this.field();
    if (way) {
      const [x, y] = this.start ?? start, step = (reach / 40) * (event.shiftKey ? 0.1 : 1);
      this.change({ start: [x + way[0] * step, y + way[1] * step].map((v) => Number(Math.max(-reach, Math.min(reach, v)).toFixed(4))) });
      this.save();
    } else if (event.key === " ") this.walk.toggle();
    else if (event.key === "[" || event.key === "]") { this.change({ rate: Number(Math.max(1e-3, Math.min(3, this.rate * (event.key === "]" ? 1.25 : 0.8))).toPrecision(2)) }); this.save(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move(by) {
    const to = by === -Infinity ? 0 : Math.max(0, Math.min(this.setup.steps, this.step + by)), moved = to !== this.step;
    this.step = to;
    this.update();
    return moved;
  }

  at(path) { return path[Math.min(this.step, path.length - 1)]; }

  update() {
    const { say } = this, { reach } = this.field(), start = this.start ?? this.field().start, told = [];
    this.surfaces.show(this.surface);
    if (document.activeElement !== this.rates.range || Math.abs(10 ** Number(this.rates.range.value) - this.rate) > 0.2 * this.rate) this.rates.set(Math.log10(this.rate));
    this.steps.set(this.step);
    for (const [name, { box, height, row }] of Object.entries(this.rows)) {
      const path = this.paths[name], point = path && this.at(path), away = point && !point.every((v) => Math.abs(v) <= 1.5 * reach);
      box.checked = Boolean(path);
      row.classList.toggle("tk-muted", !path);
      height.textContent = !path ? "" : away ? say("away") : show(this.ground.height(...point) - this.lowest, 3);
      if (path) told.push(`${name}: ${height.textContent}`);
    }
    this.tell(this.racers.length ? "" : say("none"));
    this.map.setAttribute("aria-label", say("map", { surface: say(this.surface), x: fixed(start[0], 2), y: fixed(start[1], 2), rate: this.rate, racers: told.join(", ") }));
    this.request();
  }

  draw(palette) {
    const { pen, width } = sheet(this.map), { reach } = this.field(), at = (v) => ((v + reach) / (2 * reach)) * width;
    this.drawSurface(pen, width, palette);
    for (const name of this.racers) {
      const { color, dash } = this.rows[name], path = this.paths[name].slice(0, this.step + 1).map(([x, y]) => [at(x), width - at(y)]);
      line(pen, path, { color: palette[color], dash, width: 2.2 });
      const [x, y] = path.at(-1);
      pen.beginPath();
      pen.arc(x, y, 5, 0, 7);
      Object.assign(pen, { fillStyle: palette[color], strokeStyle: palette.paper, lineWidth: 1.6 });
      pen.fill();
      pen.stroke();
    }
    const [x, y] = (this.start ?? this.field().start).map(at);
    Object.assign(pen, { strokeStyle: palette.ink, fillStyle: palette.paper, lineWidth: 2.2 });
    pen.beginPath();
    pen.arc(x, width - y, 6.5, 0, 7);
    pen.fill();
    pen.stroke();
    this.drawChart(palette);
  }

  /** Levels: equal steps of the logarithm of the height, dark is high. */
  drawSurface(pen, width, palette) {
    const painted = `${this.surface} ${palette.paper}`;
    if (this.tile?.painted !== painted) {
      const n = this.size, low = Math.min(...this.survey_), high = Math.max(...this.survey_), levels = 14;
      const stepped = this.survey_.map((v) => Math.floor(((v - low) / (high - low)) * levels) / levels);
      this.tile = Object.assign(tile(stepped, n, n, grey(palette, -0.12, 2.6)), { painted });
    }
    spread(pen, this.tile, { x: 0, y: 0, width, height: width });
  }

  drawChart(palette) {
    const heights = this.racers.map((name) => this.heights[name].map((v) => Math.log10(Math.max(v - this.lowest, 1e-6))));
    const all = heights.flat().filter((v) => Number.isFinite(v) && v < 8), y = all.length ? [Math.min(...all) - 0.1, Math.max(...all, -5) + 0.1] : [-3, 1];
    const { pen, X, Y, area } = axes(this.chart, palette, { x: [0, this.setup.steps], y: [Math.max(y[0], -6.1), Math.min(y[1], 4)], logY: true });
    pen.save();
    pen.beginPath();
    pen.rect(area.left, 0, area.right - area.left, area.bottom);
    pen.clip();
    heights.forEach((values, i) => { const { color, dash } = this.rows[this.racers[i]]; line(pen, values.map((v, t) => [X(t), Y(v)]), { color: palette[color], dash, width: 1.8 }); });
    line(pen, [[X(this.step), area.top], [X(this.step), area.bottom]], { color: palette.muted, width: 1 });
    pen.restore();
  }

  close() { this.walk.stop(); super.close(); }
}

export default renderer(OptimizersView);
