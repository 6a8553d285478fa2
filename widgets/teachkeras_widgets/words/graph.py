"""Model graph. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Graph of {name}", "{name} 的结构图"),
    "help": (
        "Click a layer, or move with the arrow keys, to see its settings and weights. Enter opens or closes a "
        "model inside. While fit runs, each box tells the spread σ of the layer's output and the norm of its "
        "gradient.",
        "点击一层，或用方向键移动，即可查看其设置和权重。回车键展开或收起内部模型。"
        "fit 运行时，方框里显示该层输出的标准差 σ 和梯度范数。",
    ),
    "keys": ("How to", "操作方法"),
    "parameters": ("{n} parameters", "{n} 个参数"),
    "parameters.name": ("parameters", "参数"),
    "trainable": ("trainable", "可训练"),
    "shape": ("output shape", "输出形状"),
    "weights": ("weights", "权重"),
    "settings": ("settings", "设置"),
    "open": ("Open", "展开"),
    "shut": ("Close", "收起"),
    "again": ("call {n}", "第 {n} 次调用"),
    "loose": (
        "This model's class connects its layers in Python code; they are listed in order, without their connections.",
        "此模型的类用 Python 代码连接各层；这里按顺序列出，不显示连接。",
    ),
    "live": ("σ {std} · ‖g‖ {gradient}", "σ {std} · ‖g‖ {gradient}"),
    "live.still": ("σ {std}", "σ {std}"),
    "std": ("spread σ", "标准差 σ"),
    "mean": ("mean output", "输出均值"),
    "zeros": ("zeros", "零的比例"),
    "gradient": ("gradient norm", "梯度范数"),
    "node": ("{name}, {kind}, output shape {shape}, {n} parameters", "{name}，{kind}，输出形状 {shape}，{n} 个参数"),
}
