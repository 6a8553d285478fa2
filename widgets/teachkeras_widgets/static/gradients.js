// Gradients while fit runs. A frame is the newest look; the film of all looks is kept here, thinned by half whenever it is full.

const RATIO = [-7, 0]; // log10 of update / weight on the scale
const GOOD = [-4, -2];

class GradientsView extends Page {
  constructor(model) {
    super(model, "gradients");
    this.setup = model.get("setup");
    this.chosen = 0;
    this.every = 1;
    this.looks = 0;
    this.rows = [];
    this.build();
    this.listen("change:frame", () => this.take());
    this.listen("change:film", () => this.load());
    this.listen("change:setup", () => { this.setup = model.get("setup"); this.build(); this.update(); });
    this.load();
    if (model.get("frame").norms) model.send({ type: "hello" });
  }

  /** One look: numbers by weight. */
  static read(row) {
    return { batch: row.batch, norms: floats(row.norms), ratios: floats(row.ratios), dead: row.dead, units: row.units, spread: bytes(row.spread) };
  }

  load() {
    this.rows = (this.model.get("film").rows ?? []).map(GradientsView.read);
    this.every = this.model.get("film").every ?? 1;
    this.looks = 0;
    this.update();
  }

  take() {
    const frame = this.model.get("frame");
    if (!frame.norms) { this.rows = []; this.every = 1; this.looks = 0; this.update(); return; }
    if (frame.batch !== this.rows.at(-1)?.batch) {
      const row = GradientsView.read(frame);
      if (this.looks++ % this.every === 0) this.rows.push(row);
      else this.rows[this.rows.length - 1] = row;
      if (this.rows.length > this.setup.film) { this.rows = this.rows.filter((_, i) => i % 2 === 0); this.every *= 2; }
    }
    this.update();
  }

  build() {
    const { say, setup } = this;
    this.state = el("span", { class: "tk-muted", "data-role": "state" });
    this.lines = setup.names.map((name, i) => this.line(name, i));
    const head = el("tr", {}, ...["weight", "norm", "ratio", "dead"].map((key) => el("th", { class: key === "dead" ? "number" : "" }, say(key))));
    this.table = el("table", { role: "grid" }, el("tbody", {}, head, ...this.lines.map(({ row }) => row)));
    this.norms = el("canvas", { role: "img", "aria-label": say("norms") });
    this.spread = el("canvas", { role: "img" });
    this.spreadTitle = el("figcaption", { class: "tk-muted" });
    this.root.replaceChildren(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")), this.state, el("span", { class: "tk-grow" }), this.help.button),
      this.help.paragraph, this.note, this.table,
      el("div", { class: "tk-stage" }, el("figure", {}, el("figcaption", { class: "tk-muted" }, say("norms")), this.norms), el("figure", {}, this.spreadTitle, this.spread)), this.heard);
  }

  line(name, i) {
    const norm = el("b", { "data-value": `norm${i}` }), ratio = el("b", { "data-value": `ratio${i}` }), dead = el("td", { class: "number", "data-value": `dead${i}` });
    const spark = el("canvas", { class: "tk-spark", "aria-hidden": "true" }), scale = el("canvas", { class: "tk-scale", "aria-hidden": "true" });
    const row = el("tr", { tabindex: 0, "data-weight": i, onclick: () => this.choose(i), onkeydown: (event) => this.key(event, i) },
      el("td", {}, name), el("td", {}, el("span", { class: "tk-cell" }, norm, spark)), el("td", {}, el("span", { class: "tk-cell" }, ratio, scale)), dead);
    return { row, norm, ratio, dead, spark, scale };
  }

  key(event, i) {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.max(0, Math.min(this.lines.length - 1, i + way));
    this.lines[to].row.focus();
    this.choose(to);
  }

  choose(i) { this.chosen = i; this.update(); }

  update() {
    const { say, setup, rows, chosen } = this, last = rows.at(-1), { state, batch } = this.model.get("frame");
    this.state.textContent = state ? `${say(state)} · ${say("batch", { batch: whole(batch) })}` : "";
    this.spreadTitle.textContent = say("spread", { name: setup.names[chosen] });
    this.tell(last ? this.warning(last) : say("empty"));
    this.lines.forEach(({ row, norm, ratio, dead }, i) => {
      row.setAttribute("aria-selected", String(i === chosen));
      norm.textContent = show(last?.norms[i], 3);
      ratio.textContent = show(last?.ratios[i], 2);
      dead.textContent = last ? say("of", { n: last.dead[i], all: last.units[i] }) : "–";
      dead.classList.toggle("tk-bad", Boolean(last?.dead[i] > last?.units[i] / 2));
      row.setAttribute("aria-label", say("row", { name: setup.names[i], norm: norm.textContent, ratio: ratio.textContent, dead: dead.textContent }));
    });
    this.spread.setAttribute("aria-label", this.spreadTitle.textContent);
    this.request();
  }

  /** The plainest thing that is wrong, if any. */
  warning({ norms }) {
    const { say, setup: { names } } = this, list = [...norms], end = list.at(-1);
    const bad = list.findIndex((v) => !Number.isFinite(v)), big = list.findIndex((v) => v > 1e3), small = list.findIndex((v) => v > 0 && v < end / 1e3);
    if (bad >= 0) return say("bad", { name: names[bad] });
    if (big >= 0) return say("exploding", { name: names[big], norm: show(list[big], 3) });
    return small >= 0 ? say("vanishing", { name: names[small], times: whole(end / list[small]) }) : "";
  }

  draw(palette) {
    this.lines.forEach((parts, i) => { this.drawSpark(parts.spark, palette, i); this.drawScale(parts.scale, palette, i); });
    const batches = this.span();
    this.drawNorms(palette, batches);
    this.drawSpread(palette, batches);
  }

  span() { const { rows } = this; return rows.length > 1 ? [rows[0].batch + 1, rows.at(-1).batch + 1] : [0, 1]; }

  logs(i) { return this.rows.map((row) => (row.norms[i] > 0 ? Math.log10(row.norms[i]) : NaN)); }

  drawSpark(canvas, palette, i) {
    const { pen, width, height } = sheet(canvas), values = this.logs(i), good = values.filter(Number.isFinite);
    if (!good.length) return;
    const low = Math.min(...good), high = Math.max(...good, low + 0.3), n = Math.max(values.length - 1, 1);
    line(pen, values.map((v, k) => [2 + (k / n) * (width - 4), height - 3 - ((v - low) / (high - low)) * (height - 6)]), { color: i === this.chosen ? palette.train : palette.muted, width: 1.4 });
  }

  drawScale(canvas, palette, i) {
    const { pen, width, height } = sheet(canvas), at = (e) => 4 + ((Math.max(RATIO[0], Math.min(RATIO[1], e)) - RATIO[0]) / (RATIO[1] - RATIO[0])) * (width - 8), middle = height / 2;
    line(pen, [[4, middle], [width - 4, middle]], { color: palette.edge, width: 1 });
    pen.fillStyle = palette.slope;
    pen.globalAlpha = 0.3;
    pen.fillRect(at(GOOD[0]), middle - 4, at(GOOD[1]) - at(GOOD[0]), 8);
    pen.globalAlpha = 1;
    const ratio = this.rows.at(-1)?.ratios[i];
    if (!(ratio > 0)) return;
    const e = Math.log10(ratio), good = e >= GOOD[0] && e <= GOOD[1];
    pen.fillStyle = good ? palette.slope : palette.validation;
    pen.beginPath();
    if (good) pen.arc(at(e), middle, 4.5, 0, 7);
    else pen.rect(at(e) - 4, middle - 4, 8, 8);
    pen.fill();
  }

  drawNorms(palette, x) {
    const all = this.setup.names.flatMap((_, i) => this.logs(i)).filter(Number.isFinite);
    const y = all.length ? [Math.min(...all) - 0.15, Math.max(...all) + 0.15] : [-3, 0];
    if (y[1] - y[0] < 1) y[0] = y[1] - 1;
    const { pen, X, Y } = axes(this.norms, palette, { x, y, logY: true, xName: this.say("batches") });
    const path = (i) => this.logs(i).map((v, k) => [X(this.rows[k].batch + 1), Y(v)]);
    this.setup.names.forEach((_, i) => { if (i !== this.chosen) line(pen, path(i), { color: palette.muted, width: 1.2, alpha: 0.55 }); });
    line(pen, path(this.chosen), { color: palette.train, width: 2.2 });
  }

  drawSpread(palette, x) {
    const { low, high, bins } = this.setup, { rows, chosen } = this;
    const { pen, area } = axes(this.spread, palette, { x, y: [low, high], xName: this.say("batches"), grid: false, marksY: ticks(low, high, 6) });
    if (!rows.length) return;
    const values = new Float32Array(bins * rows.length);
    rows.forEach((row, column) => { for (let k = 0; k < bins; k++) values[(bins - 1 - k) * rows.length + column] = row.spread[chosen * bins + k]; });
    heat(pen, values, rows.length, bins, { x: area.left, y: area.top, width: area.right - area.left, height: area.bottom - area.top }, shade(palette, 255));
  }
}

export default renderer(GradientsView);
