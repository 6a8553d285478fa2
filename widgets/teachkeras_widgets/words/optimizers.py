"""Optimizers. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Optimizers on a loss surface", "损失曲面上的优化器"),
    "help": (
        "Drag on the map to set the start. Keys on the map: arrows move the start (Shift: finer) · Space play the "
        "race · "
        "[ and ] lower or raise the learning rate.",
        "在图上拖动以设置起点。选中图形后的按键：方向键移动起点（Shift 更精细）· 空格 播放 · [ 和 ] 降低或提高学习率。",
    ),
    "back": ("One step back", "后退一步"),
    "on": ("One step on", "前进一步"),
    "surface": ("Surface", "曲面"),
    "model": ("your model", "你的模型"),
    "ravine": ("ravine", "峡谷"),
    "bowl": ("bowl", "碗"),
    "valley": ("curved valley", "弯曲山谷"),
    "saddle": ("saddle", "鞍点"),
    "waves": ("many minima", "多个极小值"),
    "four": ("four minima", "四个极小值"),
    "rate": ("Learning rate", "学习率"),
    "steps": ("Step", "步数"),
    "loss": ("height above the lowest point", "高出最低点的高度"),
    "racer": ("optimizer", "优化器"),
    "now": ("height now", "当前高度"),
    "away": ("off the map", "越出图外"),
    "map": (
        "The surface {surface}, start at {x}, {y}, learning rate {rate}. {racers}",
        "曲面 {surface}，起点 {x}，{y}，学习率 {rate}。{racers}",
    ),
    "none": ("Tick an optimizer to let it run.", "勾选一个优化器即可运行。"),
}
