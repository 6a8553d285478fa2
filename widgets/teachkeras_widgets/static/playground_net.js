// The playground's network: each unit a small picture of the plane as that unit sees it, each weight a line.

/** A unit's map out of a layer's bytes: 128 is 0. */
function mapOf(layer, unit, grid) {
  const size = grid * grid;
  return Float32Array.from(layer.subarray(unit * size, (unit + 1) * size), (v) => (v - 128) / 127);
}

class Net {
  constructor(page) {
    this.page = page;
    this.canvas = el("canvas", { class: "tk-net", role: "img" });
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => page.choose(null));
  }

  point({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect(), x = clientX - left, y = clientY - top;
    const hit = this.places?.find((p) => Math.abs(p.x - x) < p.half + 2 && Math.abs(p.y - y) < p.half + 2);
    this.page.choose(hit && hit.layer > 0 ? [hit.layer - 1, hit.unit] : null);
  }

  draw(palette) {
    const { frame, say } = this.page, { units } = frame, { pen, width, height } = sheet(this.canvas);
    const most = Math.max(...units), gap = Math.min(62, (height - 34) / most), half = Math.min(22, gap / 2 - 3), across = (width - 60) / (units.length - 1);
    this.places = units.flatMap((n, layer) => Array.from({ length: n }, (_, unit) => ({ layer, unit, half, x: 30 + layer * across, y: 24 + (height - 24) / 2 + (unit - (n - 1) / 2) * gap })));
    const at = (layer, unit) => this.places.find((p) => p.layer === layer && p.unit === unit);
    frame.weights.forEach((data, layer) => {
      const w = floats(data), columns = units[layer + 1], top = largest(w);
      w.forEach((value, i) => {
        const from = at(layer, Math.floor(i / columns)), to = at(layer + 1, i % columns), share = Math.abs(value) / top;
        line(pen, [[from.x + half, from.y], [to.x - half, to.y]], { color: value < 0 ? palette.validation : palette.train, width: 0.6 + 3.4 * share, alpha: 0.25 + 0.6 * share, dash: value < 0 ? [5, 3] : [] });
      });
    });
    Object.assign(pen, { textAlign: "center", textBaseline: "top", fillStyle: palette.muted });
    pen.fillText(say("input"), 30, 2);
    pen.fillText(say("output"), width - 30, 2);
    for (const { layer, unit, x, y } of this.places) {
      if (layer === 0) this.input(pen, palette, x, y, half, unit);
      else spread(pen, this.page.tile(palette, layer - 1, unit), { x: x - half, y: y - half, width: 2 * half, height: 2 * half });
      const chosen = this.page.chosen && this.page.chosen[0] === layer - 1 && this.page.chosen[1] === unit;
      Object.assign(pen, { strokeStyle: chosen ? palette.ink : palette.edge, lineWidth: chosen ? 2.5 : 1 });
      pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
    }
    this.canvas.setAttribute("aria-label", say("net", { units: units.join("–") }));
  }

  /** An input's picture: its coordinate, from orange to blue. */
  input(pen, palette, x, y, half, unit) {
    const n = 16, color = shade(palette, 1), values = Float32Array.from({ length: n * n }, (_, i) => (unit === 0 ? (i % n) / (n / 2) - 1 : 1 - Math.floor(i / n) / (n / 2)));
    heat(pen, values, n, n, { x: x - half, y: y - half, width: 2 * half, height: 2 * half }, color);
    Object.assign(pen, { fillStyle: palette.ink, textAlign: "center", textBaseline: "middle" });
    pen.fillText(unit === 0 ? "x₁" : "x₂", x, y);
  }
}
