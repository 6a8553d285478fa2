// The parts of the step-through: the list of steps with the shapes between them, and one array.

const PHASES = ["forward", "loss", "backward", "update", "metrics"];
const OUTPUT = /^(y\d*|.*_bar)$/;

const shapeText = (shape) => (shape.length ? `(${shape.join(", ")})` : "( )");

/** The steps from top to bottom, by phase; on the edge between two the shape of what flows. */
class Trail {
  constructor(page) {
    this.page = page;
    this.box = el("ol", { class: "tk-trail", "aria-label": page.say("title", { model: page.setup.model }) });
    this.build();
  }

  build() {
    const { steps } = this.page.setup, { say } = this.page;
    this.items = steps.map((step, i) => {
      const button = el("button", { type: "button", "data-step": i, onclick: () => this.page.go(i) },
        el("span", { class: "tk-op" }, step.op), el("span", { class: "tk-muted" }, layerName(step.layer)));
      const out = shapeOut(step), parts = [];
      if (i === 0 || steps[i - 1].phase !== step.phase) parts.push(el("span", { class: `tk-phase ${step.phase}` }, say(step.phase)));
      parts.push(button);
      if (out) parts.push(el("span", { class: "tk-edge", "aria-hidden": "true" }, out));
      return el("li", { class: step.phase }, ...parts);
    });
    this.box.append(...this.items);
  }

  show(position) {
    this.items.forEach((item, i) => {
      const button = item.querySelector("button");
      if (i === position) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      item.classList.toggle("done", i < position);
    });
    const item = this.items[position], { box } = this;
    const [top, bottom] = [item.offsetTop - box.offsetTop, item.offsetTop - box.offsetTop + item.offsetHeight];
    if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 3;
  }
}

const layerName = (layer) => layer.split("/").slice(1).join("/") || layer;

function shapeOut(step) {
  const names = Object.keys(step.shapes);
  if (step.phase === "update") return `w ${shapeText(step.shapes.w ?? [])}`;
  const out = step.phase === "backward" ? names.filter((n) => n.endsWith("_bar") && n !== "y_bar") : names.filter((n) => /^y\d*$/.test(n));
  return out.map((name) => `${pretty(name)} ${shapeText(step.shapes[name])}`).join("  ");
}

/** w_bar is written w̄. */
function pretty(name) { return name.endsWith("_bar") ? `${name.slice(0, -4)}\u0304` : name; }

/** One array of a step: name, shape, where it comes from, its squares, its range. */
class ArrayBox {
  constructor(page, name, piece, origin) {
    this.page = page;
    const { say } = page, reading = el("span", { class: "tk-muted" }), range = say("range", { min: show(piece.min, 3), max: show(piece.max, 3), mean: show(piece.mean, 3) });
    reading.textContent = range;
    const values = floats(piece.data);
    this.grid = new Grid({
      label: `${name} ${shapeText(piece.shape)}: ${range}`,
      point: (row, column) => { reading.textContent = row === null ? range : say("cell", { name: pretty(name), row, column, value: show(values[row * piece.columns + column], 5) }); },
    }).show(values, piece.rows, piece.columns);
    const from = origin === undefined ? null : typeof origin === "number"
      ? el("button", { type: "button", class: "tk-link", onclick: () => page.go(origin) }, say("from.step", { n: origin + 1 }))
      : el("span", { class: "tk-muted" }, say("from.weight", { path: layerName(origin) }));
    this.box = el("figure", { "data-array": name },
      el("figcaption", {}, el("b", {}, pretty(name)), el("span", {}, shapeText(piece.shape)), from, piece.cut ? el("span", { class: "tk-muted" }, say("shown", { cut: piece.cut })) : null),
      this.grid.canvas, el("div", { class: "tk-reading" }, reading));
  }

  draw(palette, room) {
    const { rows, columns } = this.grid;
    this.grid.most = rows * columns <= 64 ? 44 : 16;
    this.grid.draw(palette, Math.min(room, 420));
  }
}
