// Plots on a canvas: axes with round marks, heat maps, bars.

const num = (mark) => String(mark).replace("-", "−");

/**
 * Axes over a canvas: gives {pen, X, Y, area}. x and y are [low, high]; `log` axes take exponents of ten. The frame is thin, as in every view.
 */
function axes(canvas, palette, { x, y, xName = "", yName = "", logX = false, logY = false, frame = {}, marksX = null, marksY = null, grid = true }) {
  const { pen, width, height } = sheet(canvas);
  const edge = { left: 46, right: 12, top: 10, bottom: xName ? 36 : 22, ...frame };
  const area = { left: edge.left, right: width - edge.right, top: edge.top, bottom: height - edge.bottom };
  const X = (v) => area.left + ((v - x[0]) / (x[1] - x[0])) * (area.right - area.left);
  const Y = (v) => area.bottom - ((v - y[0]) / (y[1] - y[0])) * (area.bottom - area.top);
  const name = (mark, log) => (log ? tenTo(mark) : num(mark));
  Object.assign(pen, { strokeStyle: palette.line, fillStyle: palette.muted, lineWidth: 1, textAlign: "right", textBaseline: "middle" });
  pen.beginPath();
  for (const mark of marksY ?? (logY ? decades(y) : ticks(y[0], y[1], (area.bottom - area.top) / 34))) {
    const at = Math.round(Y(mark)) + 0.5;
    if (grid) { pen.moveTo(area.left, at); pen.lineTo(area.right, at); }
    pen.fillText(name(mark, logY), area.left - 7, at);
  }
  pen.stroke();
  Object.assign(pen, { textAlign: "center", textBaseline: "top" });
  let room = -Infinity;
  for (const mark of marksX ?? (logX ? decades(x) : ticks(x[0], x[1], (area.right - area.left) / 64))) {
    const text = name(mark, logX), half = pen.measureText(text).width / 2, at = X(mark);
    if (at - half < room || at + half > width) continue;
    pen.fillText(text, at, area.bottom + 6);
    room = at + half + 8;
  }
  if (xName) pen.fillText(xName, (area.left + area.right) / 2, area.bottom + 21);
  if (yName) { pen.textAlign = "left"; pen.fillText(yName, 0, 0); }
  return { pen, X, Y, area, width, height };
}

function decades([low, high]) {
  if (high - low < 2) return logTicks(low, high, 6);
  const all = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  const every = Math.ceil(all.length / 7);
  return all.filter((mark) => mark % every === 0);
}

function tenTo(exponent) {
  if (!Number.isInteger(exponent) && exponent > -4) return String(Number((10 ** exponent).toPrecision(1)));
  if (!Number.isInteger(exponent)) return (10 ** exponent).toExponential(0).replaceAll("-", "−");
  if (exponent >= -2 && exponent <= 3) return String(Number((10 ** exponent).toPrecision(1)));
  return `10${String(exponent).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}`;
}

const RGB = new Map();

/** A CSS colour as [r, g, b]. */
function rgb(color) {
  if (!RGB.has(color)) {
    const pen = el("canvas", { width: 1, height: 1 }).getContext("2d");
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    RGB.set(color, [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
  }
  return RGB.get(color);
}

const RAMPS = new Map(), SHADES = 255;

/** The shades between two colours, made once. */
function ramp(from, to) {
  const name = `${from} ${to}`, [a, b] = [rgb(from), rgb(to)];
  if (!RAMPS.has(name)) RAMPS.set(name, Array.from({ length: SHADES + 1 }, (_, k) => a.map((v, i) => Math.round(v + ((b[i] - v) * k) / SHADES))));
  return RAMPS.get(name);
}

/** The colour of `value` on a scale that reaches `most`: paper at 0, blue above, orange below, `bad` where it is no number. */
function shade(palette, most) {
  const up = ramp(palette.paper, palette.train), down = ramp(palette.paper, palette.validation), bad = rgb(palette.best);
  return (value) => (Number.isFinite(value) ? (value < 0 ? down : up)[Math.round(Math.min(Math.abs(value) / most, 1) * SHADES)] : bad);
}

/** A pale-to-dark scale for values of one sign, from `low` to `high`. */
function grey(palette, low, high) {
  const shades = ramp(palette.paper, palette.ink), bad = rgb(palette.best);
  return (value) => (Number.isFinite(value) ? shades[Math.round(Math.max(0, Math.min(1, (value - low) / (high - low || 1))) * SHADES)] : bad);
}

/** Values (rows × columns, row by row) as a canvas with one pixel each. */
function tile(values, columns, rows, color) {
  const image = new ImageData(columns, rows), { data } = image;
  for (let i = 0; i < columns * rows; i++) {
    const [red, green, blue] = color(values[i]);
    data[4 * i] = red;
    data[4 * i + 1] = green;
    data[4 * i + 2] = blue;
    data[4 * i + 3] = 255;
  }
  const small = el("canvas", { width: columns, height: rows });
  small.getContext("2d").putImageData(image, 0, 0);
  return small;
}

/** A tile drawn as squares of colour into the box {x, y, width, height}. */
function spread(pen, small, box) {
  pen.save();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, box.x, box.y, box.width, box.height);
  pen.restore();
}

/** Both at once. */
function heat(pen, values, columns, rows, box, color) { spread(pen, tile(values, columns, rows, color), box); }

/** The largest size of the finite numbers, at least `least`. */
function largest(values, least = 1e-12) {
  let most = least;
  for (const value of values) { const size = Math.abs(value); if (size > most && size < Infinity) most = size; }
  return most;
}
