// A model's graph as SVG. Opening an inner model lays the whole anew; everything is here, no kernel is needed.

const shapeOf = (shape) => (shape ? `(${shape.map((n) => n ?? "·").join(", ")})` : "");

class GraphView extends Page {
  constructor(model) {
    super(model, "graph");
    this.setup = model.get("setup");
    this.open_ = new Set(model.get("edits").open ?? []);
    this.build();
    this.lay();
    this.chosen = this.order[0];
    this.listen("change:frame", () => this.flow());
  }

  /** New numbers of each layer came: into the boxes, which grow by a line for the first ones. */
  flow() {
    if (this.tall !== Boolean(this.numbers())) this.lay();
    this.update();
  }

  numbers() { return this.model.get("frame").layers; }

  build() {
    const { say, setup } = this;
    this.svg = el("svg:svg", { role: "group", "aria-label": say("title", { name: setup.name }) });
    this.pane = el("div", { class: "tk-pane" });
    this.state = el("span", { class: "tk-muted", "data-role": "state" });
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title", { name: setup.name })), el("span", { class: "tk-muted", "data-value": "parameters" }, say("parameters", { n: whole(setup.parameters) })), this.state, el("span", { class: "tk-grow" }), this.help.button),
      this.help.paragraph, this.note, el("div", { class: "tk-stage" }, el("div", { class: "tk-scroll" }, this.svg), this.pane), this.heard);
    if (!setup.graph.connected) this.tell(say("loose"));
  }

  lay() {
    this.tall = Boolean(this.numbers());
    const all = placed(this.setup.graph, this.open_, this.tall ? BOX.live : BOX.height), margin = 6;
    this.order = [];
    this.nodes = new Map();
    this.svg.setAttribute("viewBox", `${-margin} ${-margin} ${all.width + 2 * margin} ${all.height + 2 * margin}`);
    this.svg.setAttribute("width", all.width + 2 * margin);
    this.svg.replaceChildren(el("svg:defs", {}, el("svg:marker", { id: "tk-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, el("svg:path", { d: "M0 0L8 4L0 8z", class: "tip" }))), this.group(all, 0, 0));
  }

  group(all, x, y) {
    const edges = all.edges.map(([a, b]) => this.edge(a, b)), nodes = all.nodes.map((node) => this.box(node));
    return el("svg:g", { transform: `translate(${x} ${y})` }, ...edges, ...nodes);
  }

  edge(a, b) {
    const [x1, y1, x2, y2] = [a.x, a.y + a.height, b.x, b.y - 1], far = b.rank - a.rank > 1, bend = far ? 44 + Math.max(a.width, b.width) / 2 : 0;
    const d = far && Math.abs(x1 - x2) < 30 ? `M${x1 + a.width / 2} ${a.y + a.height / 2}C${x1 + bend + 26} ${a.y + a.height},${x2 + bend + 26} ${y2 - 20},${x2 + b.width / 4} ${y2}` : `M${x1} ${y1}C${x1} ${y1 + 22},${x2} ${y2 - 22},${x2} ${y2}`;
    const label = far ? null : el("svg:text", { x: (x1 + x2) / 2 + 7, y: (y1 + y2) / 2 + 4, class: "small" }, shapeOf(a.shape));
    return el("svg:g", {}, el("svg:path", { d, class: "edge", "marker-end": "url(#tk-tip)" }), ...(label ? [label] : []));
  }

  box(node) {
    const { say } = this, left = node.x - node.width / 2, label = say("node", { name: node.name, kind: node.kind, shape: shapeOf(node.shape), n: whole(node.parameters) });
    const second = [node.kind, node.call ? say("again", { n: node.call + 1 }) : "", node.parameters ? whole(node.parameters) : ""].filter(Boolean).join(" · ");
    const clip = (text) => (text.length > 25 ? `${text.slice(0, 24)}…` : text);
    const group = el("svg:g", {
      class: `node ${node.inner ? "inner" : ""} ${node.kind === "Input" || node.kind === "InputLayer" ? "input" : ""}`, tabindex: 0, role: "button", "data-node": node.key, "aria-label": label,
      onclick: (event) => { event.stopPropagation(); this.choose(node.key); }, ondblclick: (event) => { event.stopPropagation(); this.toggle(node.key); }, onkeydown: (event) => this.key(event, node.key),
    },
      el("svg:title", {}, label), el("svg:rect", { x: left, y: node.y, width: node.width, height: node.height, rx: 6 }),
      el("svg:text", { x: left + 11, y: node.y + 19, class: "name" }, clip(node.name)), el("svg:text", { x: left + 11, y: node.y + 36, class: "small" }, node.laid ? "" : clip(second)));
    const live = node.laid ? null : el("svg:text", { x: left + 11, y: node.y + 53, class: "small live", "data-live": node.key });
    if (live) group.append(live);
    this.nodes.set(node.key, { node, group, live });
    this.order.push(node.key);
    if (node.laid) group.append(this.group(node.laid, left + (node.width - node.laid.width) / 2, node.y + BOX.head));
    return group;
  }

  key(event, key) {
    const at = this.order.indexOf(key), to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: this.order.length - 1 }[event.key];
    if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) { this.choose(key); this.toggle(key); return; }
    const next = this.order[Math.max(0, Math.min(this.order.length - 1, to))];
    this.choose(next);
    this.nodes.get(next).group.focus();
  }

  toggle(key) {
    if (!this.nodes.get(key).node.inner) return;
    if (this.open_.has(key)) this.open_.delete(key);
    else this.open_.add(key);
    this.keep("edits", { open: [...this.open_] });
    this.lay();
    this.update();
    this.nodes.get(key).group.focus();
  }

  choose(key) { this.chosen = key; this.update(); }

  update() {
    const { say } = this, chosen = this.nodes.get(this.chosen) ?? this.nodes.get(this.order[0]), { node } = chosen;
    const numbers = this.numbers() ?? {}, { state, batch } = this.model.get("frame");
    this.state.textContent = state ? `${say(state)} · ${say("batch", { batch: whole(batch) })}` : "";
    for (const [key, { group, live }] of this.nodes) {
      group.setAttribute("aria-pressed", String(key === node.key));
      const told = numbers[key], places = told && { std: show(told.std, 3), gradient: show(told.gradient, 3) };
      if (live) live.textContent = told ? say(told.gradient === null ? "live.still" : "live", places) : "";
      live?.classList.toggle("dead", told?.zeros > 0.95);
    }
    const fact = (key, name, value) => el("div", {}, el("dt", {}, name), el("dd", { "data-value": key }, value));
    const list = (name, entries) => (entries.length ? [el("div", { class: "tk-muted tk-head" }, name), el("dl", { class: "tk-pairs" }, ...entries.flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, String(value))]))] : []);
    this.pane.replaceChildren(
      el("div", { class: "tk-row" }, el("b", {}, node.name), el("span", { class: "tk-muted" }, node.kind), node.inner ? el("button", { type: "button", onclick: () => this.toggle(node.key) }, say(this.open_.has(node.key) ? "shut" : "open")) : ""),
      el("dl", { class: "tk-facts" }, fact("shape", say("shape"), shapeOf(node.shape) || "–"), fact("count", say("parameters.name"), whole(node.parameters)), fact("trainable", say("trainable"), whole(node.trainable)), ...this.facts(numbers[node.key], fact)),
      ...list(say("weights"), node.weights.map(([name, shape]) => [name, shapeOf(shape)])), ...list(say("settings"), Object.entries(node.config)));
    this.request();
  }

  facts(told, fact) {
    const { say } = this;
    if (!told) return [];
    const gradient = told.gradient === null ? [] : [fact("gradient", say("gradient"), show(told.gradient, 3))];
    return [fact("mean", say("mean"), show(told.mean, 3)), fact("std", say("std"), show(told.std, 3)), fact("zeros", say("zeros"), `${fixed(100 * told.zeros, 1)} %`), ...gradient];
  }

  draw() {}
}

export default renderer(GraphView);
