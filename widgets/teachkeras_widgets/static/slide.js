// The sliding window: which pixels it covers, what comes out. Keras's rules for "same": the odd row goes to the end.

/** Rows (or columns) of the output, and the padding before, along one axis. */
function extent(n, k, { stride, dilation, padding }) {
  const reach = (k - 1) * dilation + 1;
  if (padding === "valid") return { out: Math.max(0, Math.floor((n - reach) / stride) + 1), before: 0, after: 0 };
  const out = Math.ceil(n / stride), total = Math.max((out - 1) * stride + reach - n, 0);
  return { out, before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

/** The output (rows × columns) of one filter, and the way to every term of it. image: [h, w, c], kernel: [kh, kw, c, f]. */
class Slide {
  constructor(image, shape, kernel, window, bias, options) {
    const [h, w, c] = shape, pool = options.mode !== "conv", [kh, kw] = pool ? [options.size, options.size] : window;
    Object.assign(this, { image, kernel, window, bias, h, w, c, kh, kw, pool, ...options, dilation: pool ? 1 : options.dilation });
    this.down = extent(h, kh, this);
    this.across = extent(w, kw, this);
    this.rows = this.down.out;
    this.columns = this.across.out;
  }

  /** The terms of output [i, j]: {row, column (in the image), a, b, x, w}; x is null outside of the image. */
  terms(i, j, channel, filter) {
    const out = [];
    for (let a = 0; a < this.kh; a++) for (let b = 0; b < this.kw; b++) {
      const row = i * this.stride + a * this.dilation - this.down.before, column = j * this.stride + b * this.dilation - this.across.before;
      const inside = row >= 0 && row < this.h && column >= 0 && column < this.w;
      const x = inside ? this.image[(row * this.w + column) * this.c + channel] : null;
      const w = this.pool ? 1 : this.kernel[((a * this.kw + b) * this.window[2] + channel) * this.window[3] + filter];
      out.push({ row, column, a, b, x, w });
    }
    return out;
  }

  /** Output [i, j]; for pooling that of the channel. */
  at(i, j, channel, filter) {
    if (this.pool) {
      const values = this.terms(i, j, channel, filter).filter(({ x }) => x !== null).map(({ x }) => x);
      return this.mode === "max" ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
    }
    let sum = this.bias[filter];
    for (let c = 0; c < this.c; c++) sum += this.part(i, j, c, filter);
    return sum;
  }

  /** One channel's share of a convolution. */
  part(i, j, channel, filter) { return this.terms(i, j, channel, filter).reduce((sum, { x, w }) => sum + (x ?? 0) * w, 0); }

  all(channel, filter) {
    return Float64Array.from({ length: this.rows * this.columns }, (_, k) => this.at(Math.floor(k / this.columns), k % this.columns, channel, filter));
  }

  /** How far each pixel moves output [i, j]: the kernel in its place, or for pooling the winner, or equal shares. */
  gradient(i, j, channel, filter) {
    const back = new Float64Array(this.h * this.w), inside = this.terms(i, j, channel, filter).filter(({ x }) => x !== null);
    const best = this.mode === "max" ? inside.reduce((top, term) => (term.x > top.x ? term : top)) : null;
    for (const term of inside) back[term.row * this.w + term.column] += !this.pool ? term.w : this.mode === "max" ? +(term === best) : 1 / inside.length;
    return back;
  }
}
