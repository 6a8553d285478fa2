// Surfaces and the paths on them, computed from specs: a surface's height and slope, an optimizer's update line by line.

/** Height and slope of a surface at [x, y]. A model's surface is a grid, taken as plane patches between its points. */
function surfaceOf(field) {
  if (!field.grid) {
    const [value, dx, dy] = [field.value, field.dx, field.dy].map(compiled);
    return { height: (x, y) => value({ x, y }), slope: (x, y) => [dx({ x, y }), dy({ x, y })] };
  }
  const grid = floats(field.grid), n = field.edge - 1, scale = n / (2 * field.reach), hold = (v) => Math.max(0, Math.min(n - 1e-6, v));
  const patch = (x, y) => {
    const a = hold((x + field.reach) * scale), b = hold((field.reach - y) * scale), [i, j] = [Math.floor(b), Math.floor(a)];
    const at = (r, c) => grid[(i + r) * field.edge + j + c];
    return { u: b - i, v: a - j, p: at(0, 0), q: at(0, 1), r: at(1, 0), s: at(1, 1) };
  };
  return {
    height(x, y) { const { u, v, p, q, r, s } = patch(x, y); return (p * (1 - v) + q * v) * (1 - u) + (r * (1 - v) + s * v) * u; },
    slope(x, y) { const { u, v, p, q, r, s } = patch(x, y); return [((q - p) * (1 - u) + (s - r) * u) * scale, -((r - p) * (1 - v) + (s - q) * v) * scale]; },
  };
}

/** The points an optimizer visits: its rule's lines, evaluated for each of the two weights. */
function pathOf(rule, surface, start, rate, steps) {
  const state = start.map((w) => ({ ...rule.settings, ...rule.slots, w, lr: rate }));
  const points = [[...start]], lines = (rule.compiled ??= rule.lines.map(([name, tree]) => [name, compiled(tree)]));
  for (let t = 1; t <= steps; t++) {
    const slope = surface.slope(state[0].w, state[1].w);
    state.forEach((known, i) => {
      Object.assign(known, { g: slope[i], t });
      for (const [name, formula] of lines) known[name] = formula(known);
    });
    points.push([state[0].w, state[1].w]);
    if (!points.at(-1).every((v) => Math.abs(v) < 1e6)) break;
  }
  return points;
}
