"""Gradients. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Gradients", "梯度"),
    "help": (
        "Each row is a weight. Click a row, or move with ↑ and ↓, to see the histogram of its gradient over time. The "
        "green band is the usual size of a step: a thousandth of the weight, ten times more or less.",
        "每行是一个权重。点击一行，或用 ↑ 和 ↓ 移动，即可查看其梯度随时间变化的直方图。"
        "绿色带是常见的步长：权重的千分之一，上下十倍以内。",
    ),
    "keys": ("How to", "操作方法"),
    "weight": ("weight", "权重"),
    "norm": ("gradient norm ‖g‖", "梯度范数 ‖g‖"),
    "ratio": ("update / weight", "更新量 / 权重"),
    "dead": ("dead units", "失活单元"),
    "of": ("{n} of {all}", "{n} / {all}"),
    "spread": ("log₁₀ |g| of {name} over time", "{name} 的 log₁₀ |g| 随时间变化"),
    "norms": ("norms over time", "范数随时间变化"),
    "batches": ("batch", "批次"),
    "empty": ("The gradients appear here when fit begins.", "fit 开始后，梯度显示在这里。"),
    "row": (
        "{name}: norm {norm}, update to weight {ratio}, dead units {dead}",
        "{name}：范数 {norm}，更新量与权重之比 {ratio}，失活单元 {dead}",
    ),
    "vanishing": (
        "The gradient of {name} is {times} times smaller than that of the last layer.",
        "{name} 的梯度比最后一层小 {times} 倍。",
    ),
    "exploding": ("The gradient of {name} is very large: {norm}.", "{name} 的梯度非常大：{norm}。"),
    "bad": ("The gradient of {name} holds NaN or infinity.", "{name} 的梯度含有 NaN 或无穷大。"),
}
