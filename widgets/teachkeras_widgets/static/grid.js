// A table of numbers as squares of colour, with the numbers in them where they are large enough; read by pointing or with the arrow keys.

class Grid {
  /** `point(row, column)` is told what the reader points at (null: nothing); `label` names it for a screen reader. */
  constructor({ label, point = () => {}, most = 44, least = 1, pick = null }) {
    Object.assign(this, { pointed: point, most, least, pick, at: null, marks: [] });
    this.canvas = el("canvas", { class: "tk-grid", tabindex: 0, role: "img", "aria-label": label });
    this.canvas.addEventListener("pointermove", (event) => this.point(...this.under(event)));
    this.canvas.addEventListener("pointerleave", () => { if (document.activeElement !== this.canvas) this.point(null); });
    this.canvas.addEventListener("pointerdown", (event) => { const at = this.under(event); this.point(...at); if (pick && this.at) pick(...at); });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("focus", () => this.redraw());
    this.canvas.addEventListener("blur", () => this.point(null));
  }

  /** The numbers: row by row. `scale`: "signed" (0 is paper) or [low, high] for shades of one colour. `wide`: a heat map stretched to this width. */
  show(values, rows, columns, { scale = "signed", labels = true, room = null } = {}) {
    Object.assign(this, { values, rows, columns, scale, labels, room });
    this.least_ = largest(values);
    return this;
  }

  /** The edge of a square for the room there is. */
  lay(width) {
    this.width = this.room ?? width;
    this.cell = Math.max(this.least, Math.min(this.most, this.width / this.columns));
    if (this.cell > 3) this.cell = Math.floor(this.cell);
    Object.assign(this.canvas.style, { width: `${this.cell * this.columns}px`, height: `${this.cell * this.rows}px` });
  }

  under(event) {
    const box = this.canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * this.rows), Math.floor(((event.clientX - box.left) / box.width) * this.columns)];
  }

  point(row, column) {
    const inside = row !== null && row >= 0 && row < this.rows && column >= 0 && column < this.columns;
    this.at = inside ? [row, column] : null;
    this.pointed(...(this.at ?? [null, null]));
    this.redraw();
  }

  key(event) {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity] }[event.key];
    if (this.pick && this.at && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); event.stopPropagation(); this.pick(...this.at); return; }
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = this.at ?? [0, 0], hold = (v, n) => Math.max(0, Math.min(n - 1, v));
    this.point(hold(row + (this.at ? way[0] : 0), this.rows), hold(column + (this.at ? way[1] : 0), this.columns));
  }

  value(row, column) { return this.values[row * this.columns + column]; }

  redraw() { if (this.palette) this.draw(this.palette); }

  draw(palette, width = null) {
    this.palette = palette;
    if (!this.values) return;
    if (width !== null) this.lay(width);
    const { cell, rows, columns } = this, { pen } = sheet(this.canvas);
    const color = this.scale === "signed" ? shade(palette, this.least_) : grey(palette, ...this.scale);
    heat(pen, this.values, columns, rows, { x: 0, y: 0, width: cell * columns, height: cell * rows }, color);
    if (cell >= 5) this.lines(pen, palette);
    if (this.labels && cell >= 30) this.numbers(pen, palette, color);
    for (const { row, column, height = 1, width: wide = 1, color: edge } of this.marks) this.frame(pen, row, column, palette[edge], height, wide);
    if (this.at) this.frame(pen, ...this.at, document.activeElement === this.canvas ? palette.focus : palette.ink);
  }

  lines(pen, palette) {
    pen.strokeStyle = palette.line;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let i = 0; i <= this.rows; i++) { pen.moveTo(0, i * this.cell); pen.lineTo(this.columns * this.cell, i * this.cell); }
    for (let i = 0; i <= this.columns; i++) { pen.moveTo(i * this.cell, 0); pen.lineTo(i * this.cell, this.rows * this.cell); }
    pen.stroke();
  }

  numbers(pen, palette, color) {
    Object.assign(pen, { textAlign: "center", textBaseline: "middle" });
    const dark = rgb(palette.paper)[0] < 128;
    this.values.forEach((value, i) => {
      const [r, g, b] = color(value), light = 0.299 * r + 0.587 * g + 0.114 * b > 140;
      pen.fillStyle = light === dark ? palette.paper : palette.ink;
      const text = brief(value), wide = pen.measureText(text).width;
      const scale = Math.min(1, (this.cell - 3) / wide);
      pen.save();
      pen.translate(((i % this.columns) + 0.5) * this.cell, (Math.floor(i / this.columns) + 0.5) * this.cell + 0.5);
      pen.scale(scale, scale);
      pen.fillText(text, 0, 0);
      pen.restore();
    });
  }

  frame(pen, row, column, color, height = 1, width = 1) {
    const line_ = this.cell >= 6 ? 2 : 1;
    Object.assign(pen, { strokeStyle: color, lineWidth: line_ });
    pen.strokeRect(column * this.cell + line_ / 2, row * this.cell + line_ / 2, width * this.cell - line_, height * this.cell - line_);
  }
}

/** A number in a small square. */
function brief(value) {
  if (!Number.isFinite(value)) return show(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 0.005) return value.toExponential(0).replaceAll("-", "−").replace("e", "ᴇ");
  if (Number.isInteger(value) && size < 1e5) return String(value).replace("-", "−");
  if (size >= 1e4) return value.toExponential(0).replaceAll("-", "−").replace("+", "");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace("-", "−");
}
