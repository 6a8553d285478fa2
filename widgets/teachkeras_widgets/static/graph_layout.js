// Placing a graph in ranks from top to bottom: a node's rank is the longest way to it; within a rank, each stands near those it comes from.

const BOX = { width: 176, height: 46, live: 62, gapX: 26, gapY: 44, pad: 14, head: 30 };

/** Places for all nodes: {nodes: [{...node, x, y, width, height}], edges: [[from, to]], width, height}. `open` is the set of opened ids. */
function placed(graph, open, height = BOX.height, path = "") {
  const nodes = graph.nodes.map((node) => {
    const key = path + node.id, inner = node.inner && open.has(key) ? placed(node.inner, open, height, `${key}>`) : null;
    const size = inner ? { width: Math.max(inner.width + 2 * BOX.pad, BOX.width), height: inner.height + BOX.pad + BOX.head } : { width: BOX.width, height };
    return { ...node, key, laid: inner, ...size };
  });
  const by = new Map(nodes.map((node) => [node.id, node])), from = new Map(nodes.map((node) => [node.id, []]));
  for (const [a, b] of graph.edges) if (by.has(a) && by.has(b)) from.get(b).push(a);
  nodes.forEach((node, i) => { node.rank = graph.connected ? Math.max(0, ...from.get(node.id).map((id) => (by.get(id).rank ?? 0) + 1)) : i; });
  const rows = Array.from({ length: Math.max(...nodes.map(({ rank }) => rank)) + 1 }, (_, rank) => nodes.filter((node) => node.rank === rank));
  let y = 0;
  for (const row of rows) {
    for (const node of row) { const above = from.get(node.id).map((id) => by.get(id).x); node.wish = above.length ? above.reduce((a, b) => a + b, 0) / above.length : 0; }
    row.sort((a, b) => a.wish - b.wish);
    const width = row.reduce((sum, node) => sum + node.width, 0) + BOX.gapX * (row.length - 1);
    let x = row.reduce((sum, node) => sum + node.wish, 0) / row.length - width / 2;
    for (const node of row) { node.x = x + node.width / 2; node.y = y; x += node.width + BOX.gapX; }
    y += Math.max(...row.map(({ height }) => height)) + BOX.gapY;
  }
  const left = Math.min(...nodes.map((node) => node.x - node.width / 2)), right = Math.max(...nodes.map((node) => node.x + node.width / 2));
  for (const node of nodes) node.x -= left;
  const loops = graph.edges.some(([a, b]) => by.has(a) && by.has(b) && by.get(b).rank - by.get(a).rank > 1) ? 64 : 0; // room for edges that pass by
  return { nodes, edges: graph.edges.filter(([a, b]) => by.has(a) && by.has(b)).map(([a, b]) => [by.get(a), by.get(b)]), width: right - left + loops, height: y - BOX.gapY };
}
