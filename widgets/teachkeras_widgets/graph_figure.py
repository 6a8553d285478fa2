"""The picture of a model: its layers in ranks from top to bottom."""

from matplotlib.figure import Figure

from .style import INK, LINE, MUTED, drawing


def graph_figure(view):
    """Boxes and lines; a node's rank is the longest way to it."""
    graph = view.setup["graph"]
    ranks = _ranks(graph)
    rows = [[node for node in graph["nodes"] if ranks[node["id"]] == rank] for rank in range(max(ranks.values()) + 1)]
    wide = max(map(len, rows))
    with drawing():
        figure = Figure(figsize=(max(3.6, 2.7 * wide), 0.72 * len(rows) + 0.5), layout="constrained", facecolor="white")
        axes = figure.subplots()
        axes.axis("off")
        axes.set(xlim=(-wide / 2, wide / 2), ylim=(-len(rows) + 0.4, 0.6))
        places = {node["id"]: (i - (len(row) - 1) / 2, -y) for y, row in enumerate(rows) for i, node in enumerate(row)}
        for start, end in graph["edges"]:
            axes.plot(*zip(places[start], places[end], strict=True), color=LINE, lw=1.6, zorder=1)
        box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": MUTED}
        for node in graph["nodes"]:
            text = f"{node['name']}  {node['kind']}\n{shape_text(node['shape'])}"
            axes.text(*places[node["id"]], text, ha="center", va="center", fontsize=8, color=INK, bbox=box)
    return figure


def shape_text(shape):
    """(None, 3) as people write it: (·, 3)."""
    return "" if shape is None else f"({', '.join('·' if n is None else str(n) for n in shape)})"


def _ranks(graph):
    sources = {node["id"]: [] for node in graph["nodes"]}
    for start, end in graph["edges"]:
        sources[end].append(start)
    ranks = {}
    for i, node in enumerate(graph["nodes"]):
        came = [ranks.get(source, -1) + 1 for source in sources[node["id"]]]
        ranks[node["id"]] = max(came, default=0 if graph["connected"] else i)
    return ranks
