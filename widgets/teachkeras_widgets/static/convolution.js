// Convolution and pooling: the window, its arithmetic, what comes out. Everything is computed here.

class ConvolutionView extends Page {
  constructor(model) {
    super(model, "convolution");
    const setup = this.setup = model.get("setup"), edits = model.get("edits");
    this.image = floats(setup.image);
    const { mode, size, stride, padding, dilation } = setup;
    this.options = { mode, size, stride, padding, dilation, ...edits.options };
    this.kernel = edits.weights ? Float32Array.from(edits.weights) : floats(setup.kernel);
    this.channel = 0;
    this.filter = 0;
    this.at = [0, 0];
    this.preset = Object.keys(setup.presets)[0] ?? "own";
    this.build();
    this.compute();
  }

  compute() {
    const { setup } = this;
    this.slide = new Slide(this.image, setup.shape, this.kernel, setup.window, setup.bias, this.options);
    this.output = this.slide.all(this.channel, this.filter);
    this.at = [Math.max(0, Math.min(this.slide.rows - 1, this.at[0])), Math.max(0, Math.min(this.slide.columns - 1, this.at[1]))];
  }

  change(options) {
    Object.assign(this.options, options);
    this.compute();
    this.save();
    this.update();
  }

  save() { this.keep("edits", { ...this.options, options: this.options, weights: [...this.kernel] }); }

  build() {
    const { say, setup } = this, named = (list) => list.map((name) => [name, say(name)]);
    this.mode = choice(say("mode"), named(["conv", "max", "average"]), (mode) => this.change({ mode, stride: mode === "conv" ? setup.stride : this.options.size }));
    this.padding = choice(say("padding"), named(["valid", "same"]), (padding) => this.change({ padding }));
    const number = (key, min, max) => slider(say(key), { min, max, width: 64, input: (v) => this.change({ [key]: v }) });
    this.sliders = { size: number("size", 2, 4), stride: number("stride", 1, 4), dilation: number("dilation", 1, 3) };
    this.presets = menu(say("preset"), named([...Object.keys(setup.presets), "own"]), (name) => this.use(name));
    this.channels = slider(say("channel"), { min: 0, max: setup.shape[2] - 1, width: 80, input: (v) => { this.channel = v; this.compute(); this.update(); } });
    this.filters = slider(say("filter"), { min: 0, max: setup.window[3] - 1, width: 80, input: (v) => { this.filter = v; this.compute(); this.update(); } });
    this.walk = walker((key) => say(key), (by) => this.move(by), 260);
    this.wayback = el("button", { type: "button", "aria-pressed": "false", onclick: () => { this.back = !this.back; this.update(); } }, say("wayback"));
    this.input = new Grid({ label: say("image"), most: 34 });
    this.kernelGrid = new Grid({ label: say("kernel"), most: 44 });
    this.result = new Grid({ label: say("output"), most: 34, point: (row, column) => { if (row !== null) { this.walk.stop(); this.go(row, column); } } });
    this.titles = { image: el("figcaption", { class: "tk-muted" }), kernel: el("figcaption", { class: "tk-muted" }, say("kernel")), output: el("figcaption", { class: "tk-muted" }) };
    this.kernelFigure = el("figure", {}, this.titles.kernel, this.kernelGrid.canvas, this.boxes = el("div", { class: "tk-boxes" }));
    this.formula = el("div", { class: "tk-formula" }, this.formulaText = el("span"), this.formulaValue = el("b", { "data-value": "y" }));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, setup.layer ? say("title.layer", { layer: setup.layer }) : say("title")), el("span", { class: "tk-grow" }), this.walk.box, el("span", { class: "tk-choice" }, this.wayback), this.help.button),
      this.help.paragraph, this.note,
      el("div", { class: "tk-row tk-settings" }, this.mode.box, this.presets.box, this.sliders.size.box, this.sliders.stride.box, this.sliders.dilation.box, el("span", { class: "tk-group" }, say("padding"), this.padding.box), this.channels.box, this.filters.box),
      el("div", { class: "tk-stage" }, el("figure", {}, this.titles.image, this.input.canvas), this.kernelFigure, el("figure", {}, this.titles.output, this.result.canvas)), this.formula, this.heard);
    this.buildBoxes();
  }

  /** A number box for each weight of a small kernel of the reader's own. */
  buildBoxes() {
    const { setup } = this, [kh, kw] = setup.window;
    if (setup.layer || kh * kw > 25) return;
    this.boxes.style.gridTemplateColumns = `repeat(${kw}, 56px)`;
    this.boxes.append(...Array.from({ length: kh * kw }, (_, i) => el("input", {
      type: "number", step: 0.5, "data-weight": i, "aria-label": this.say("weight", { row: Math.floor(i / kw), column: i % kw }),
      oninput: (event) => { if (event.target.value !== "") this.weigh(i, Number(event.target.value)); },
    })));
  }

  weigh(i, value) {
    const inner = this.setup.window[2] * this.setup.window[3];
    for (let c = 0; c < this.setup.window[2]; c++) this.kernel[i * inner + c * this.setup.window[3] + this.filter] = value;
    this.preset = "own";
    this.change({});
  }

  use(name) {
    const values = this.setup.presets[name];
    this.preset = name;
    if (values) { const inner = this.setup.window[2] * this.setup.window[3]; this.kernel = this.kernel.map((_, i) => values[Math.floor(i / inner)]); }
    this.change({});
  }

  key(event) {
    if (event.key !== " " || !["CANVAS", "SECTION"].includes(event.target.tagName)) return;
    event.preventDefault();
    event.stopPropagation();
    this.walk.toggle();
  }

  go(row, column) { this.at = [row, column]; this.update(); }

  move(by) {
    const { columns, rows } = this.slide, n = this.at[0] * columns + this.at[1], to = by === -Infinity ? 0 : Math.max(0, Math.min(rows * columns - 1, n + by));
    this.at = [Math.floor(to / columns), to % columns];
    this.update();
    return to !== n;
  }

  update() {
    const { say, setup, slide, options } = this, conv = options.mode === "conv", [i, j] = this.at;
    this.mode.show(options.mode);
    this.padding.show(options.padding);
    for (const [key, each] of Object.entries(this.sliders)) each.set(options[key]);
    this.presets.show(this.preset);
    this.presets.box.hidden = !conv || !Object.keys(setup.presets).length;
    this.sliders.size.box.hidden = conv;
    this.sliders.dilation.box.hidden = !conv;
    this.channels.set(this.channel);
    this.filters.set(this.filter);
    this.channels.box.hidden = setup.shape[2] < 2;
    this.filters.box.hidden = setup.window[3] < 2 || !conv;
    this.kernelFigure.hidden = !conv;
    this.wayback.setAttribute("aria-pressed", String(Boolean(this.back)));
    const fits = slide.rows > 0 && slide.columns > 0;
    this.tell(fits ? "" : say("small"));
    this.result.canvas.hidden = this.formula.hidden = !fits;
    this.titles.image.textContent = `${this.back ? say("gradient") : say("image")} (${slide.h}, ${slide.w})`;
    this.titles.output.textContent = `${say("output")} (${slide.rows}, ${slide.columns})`;
    if (fits) { this.showInput(i, j); this.showKernel(); this.showOutput(i, j); this.showFormula(i, j); }
    this.request();
  }

  /** The image with its padding around it, and the window on it. */
  showInput(i, j) {
    const { slide, channel, filter } = this, { down, across } = slide, rows = slide.h + down.before + down.after, columns = slide.w + across.before + across.after;
    const values = new Float64Array(rows * columns), back = this.back ? slide.gradient(i, j, channel, filter) : null;
    for (let r = 0; r < slide.h; r++) for (let c = 0; c < slide.w; c++) values[(r + down.before) * columns + c + across.before] = back ? back[r * slide.w + c] : this.image[(r * slide.w + c) * slide.c + channel];
    this.input.show(values, rows, columns);
    this.input.marks = [
      ...(down.before + down.after + across.before + across.after ? [{ row: down.before, column: across.before, height: slide.h, width: slide.w, color: "edge" }] : []),
      ...slide.terms(i, j, channel, filter).map(({ row, column }) => ({ row: row + down.before, column: column + across.before, color: slide.dilation > 1 ? "best" : "line" })),
      { row: i * slide.stride, column: j * slide.stride, height: (slide.kh - 1) * slide.dilation + 1, width: (slide.kw - 1) * slide.dilation + 1, color: "best" },
    ];
  }

  showKernel() {
    const { window: [kh, kw, c, f] } = this.setup, values = Float64Array.from({ length: kh * kw }, (_, k) => this.kernel[(k * c + this.channel) * f + this.filter]);
    this.kernelGrid.show(values, kh, kw);
    [...this.boxes.children].forEach((box, k) => { if (document.activeElement !== box) box.value = Number(values[k].toFixed(3)); });
  }

  showOutput(row, column) {
    this.result.show(this.output, this.slide.rows, this.slide.columns);
    this.result.marks = [{ row, column, color: "best" }];
    this.result.canvas.setAttribute("aria-label", this.say("cell", { row, column, value: show(this.output[row * this.slide.columns + column]) }));
  }

  showFormula(i, j) {
    const { say, slide, channel, filter } = this, terms = slide.terms(i, j, channel, filter), value = this.output[i * slide.columns + j];
    const n = (v) => { const text = v === null ? "0" : Number.isInteger(v) ? String(v).replace("-", "−") : show(v, 3); return text.startsWith("−") ? `(${text})` : text; };
    let text;
    if (slide.pool) {
      const inside = terms.filter(({ x }) => x !== null).map(({ x }) => n(x));
      text = slide.mode === "max" ? `max(${inside.join(", ")})` : `(${inside.join(" + ")}) / ${inside.length}`;
    } else {
      const shown = terms.filter(({ x, w }) => x && w).slice(0, 12).map(({ x, w }) => `${n(x)} · ${n(w)}`), more = terms.filter(({ x, w }) => x && w).length - shown.length;
      const others = slide.c > 1 ? value - slide.bias[filter] - slide.part(i, j, channel, filter) : null;
      text = [...(shown.length ? shown : ["0"]), ...(more > 0 ? ["…"] : []), ...(others === null ? [] : [say("others", { sum: show(others, 4) })]), ...(slide.bias[filter] ? [say("bias", { b: n(slide.bias[filter]) })] : [])].join(" + ");
    }
    this.formulaText.textContent = `y[${i}, ${j}] = ${text} = `;
    this.formulaValue.textContent = show(value, 5);
  }

  draw(palette) {
    if (!this.slide.rows || !this.slide.columns) return;
    const room = this.root.clientWidth - 30, wide = !this.root.classList.contains("narrow"), each = wide ? Math.min(400, (room - (this.kernelFigure.hidden ? 40 : 240)) / 2) : Math.min(room, 400);
    this.input.draw(palette, each);
    this.kernelGrid.draw(palette, 150);
    this.result.most = this.input.cell;
    this.result.draw(palette, each);
  }

  close() { this.walk.stop(); super.close(); }
}

export default renderer(ConvolutionView);
