"""Activations. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Activations", "激活值"),
    "help": (
        "Choose a layer and a sample. Point at a square, or walk over a map with the arrow keys, to read its number.",
        "选择层和样本。指向方格，或用方向键在图上移动，即可读数。",
    ),
    "keys": ("How to", "操作方法"),
    "input": ("input", "输入"),
    "output": ("output of {layer}", "{layer} 的输出"),
    "distribution": ("distribution over all samples", "所有样本上的分布"),
    "map": ("map {n}", "第 {n} 幅图"),
    "cell": ("{name} [{place}] = {value}", "{name} [{place}] = {value}"),
    "range": ("{low} to {high}", "{low} 至 {high}"),
    "left_out": ("{n} more maps are not shown", "另有 {n} 幅图未显示"),
    "step": ("every {n}th value is shown", "每 {n} 个值显示一个"),
    "mean": ("mean", "均值"),
    "std": ("spread", "标准差"),
    "zeros": ("exactly 0", "恰为 0"),
    "bad": ("{n} values are NaN or infinite.", "有 {n} 个值是 NaN 或无穷大。"),
    "plot": (
        "Distribution of the output, from {low} to {high}, mean {mean}.",
        "输出的分布，从 {low} 到 {high}，均值 {mean}。",
    ),
}
