// One panel of the live view: a metric's caption and its curves on a canvas.

const FRAME = { left: 46, right: 12, top: 8, bottom: 36 };

/** One metric: its caption with the numbers, its canvas with the curves. */
class Panel {
  constructor(view, name) {
    Object.assign(this, { view, name, range: null });
    const value = (key, dashed, word) => {
      const number = el("b", { "data-value": key });
      const key_ = el("span", { class: `tk-key ${dashed ? "dashed" : ""}`, style: `color: var(--tk-${dashed ? "validation" : "train"})` });
      return { number, box: el("span", {}, key_, el("span", { class: "tk-muted" }, `${word} `), number) };
    };
    this.train = value(name, false, view.say("train"));
    this.validation = value(`val_${name}`, true, view.say("val"));
    this.best = el("span", { class: "tk-best", "data-value": `best_${name}` });
    this.canvas = el("canvas", { role: "img" });
    this.figure = el("figure", { "data-metric": name },
      el("figcaption", {}, el("span", { class: "tk-title" }, name), this.train.box, this.validation.box, this.best), this.canvas);
    this.canvas.addEventListener("pointermove", (event) => view.read(this.batchAt(event)));
    this.canvas.addEventListener("pointerleave", () => view.read(null));
  }

  batchAt(event) {
    const { left, width } = this.canvas.getBoundingClientRect();
    const share = (event.clientX - left - FRAME.left) / (width - FRAME.left - FRAME.right);
    return Math.max(0, Math.min(1, share)) * (this.range?.x ?? 1);
  }

  run() { return this.view.store.runs.at(-1); }

  /** The numbers in the caption: where the reader points, or the latest. */
  values() {
    const { view, name } = this, run = this.run();
    const at = (points) => (points.length ? points[view.reading === null ? points.length - 1 : nearest(points, view.reading)].mean : null);
    return { train: at(this.view.points(run, name)), validation: at(rows(run, `epoch/val_${name}`)) };
  }

  caption() {
    if (!this.run()) return;
    const { view, name } = this, { train, validation } = this.values(), best = bestEpoch(this.run(), name);
    this.train.number.textContent = show(train);
    this.train.box.hidden = train === null;
    this.validation.number.textContent = show(validation);
    this.validation.box.hidden = validation === null;
    this.best.textContent = best ? view.say("best", { value: show(best.mean), epoch: Math.round(best.mark) }) : "";
    this.canvas.setAttribute("aria-label", view.say("panel", { metric: name, axis: view.say(view.taste.axis), values: this.spoken() }));
  }

  spoken() {
    const { say } = this.view, { train, validation } = this.values();
    const parts = [train === null ? "" : `${say("train")} ${show(train)}`, validation === null ? "" : `${say("val")} ${show(validation)}`];
    return `${this.name}: ${parts.filter(Boolean).join(", ")}`;
  }

  /** Curves of one run as {key, kind, points}. */
  curves(run) {
    const { name, view: { taste } } = this;
    const batches = rows(run, `batch/${name}`), beta = name === "loss" ? taste.smoothing : 0; // Keras's metrics are running means already
    return { batches, smooth: smoothed(batches, beta), train: rows(run, `epoch/${name}`), validation: rows(run, `epoch/val_${name}`) };
  }

  draw(seconds, palette) {
    const { runs, status } = this.view.store;
    const all = runs.map((run) => ({ run, ...this.curves(run) }));
    const goal = this.goal(all, status);
    const moving = this.approach(goal, seconds);
    const { pen, width, height } = sheet(this.canvas);
    const area = { left: FRAME.left, right: width - FRAME.right, top: FRAME.top, bottom: height - FRAME.bottom };
    const { x: end, low, high } = this.range, scale = (v) => (goal.log ? Math.log10(v) : v);
    const X = (x) => area.left + (x / end) * (area.right - area.left);
    const Y = (y) => area.bottom - ((scale(y) - low) / (high - low)) * (area.bottom - area.top);
    this.axes(pen, area, X, Y, palette, goal.log);
    pen.save();
    pen.beginPath();
    pen.rect(area.left - 1, area.top - 6, area.right - area.left + 1 + FRAME.right, area.bottom - area.top + 12);
    pen.clip();
    all.forEach((curves, i) => this.paint(pen, curves, i === all.length - 1, X, Y, palette));
    pen.restore();
    this.paintReading(pen, area, X, Y, palette);
    return moving;
  }

  /** Where the axes should end: x grows by doubling towards the plan, y holds what is drawn but not the first spikes. */
  goal(all, status) {
    const going = status.state === "running" || status.state === "paused";
    const seen = Math.max(...all.map(({ run, batches, train }) => Math.max(batches.at(-1)?.x ?? 0, train.at(-1)?.x ?? 0)), 1);
    const plan = Math.max(status.steps * status.epochs || Infinity, seen);
    let x = 32;
    while (x < seen) x *= 2;
    x = going ? Math.min(x, plan) : seen;
    const last = all.at(-1), log = this.view.taste.log && this.name.includes("loss");
    const raw = this.view.taste.axis === "batches" ? last.batches : [];
    const values = [...raw.map((p) => p.mean), ...all.flatMap((c) => [...c.smooth, ...c.train, ...c.validation].map((p) => p.mean))];
    const good = values.filter((v) => Number.isFinite(v) && (!log || v > 0)).sort((a, b) => a - b);
    if (!good.length) return { x, low: 0, high: 1, log };
    let [low, high] = [good[0], good[Math.min(good.length - 1, Math.ceil(good.length * 0.99))]];
    if (log) [low, high] = [Math.log10(low), Math.log10(high)];
    const room = high - low > Math.abs(high) * 1e-6 ? (high - low) * 0.06 : Math.abs(high) * 0.1 || 0.1;
    const capped = !log && BETTER_HIGH.test(this.name) && high <= 1;
    return { x, low: !log && low >= 0 ? Math.max(0, low - room) : low - room, high: capped ? Math.min(1, high + room) : high + room, log };
  }

  /** Let the axes glide towards `goal`; true while they are on their way. */
  approach(goal, seconds) {
    const jump = !this.range || this.range.log !== goal.log || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (jump) { this.range = { ...goal }; return false; }
    const share = 1 - Math.exp(-seconds * 12);
    let moving = false;
    for (const key of ["x", "low", "high"]) {
      const gap = goal[key] - this.range[key], size = key === "x" ? goal.x : goal.high - goal.low;
      if (Math.abs(gap) < size * 1e-3) this.range[key] = goal[key];
      else { this.range[key] += gap * share; moving = true; }
    }
    return moving;
  }

  axes(pen, area, X, Y, palette, log) {
    const steps = this.run()?.steps || 1, epochs = this.view.taste.axis === "epochs", unit = epochs ? steps : 1;
    const { x: end, low, high } = this.range;
    Object.assign(pen, { strokeStyle: palette.line, fillStyle: palette.muted, lineWidth: 1, textBaseline: "middle", textAlign: "right" });
    const marks = (log ? logTicks : ticks)(low, high, (area.bottom - area.top) / 36);
    const decimals = Math.max(0, ...marks.map((m) => (String(m).split(".")[1] ?? "").length));
    pen.beginPath();
    for (const mark of marks) {
      const value = log ? 10 ** mark : mark, y = Math.round(Y(value)) + 0.5;
      pen.moveTo(area.left, y);
      pen.lineTo(area.right, y);
      pen.fillText(log ? String(Number(value.toPrecision(2))) : mark.toFixed(Math.min(decimals, 4)), area.left - 7, y);
    }
    pen.stroke();
    Object.assign(pen, { textBaseline: "top", textAlign: "center" });
    let room = -Infinity;
    for (const mark of ticks(0, end / unit, (area.right - area.left) / 80).filter((m) => !epochs || Number.isInteger(m))) {
      const at = X(mark * unit), half = pen.measureText(whole(mark)).width / 2;
      if (at - half < room || at + half > area.right + FRAME.right) continue;
      pen.fillText(whole(mark), at, area.bottom + 6);
      room = at + half + 10;
    }
    pen.fillText(this.view.say(this.view.taste.axis), (area.left + area.right) / 2, area.bottom + 20);
  }

  paint(pen, { run, batches, smooth, train, validation }, current, X, Y, palette) {
    const alpha = current ? 1 : 0.28, epochs = this.view.taste.axis === "epochs";
    const place = (points) => points.map((p) => [X(p.x), Y(p.mean)]);
    if (current && !epochs && this.name === "loss") {
      band(pen, batches, X, Y, palette.train);
      line(pen, place(batches), { color: palette.train, width: 1, alpha: 0.3 });
    }
    const strong = !epochs || !train.length;
    line(pen, place(smooth), { color: palette.train, width: strong ? 2 : 1, alpha: strong ? alpha : alpha * 0.35 });
    if (epochs) {
      line(pen, place(train), { color: palette.train, alpha });
      if (current) dots(pen, place(train), palette.train, "round");
    }
    line(pen, place(validation), { color: palette.validation, dash: [6, 4], alpha });
    if (!current) return;
    dots(pen, place(validation), palette.validation, "square");
    const best = bestEpoch(run, this.name);
    if (best) ring(pen, X(best.x), Y(best.mean), palette.best);
    const tip = smooth.at(-1);
    if (tip && strong) dots(pen, [[X(tip.x), Y(tip.mean)]], palette.train, "round");
  }

  paintReading(pen, area, X, Y, palette) {
    const { reading } = this.view, run = this.run();
    if (reading === null || !run) return;
    const points = this.view.points(run, this.name);
    const x = X(points.length ? points[nearest(points, reading)].x : reading);
    line(pen, [[x, area.top], [x, area.bottom]], { color: palette.muted, width: 1 });
    const text = this.view.markText(), half = pen.measureText(text).width / 2 + 5;
    const at = Math.max(area.left + half, Math.min(area.right - half, x));
    pen.fillStyle = palette.ink;
    pen.fillRect(at - half, area.top - 6, 2 * half, 17);
    Object.assign(pen, { fillStyle: palette.paper, textAlign: "center", textBaseline: "middle" });
    pen.fillText(text, at, area.top + 3);
  }
}

/** The span from the lowest to the highest batch that each point stands for. */
function band(pen, points, X, Y, color) {
  const good = points.filter((p) => Number.isFinite(p.low) && Number.isFinite(p.high));
  if (!good.length) return;
  pen.save();
  Object.assign(pen, { fillStyle: color, globalAlpha: 0.13 });
  pen.beginPath();
  good.forEach((p) => pen.lineTo(X(p.x), Y(p.high)));
  good.toReversed().forEach((p) => pen.lineTo(X(p.x), Y(p.low)));
  pen.fill();
  pen.restore();
}

/** A mark on each point: round or square, so that colour is not all that tells them apart. */
function dots(pen, places, color, shape) {
  if (places.length > 24) return; // so many marks would hide the line
  pen.fillStyle = color;
  for (const [x, y] of places.filter(([, y]) => Number.isFinite(y))) {
    pen.beginPath();
    if (shape === "round") pen.arc(x, y, 3.2, 0, 7);
    else pen.rect(x - 3, y - 3, 6, 6);
    pen.fill();
  }
}

function ring(pen, x, y, color) {
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: 2 });
  pen.beginPath();
  pen.arc(x, y, 7, 0, 7);
  pen.stroke();
  pen.restore();
}

