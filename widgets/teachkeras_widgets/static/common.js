// What every view's module shares. Python puts this text in front of the view's own (view.py, `asset`): no import, no CDN.

/** An element: el("button", {class: "x", onclick: f}, "text", child). An SVG one when its tag starts with "svg:". */
function el(tag, attributes = {}, ...children) {
  const svg = tag.startsWith("svg:");
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** The catalogue's labels with their {places} filled in: say("epoch", {epoch: 1, epochs: 5}). */
function speaker(model) {
  return (key, places = {}) => (model.get("labels")[key] ?? key).replace(/{(\w+)}/g, (_, name) => places[name] ?? "–");
}

/** A number for people: `digits` significant ones, a true minus sign. */
function show(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 2).replaceAll("-", "−");
  return (size >= 10 ** digits ? value.toFixed(0) : value.toPrecision(digits)).replace("-", "−");
}

const THOUSANDS = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** A count, its thousands set apart. */
function whole(value) { return THOUSANDS.format(value >= 10 ? Math.round(value) : value); }

/** A number with a fixed count of decimals, so that it does not jump while it is dragged. */
function fixed(value, decimals = 2) {
  if (!Number.isFinite(value)) return show(value);
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replaceAll("-", "−");
}

/** Round positions for about `count` marks on an axis from `low` to `high`. */
function ticks(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > Math.abs(high) * 1e-9) || !Number.isFinite(raw)) return [low]; // all but equal: no room for marks between them
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  const marks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) marks.push(Number((i * step).toPrecision(12)));
  return marks;
}

/** Marks for a logarithmic axis between 10**low and 10**high, as exponents: 1, 2, 5 of each decade, fewer over many decades. */
function logTicks(low, high, count) {
  const exponents = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  const within = (digits) => exponents.flatMap((e) => digits.map((d) => e + Math.log10(d))).filter((m) => m >= low && m <= high);
  return [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1, 3], [1]].map(within).find((marks) => marks.length <= count) ?? [low, high];
}

/** The bytes that Jupyter delivers may start anywhere; these are copies that typed arrays can stand on. */
function bytes(view) {
  return (view.buffer ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view)).slice();
}
const floats = (view) => new Float32Array(bytes(view).buffer);
const doubles = (view) => new Float64Array(bytes(view).buffer);
const integers = (view) => new Int32Array(bytes(view).buffer);

/** Is the page around this element dark? Jupyter says so on <body>, VS Code by a class, a plain page by the reader's setting. */
function darkness(node) {
  const body = document.body;
  const jupyter = body.dataset.jpThemeLight ?? node.closest("[data-jp-theme-light]")?.dataset.jpThemeLight;
  if (jupyter !== undefined) return { dark: jupyter === "false", host: "jupyter" };
  if (body.className.includes("vscode")) return { dark: /vscode-(dark|high-contrast)/.test(body.className), host: "page" };
  return { dark: matchMedia("(prefers-color-scheme: dark)").matches, host: "page" };
}

/**
 * Keep a view drawn: calls `draw(seconds since the last frame)` in the next animation frame after `request()`, when the view is resized,
 * scrolled back into sight, or the theme changes; while `draw` returns true, again. Nothing is drawn out of sight.
 */
function painter(root, draw) {
  let frame = 0, visible = true, last = 0;
  const request = () => { if (!frame && visible) frame = requestAnimationFrame(paint); };
  function paint(now) {
    frame = 0;
    if (!root.offsetWidth) return void setTimeout(request, 150); // Jupyter hides all for a moment when the theme changes
    root.draws = (root.draws ?? 0) + 1;
    const again = draw(Math.min((now - last) / 1000, 0.1));
    last = now;
    if (again) request();
  }
  function dress() {
    const { dark, host } = darkness(root);
    root.dataset.theme = dark ? "dark" : "light";
    root.dataset.host = host;
    request();
  }
  const sizes = new ResizeObserver(request);
  const sight = new IntersectionObserver((entries) => { visible = entries.at(-1).isIntersecting; request(); });
  const theme = new MutationObserver(dress);
  const wish = matchMedia("(prefers-color-scheme: dark)");
  sizes.observe(root);
  sight.observe(root);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  wish.addEventListener("change", dress);
  // Jupyter's notebook takes the arrow keys from sliders and menus, too: what happens in a control stays there.
  root.addEventListener("keydown", (event) => { if (event.target.matches("input, select, textarea, summary")) event.stopPropagation(); });
  dress();
  return {
    request,
    close() {
      cancelAnimationFrame(frame);
      for (const observer of [sizes, sight, theme]) observer.disconnect();
      wish.removeEventListener("change", dress);
    },
  };
}

/** The view's colours as they are now, by name: colours(root).train. */
function colours(root) {
  const style = getComputedStyle(root);
  const names = ["ink", "muted", "paper", "face", "line", "edge", "focus", "train", "validation", "slope", "best"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--tk-${name}`).trim()]));
}

/** A canvas made as sharp as the screen, cleared; in CSS pixels from here on. */
function sheet(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  pen.lineJoin = "round";
  return { pen, width, height };
}

/** One line through [x, y] points; a y that is not a number breaks it. */
function line(pen, points, { color, width = 2, dash = [], alpha = 1 }) {
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: width, globalAlpha: alpha });
  pen.setLineDash(dash);
  pen.beginPath();
  let down = false;
  for (const [x, y] of points) {
    if (!Number.isFinite(y)) down = false;
    else if (down) pen.lineTo(x, y);
    else { pen.moveTo(x, y); down = true; }
  }
  pen.stroke();
  pen.restore();
}

/** A button with a picture: path in a 10 × 10 box. */
function iconButton(path, text, onclick) {
  const icon = el("svg:svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, el("svg:path", { d: path }));
  const button = el("button", { type: "button", onclick }, icon, ...(text ? [el("span", {}, text)] : []));
  return button;
}

/** The "Keys" button and the paragraph it opens. */
function helpButton(label, text) {
  const paragraph = el("p", { class: "tk-help", hidden: true }, text);
  const button = el("button", { type: "button", "aria-expanded": "false", onclick: toggle }, label);
  function toggle() {
    paragraph.hidden = !paragraph.hidden;
    button.setAttribute("aria-expanded", String(!paragraph.hidden));
  }
  return { button, paragraph, toggle };
}
