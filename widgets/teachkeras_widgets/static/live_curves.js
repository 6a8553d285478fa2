// The data of live curves: points (x, low, mean, high) of float32. A curve's x is batches ("batch/…") or epochs ("epoch/…"); on the screen x
// is always batches, and an epoch is `steps` of them.

const BETTER_HIGH = /acc|precision|recall|auc|f1|iou|r2/; // the same words as in live_figure.py

/** What the page knows of the runs: a snapshot, and the changes since; asks for a snapshot when it missed a change. */
class Store {
  constructor(model, changed) {
    Object.assign(this, { model, changed, sequence: -1, status: { state: "waiting" }, runs: [] });
    this.load = this.load.bind(this);
    this.change = this.change.bind(this);
  }

  open() {
    this.model.on("change:snapshot", this.load);
    this.model.on("msg:custom", this.change);
    this.load();
    this.model.send({ type: "hello" });
  }

  close() {
    this.model.off("change:snapshot", this.load);
    this.model.off("msg:custom", this.change);
  }

  load() {
    const { sequence, status, runs } = this.model.get("snapshot");
    if (!runs) return;
    const read = (run) => ({ ...run, curves: Object.fromEntries(Object.entries(run.curves).map(([key, data]) => [key, floats(data)])) });
    Object.assign(this, { sequence, status, runs: runs.map(read) });
    this.changed();
  }

  change({ sequence, status, parts }, buffers) {
    if (sequence !== this.sequence + 1) return void this.model.send({ type: "hello" });
    Object.assign(this, { sequence, status });
    const run = Object.assign(this.runs.at(-1), { steps: status.steps, batches: status.batches });
    parts.forEach(([key, start], i) => { run.curves[key] = spliced(run.curves[key], start, floats(buffers[i])); });
    this.changed();
  }
}

function spliced(old, start, fresh) {
  const all = new Float32Array(start * 4 + fresh.length);
  if (old) all.set(old.subarray(0, start * 4));
  all.set(fresh, start * 4);
  return all;
}

/** The curve as rows {x (in batches), low, mean, high, mark (what to call x)}. */
function rows(run, key) {
  const data = run.curves[key] ?? [], epochs = key.startsWith("epoch/");
  const scale = epochs ? run.steps || 1 : 1, end = epochs && run.batches ? run.batches : Infinity; // an epoch may be cut short
  const out = [];
  for (let i = 0; i + 3 < data.length; i += 4) {
    out.push({ x: Math.min(data[i] * scale, end), low: data[i + 1], mean: data[i + 2], high: data[i + 3], mark: data[i] });
  }
  return out;
}

/** Exponential smoothing, started without a bias towards 0: s ← βs + (1−β)v, shown as s / (1 − βᵗ). */
function smoothed(points, beta) {
  let sum = 0, weight = 0;
  return points.map((point) => {
    if (!Number.isFinite(point.mean)) return point;
    sum = beta * sum + (1 - beta) * point.mean;
    weight = beta * weight + (1 - beta);
    return { ...point, mean: sum / weight };
  });
}

/** Names of the metrics that have curves, the loss first. */
function metricNames(runs) {
  const names = new Set(runs.flatMap((run) => Object.keys(run.curves).map((key) => key.split("/")[1].replace(/^val_/, ""))));
  return [...names].sort((a, b) => (b === "loss") - (a === "loss")).slice(0, 6);
}

function bestEpoch(run, name) {
  const validation = rows(run, `epoch/val_${name}`);
  const points = (validation.length ? validation : rows(run, `epoch/${name}`)).filter((point) => Number.isFinite(point.mean));
  if (!points.length) return null;
  const high = BETTER_HIGH.test(name);
  return points.reduce((best, point) => ((high ? point.high > best.high : point.low < best.low) ? point : best));
}

function nearest(points, x) {
  let best = 0;
  points.forEach((point, i) => { if (Math.abs(point.x - x) < Math.abs(points[best].x - x)) best = i; });
  return best;
}

