// Draw, and the user's own model answers. The drawing is a small image; a question goes out when it has changed.

class ClassifierView extends Page {
  constructor(model) {
    super(model, "classifier");
    this.setup = model.get("setup");
    this.questions = new Questions(this);
    this.ink = floats(model.get("frame").drawing);
    this.pen = [Math.floor(this.setup.rows / 2), Math.floor(this.setup.columns / 2)];
    this.build();
    this.listen("change:frame", () => { this.questions.answered(); this.update(); });
  }

  build() {
    const { say, setup } = this;
    this.sheet = el("canvas", { class: "tk-sheet", tabindex: 0, role: "img" });
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) this.sheet.addEventListener(kind, (event) => this.draws(event));
    this.sheet.addEventListener("keydown", (event) => this.key(event));
    this.sheet.addEventListener("blur", () => this.request());
    this.clearButton = el("button", { type: "button", onclick: () => this.clear() }, say("clear"));
    this.saliency = el("button", { type: "button", "aria-pressed": "false", onclick: () => { this.showing = !this.showing; this.update(); } }, say("saliency"));
    this.bars = setup.classes.map((name) => {
      const bar = el("div", { class: "tk-bar" }), number = el("span", { "data-value": `p${name}` });
      return { row: el("div", { class: "tk-line" }, el("span", {}, name), el("div", { class: "tk-track" }, bar), number), bar, number };
    });
    this.verdict = el("div", { class: "tk-verdict", "data-role": "verdict", "aria-live": "polite" });
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")), el("span", { class: "tk-grow" }), this.help.button), this.help.paragraph, this.note,
      el("div", { class: "tk-stage" }, el("div", { class: "tk-left" }, this.sheet, el("div", { class: "tk-row" }, this.clearButton, el("span", { class: "tk-choice" }, this.saliency))),
        el("div", { class: "tk-right" }, this.verdict, ...this.bars.map(({ row }) => row)), ...(setup.matrix ? [this.buildMatrix()] : [])), this.heard);
  }

  buildMatrix() {
    const { say, setup } = this, n = setup.classes.length, counts = integers(setup.matrix), right = setup.classes.reduce((sum, _, i) => sum + counts[i * n + i], 0), all = counts.reduce((a, b) => a + b, 0);
    const title = say("accuracy", { right: whole(right), all: whole(all), share: fixed((100 * right) / all, 1) });
    this.told = el("p", { class: "tk-muted tk-reading" }, title);
    const tell = (row, column) => { this.told.textContent = row === null ? title : say("cell", { true: setup.classes[row], guess: setup.classes[column], n: counts[row * n + column] }); };
    this.matrix = new Grid({ label: `${say("matrix")}. ${title}`, most: 30, point: tell, pick: (row, column) => this.open_(row, column) });
    this.matrix.show(counts.map((v, i) => (Math.floor(i / n) === i % n ? v : -v)), n, n, { labels: false });
    this.counts = counts;
    this.gallery = el("div", { class: "tk-gallery" });
    const names = (kind) => el("div", { class: `tk-axis ${kind}`, "aria-hidden": "true" }, ...setup.classes.map((name) => el("span", {}, name)));
    const table = el("div", { class: "tk-table" }, el("span"), names("across"), names("down"), this.matrix.canvas);
    return el("div", { class: "tk-test" }, el("div", { class: "tk-muted" }, say("matrix")), table, this.told, this.gallery);
  }

  /** The images of one cell of the matrix; a click takes one to the sheet. */
  open_(row, column) {
    const { setup, say } = this;
    this.gallery.replaceChildren(...(setup.examples[`${row}/${column}`] ?? []).map((data) => {
      const pixels = Float32Array.from(bytes(data), (v) => v / 255), canvas = el("canvas");
      const button = el("button", { type: "button", "aria-label": say("example", { true: setup.classes[row] }), onclick: () => { this.ink = pixels.slice(); this.ask(); } }, canvas);
      button.paint = (palette) => { const { pen, width, height } = sheet(canvas); heat(pen, pixels, setup.columns, setup.rows, { x: 0, y: 0, width, height }, grey(palette, 0, 1)); };
      return button;
    }));
    this.request();
  }

  draws(event) {
    if (event.type === "pointerdown") { this.down = true; this.sheet.setPointerCapture(event.pointerId); this.sheet.focus(); event.preventDefault(); }
    if (event.type === "pointerup" || event.type === "pointercancel") this.down = false;
    if (!this.down) return;
    for (const each of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const { left, top, width, height } = this.sheet.getBoundingClientRect();
      this.dab(((each.clientY - top) / height) * this.setup.rows - 0.5, ((each.clientX - left) / width) * this.setup.columns - 0.5, event.shiftKey ? 0 : 1);
    }
    this.ask();
  }

  /** Ink with a soft edge around (row, column). */
  dab(row, column, value) {
    const { rows, columns } = this.setup, radius = Math.max(rows / 15, 0.75);
    for (let i = Math.max(0, Math.floor(row - radius - 1)); i <= Math.min(rows - 1, row + radius + 1); i++) {
      for (let j = Math.max(0, Math.floor(column - radius - 1)); j <= Math.min(columns - 1, column + radius + 1); j++) {
        const share = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(i - row, j - column))), at = i * columns + j;
        this.ink[at] = value ? Math.max(this.ink[at], share) : Math.min(this.ink[at], 1 - share);
      }
    }
  }

  key(event) {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key], { rows, columns } = this.setup;
    if (way) this.pen = [Math.max(0, Math.min(rows - 1, this.pen[0] + way[0])), Math.max(0, Math.min(columns - 1, this.pen[1] + way[1]))];
    else if (event.key === " ") { this.dab(...this.pen, 1); this.ask(); }
    else if (event.key === "Delete" || event.key === "Backspace") { this.dab(...this.pen, 0); this.ask(); }
    else if (event.key.toLowerCase() === "c" && !event.ctrlKey && !event.metaKey) this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.request();
  }

  clear() { this.ink = new Float32Array(this.ink.length); this.ask(); }

  ask() { this.questions.ask({ type: "ask", pixels: [...this.ink].map((v) => Math.round(v * 1000) / 1000) }); this.request(); }

  update() {
    const { say, setup } = this, frame = this.model.get("frame"), best = frame.probabilities.indexOf(Math.max(...frame.probabilities));
    this.slope = floats(frame.saliency);
    frame.probabilities.forEach((p, i) => {
      const { row, bar, number } = this.bars[i];
      bar.style.width = `${100 * Math.max(0, Math.min(1, p))}%`;
      number.textContent = `${fixed(100 * p, 1)} %`;
      row.classList.toggle("best", i === best);
    });
    const blank = this.ink.every((v) => v === 0), places = { name: setup.classes[best], share: fixed(100 * frame.probabilities[best], 1) };
    this.verdict.textContent = blank ? say("blank") : say("says", places);
    this.sheet.setAttribute("aria-label", say("sheet", places));
    this.saliency.setAttribute("aria-pressed", String(Boolean(this.showing)));
    this.request();
  }

  draw(palette) {
    const { rows, columns } = this.setup;
    this.sheet.style.aspectRatio = `${columns} / ${rows}`;
    const { pen, width, height } = sheet(this.sheet), box = { x: 0, y: 0, width, height };
    heat(pen, this.ink, columns, rows, box, grey(palette, 0, 1));
    if (this.showing && this.slope) {
      const most = largest(this.slope), [r, g, b] = rgb(palette.validation);
      this.slope.forEach((v, i) => { pen.fillStyle = `rgb(${r} ${g} ${b} / ${0.85 * (v / most)})`; pen.fillRect((i % columns) * (width / columns), Math.floor(i / columns) * (height / rows), width / columns + 0.5, height / rows + 0.5); });
    }
    if (document.activeElement === this.sheet && this.sheet.matches(":focus-visible")) {
      Object.assign(pen, { strokeStyle: palette.focus, lineWidth: 2 });
      pen.strokeRect(this.pen[1] * (width / columns), this.pen[0] * (height / rows), width / columns, height / rows);
    }
    if (this.matrix) this.drawMatrix(palette);
  }

  /** Counts in their squares: right ones blue, mistakes orange, each on its own scale. */
  drawMatrix(palette) {
    const n = this.setup.classes.length, right = this.counts.filter((_, i) => Math.floor(i / n) === i % n), wrong = this.counts.filter((_, i) => Math.floor(i / n) !== i % n);
    const tops = [largest(wrong, 1), largest(right, 1)];
    this.matrix.values = Float32Array.from(this.counts, (v, i) => (Math.floor(i / n) === i % n ? v / tops[1] : -v / tops[0]));
    this.matrix.least_ = 1.35;
    this.matrix.draw(palette, 320);
    const { cell } = this.matrix, { pen } = { pen: this.matrix.canvas.getContext("2d") };
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", fillStyle: palette.ink });
    if (cell >= 18) this.counts.forEach((v, i) => { if (v) pen.fillText(String(v), ((i % n) + 0.5) * cell, (Math.floor(i / n) + 0.5) * cell); });
    for (const button of this.gallery.children) button.paint(palette);
  }

  close() { this.questions.close(); super.close(); }
}

export default renderer(ClassifierView);
