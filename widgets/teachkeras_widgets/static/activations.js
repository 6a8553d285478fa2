// A layer's output. What is shown comes with each frame; choosing a layer or a sample asks the kernel.

class ActivationsView extends Page {
  constructor(model) {
    super(model, "activations");
    this.setup = model.get("setup");
    this.questions = new Questions(this);
    this.grids = [];
    this.build();
    this.listen("change:frame", () => { this.questions.answered(); this.update(); });
  }

  build() {
    const { say, setup } = this;
    this.layer = menu(say("layer"), setup.layers.map((name) => [name, name]), () => this.choose());
    this.sample = slider(say("sample"), { min: 0, max: setup.samples - 1, input: () => this.choose() });
    this.sample.box.hidden = setup.samples < 2;
    this.state = el("span", { class: "tk-muted", "data-role": "state" });
    this.input = el("figure", { "data-role": "input" });
    this.output = el("figure", { "data-role": "output" });
    this.reading = el("p", { class: "tk-muted tk-reading", "aria-live": "polite" });
    this.canvas = el("canvas", { class: "tk-histogram", role: "img" });
    this.facts = el("dl", { class: "tk-facts" });
    this.spread = el("div", { class: "tk-spread" }, el("div", { class: "tk-muted" }, say("distribution")), this.canvas, this.facts);
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")), this.state, el("span", { class: "tk-grow" }), this.layer.box, this.sample.box, this.help.button),
      this.help.paragraph, this.note, el("div", { class: "tk-stage" }, this.input, this.output, this.spread), this.reading, this.heard);
  }

  choose() {
    this.questions.ask({ type: "choose", layer: this.layer.select.value, sample: Number(this.sample.range.value) });
  }

  update() {
    const { say } = this, frame = this.frame = this.model.get("frame");
    if (!frame.output) return;
    if (!this.questions.waiting) { this.layer.show(frame.layer); this.sample.set(frame.sample); }
    this.root.dataset.shown = `${frame.layer}/${frame.sample}`;
    this.state.textContent = frame.state === "waiting" ? "" : `${say(frame.state)} · ${say("batch", { batch: whole(frame.batch) })}`;
    if (frame.bad) this.tell(say("bad", { n: frame.bad }));
    this.lay("input", this.input, frame.input, say("input"));
    this.lay("output", this.output, frame.output, say("output", { layer: frame.layer }));
    const fact = (key, value) => el("div", {}, el("dt", {}, say(key)), el("dd", { "data-value": key }, value));
    this.facts.replaceChildren(fact("mean", show(frame.mean)), fact("std", show(frame.std)), fact("zeros", `${fixed(100 * frame.zeros, 1)} %`));
    this.canvas.setAttribute("aria-label", say("plot", { low: show(frame.low), high: show(frame.high), mean: show(frame.mean) }));
    this.request();
  }

  /** The maps of one side; the squares stay where they are while only their numbers change. */
  lay(side, figure, maps, title) {
    const { say } = this, all = floats(maps.data), size = maps.rows * maps.columns;
    const same = figure.dataset.shape === `${maps.count} ${maps.shape}` && figure.grids;
    if (!same) {
      figure.grids = Array.from({ length: maps.count }, (_, i) => new Grid({
        label: maps.count > 1 ? `${title}, ${say("map", { n: i + 1 })}` : title, most: maps.count > 1 ? 12 : 40,
        point: (row, column) => this.read(side, i, row, column),
      }));
      figure.dataset.shape = `${maps.count} ${maps.shape}`;
      const notes = [maps.left_out ? say("left_out", { n: maps.left_out }) : "", maps.step > 1 ? say("step", { n: maps.step }) : ""].filter(Boolean);
      figure.title_ = el("span", { class: "tk-muted" });
      figure.replaceChildren(el("figcaption", {}, figure.title_, el("span", {}, ` (${maps.shape.join(", ")})`)),
        el("div", { class: "tk-maps" }, ...figure.grids.map((grid) => grid.canvas)), el("div", { class: "tk-muted" }, notes.join(" · ")));
    }
    figure.title_.textContent = title;
    const one = side === "output" ? largest(all) : null;
    figure.grids.forEach((grid, i) => {
      grid.show(all.subarray(i * size, (i + 1) * size), maps.rows, maps.columns);
      if (one !== null) grid.least_ = one; // all maps of a layer share one scale
    });
  }

  read(side, i, row, column) {
    if (row === null) { this.reading.textContent = ""; return; }
    const { frame, say } = this, maps = frame[side], value = (side === "input" ? this.input : this.output).grids[i].value(row, column);
    const n = row * maps.columns + column, flat = maps.shape.length < 2;
    const place = flat ? n : maps.shape.length === 2 ? `${row * maps.step}, ${column * maps.step}` : `${row * maps.step}, ${column * maps.step}, ${i}`;
    this.reading.textContent = flat && n >= maps.shape[0] ? "" : say("cell", { name: side === "input" ? say("input") : frame.layer, place, value: show(value, 5) });
  }

  draw(palette) {
    const { frame } = this;
    if (!frame?.output) return;
    for (const [figure, room] of [[this.input, 180], [this.output, this.output.clientWidth]]) {
      const { grids } = figure, { columns } = grids[0];
      const each = grids.length > 1 ? Math.max(64, Math.min(104, room / Math.ceil(Math.sqrt(grids.length)) - 8)) : Math.min(room, 400);
      for (const grid of grids) {
        grid.least = grids.length > 1 ? each / columns : 1;
        grid.draw(palette, each);
      }
    }
    this.histogram(palette);
  }

  histogram(palette) {
    const { low, high, counts: data } = this.frame, counts = integers(data), most = largest(counts, 1), end = high > low ? high : low + 1;
    const { pen, X, Y, area } = axes(this.canvas, palette, { x: [low, end], y: [0, most * 1.05], frame: { left: 38 } });
    const width = (end - low) / counts.length;
    pen.fillStyle = palette.train;
    counts.forEach((count, i) => pen.fillRect(X(low + i * width) + 0.5, Y(count), Math.max(X(low + width) - area.left - 1, 1), area.bottom - Y(count)));
    if (low < 0 && high > 0) line(pen, [[X(0), area.top], [X(0), area.bottom]], { color: palette.edge, width: 1 });
  }

  close() { this.questions.close(); super.close(); }
}

export default renderer(ActivationsView);
