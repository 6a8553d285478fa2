"""Recurrence. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Layer {layer} over the sequence", "序列上的层 {layer}"),
    "help": (
        "Each row is a gate or a state: units down, steps to the right. Point at a square, or walk with the arrow "
        "keys; "
        "Space plays the steps.",
        "每行是一个门或状态：纵向为单元，横向为时间步。指向方格或用方向键移动；空格 播放各步。",
    ),
    "back": ("One step back", "后退一步"),
    "on": ("One step on", "前进一步"),
    "forget_gate": ("forget gate f", "遗忘门 f"),
    "input_gate": ("input gate i", "输入门 i"),
    "output_gate": ("output gate o", "输出门 o"),
    "update_gate": ("update gate z", "更新门 z"),
    "reset_gate": ("reset gate r", "重置门 r"),
    "candidate": ("candidate g", "候选值 g"),
    "cell": ("cell state c", "细胞状态 c"),
    "hidden": ("hidden state h", "隐藏状态 h"),
    "step": ("step", "时间步"),
    "unit": ("unit", "单元"),
    "place": ("step {step}, unit {unit}", "第 {step} 步，单元 {unit}"),
    "left_out": ("{n} more units are not shown.", "另有 {n} 个单元未显示。"),
    "lines": ("unit {unit} over time", "单元 {unit} 随时间变化"),
}
