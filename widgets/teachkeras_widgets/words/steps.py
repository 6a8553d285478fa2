"""Step-through. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("One training step of {model}", "{model} 的一步训练"),
    "help": (
        "Keys: ← and → one step back or on · Page Up and Page Down the phase before or after · Home and End first and "
        "last step · Space play. Click a step to go there; point at a square to read its number.",
        "按键：← 和 → 后退或前进一步 · Page Up 和 Page Down 上一或下一阶段 · Home 和 End 首步和末步 · 空格 播放。"
        "点击一步即可跳转；指向方格可读数。",
    ),
    "back": ("One step back", "后退一步"),
    "on": ("One step on", "前进一步"),
    "place": ("step {n} of {all}", "第 {n} 步，共 {all} 步"),
    "forward": ("Forward", "前向"),
    "loss": ("Loss", "损失"),
    "backward": ("Backward", "反向"),
    "update": ("Update", "更新"),
    "metrics": ("Metrics", "指标"),
    "model": ("model", "模型"),
    "inputs": ("What goes in", "输入"),
    "outputs": ("What comes out", "输出"),
    "kept": ("Kept on the way", "中间结果"),
    "from.step": ("from step {n}", "来自第 {n} 步"),
    "from.weight": ("weight {path}", "权重 {path}"),
    "worked": ("Entry [{row}, {column}] worked out", "计算元素 [{row}, {column}]"),
    "more": ("({n} more: {sum})", "（另外 {n} 项：{sum}）"),
    "cell": ("{name}[{row}, {column}] = {value}", "{name}[{row}, {column}] = {value}"),
    "range": ("{min} to {max}, mean {mean}", "{min} 至 {max}，均值 {mean}"),
    "shown": ("shown: {cut}", "显示：{cut}"),
    "left_out": ("{n} later steps are left out.", "省略了后面的 {n} 步。"),
    "summary": ("Step {n} of {all}: {phase}, {op} of {layer}.", "第 {n} 步，共 {all} 步：{phase}，{layer} 的 {op}。"),
}
