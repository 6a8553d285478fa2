"""Activation curves. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Activation curves", "激活函数曲线"),
    "title.bound": ("Sums of layer {layer}", "层 {layer} 的加权和"),
    "help": (
        "Drag the plot sideways to move z. Keys on the plot: ← and → move it, Shift ten times finer, "
        "Page Up and Page Down ten times farther, 0 to zero.",
        "左右拖动图形以移动 z。选中图形后的按键：← 和 → 移动，Shift 精细十倍，Page Up 和 Page Down 加快十倍，0 归零。",
    ),
    "keys": ("How to", "操作方法"),
    "activation": ("Activation", "激活函数"),
    "compare": ("beside", "对比"),
    "none": ("none", "无"),
    "value": ("f(z)", "函数 f(z)"),
    "slope": ("its slope f′(z)", "斜率 f′(z)"),
    "tangent": ("tangent", "切线"),
    "other": ("{name}(z)", "对比 {name}(z)"),
    "sums": ("sums z of the batch", "本批次的加权和 z"),
    "plot": (
        "Curve of {f}. At z = {z} the value is {y} and the slope {slope}.",
        "{f} 的曲线。在 z = {z} 处函数值为 {y}，斜率为 {slope}。",
    ),
    "saturated": ("saturated", "饱和"),
    "saturated.why": (
        "share of sums where the slope is below 5 % of the steepest",
        "斜率不足最大斜率 5% 的加权和所占比例",
    ),
    "dead": ("dead units", "失活单元"),
    "dead.why": ("units with slope 0 for every sample of the batch", "对本批次所有样本斜率都为 0 的单元"),
    "mean": ("mean of z", "z 的均值"),
    "std": ("spread of z", "z 的标准差"),
    "of": ("{n} of {all}", "{n} / {all}"),
    "empty": (
        "The sums of layer {layer} appear here when fit begins.",
        "fit 开始后，层 {layer} 的加权和显示在这里。",
    ),
    "bad": ("{n} of the sums are NaN or infinite.", "有 {n} 个加权和是 NaN 或无穷大。"),
    "picture": ("saturated {share}, dead units {dead} of {units}", "饱和 {share}，失活单元 {dead} / {units}"),
    "summary": (
        "{state}. Saturated {share}, dead units {dead} of {units}.",
        "{state}。饱和 {share}，失活单元 {dead} / {units}。",
    ),
}
