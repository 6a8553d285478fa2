// The playground. The engine trains; this page asks for the next steps when it has drawn the last ones.

const STEPS = 20; // asked for at a time

class PlaygroundView extends Page {
  constructor(model) {
    super(model, "playground");
    this.setup = model.get("setup");
    this.questions = new Questions(this);
    this.training = false;
    this.chosen = null;
    this.label = 1;
    this.build();
    this.listen("change:frame", () => this.take());
    this.listen("msg:custom", (message) => { if (message.type === "refused") this.refused = message.text; });
    this.read();
  }

  read() {
    this.frame = this.model.get("frame");
    this.maps = this.frame.maps.map(bytes);
    this.tiles = new Map();
    this.points = floats(this.frame.points);
    if (!this.questions.waiting) this.own = this.frame.own.slice();
    this.curve = floats(this.frame.curve);
  }

  /** An answer came: draw it, and in the frame after it ask for more. */
  take() {
    this.read();
    const idle = this.questions.answered();
    if (this.refused) { this.tell(this.refused); this.refused = null; }
    this.update();
    if (this.training && idle) this.questions.ask({ type: "train", steps: STEPS });
  }

  ask(question) { this.questions.ask(question); }

  set(settings) { this.ask({ type: "change", settings }); }

  build() {
    const { say, setup: { choices } } = this, named = (list) => list.map((name) => [name, say(name)]);
    this.trainButton = iconButton(PLAY, say("train"), () => this.toggle());
    this.data = choice(say("data"), named(choices.data), (data) => this.set({ data }));
    this.noise = slider(say("noise"), { min: 0, max: 0.5, step: 0.05, width: 70, text: (v) => fixed(v, 2), input: () => {}, done: () => this.set({ noise: Number(this.noise.range.value) }) });
    this.activation = menu(say("activation"), choices.activation.map((n) => [n, n]), (activation) => this.set({ activation }));
    this.optimizer = menu(say("optimizer"), choices.optimizer.map((n) => [n, n]), (optimizer) => this.set({ optimizer }));
    this.rate = slider(say("rate"), { min: -4, max: 1, step: 0.25, width: 80, text: (e) => String(Number((10 ** e).toPrecision(1))), input: () => {}, done: () => this.set({ rate: Number((10 ** Number(this.rate.range.value)).toPrecision(1)) }) });
    this.layerRow = el("div", { class: "tk-row tk-layers" });
    this.net = new Net(this);
    this.plane = el("canvas", { class: "tk-plane", role: "img", tabindex: 0, onkeydown: (event) => this.steer(event), onblur: () => this.request() });
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) this.plane.addEventListener(kind, (event) => this.draws(event));
    this.cross = [0, 0];
    this.planeTitle = el("span", { class: "tk-muted" });
    this.drawing = choice(say("draw"), [[1, say("class.1")], [0, say("class.0")]], (label) => { this.label = label; this.drawing.show(label); });
    this.lossCanvas = el("canvas", { class: "tk-loss", role: "img", "aria-label": say("loss") });
    this.facts = el("dl", { class: "tk-facts" });
    this.text = el("textarea", { readonly: true, rows: 1, "aria-label": say("state"), "data-role": "state" });
    this.code = el("textarea", { readonly: true, rows: 15, "aria-label": say("code"), "data-role": "code" });
    this.root.setAttribute("tabindex", 0);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")),
        el("span", { class: "tk-group" }, this.trainButton, el("button", { type: "button", onclick: () => this.ask({ type: "train", steps: 1 }) }, say("step")), el("button", { type: "button", onclick: () => this.clear() }, say("reset"))),
        el("span", { class: "tk-grow" }), this.help.button),
      this.help.paragraph, this.note,
      el("div", { class: "tk-row tk-settings" }, this.data.box, this.noise.box, this.activation.box, this.optimizer.box, this.rate.box), this.layerRow,
      el("div", { class: "tk-stage" }, this.net.canvas,
        el("div", {}, el("div", { class: "tk-row tk-above" }, this.planeTitle, el("span", { class: "tk-grow" }), el("span", { class: "tk-group" }, say("draw"), this.drawing.box)), this.plane, this.facts, this.lossCanvas)),
      el("details", {}, el("summary", {}, say("state")), this.text), el("details", {}, el("summary", {}, say("code")), this.code), this.heard);
    this.drawing.show(1);
  }

  key(event) {
    if (["TEXTAREA", "INPUT", "SELECT", "SUMMARY"].includes(event.target.tagName) || (event.key === " " && event.target.tagName === "BUTTON")) return;
    const act = { " ": () => this.toggle(), s: () => this.ask({ type: "train", steps: 1 }), r: () => this.ask({ type: "reset" }) }[event.key.toLowerCase()];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  toggle() {
    this.training = !this.training;
    if (this.training) this.ask({ type: "train", steps: STEPS });
    this.update();
  }

  clear() {
    this.own = [];
    this.ask({ type: "reset", clear: true });
  }

  /** A press sets a point, a stroke a row of them. */
  draws(event) {
    if (event.type === "pointerdown") { this.down = [Infinity, Infinity]; this.plane.setPointerCapture(event.pointerId); }
    if (event.type === "pointerup" || event.type === "pointercancel") this.down = null;
    if (!this.down) return;
    const { left, top, width } = this.plane.getBoundingClientRect(), { reach } = this.setup, at = [event.clientX - left, event.clientY - top];
    if (Math.hypot(at[0] - this.down[0], at[1] - this.down[1]) < 16) return;
    this.down = at;
    this.add((at[0] / width) * 2 * reach - reach, reach - (at[1] / width) * 2 * reach);
  }

  steer(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key], { reach } = this.setup;
    if (way) this.cross = this.cross.map((v, i) => Math.max(-reach, Math.min(reach, v + (way[i] * reach) / 24)));
    else if (event.key === "Enter") this.add(...this.cross);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.request();
  }

  /** A point of the reader's own: on the page at once, to the kernel with all before it, so that none is lost on the way. */
  add(x, y) {
    const hold = (v) => Number(Math.max(-this.setup.reach, Math.min(this.setup.reach, v)).toFixed(3));
    this.own.push([hold(x), hold(y), this.label]);
    this.points = Float32Array.of(...this.points, ...this.own.at(-1));
    this.ask({ type: "draw", own: this.own });
    this.request();
  }

  choose(unit) {
    if (String(unit) === String(this.chosen)) return;
    this.chosen = unit;
    this.update();
  }

  units() { return this.frame.units.slice(1, -1); }

  layLayers() {
    const { say } = this, units = this.units(), [depth, most] = this.setup.most, named = String(units);
    if (this.laid === named) return;
    this.laid = named;
    const focus = document.activeElement?.dataset?.act, send = (list) => this.set({ units: list.join(",") });
    const pair = (key, places, n, least, limit, minus, plus) => {
      const button = (sign, name, off, act) => el("button", { type: "button", disabled: off, "aria-label": say(`${name}.${key}`, places), "data-act": `${name}${key}${places.n ?? ""}`, onclick: act }, sign);
      return el("span", { class: "tk-group tk-counter" }, button("−", "fewer", n <= least, minus), el("b", {}, String(n)), button("+", "more", n >= limit, plus));
    };
    const parts = units.map((n, i) => pair("units", { n: i + 1 }, n, 1, most, () => send(units.with(i, n - 1)), () => send(units.with(i, n + 1))));
    this.layerRow.replaceChildren(el("span", { class: "tk-group" }, say("layers"), pair("layers", {}, units.length, 0, depth, () => send(units.slice(0, -1)), () => send([...units, units.at(-1) ?? 3]))),
      ...(parts.length ? parts : [el("span", { class: "tk-muted" }, say("perceptron"))]));
    if (focus) this.layerRow.querySelector(`[data-act="${focus}"]`)?.focus();
  }

  update() {
    const { say, frame } = this, { settings } = frame, number = fixed(100 * frame.accuracy, 1);
    this.trainButton.querySelector("path").setAttribute("d", this.training ? PAUSE : PLAY);
    this.trainButton.querySelector("span").textContent = say(this.training ? "pause" : "train");
    this.data.show(settings.data);
    this.activation.show(settings.activation);
    this.optimizer.show(settings.optimizer);
    if (document.activeElement !== this.noise.range) this.noise.set(settings.noise);
    if (document.activeElement !== this.rate.range) this.rate.set(Math.log10(settings.rate));
    this.layLayers();
    const fact = (key, value) => el("div", {}, el("dt", {}, say(key)), el("dd", { "data-value": key }, value));
    this.facts.replaceChildren(fact("steps", whole(frame.steps)), fact("loss", fixed(frame.loss, 4)), fact("accuracy", `${number} %`));
    this.planeTitle.textContent = this.chosen ? say("unit", { layer: this.chosen[0] + 1, unit: this.chosen[1] + 1 }) : say("output");
    this.plane.setAttribute("aria-label", say("plane", { text: say(settings.data), accuracy: `${number} %`, loss: fixed(frame.loss, 4) }));
    if (!this.points.length) this.tell(say("nothing"));
    if (this.text.value !== frame.state) this.text.value = frame.state || "data=circles";
    if (this.code.value !== frame.code) this.code.value = frame.code;
    this.request();
  }

  /** Colours of a layer's map; the last one's sigmoid is 0 on paper at one half. */
  tint(palette, layer) {
    const last = layer === this.maps.length - 1, color = shade(palette, last ? 1.6 : 1);
    return last ? (v) => color(2 * v - 1) : color;
  }

  /** A unit's map, painted once for each answer. */
  tile(palette, layer, unit) {
    const name = `${layer} ${unit} ${palette.paper}`, { grid } = this.setup;
    if (!this.tiles.has(name)) this.tiles.set(name, tile(mapOf(this.maps[layer], unit, grid), grid, grid, this.tint(palette, layer)));
    return this.tiles.get(name);
  }

  draw(palette) {
    this.net.draw(palette);
    const { pen, width } = sheet(this.plane), { reach } = this.setup;
    const [layer, unit] = this.chosen ?? [this.maps.length - 1, 0];
    spread(pen, this.tile(palette, layer, unit), { x: 0, y: 0, width, height: width });
    const at = (v) => ((v + reach) / (2 * reach)) * width;
    for (let i = 0; i < this.points.length; i += 3) {
      const [x, y, one] = [at(this.points[i]), width - at(this.points[i + 1]), this.points[i + 2] > 0.5];
      Object.assign(pen, { fillStyle: one ? palette.train : palette.validation, strokeStyle: palette.paper, lineWidth: 1.2 });
      pen.beginPath();
      if (one) pen.arc(x, y, 4, 0, 7);
      else pen.rect(x - 3.5, y - 3.5, 7, 7);
      pen.fill();
      pen.stroke();
    }
    if (document.activeElement === this.plane && this.plane.matches(":focus-visible")) {
      const [x, y] = [at(this.cross[0]), width - at(this.cross[1])];
      line(pen, [[x - 8, y], [x + 8, y]], { color: palette.ink });
      line(pen, [[x, y - 8], [x, y + 8]], { color: palette.ink });
    }
    this.drawLoss(palette);
  }

  drawLoss(palette) {
    const points = Array.from({ length: this.curve.length / 2 }, (_, i) => [this.curve[2 * i], this.curve[2 * i + 1]]);
    const top = Math.max(0.1, ...points.map(([, v]) => v).filter(Number.isFinite));
    const { pen, X, Y } = axes(this.lossCanvas, palette, { x: [0, Math.max(points.at(-1)[0], 10)], y: [0, top * 1.05], frame: { left: 36 } });
    line(pen, points.map(([x, y]) => [X(x), Y(y)]), { color: palette.train, width: 1.8 });
  }

  close() { this.training = false; this.questions.close(); super.close(); }
}

export default renderer(PlaygroundView);
