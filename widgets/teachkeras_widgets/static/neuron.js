// One neuron, y = f(Σ wᵢxᵢ + b). All of it is computed here, from the trees of the engine's own formulas; the kernel is asked only to write
// the weights into the model.

const WAIT = 2500; // ms without an answer before we say that the kernel is busy or gone

function render({ model, el: host }) {
  const view = new NeuronView(model);
  host.append(view.root);
  view.open();
  return () => view.close();
}

class NeuronView {
  constructor(model) {
    this.model = model;
    this.say = speaker(model);
    this.help = helpButton(this.say("keys"), this.say("help"));
    this.diagram = new Diagram(this);
    this.curve = new Curve(this);
    this.maps = new Maps(this);
    this.build();
    this.load();
  }

  open() {
    this.painter = painter(this.root, (seconds) => this.draw(seconds));
    this.reload = () => { this.load(); this.update(); };
    this.hear = (message) => this.answer(message);
    this.model.on("change:setup", this.reload);
    this.model.on("msg:custom", this.hear);
    this.update();
  }

  close() {
    this.model.off("change:setup", this.reload);
    this.model.off("msg:custom", this.hear);
    clearTimeout(this.timer);
    this.painter.close();
  }

  // --- the numbers -----------------------------------------------------------------------------------------------------

  /** Take the numbers that Python sent, and on top of them what the reader had changed. */
  load() {
    const setup = this.setup = this.model.get("setup"), edits = this.model.get("edits") ?? {};
    this.first = { x: doubles(setup.x), w: doubles(setup.w), b: setup.b, activation: setup.activation };
    this.x = this.first.x.slice();
    this.w = this.first.w.slice();
    for (const which of ["x", "w"]) for (const [i, value] of Object.entries(edits[which] ?? {})) this[which][i] = value;
    this.b = edits.b ?? setup.b;
    this.activation = edits.activation ?? setup.activation;
    this.picked = edits.picked ?? [...setup.picked];
    this.most = setup.most;
    this.written = { w: {}, b: setup.b };
    this.output = setup.output;
    const most = (values) => values.reduce((top, v) => Math.max(top, Math.abs(v)), 0) || 1;
    this.span = { x: roundUp(most(this.x)), w: roundUp(most(this.w)) };
    this.span.b = Math.max(this.span.w, roundUp(Math.abs(this.b) || 1));
    this.places = Object.fromEntries(Object.entries(this.span).map(([which, span]) => [which, span < 0.2 ? 3 : 2]));
    this.compute();
    this.layOut();
  }

  compute() {
    let sum = 0;
    for (let i = 0; i < this.x.length; i++) sum += this.x[i] * this.w[i];
    this.z = sum + this.b;
    const inHand = this.picked.reduce((total, i) => total + this.x[i] * this.w[i], 0);
    this.rest = this.x.length - this.picked.length;
    this.restSum = sum - inHand;
    Object.assign(this, this.f(this.z));
  }

  f(z) { return activationAt(this.setup.functions[this.activation], z); }

  digits(which, value) { return fixed(value, this.places[which]); }

  change(which, i, value) {
    if (!Number.isFinite(value)) return;
    if (i === null) this[which] = value;
    else this[which][i] = value;
    this.compute();
    this.update();
  }

  choose(activation) {
    this.activation = activation;
    this.compute();
    this.update();
    this.save();
  }

  pick(i) {
    if (!(i >= 0 && i < this.x.length)) return;
    if (this.picked.includes(i)) { if (this.picked.length > 1) this.picked = this.picked.filter((other) => other !== i); }
    else this.picked = [...this.picked.slice(-(this.most - 1)), i];
    this.compute();
    this.layOut();
    this.update();
    this.save();
  }

  reset() {
    this.model.set("edits", {});
    this.model.save_changes();
    const { written, output } = this;
    this.load();
    Object.assign(this, { written, output });
    this.update();
  }

  /** What differs from the numbers that Python sent. */
  differences(which) {
    const out = {};
    this[which].forEach((value, i) => { if (value !== this.first[which][i]) out[i] = value; });
    return out;
  }

  /** Tell Python what was changed; once a change has ended, not while it is dragged. */
  save() {
    const { b, activation, picked } = this;
    this.model.set("edits", { x: this.differences("x"), w: this.differences("w"), b, activation, picked });
    this.model.save_changes();
  }

  write() {
    this.sent = { w: this.differences("w"), b: this.b };
    this.model.send({ type: "write", ...this.sent });
    this.status.textContent = "";
    this.timer = setTimeout(() => { this.status.textContent = this.say("unheard"); }, WAIT);
  }

  answer(message) {
    clearTimeout(this.timer);
    if (message.type === "written") { this.written = this.sent; this.output = message.output; this.update(); }
    this.status.textContent = this.say(message.type);
  }

  // --- building --------------------------------------------------------------------------------------------------------

  handle(node, which, i, axis) {
    const name = i === null ? this.say("bias") : `${this.say(which === "x" ? "input" : "weight")} ${i + 1}`;
    return handle(node, {
      label: name, axis, get: () => (i === null ? this[which] : this[which][i]), set: (value) => this.change(which, i, value),
      step: () => this.span[which] / 100, done: () => this.save(),
    });
  }

  build() {
    const { say } = this;
    this.title = el("span", { class: "tk-title" });
    this.choices = el("span", { class: "tk-choice", role: "radiogroup", "aria-label": say("activation") });
    this.note = el("p", { class: "tk-note", hidden: true });
    this.formula = el("div", { class: "tk-formula" });
    this.table = el("table");
    this.status = el("span", { class: "tk-muted", role: "status" });
    this.engine = el("span", { class: "tk-muted", "data-role": "engine" });
    this.writeButton = el("button", { type: "button", onclick: () => this.write() }, say("write"));
    this.footer = el("div", { class: "tk-row tk-footer" }, this.writeButton,
      el("button", { type: "button", onclick: () => this.reset() }, say("reset")), this.engine, this.status);
    const key = (kind, color, words) => el("span", {}, el("span", { class: `tk-key ${kind}`, style: `color: var(--tk-${color})` }), words);
    const legend = el("div", { class: "tk-row tk-legend" }, key("", "train", say("curve")), key("dashed", "slope", say("derivative")), key("", "best", say("tangent")));
    this.stage = el("div", { class: "tk-stage" }, el("div", {}, this.diagram.svg), el("div", {}, legend, this.curve.canvas));
    this.root = el("section", { class: "tk tk-neuron", role: "group", "aria-label": `${say("title")}. ${say("help")}`, "data-lm-suppress-shortcuts": "true" },
      el("div", { class: "tk-row" }, this.title, el("span", { class: "tk-grow" }), el("span", { class: "tk-group" }, say("activation"), this.choices), this.help.button),
      this.help.paragraph, this.note, this.stage, this.formula, this.table, this.maps.box, this.footer);
  }

  /** What depends on which inputs are in hand. */
  layOut() {
    const { say, setup } = this;
    this.title.textContent = setup.layer === null ? say("title") : say("title.bound", { unit: setup.unit, layer: setup.layer });
    this.choices.replaceChildren(...Object.keys(setup.functions).map((name) =>
      el("button", { type: "button", role: "radio", "data-activation": name, onclick: () => this.choose(name) }, name)));
    this.diagram.build();
    this.layFormula();
    this.layTable();
    this.maps.box.hidden = !setup.many;
    if (setup.many) this.maps.lay();
    this.writeButton.hidden = this.engine.hidden = setup.layer === null;
  }

  layFormula() {
    const number = (which, i) => {
      const node = el("span", { class: `tk-number ${which}`, "data-number": i === null ? which : `${which}${i}` });
      this.numbers.push({ which, i, node, tell: this.handle(node, which, i, "x") });
      return node;
    };
    this.numbers = [];
    const term = (...parts) => el("span", { class: "tk-term" }, ...parts);
    const terms = this.picked.map((i) => term(number("w", i), " · ", number("x", i), " + "));
    this.restText = el("span", { class: "tk-muted" });
    this.zText = el("b", { "data-value": "z" });
    this.yText = el("b", { "data-value": "y" });
    this.slopeText = el("b", { "data-value": "slope" });
    [this.yLine, this.slopeLine] = [el("span"), el("span")];
    this.formula.replaceChildren(
      el("div", {}, el("i", {}, "z"), " = ", ...terms, this.restText, term(number("b", null), " = ", this.zText)),
      el("div", {}, this.yLine, this.yText), el("div", {}, this.slopeLine, this.slopeText));
  }

  layTable() {
    const { say } = this;
    const head = el("tr", {}, el("th", {}), el("th", {}, say("input")), el("th", {}, say("weight")), el("th", { class: "number" }, say("product")), el("th", { class: "number" }, "∂y/∂w"));
    this.lines = this.picked.map((i) => {
      const x = this.pair("x", i, `x${below(i + 1)}`), w = this.pair("w", i, `w${below(i + 1)}`);
      const [product, gradient] = [el("td", { class: "number", "data-product": i }), el("td", { class: "number", "data-gradient": i })];
      return { i, x, w, product, gradient, row: el("tr", {}, el("td", {}, String(i + 1)), el("td", { class: "wide" }, x.box), el("td", { class: "wide" }, w.box), product, gradient) };
    });
    this.bias = this.pair("b", null, "b");
    this.restProduct = el("td", { class: "number" });
    const rest = this.rest ? [el("tr", { class: "tk-muted" }, el("td", { colspan: 3 }, say("rest.row", { n: this.rest })), this.restProduct, el("td"))] : [];
    const [biasProduct, biasGradient] = [el("td", { class: "number" }), el("td", { class: "number", "data-gradient": "b" })];
    this.biasCells = { biasProduct, biasGradient };
    const bias = el("tr", {}, el("td", {}, "b"), el("td", { class: "wide tk-muted" }, say("bias")), el("td", { class: "wide" }, this.bias.box), biasProduct, biasGradient);
    this.table.replaceChildren(head, ...this.lines.map(({ row }) => row), ...rest, bias);
  }

  /** A slider and a number box for one value. */
  pair(which, i, name) {
    const span = 2 * this.span[which], step = this.span[which] / 100;
    const oninput = (event) => { if (event.target.value !== "") this.change(which, i, Number(event.target.value)); };
    const onchange = () => this.save();
    const range = el("input", { type: "range", min: -span, max: span, step: step / 10, "aria-label": name, oninput, onchange, "data-slider": i === null ? which : `${which}${i}` });
    const box = el("input", { type: "number", step, "aria-label": name, oninput, onchange, "data-box": i === null ? which : `${which}${i}` });
    return { range, box_: box, box: el("span", { class: "tk-pair" }, range, box) };
  }

  // --- showing ---------------------------------------------------------------------------------------------------------

  update() {
    const { say, setup } = this;
    for (const button of this.choices.children) button.setAttribute("aria-checked", String(button.dataset.activation === this.activation));
    this.diagram.update();
    this.updateFormula();
    this.updateTable();
    const p = show(this.output);
    this.note.hidden = !setup.opaque;
    if (setup.opaque) this.note.textContent = say(setup.opaque === "softmax" ? "softmax" : "opaque", { name: setup.opaque, p });
    const unwritten = JSON.stringify([this.differences("w"), this.b]) !== JSON.stringify([this.written.w, this.written.b]);
    this.writeButton.disabled = !unwritten;
    this.engine.textContent = unwritten ? say("changed") : setup.opaque ? "" : say("engine", { y: p });
    if (unwritten) this.status.textContent = "";
    this.curve.canvas.setAttribute("aria-label", say("plot", { f: this.activation, z: fixed(this.z, 3), y: fixed(this.y, 4), slope: fixed(this.slope, 4) }));
    this.painter?.request();
  }

  updateFormula() {
    for (const { which, i, node, tell } of this.numbers) {
      const value = i === null ? this[which] : this[which][i], words = this.digits(which, value);
      node.textContent = words.startsWith("−") ? `(${words})` : words;
      tell(value);
    }
    this.restText.textContent = this.rest ? `${this.say("rest.sum", { n: this.rest, sum: fixed(this.restSum, 3) })} + ` : "";
    const formula = this.setup.functions[this.activation], name = this.activation;
    this.zText.textContent = fixed(this.z, 4);
    this.yLine.textContent = name === "linear" ? "y = z = " : `y = ${[...new Set([`${name}(z)`, written(formula.value)])].join(" = ")} = `;
    this.yText.textContent = fixed(this.y, 4);
    this.slopeLine.textContent = `f′(z) = ${typeof formula.slope === "number" ? "" : `${written(formula.slope)} = `}`;
    this.slopeText.textContent = fixed(this.slope, 4);
  }

  updateTable() {
    const put = ({ range, box_ }, which, value) => {
      range.value = value;
      if (document.activeElement !== box_) box_.value = value.toFixed(this.places[which] + 1).replace(/\.?0+$/, "");
    };
    for (const { i, x, w, product, gradient } of this.lines) {
      put(x, "x", this.x[i]);
      put(w, "w", this.w[i]);
      product.textContent = fixed(this.x[i] * this.w[i], 3);
      gradient.textContent = fixed(this.slope * this.x[i], 3);
    }
    put(this.bias, "b", this.b);
    this.biasCells.biasProduct.textContent = fixed(this.b, 3);
    this.biasCells.biasGradient.textContent = fixed(this.slope, 3);
    this.restProduct.textContent = fixed(this.restSum, 3);
  }

  draw(seconds) {
    this.root.classList.toggle("narrow", this.root.clientWidth < 640);
    const palette = colours(this.root);
    if (this.setup.many) this.maps.draw(palette);
    return this.curve.draw(palette, seconds);
  }
}

/** The next of 0.1, 0.2, 0.5, 1, 2, 5 … at or above `value`. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((m) => m * power).find((v) => v >= value * 0.999);
}

export default { render };
