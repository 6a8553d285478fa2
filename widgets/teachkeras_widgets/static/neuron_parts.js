// The parts of the neuron's page: the diagram, the curve, the pictures of many inputs.

const SUBSCRIPT = "₀₁₂₃₄₅₆₇₈₉";
const below = (i) => String(i).replace(/\d/g, (digit) => SUBSCRIPT[digit]);

/** The picture of the neuron: circles are inputs, squares are weights, all of them handles. */
class Diagram {
  constructor(neuron) {
    this.neuron = neuron;
    this.svg = el("svg:svg", { class: "tk-diagram", role: "group" });
  }

  /** Lay the nodes out anew: other inputs are in hand. */
  build() {
    const { neuron } = this, { picked, rest } = neuron;
    const rows = picked.length + (rest ? 1 : 0), gap = Math.min(52, 250 / rows), top = 30, half = ((rows - 1) * gap) / 2;
    const middle = top + Math.max(half, 44), first = middle - half, height = middle + Math.max(half + 26, 118);
    this.svg.setAttribute("viewBox", `0 0 440 ${height}`);
    this.svg.replaceChildren();
    this.rows = picked.map((i, row) => this.buildRow(i, first + row * gap, middle));
    if (rest) this.buildRest(first + picked.length * gap, middle);
    this.buildBody(middle, middle + 94);
  }

  buildRow(i, y, middle) {
    const edge = el("svg:line", { x1: 62, y1: y, x2: 250, y2: middle });
    const at = 0.34; // a third of the way, where the edges have not come together yet
    const wx = 62 + 188 * at, wy = y + (middle - y) * at;
    const xCircle = el("svg:circle", { class: "node", cx: 62, cy: y, r: 18 });
    const xText = text(62, y + 4, "middle"), wText = text(wx, wy + 4, "middle");
    const wBox = el("svg:rect", { class: "node", x: wx - 24, y: wy - 11, width: 48, height: 22, rx: 4 });
    const xNode = el("svg:g", { class: "handle" }, xCircle, xText), wNode = el("svg:g", { class: "handle" }, wBox, wText);
    const name = text(36, y + 4, "end");
    name.textContent = `x${below(i + 1)}`;
    this.svg.append(edge, name, xNode, wNode);
    const tellX = this.neuron.handle(xNode, "x", i, "y"), tellW = this.neuron.handle(wNode, "w", i, "y");
    return { i, edge, xCircle, xText, wBox, wText, tellX, tellW };
  }

  buildRest(y, middle) {
    const name = text(8, y + 4, "start");
    name.setAttribute("class", "small");
    name.textContent = this.neuron.say("rest", { n: this.neuron.rest });
    this.svg.append(el("svg:line", { x1: 120, y1: y, x2: 250, y2: middle, stroke: "var(--tk-edge)", "stroke-dasharray": "2 3" }), name);
  }

  buildBody(middle, low) {
    const arrow = { stroke: "var(--tk-edge)", "stroke-width": 1.4 };
    this.zText = text(250, middle + 5, "middle");
    this.yText = text(396, middle + 5, "middle");
    this.fText = text(328, middle + 5, "middle");
    this.bText = text(250, low + 4, "middle");
    const bNode = el("svg:g", { class: "handle" }, el("svg:rect", { class: "node", x: 222, y: low - 12, width: 56, height: 24, rx: 4 }), this.bText);
    const small = (x, y, words) => { const t = text(x, y, "middle"); t.setAttribute("class", "small"); t.textContent = words; return t; };
    const { say } = this.neuron;
    this.svg.append(
      el("svg:line", { x1: 250, y1: low - 12, x2: 250, y2: middle, ...arrow }), el("svg:line", { x1: 250, y1: middle, x2: 396, y2: middle, ...arrow }),
      el("svg:circle", { class: "node", cx: 250, cy: middle, r: 28 }), el("svg:rect", { class: "node", x: 298, y: middle - 17, width: 60, height: 34, rx: 6 }),
      el("svg:circle", { class: "node", cx: 396, cy: middle, r: 28 }),
      small(250, middle - 36, `${say("sum")} z`), small(328, middle - 25, "f"), small(396, middle - 36, `${say("output")} y`),
      small(316, low + 4, `${say("bias")} b`), this.zText, this.fText, this.yText, bNode);
    this.tellB = this.neuron.handle(bNode, "b", null, "y");
  }

  update() {
    const { neuron } = this, { x, w, b, z, y } = neuron;
    const spanX = neuron.span.x, spanW = neuron.span.w;
    for (const row of this.rows) {
      const weight = w[row.i], strength = Math.min(Math.abs(weight) / spanW, 1);
      const color = weight < 0 ? "var(--tk-validation)" : "var(--tk-train)";
      set(row.edge, { stroke: color, "stroke-width": 1 + 5 * strength, "stroke-dasharray": weight < 0 ? "7 4" : "none" });
      set(row.wBox, { style: `stroke: ${color}` });
      const share = Math.min(Math.abs(x[row.i]) / spanX, 1) * 38;
      set(row.xCircle, { style: `fill: color-mix(in srgb, ${x[row.i] < 0 ? "var(--tk-validation)" : "var(--tk-train)"} ${share}%, var(--tk-face))` });
      row.xText.textContent = neuron.digits("x", x[row.i]);
      row.wText.textContent = neuron.digits("w", weight);
      row.tellX(x[row.i]);
      row.tellW(weight);
    }
    this.tellB(b);
    this.bText.textContent = neuron.digits("b", b);
    this.zText.textContent = fixed(z, 2);
    this.yText.textContent = fixed(y, 3);
    this.fText.textContent = neuron.activation;
    this.svg.setAttribute("aria-label", neuron.say("diagram", { n: x.length, z: fixed(z, 3), y: fixed(y, 4) }));
  }
}

function text(x, y, anchor) { return el("svg:text", { x, y, "text-anchor": anchor }); }
function set(node, attributes) { for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value); }

/** The activation's curve, its slope, the tangent and the point where the neuron stands; dragging sideways moves the bias. */
class Curve {
  constructor(neuron) {
    this.neuron = neuron;
    this.canvas = el("canvas", { class: "tk-curve" });
    this.reach = null; // half the width of the z axis
    this.tell = handle(this.canvas, {
      label: "z", axis: "x", get: () => neuron.z, set: (z) => neuron.change("b", null, neuron.b + z - neuron.z),
      step: () => (2 * this.reach) / Math.max(this.canvas.clientWidth - 60, 1), done: () => neuron.save(),
    });
  }

  draw(palette, seconds) {
    const { neuron } = this, { z, y, slope } = neuron;
    const moving = this.widen(Math.max(6, Math.abs(z) * 1.25), seconds);
    const { pen, width, height } = sheet(this.canvas), reach = this.reach;
    const curve = Array.from({ length: 241 }, (_, i) => { const at = -reach + (i * reach) / 120; return [at, neuron.f(at)]; });
    const values = curve.flatMap(([, v]) => [v.y, v.slope]).filter(Number.isFinite);
    let [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
    const room = (high - low) * 0.08;
    [low, high] = [low - room, high + room];
    const area = { left: 40, right: width - 12, top: 10, bottom: height - 34 };
    const X = (v) => area.left + ((v + reach) / (2 * reach)) * (area.right - area.left);
    const Y = (v) => area.bottom - ((v - low) / (high - low)) * (area.bottom - area.top);
    this.axes(pen, area, X, Y, low, high, palette);
    line(pen, curve.map(([at, v], i) => [X(at), Math.abs(v.slope - (curve[i - 1] ?? curve[0])[1].slope) > 0.3 ? NaN : Y(v.slope)]), { color: palette.slope, dash: [6, 4], width: 1.6 });
    line(pen, curve.map(([at, v]) => [X(at), Y(v.y)]), { color: palette.train, width: 2.6 });
    this.point(pen, area, X, Y, palette, { z, y, slope });
    this.tell(z);
    return moving;
  }

  widen(goal, seconds) {
    if (this.reach === null || Math.abs(goal - this.reach) < 1e-2 * goal) { this.reach = goal; return false; }
    this.reach += (goal - this.reach) * (1 - Math.exp(-seconds * 10));
    return true;
  }

  axes(pen, area, X, Y, low, high, palette) {
    Object.assign(pen, { strokeStyle: palette.line, fillStyle: palette.muted, lineWidth: 1, textAlign: "right", textBaseline: "middle" });
    pen.beginPath();
    for (const mark of ticks(low, high, 5)) {
      pen.moveTo(area.left, Math.round(Y(mark)) + 0.5);
      pen.lineTo(area.right, Math.round(Y(mark)) + 0.5);
      pen.fillText(String(mark).replace("-", "−"), area.left - 7, Y(mark));
    }
    pen.stroke();
    Object.assign(pen, { textAlign: "center", textBaseline: "top" });
    for (const mark of ticks(-this.reach, this.reach, 7)) pen.fillText(String(mark).replace("-", "−"), X(mark), area.bottom + 5);
    pen.fillText("z", (area.left + area.right) / 2, area.bottom + 20);
    line(pen, [[X(0), area.top], [X(0), area.bottom]], { color: palette.edge, width: 1 });
  }

  point(pen, area, X, Y, palette, { z, y, slope }) {
    const [px, py] = [X(z), Y(y)], perPixel = (Y(1) - Y(0)) / (X(1) - X(0)), rise = slope * perPixel;
    const half = 62 / Math.hypot(1, rise);
    line(pen, [[px, area.bottom], [px, py], [area.left, py]], { color: palette.muted, width: 1, dash: [2, 3] });
    line(pen, [[px - half, py - half * rise], [px + half, py + half * rise]], { color: palette.best, width: 2.4 });
    pen.beginPath();
    pen.arc(px, py, 6.5, 0, 7);
    Object.assign(pen, { fillStyle: palette.paper, strokeStyle: palette.ink, lineWidth: 2.4 });
    pen.fill();
    pen.stroke();
  }
}

/** Many inputs as pictures: x, w and w · x, a square image where they form one, else a strip. A click takes an input in hand. */
class Maps {
  constructor(neuron) {
    this.neuron = neuron;
    this.text = el("p", { class: "tk-help", "aria-live": "polite" });
    this.at = 0;
    this.maps = ["x", "w", "p"].map((which) => {
      const canvas = el("canvas", { tabindex: 0, role: "img", "data-map": which, "aria-label": neuron.say(`map.${which}`) });
      canvas.addEventListener("pointermove", (event) => this.point(this.under(event, canvas)));
      canvas.addEventListener("pointerdown", (event) => neuron.pick(this.under(event, canvas)));
      canvas.addEventListener("keydown", (event) => this.key(event));
      return { which, canvas };
    });
    this.box = el("div", {}, el("div", { class: "tk-maps" }, ...this.maps.map(({ which, canvas }) =>
      el("figure", {}, el("figcaption", {}, neuron.say(`map.${which}`)), canvas))), this.text);
  }

  /** Choose columns, rows and the size of a square for n inputs. */
  lay() {
    const n = this.neuron.x.length, side = Math.round(Math.sqrt(n));
    this.columns = side * side === n ? side : Math.min(n, 32);
    this.rows = Math.ceil(n / this.columns);
    const size = Math.max(Math.min(Math.floor(168 / this.columns), 24), 1);
    for (const { canvas } of this.maps) Object.assign(canvas.style, { width: `${size * this.columns}px`, height: `${size * this.rows}px` });
    this.text.textContent = this.neuron.say("pick", { n: this.neuron.most });
  }

  under(event, canvas) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * this.columns), row = Math.floor(((event.clientY - top) / height) * this.rows);
    return row * this.columns + column;
  }

  point(i) {
    const { x, w } = this.neuron;
    if (!(i >= 0 && i < x.length)) return;
    this.at = i;
    this.text.textContent = this.neuron.say("pixel", { i: i + 1, x: show(x[i], 3), w: show(w[i], 3), p: show(x[i] * w[i], 3) });
    this.neuron.painter.request();
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (step === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.point(this.at + step);
    else this.neuron.pick(this.at);
  }

  draw(palette) {
    const { x, w } = this.neuron;
    const values = { x, w, p: x.map((v, i) => v * w[i]) };
    for (const { which, canvas } of this.maps) {
      const { pen, width, height } = sheet(canvas), cell = width / this.columns;
      const most = values[which].reduce((top, v) => Math.max(top, Math.abs(v)), 1e-12);
      values[which].forEach((v, i) => {
        pen.globalAlpha = Math.min(Math.abs(v) / most, 1);
        pen.fillStyle = v < 0 ? palette.validation : which === "x" ? palette.ink : palette.train;
        pen.fillRect((i % this.columns) * cell, Math.floor(i / this.columns) * cell, Math.ceil(cell), Math.ceil(cell));
      });
      pen.globalAlpha = 1;
      const frame = (i, color, width) => {
        Object.assign(pen, { strokeStyle: color, lineWidth: width });
        pen.strokeRect((i % this.columns) * cell + 1, Math.floor(i / this.columns) * cell + 1, cell - 2, cell - 2);
      };
      if (cell >= 4) for (const i of this.neuron.picked) frame(i, palette.best, 2);
      if (document.activeElement === canvas) frame(this.at, palette.focus, 2);
    }
  }
}
