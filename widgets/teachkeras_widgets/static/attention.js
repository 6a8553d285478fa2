// An attention map: a head at a time, a query at a time.

class AttentionView extends Page {
  constructor(model) {
    super(model, "attention");
    this.setup = model.get("setup");
    this.values = floats(this.setup.values);
    this.head = model.get("edits").head ?? 0;
    this.query = 0;
    this.build();
  }

  build() {
    const { say, setup } = this;
    this.heads = slider(say("head"), { min: 0, max: setup.heads - 1, input: (head) => { this.head = head; this.update(); }, done: () => this.keep("edits", { head: this.head }) });
    this.heads.box.hidden = setup.heads < 2;
    this.grid = new Grid({ label: say("map"), most: 34, point: (row, column) => this.point(row, column) });
    this.reading = el("p", { class: "tk-muted tk-reading" });
    this.title = el("div", { class: "tk-verdict" });
    this.bars = setup.keys.map((key) => { const bar = el("div", { class: "tk-bar" }), number = el("span"); return { bar, number, row: el("div", { class: "tk-line" }, el("span", {}, key), el("div", { class: "tk-track" }, bar), number) }; });
    this.entropy = el("p", { class: "tk-help", "data-role": "spread" });
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title")), el("span", { class: "tk-grow" }), this.heads.box, this.help.button), this.help.paragraph, this.note,
      el("div", { class: "tk-stage" }, el("div", {}, el("div", { class: "tk-muted" }, say("map")), this.grid.canvas, this.reading), el("div", { class: "tk-right" }, this.title, el("div", { class: "tk-list" }, ...this.bars.map(({ row }) => row)), this.entropy)), this.heard);
    if (setup.cut) this.tell(say("cut", { rows: setup.cut[0], columns: setup.cut[1] }));
  }

  point(row, column) {
    if (row === null) { this.reading.textContent = ""; return; }
    this.query = row;
    this.reading.textContent = this.say("cell", { query: this.setup.queries[row], key: this.setup.keys[column], share: fixed(100 * this.grid.value(row, column), 1) });
    this.update();
  }

  update() {
    const { say, setup, query } = this, size = setup.rows * setup.columns, map = this.values.subarray(this.head * size, (this.head + 1) * size), row = map.subarray(query * setup.columns, (query + 1) * setup.columns);
    this.heads.set(this.head);
    this.grid.show(map, setup.rows, setup.columns, { labels: true });
    this.grid.least_ = 1;
    this.grid.marks = [{ row: query, column: 0, width: setup.columns, color: "muted" }];
    this.title.textContent = say("looks", { query: setup.queries[query] });
    row.forEach((share, i) => { this.bars[i].bar.style.width = `${100 * share}%`; this.bars[i].number.textContent = `${fixed(100 * share, 1)} %`; });
    const entropy = -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);
    this.entropy.textContent = say("spread", { n: fixed(2 ** entropy, 1) });
    this.request();
  }

  draw(palette) { this.grid.draw(palette, Math.min(420, this.root.clientWidth - 30)); }
}

export default renderer(AttentionView);
