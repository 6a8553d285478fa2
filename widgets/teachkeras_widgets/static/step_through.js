// One training step as a walk. Everything was recorded beforehand: going back and forth asks nothing of the kernel.

class StepsView extends Page {
  constructor(model) {
    super(model, "steps");
    this.setup = model.get("setup");
    this.blocks = model.get("blocks");
    this.position = Math.min(model.get("edits").position ?? 0, this.setup.steps.length - 1);
    this.build();
  }

  build() {
    const { say, setup } = this;
    this.trail = new Trail(this);
    this.walk = walker((key) => say(key), (by) => this.move(by), 900);
    this.place = el("span", { class: "tk-muted", "data-role": "place" });
    this.heading = el("div", { class: "tk-heading" });
    this.formula = el("div", { class: "tk-formula" });
    this.worked = el("div", { class: "tk-worked" });
    this.arrays = el("div", { class: "tk-groups" });
    this.pane = el("div", { class: "tk-pane" }, this.heading, this.formula, this.worked, this.arrays);
    this.root.setAttribute("tabindex", 0);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.append(
      el("div", { class: "tk-row" }, el("span", { class: "tk-title" }, say("title", { model: setup.model })), this.place, el("span", { class: "tk-grow" }), this.walk.box, this.help.button),
      this.help.paragraph, this.note, el("div", { class: "tk-stage" }, this.trail.box, this.pane), this.heard);
    if (setup.left_out) this.tell(say("left_out", { n: setup.left_out }));
  }

  key(event) {
    const phases = this.setup.steps.map((step) => step.phase), here = phases[this.position];
    const starts = phases.flatMap((phase, i) => (i === 0 || phases[i - 1] !== phase ? [i] : []));
    const to = {
      ArrowLeft: this.position - 1, ArrowRight: this.position + 1, Home: 0, End: phases.length - 1,
      PageDown: starts.find((i) => i > this.position) ?? phases.length - 1,
      PageUp: starts.filter((i) => i < this.position && (phases[i] !== here || i < this.position)).at(-1) ?? 0,
    }[event.key];
    if (event.key === " " && event.target.tagName !== "BUTTON") { event.preventDefault(); event.stopPropagation(); this.walk.toggle(); return; }
    if (to === undefined || event.target.tagName === "CANVAS") return;
    event.preventDefault();
    event.stopPropagation();
    this.go(to);
  }

  move(by) {
    const before = this.position;
    this.go(by === -Infinity ? 0 : before + by);
    return this.position !== before;
  }

  go(position) {
    this.position = Math.max(0, Math.min(this.setup.steps.length - 1, position));
    this.keep("edits", { position: this.position });
    this.update();
  }

  update() {
    const { say, setup, position } = this, step = setup.steps[position];
    const n = position + 1, all = setup.steps.length, layer = layerName(step.layer) || say("model");
    this.place.textContent = say("place", { n, all });
    this.heard.textContent = say("summary", { n, all, phase: say(step.phase), op: step.op, layer });
    this.trail.show(position);
    this.heading.replaceChildren(el("span", { class: `tk-phase ${step.phase}` }, say(step.phase)), el("b", {}, step.op), el("span", { class: "tk-muted" }, layer));
    this.formula.replaceChildren(math(step.tex || ""));
    this.formula.hidden = !step.tex;
    this.showWorked(step);
    this.showArrays(step);
    this.request();
  }

  /** The arrays in three groups: in, out, kept on the way. */
  showArrays(step) {
    const { say } = this, pieces = this.blocks[this.position], update = step.phase === "update";
    const isOut = (name) => (step.phase === "backward" ? name.endsWith("_bar") && name !== "y_bar" : update ? name === "w" : /^y\d*$/.test(name));
    const names = Object.keys(pieces), groups = [["inputs", names.filter((n) => !isOut(n))], ["outputs", names.filter(isOut)]];
    this.boxes = [];
    const make = (name) => {
      const box = new ArrayBox(this, name, pieces[name], step.origins?.[name]);
      box.grid.marks = this.marks(step, name, isOut(name), pieces[name]);
      this.boxes.push(box);
      return box.box;
    };
    this.arrays.replaceChildren(...groups.filter(([, list]) => list.length).map(([key, list]) =>
      el("div", {}, el("div", { class: "tk-muted tk-group-name" }, say(key)), el("div", { class: "tk-arrays" }, ...list.map(make)))));
  }

  /** Frames around the entry that is worked out, and around what it is made of. */
  marks({ worked, phase }, name, out, { rows, columns }) {
    if (!worked) return [];
    const [row, column] = worked.at, color = "ink";
    if (worked.marks && (!out || worked.marks[name])) {
      const [r, c, height, width] = worked.marks[name] ?? [];
      return width > 0 && height > 0 && r < rows && c < columns ? [{ row: r, column: c, height, width, color }] : [];
    }
    if (worked.name && out && name !== worked.name) return [];
    if (out || (!worked.terms && phase !== "loss")) return row < rows && column < columns ? [{ row, column, color }] : [];
    if (name === "x" || name === "a") return [{ row, column: 0, width: columns, color }];
    if (name === "w" || (name === "b" && rows > 1)) return [{ row: 0, column, height: rows, color }];
    return [{ row: 0, column, color }];
  }

  showWorked(step) {
    const { say } = this, { worked, phase } = step;
    this.worked.hidden = !worked || (!worked.terms && !worked.lines.length);
    if (this.worked.hidden) return;
    const n = (v) => { const text = show(v, 4); return text.startsWith("−") ? `(${text})` : text; };
    const lines = [];
    if (worked.terms) {
      const parts = worked.terms.map((term) => term.map(n).join(" · "));
      if (worked.more > 0) parts.push(say("more", { n: worked.more, sum: show(worked.rest, 4) }));
      if (worked.bias !== null) parts.push(n(worked.bias));
      const sum = parts.join(" + ");
      lines.push([`${worked.divide ? `(${sum}) / ${worked.divide}` : worked.outer ? `${worked.outer}(${sum})` : sum} = `, worked.result]);
    } else {
      const last = worked.lines.length - 1;
      worked.lines.forEach(([name, tree], i) => lines.push([`${pretty(name)} = ${written(tree)} = `, name === "w" || (i === last && phase !== "update") ? worked.result : evaluate(tree, {})]));
    }
    this.worked.replaceChildren(
      el("span", { class: "tk-muted" }, say("worked", { row: worked.at[0], column: worked.at[1] })),
      ...lines.map(([text, value]) => el("div", {}, text, el("b", { "data-value": "worked" }, show(value, 5)))));
  }

  close() { this.walk.stop(); super.close(); }

  draw(palette) {
    for (const box of this.boxes) box.draw(palette, Math.max(this.pane.clientWidth - 4, 120));
  }
}

export default renderer(StepsView);
