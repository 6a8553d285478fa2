// Live curves of one or more fits. Python sends points (x, low, mean, high); what is smooth, round or in motion is done here.
// A curve's x is batches ("batch/…") or epochs ("epoch/…"); on the screen x is always batches, and an epoch is `steps` of them.

const ICON = { pause: "M1 0h3v10H1zM6 0h3v10H6z", resume: "M1 0l9 5-9 5z", step: "M0 0l6 5-6 5zM7 0h2.4v10H7z", stop: "M0 0h10v10H0z" };
const WAIT = 1500; // ms without an answer before we say that the kernel can't hear

function render({ model, el: host }) {
  const view = new LiveView(model);
  host.append(view.root);
  view.open();
  return () => view.close();
}

class LiveView {
  constructor(model) {
    this.model = model;
    this.say = speaker(model);
    this.store = new Store(model, () => this.update());
    this.taste = { smoothing: 0.8, axis: "batches", log: false, ...model.get("taste") };
    this.panels = new Map();
    this.asked = null; // a button pressed and not yet answered: {kind, since}
    this.reading = null; // the batch the reader points at
    this.build();
  }

  open() {
    this.painter = painter(this.root, (seconds) => this.draw(seconds));
    this.store.open();
    this.clock = setInterval(() => this.checkHearing(), 250);
    this.update();
  }

  close() {
    this.store.close();
    clearInterval(this.clock);
    this.painter.close();
  }

  // --- building ------------------------------------------------------------------------------------------------------

  build() {
    const { say } = this;
    this.lamp = el("span", { class: "tk-lamp", "aria-hidden": "true" });
    this.stateText = el("span", { class: "tk-title", "data-role": "state" });
    this.where = el("span", { class: "tk-muted", "data-role": "where" });
    this.speed = el("span", { class: "tk-muted", "data-role": "speed" });
    this.bar = el("div");
    this.help = helpButton(say("keys"), say("help"));
    this.note = el("p", { class: "tk-note", role: "status", hidden: true });
    this.heard = el("p", { class: "tk-heard", "aria-live": "polite" });
    this.grid = el("div", { class: "tk-panels" });
    this.empty = el("p", { class: "tk-empty" }, say("empty"));
    this.root = el("section", {
      class: "tk tk-live", tabindex: 0, role: "group", "aria-label": `${say("title")}. ${say("help")}`,
      "data-lm-suppress-shortcuts": "true", onkeydown: (event) => this.key(event),
    },
      el("div", { class: "tk-row" }, el("span", { class: "tk-group" }, this.lamp, this.stateText), this.where,
        el("span", { class: "tk-grow" }), this.speed),
      el("div", { class: "tk-progress" }, this.bar),
      el("div", { class: "tk-row" }, this.transport(), this.rateBox(), this.smoothBox(), this.axisBox(), this.help.button),
      this.help.paragraph, this.note, this.empty, this.grid, this.heard);
  }

  transport() {
    const { say } = this;
    this.pauseButton = iconButton(ICON.pause, say("pause"), () => this.togglePause());
    this.stepButton = iconButton(ICON.step, say("step"), () => this.ask("step"));
    this.stopButton = iconButton(ICON.stop, say("stop"), () => this.ask("stop"));
    this.buttons = el("span", { class: "tk-group" }, this.pauseButton, this.stepButton, this.stopButton);
    return this.buttons;
  }

  rateBox() {
    this.rate = el("input", { type: "text", class: "tk-rate", inputmode: "decimal", "aria-label": this.say("rate"),
      onchange: () => this.setRate(Number(this.rate.value.replace("−", "-"))) });
    return el("label", { class: "tk-group" }, this.say("rate"), this.rate);
  }

  smoothBox() {
    this.smooth = el("input", { type: "range", class: "tk-smooth", min: 0, max: 0.98, step: 0.02, "aria-label": this.say("smoothing"),
      oninput: () => this.setTaste({ smoothing: Number(this.smooth.value) }) });
    return el("label", { class: "tk-group" }, this.say("smoothing"), this.smooth);
  }

  axisBox() {
    const choice = (axis) => el("button", { type: "button", "data-axis": axis, onclick: () => this.setTaste({ axis }) }, this.say(axis));
    this.axisButtons = [choice("batches"), choice("epochs")];
    this.logButton = el("button", { type: "button", onclick: () => this.setTaste({ log: !this.taste.log }) }, this.say("log"));
    return el("span", { class: "tk-group" }, el("span", { class: "tk-choice", role: "group", "aria-label": this.say("axis") }, ...this.axisButtons),
      el("span", { class: "tk-choice" }, this.logButton));
  }

  // --- asking the kernel -----------------------------------------------------------------------------------------------

  ask(kind, more = {}) {
    if (!["running", "paused"].includes(this.store.status.state) || !this.store.status.buttons) return;
    this.model.send({ type: kind, ...more });
    this.asked = { kind, ...more, since: performance.now(), batches: this.store.status.batches };
    this.update();
  }

  togglePause() { this.ask(this.store.status.state === "paused" ? "resume" : "pause"); }

  setRate(value) {
    const good = Number.isFinite(value) && value > 0;
    this.rate.setAttribute("aria-invalid", String(!good));
    this.rate.title = good ? "" : this.say("bad_rate");
    if (good) this.ask("rate", { value });
    else this.heard.textContent = this.say("bad_rate");
  }

  answered() {
    const { state, rate, batches } = this.store.status, { kind, value } = this.asked;
    if (!["running", "paused"].includes(state)) return true;
    if (kind === "rate") return Math.abs(rate - value) <= 1e-4 * rate;
    return { pause: state === "paused", resume: state === "running", step: state === "paused" && batches !== this.asked.batches }[kind] ?? false;
  }

  checkHearing() {
    if (this.asked && this.answered()) this.asked = null;
    const { state, deaf, awaits } = this.store.status;
    const late = this.asked && performance.now() - this.asked.since > WAIT;
    const say = late || (deaf && state === "running");
    this.note.hidden = !say;
    if (say) this.note.textContent = this.say(awaits === false ? "deaf.old" : "deaf");
  }

  // --- what the reader likes -------------------------------------------------------------------------------------------

  setTaste(change) {
    Object.assign(this.taste, change);
    this.model.set("taste", { ...this.taste }); // kept in the page, not sent: a view drawn anew starts from it
    this.update();
  }

  key(event) {
    const { target } = event;
    if (target === this.rate && event.key === "Enter") this.root.focus(); // leaving the box sets the rate; Jupyter swallows the key
    if (event.ctrlKey || event.metaKey || event.altKey || target === this.rate) return;
    const onSlider = target === this.smooth && /^(Arrow|Home|End)/.test(event.key);
    const onButton = target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key);
    const rate = this.store.status.rate ?? NaN, { smoothing } = this.taste;
    const act = onSlider || onButton ? null : {
      " ": () => this.togglePause(), s: () => this.ask("step"), x: () => this.ask("stop"),
      a: () => this.setTaste({ axis: this.taste.axis === "batches" ? "epochs" : "batches" }),
      l: () => this.setTaste({ log: !this.taste.log }),
      "[": () => this.setRate(rate / 2), "]": () => this.setRate(rate * 2),
      "-": () => this.setTaste({ smoothing: Math.max(0, smoothing - 0.1) }),
      "+": () => this.setTaste({ smoothing: Math.min(0.98, smoothing + 0.1) }),
      "=": () => this.setTaste({ smoothing: Math.min(0.98, smoothing + 0.1) }),
      "?": () => this.help.toggle(),
      ArrowLeft: () => this.readOn(-1), ArrowRight: () => this.readOn(1),
      Home: () => this.readOn(-Infinity), End: () => this.readOn(Infinity), Escape: () => this.read(null),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Move the reading line by one point of the loss curve. */
  readOn(step) {
    const run = this.store.runs.at(-1), name = metricNames(this.store.runs)[0];
    const points = run ? this.points(run, name) : [];
    if (!points.length) return;
    const now = this.reading === null ? (step > 0 ? -1 : points.length) : nearest(points, this.reading);
    this.read(points[Math.max(0, Math.min(points.length - 1, now + step))].x, true);
  }

  read(batch, aloud = false) {
    this.reading = batch;
    this.caption();
    if (aloud) this.heard.textContent = `${this.markText()}: ${this.spoken()}`;
    this.painter.request();
  }

  /** The points the reader walks along: epochs on the epoch axis, batches on the other. */
  points(run, name) {
    const epochs = rows(run, `epoch/${name}`), batches = rows(run, `batch/${name}`);
    return this.taste.axis === "epochs" && epochs.length ? epochs : batches.length ? batches : epochs;
  }

  // --- showing ---------------------------------------------------------------------------------------------------------

  update() {
    const { store: { status, runs }, say, taste } = this;
    if (this.asked && this.answered()) this.asked = null;
    const { state } = status, going = state === "running" || state === "paused";
    const asked = this.asked && { pause: "pausing", stop: "stopping" }[this.asked.kind];
    this.root.dataset.state = state;
    this.stateText.textContent = say(asked ?? state);
    this.where.textContent = runs.length ? this.whereText() : "";
    this.speed.textContent = state === "running" && status.speed >= 1 ? say("speed", { rate: whole(status.speed) }) : "";
    const plan = status.steps * status.epochs;
    this.bar.style.width = `${plan ? Math.min(100, (100 * status.batches) / plan) : 0}%`;
    this.buttons.hidden = status.buttons === false;
    for (const button of this.buttons.children) button.disabled = !going;
    const paused = state === "paused";
    this.pauseButton.querySelector("path").setAttribute("d", paused ? ICON.resume : ICON.pause);
    this.pauseButton.querySelector("span").textContent = say(paused ? "resume" : "pause");
    this.rate.disabled = !going || status.rate === null;
    if (status.rate != null) this.root.dataset.rate = Number(status.rate.toPrecision(4));
    if (document.activeElement !== this.rate && this.asked?.kind !== "rate") this.rate.value = this.root.dataset.rate ?? "";
    this.smooth.value = taste.smoothing;
    for (const button of this.axisButtons) button.setAttribute("aria-pressed", String(button.dataset.axis === taste.axis));
    this.logButton.setAttribute("aria-pressed", String(taste.log));
    this.empty.hidden = runs.some((run) => Object.keys(run.curves).length);
    this.layPanels();
    this.caption();
    this.summarise();
    this.painter?.request();
  }

  whereText() {
    const { store: { status }, say } = this;
    const epoch = say("epoch", { epoch: status.epoch, epochs: status.epochs });
    const steps = status.steps ? Math.round(status.steps) : null;
    return `${epoch} · ${say(steps ? "batch" : "batch.open", { batch: status.batch, steps })}`;
  }

  layPanels() {
    for (const name of metricNames(this.store.runs)) {
      if (this.panels.has(name)) continue;
      const panel = new Panel(this, name);
      this.panels.set(name, panel);
      this.grid.append(panel.figure);
    }
  }

  caption() { for (const panel of this.panels.values()) panel.caption(); }

  /** What a screen reader hears: the state when it changes, and each epoch's end. */
  summarise() {
    const { status, runs } = this.store, done = Math.floor(status.batches / (status.steps || Infinity));
    const news = `${status.state} ${done} ${runs.length}`;
    if (!runs.length || news === this.news) return;
    this.news = news;
    this.heard.textContent = this.say("summary", { state: this.say(status.state), epoch: status.epoch, epochs: status.epochs, values: this.spoken() });
  }

  spoken() { return [...this.panels.values()].map((panel) => panel.spoken()).join("; "); }

  markText() {
    const steps = this.store.runs.at(-1).steps || 1, { axis } = this.taste;
    const x = axis === "epochs" ? Number((this.reading / steps).toFixed(2)) : Math.round(this.reading);
    return this.say(axis === "epochs" ? "at.epoch" : "at.batch", { x: whole(x) });
  }

  draw(seconds) {
    const palette = colours(this.root);
    return [...this.panels.values()].map((panel) => panel.draw(seconds, palette)).some(Boolean);
  }
}

export default { render };
