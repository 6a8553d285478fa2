"""Attention. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Attention", "注意力"),
    "help": (
        "Each row is a query: how much it looks at each key. Point at a square, or walk with the arrow keys.",
        "每行是一个查询：它关注各个键的程度。指向方格，或用方向键移动。",
    ),
    "keys": ("How to", "操作方法"),
    "head": ("Head", "注意力头"),
    "head.n": ("head {n}", "第 {n} 头"),
    "map": ("queries down, keys across", "纵向为查询，横向为键"),
    "looks": ("“{query}” looks at", "“{query}”关注"),
    "cell": ("{query} → {key}: {share} %", "{query} → {key}：{share} %"),
    "spread": ("spread over {n} keys (2 to the power of the entropy)", "相当于关注 {n} 个键（2 的熵次方）"),
    "cut": (
        "It is large: {rows} queries and {columns} keys, the first 64 are shown.",
        "数据很大：共 {rows} 个查询、{columns} 个键，显示前 64 个。",
    ),
}
