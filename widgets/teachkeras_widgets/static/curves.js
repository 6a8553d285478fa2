// Activation curves. The curves are computed here from the engine's formulas; the histogram of a layer's sums comes with each frame.

class CurvesView extends Page {
  constructor(model) {
    super(model, "curves");
    const edits = model.get("edits"), setup = this.setup = model.get("setup");
    this.z = edits.z ?? 1;
    this.name = edits.activation ?? setup.activation;
    this.other = edits.compare ?? setup.compare ?? "";
    this.reach = null;
    this.build();
    this.listen("change:frame", () => this.update());
    this.listen("change:setup", () => { this.setup = model.get("setup"); this.name = this.setup.activation; this.update(); });
  }

  build() {
    const { say, setup } = this, names = Object.keys(setup.functions).map((name) => [name, name]);
    this.bound = setup.layer !== null;
    this.root.classList.toggle("bound", this.bound);
    this.activation = menu(say("activation"), names, (name) => { this.name = name; this.save(); this.update(); });
    this.compare = menu(say("compare"), [["", say("none")], ...names], (name) => { this.other = name; this.save(); this.update(); });
    this.canvas = el("canvas", { "data-role": "plot" });
    this.tellZ = handle(this.canvas, {
      label: "z", axis: "x", get: () => this.z, set: (z) => { this.z = Number(z.toFixed(6)); this.update(); }, done: () => this.save(),
      step: () => (2 * this.reach) / Math.max(this.canvas.clientWidth - 60, 1),
    });
    const key = (kind, color, words) => el("span", {}, el("span", { class: `tk-key ${kind}`, style: `color: var(--tk-${color})` }), words);
    this.otherKey = key("", "muted", "");
    const legend = el("div", { class: "tk-row tk-legend" }, key("", "train", say("value")), key("dashed", "slope", say("slope")), key("", "best", say("tangent")), this.otherKey);
    const number = (name) => el("b", { "data-value": name });
    this.numbers = { y: number("y"), slope: number("slope") };
    this.lines = { y: el("span"), slope: el("span") };
    this.formula = el("div", { class: "tk-formula" }, el("div", {}, this.lines.y, this.numbers.y), el("div", {}, this.lines.slope, this.numbers.slope));
    this.state = el("span", { class: "tk-muted", "data-role": "state" });
    this.facts = el("dl", { class: "tk-facts" });
    const title = this.bound ? say("title.bound", { layer: setup.layer }) : say("title");
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, title), this.state, el("span", { class: "tk-grow" }), this.activation.box, this.compare.box, this.help.button),
      this.help.paragraph, this.note, legend, this.canvas, this.formula, this.facts, this.heard);
  }

  save() { this.keep("edits", { z: this.z, activation: this.name, compare: this.other }); }

  f(z, name = this.name) {
    const formula = this.setup.functions[name];
    return activationAt(name === this.frame?.activation ? { ...formula, params: { ...formula.params, ...this.frame.params } } : formula, z);
  }

  /** The frame's histogram, or null before there is one. */
  sums() {
    const frame = this.model.get("frame");
    return frame.counts ? { ...frame, counts: integers(frame.counts) } : null;
  }

  update() {
    this.frame = this.sums();
    const { say, name, z } = this, { y, slope } = this.f(z), formula = this.setup.functions[name];
    this.activation.show(name);
    this.compare.show(this.other);
    this.otherKey.hidden = !this.other;
    this.otherKey.lastChild.textContent = this.other ? say("other", { name: this.other }) : "";
    this.lines.y.textContent = `f(${fixed(z, 3)}) = ${name === "linear" ? "z" : [...new Set([`${name}(z)`, written(formula.value)])].join(" = ")} = `;
    this.lines.slope.textContent = `f′(${fixed(z, 3)}) = ${typeof formula.slope === "number" ? "" : `${written(formula.slope)} = `}`;
    this.numbers.y.textContent = fixed(y, 4);
    this.numbers.slope.textContent = fixed(slope, 4);
    this.canvas.setAttribute("aria-label", say("plot", { f: name, z: fixed(z, 3), y: fixed(y, 4), slope: fixed(slope, 4) }));
    this.tellZ(z);
    if (this.bound) this.updateFacts();
    this.request();
  }

  updateFacts() {
    const { say, frame } = this;
    if (!frame) return this.tell(say("empty", { layer: this.setup.layer }));
    this.tell(frame.bad ? say("bad", { n: frame.bad }) : "");
    this.state.textContent = frame.state === "waiting" ? "" : `${say(frame.state)} · ${say("batch", { batch: whole(frame.batch) })}`;
    const share = `${fixed(100 * frame.saturated, 1)} %`;
    const fact = (key, value, why) => el("div", why ? { title: say(why) } : {}, el("dt", {}, say(key)), el("dd", { "data-value": key }, value));
    this.facts.replaceChildren(fact("saturated", share, "saturated.why"), fact("dead", say("of", { n: frame.dead, all: frame.units }), "dead.why"),
      fact("mean", fixed(frame.mean, 3)), fact("std", fixed(frame.std, 3)));
    if (frame.state !== this.heardState) this.heard.textContent = say("summary", { state: say(frame.state), share, dead: frame.dead, units: frame.units });
    this.heardState = frame.state;
  }

  draw(palette, seconds) {
    const goal = Math.max(6, Math.abs(this.z) * 1.15, this.frame?.reach ?? 0);
    const moving = this.reach !== null && Math.abs(goal - this.reach) > 1e-2 * goal;
    this.reach = moving ? this.reach + (goal - this.reach) * (1 - Math.exp(-seconds * 10)) : goal;
    const strip = this.bound ? 96 : 0;
    const at = (name) => Array.from({ length: 241 }, (_, i) => { const z = -this.reach + (i * this.reach) / 120; return [z, this.f(z, name)]; });
    const curve = at(this.name), other = this.other ? at(this.other) : [];
    const plot = axes(this.canvas, palette, { x: [-this.reach, this.reach], y: this.span([...curve, ...other]), xName: strip ? "" : "z", frame: { bottom: strip ? strip + 30 : 36 } });
    line(plot.pen, [[plot.X(0), plot.area.top], [plot.X(0), plot.area.bottom]], { color: palette.edge, width: 1 });
    this.paintCurves(plot, palette, curve, other);
    this.paintPoint(plot, palette);
    if (strip) this.paintSums(plot, palette, strip);
    return moving;
  }

  span(points) {
    const values = points.flatMap(([, v]) => [v.y, v.slope]).filter(Number.isFinite);
    const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)], room = (high - low) * 0.06;
    return [low - room, high + room];
  }

  paintCurves({ pen, X, Y }, palette, curve, other) {
    const slopes = (points) => points.map(([z, v], i) => [X(z), Math.abs(v.slope - (points[i - 1] ?? points[0])[1].slope) > 0.3 ? NaN : Y(v.slope)]);
    line(pen, slopes(other), { color: palette.muted, dash: [6, 4], width: 1.2, alpha: 0.7 });
    line(pen, other.map(([z, v]) => [X(z), Y(v.y)]), { color: palette.muted, width: 1.8, alpha: 0.7 });
    line(pen, slopes(curve), { color: palette.slope, dash: [6, 4], width: 1.6 });
    line(pen, curve.map(([z, v]) => [X(z), Y(v.y)]), { color: palette.train, width: 2.6 });
  }

  paintPoint({ pen, X, Y, area }, palette) {
    const { y, slope } = this.f(this.z), [px, py] = [X(this.z), Y(y)];
    const rise = slope * ((Y(1) - Y(0)) / (X(1) - X(0))), half = 62 / Math.hypot(1, rise);
    line(pen, [[px, area.bottom], [px, py], [area.left, py]], { color: palette.muted, width: 1, dash: [2, 3] });
    line(pen, [[px - half, py - half * rise], [px + half, py + half * rise]], { color: palette.best, width: 2.4 });
    pen.beginPath();
    pen.arc(px, Y(slope), 3.5, 0, 7);
    pen.fillStyle = palette.slope;
    pen.fill();
    pen.beginPath();
    pen.arc(px, py, 6.5, 0, 7);
    Object.assign(pen, { fillStyle: palette.paper, strokeStyle: palette.ink, lineWidth: 2.4 });
    pen.fill();
    pen.stroke();
  }

  /** The layer's sums under the curve, on the same z axis; where the curve is flat, in the warning colour. */
  paintSums({ pen, X, area, height }, palette, strip) {
    const floor = height - 20, top = floor - strip + 34;
    Object.assign(pen, { fillStyle: palette.muted, textAlign: "left", textBaseline: "bottom" });
    pen.fillText(this.say("sums"), area.left, top - 3);
    line(pen, [[area.left, floor], [area.right, floor]], { color: palette.edge, width: 1 });
    Object.assign(pen, { textAlign: "center", textBaseline: "top" });
    pen.fillText("z", (area.left + area.right) / 2, floor + 4);
    if (!this.frame) return;
    const { counts, reach } = this.frame, most = largest(counts, 1), width = (2 * reach) / counts.length;
    const steepest = Math.max(...Array.from({ length: 241 }, (_, i) => Math.abs(this.f(-6 + i / 20).slope)));
    counts.forEach((count, i) => {
      const from = -reach + i * width, flat = Math.abs(this.f(from + width / 2).slope) < 0.05 * steepest;
      pen.fillStyle = flat ? palette.validation : palette.train;
      const tall = (count / most) * (floor - top);
      pen.fillRect(X(from) + 0.5, floor - tall, Math.max(X(from + width) - X(from) - 1, 1), tall);
    });
  }
}

export default renderer(CurvesView);
