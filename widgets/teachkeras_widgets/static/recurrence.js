// A recurrent layer over a sequence. Everything was recorded: walking asks nothing of the kernel.

class RecurrenceView extends Page {
  constructor(model) {
    super(model, "recurrence");
    this.setup = model.get("setup");
    this.values = Object.fromEntries(Object.entries(this.setup.values).map(([name, data]) => [name, floats(data)]));
    this.start = Object.fromEntries(Object.entries(this.setup.start).map(([name, data]) => [name, floats(data)]));
    [this.unit, this.step] = model.get("edits").at ?? [0, 0];
    this.build();
  }

  build() {
    const { say, setup } = this;
    this.walk = walker((key) => say(key), (by) => this.move(by), 350);
    this.place = el("span", { class: "tk-muted", "data-role": "place" });
    this.grids = setup.names.map((name) => {
      const grid = new Grid({ label: say(name), most: Math.max(7, Math.min(22, 110 / setup.units)), point: (unit, step) => { if (unit !== null) { this.walk.stop(); this.go(unit, step); } } });
      grid.show(this.values[name], setup.units, setup.steps, { labels: false });
      grid.least_ = Math.max(grid.least_, 1);
      const number = el("b", { "data-value": name });
      return { name, grid, number, row: el("div", { class: "tk-gate" }, el("div", {}, el("div", {}, say(name)), number), el("div", {}, grid.canvas)) };
    });
    this.formula = el("div", { class: "tk-formula" });
    this.chart = el("canvas", { class: "tk-chart", role: "img" });
    this.chartTitle = el("div", { class: "tk-row tk-muted tk-chart-title" });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.target.tagName === "BUTTON") return;
      event.preventDefault();
      event.stopPropagation();
      this.walk.toggle();
    });
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title", { layer: setup.layer })), this.place, el("span", { class: "tk-grow" }), this.walk.box, this.help.button),
      this.help.paragraph, this.note, this.gates = el("div", { class: "tk-gates" }, ...this.grids.map(({ row }) => row)), this.formula, this.chartTitle, this.chart, this.heard);
    if (setup.left_out) this.tell(say("left_out", { n: setup.left_out }));
  }

  go(unit, step) {
    Object.assign(this, { unit, step });
    this.keep("edits", { at: [unit, step] });
    this.update();
  }

  move(by) {
    const to = by === -Infinity ? 0 : Math.max(0, Math.min(this.setup.steps - 1, this.step + by)), moved = to !== this.step;
    this.go(this.unit, to);
    return moved;
  }

  at(name, step = this.step) { return step < 0 ? this.start[name][this.unit] : this.values[name][this.unit * this.setup.steps + step]; }

  lines() {
    const n = (v) => { const text = fixed(v, 3); return text.startsWith("−") ? `(${text})` : text; }, v = (name, step) => n(this.at(name, step)), before = this.step - 1, t = this.step + 1;
    if (this.setup.kind === "lstm") return [
      `c${below_(t)} = f · c${below_(t - 1)} + i · g = ${v("forget_gate")} · ${v("cell", before)} + ${v("input_gate")} · ${v("candidate")} = ${fixed(this.at("cell"), 3)}`,
      `h${below_(t)} = o · tanh(c${below_(t)}) = ${v("output_gate")} · ${n(Math.tanh(this.at("cell")))} = ${fixed(this.at("hidden"), 3)}`];
    if (this.setup.kind === "gru") return [`h${below_(t)} = z · h${below_(t - 1)} + (1 − z) · g = ${v("update_gate")} · ${v("hidden", before)} + ${n(1 - this.at("update_gate"))} · ${v("candidate")} = ${fixed(this.at("hidden"), 3)}`];
    return [`h${below_(t)} = tanh(x${below_(t)}·W + h${below_(t - 1)}·U + b) = ${fixed(this.at("hidden"), 3)}`];
  }

  update() {
    const { say, setup, unit, step } = this, token = setup.tokens ? ` “${setup.tokens[step]}”` : "";
    this.place.textContent = say("place", { step: step + 1, unit }) + token;
    for (const { name, grid, number } of this.grids) {
      number.textContent = fixed(this.at(name), 4);
      grid.marks = [{ row: 0, column: step, height: setup.units, color: "muted" }, { row: unit, column: step, color: "ink" }];
    }
    this.formula.replaceChildren(...this.lines().map((text) => el("div", {}, text)));
    const key = (kind, color, name) => el("span", {}, el("span", { class: `tk-key ${kind}`, style: `color: var(--tk-${color})` }), say(name));
    this.chartTitle.replaceChildren(el("span", {}, say("lines", { unit })), key("", "train", "hidden"), ...(setup.names.includes("cell") ? [key("dashed", "validation", "cell")] : []));
    this.chart.setAttribute("aria-label", say("lines", { unit }));
    this.request();
  }

  draw(palette) {
    const { columns, most } = this.grids[0].grid, room = this.root.clientWidth - 30, needs = 146 + columns * most + 24;
    const beside = Math.max(1, Math.min(3, Math.floor(room / needs))); // short sequences stand side by side
    this.gates.style.gridTemplateColumns = `repeat(${beside}, minmax(0, 1fr))`;
    for (const { grid } of this.grids) grid.draw(palette, Math.max(room / beside - 150, 120));
    const names = this.setup.names.filter((name) => name === "cell" || name === "hidden"), all = names.flatMap((name) => Array.from({ length: this.setup.steps }, (_, t) => this.at(name, t)));
    const [low, high] = [Math.min(-0.1, ...all), Math.max(0.1, ...all)];
    const { pen, X, Y, area } = axes(this.chart, palette, { x: [1, Math.max(2, this.setup.steps)], y: [low - 0.05, high + 0.05], xName: this.say("step") });
    names.forEach((name) => line(pen, Array.from({ length: this.setup.steps }, (_, t) => [X(t + 1), Y(this.at(name, t))]), { color: name === "hidden" ? palette.train : palette.validation, dash: name === "hidden" ? [] : [6, 4] }));
    line(pen, [[X(this.step + 1), area.top], [X(this.step + 1), area.bottom]], { color: palette.muted, width: 1 });
  }

  close() { this.walk.stop(); super.close(); }
}

const below_ = (n) => String(n).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

export default renderer(RecurrenceView);
