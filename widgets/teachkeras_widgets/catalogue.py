"""Every word a view shows, in every language it speaks: one table, no text anywhere else.

A label may hold ``{places}`` that the view fills in. The tests hold the languages to the same keys and the same places.
"""

from teachkeras.errors import UnknownNameError

_default = "en"

LABELS = {
    "en": {
        "live.title": "Live training",
        "live.help": (
            "Keys: Space pause or go on · S one step · X stop · A batches or epochs · L logarithmic loss · "
            "[ and ] halve or double the learning rate · − and + less or more smoothing · ← and → read the curve · "
            "Home and End first and last point · Esc let go of the point"
        ),
        "live.keys": "Keys",
        "live.pause": "Pause",
        "live.resume": "Go on",
        "live.step": "Step",
        "live.stop": "Stop",
        "live.rate": "Learning rate",
        "live.smoothing": "Smoothing",
        "live.axis": "Axis",
        "live.batches": "batches",
        "live.epochs": "epochs",
        "live.log": "log",
        "live.waiting": "Waiting for fit",
        "live.running": "Training",
        "live.pausing": "Pausing …",
        "live.stopping": "Stopping …",
        "live.paused": "Paused",
        "live.stopped": "Stopped",
        "live.finished": "Finished",
        "live.failed": "Ended early",
        "live.epoch": "epoch {epoch} of {epochs}",
        "live.batch": "batch {batch} of {steps}",
        "live.batch.open": "batch {batch}",
        "live.speed": "{rate} batches/s",
        "live.train": "train",
        "live.val": "validation",
        "live.best": "best {value} · epoch {epoch}",
        "live.earlier": "earlier runs are drawn pale",
        "live.at.batch": "batch {x}",
        "live.at.epoch": "epoch {x}",
        "live.summary": "{state}. Epoch {epoch} of {epochs}. {values}.",
        "live.panel": "Curve of {metric} over {axis}: {values}.",
        "live.empty": "The curves appear here when fit begins.",
        "live.deaf": (
            "While a cell runs, this kernel hears a button only when the cell ends. "
            "Train with  await model.fit_async(…)  in place of  model.fit(…)  and the buttons work at once."
        ),
        "live.bad_rate": "The learning rate must be a number above 0.",
        "neuron.title": "One neuron",
        "neuron.title.bound": "Unit {unit} of {layer}",
        "neuron.help": (
            "Drag a circle (input) or a square (weight) up or down, the bias square, the point on the curve sideways, "
            "or a number in the formula. Keys on a handle: arrows change it, Shift makes the step ten times finer, "
            "Page Up and Page Down ten times larger, 0 sets it to zero."
        ),
        "neuron.keys": "How to",
        "neuron.input": "input",
        "neuron.weight": "weight",
        "neuron.product": "w · x",
        "neuron.slope": "slope",
        "neuron.bias": "bias",
        "neuron.sum": "sum",
        "neuron.output": "output",
        "neuron.activation": "Activation",
        "neuron.curve": "activation f(z)",
        "neuron.derivative": "its slope f′(z)",
        "neuron.tangent": "tangent",
        "neuron.diagram": "The neuron: {n} inputs, weighted sum z = {z}, output y = {y}.",
        "neuron.plot": "Curve of {f}. At z = {z} the output is {y} and the slope {slope}.",
        "neuron.rest": "{n} more inputs",
        "neuron.rest.row": "the other {n}",
        "neuron.rest.sum": "(the other {n}: {sum})",
        "neuron.pick": "Click a square to take that input in hand; the strongest {n} are shown.",
        "neuron.map.x": "inputs x",
        "neuron.map.w": "weights w",
        "neuron.map.p": "products w · x",
        "neuron.pixel": "input {i}: x = {x}, w = {w}, w · x = {p}",
        "neuron.write": "Write to model",
        "neuron.reset": "Reset",
        "neuron.written": "Written: the model now uses these weights.",
        "neuron.busy": "The model is training: write when it has finished or is stopped.",
        "neuron.unheard": "No answer from the kernel yet: it is busy or gone.",
        "neuron.changed": "Changed here; the model keeps its own weights until you write them.",
        "neuron.softmax": (
            "softmax compares all units, so the curve shows z alone. The model's own probability for this unit: {p}"
        ),
        "neuron.opaque": (
            "{name} has no formula that this page can compute, so the curve shows z alone. "
            "The model's own output of this unit: {p}"
        ),
        "neuron.engine": "The model's own output: {y}",
        "card.live": "Training curves appear here",
        "figure.batch": "batch",
        "figure.epoch": "epoch",
    },
    "zh": {
        "live.title": "实时训练",
        "live.help": (
            "按键：空格 暂停或继续 · S 单步 · X 停止 · A 批次或轮次 · L 对数损失 · "
            "[ 和 ] 学习率减半或加倍 · − 和 + 减少或增加平滑 · ← 和 → 读取曲线 · "
            "Home 和 End 首点和末点 · Esc 放开读数"
        ),
        "live.keys": "按键",
        "live.pause": "暂停",
        "live.resume": "继续",
        "live.step": "单步",
        "live.stop": "停止",
        "live.rate": "学习率",
        "live.smoothing": "平滑",
        "live.axis": "横轴",
        "live.batches": "批次",
        "live.epochs": "轮次",
        "live.log": "对数",
        "live.waiting": "等待 fit",
        "live.running": "训练中",
        "live.pausing": "正在暂停……",
        "live.stopping": "正在停止……",
        "live.paused": "已暂停",
        "live.stopped": "已停止",
        "live.finished": "已完成",
        "live.failed": "提前结束",
        "live.epoch": "第 {epoch} 轮，共 {epochs} 轮",
        "live.batch": "第 {batch} 批，共 {steps} 批",
        "live.batch.open": "第 {batch} 批",
        "live.speed": "每秒 {rate} 批",
        "live.train": "训练",
        "live.val": "验证",
        "live.best": "最佳 {value} · 第 {epoch} 轮",
        "live.earlier": "之前的运行以浅色显示",
        "live.at.batch": "第 {x} 批",
        "live.at.epoch": "第 {x} 轮",
        "live.summary": "{state}。第 {epoch} 轮，共 {epochs} 轮。{values}。",
        "live.panel": "{metric} 随{axis}变化的曲线：{values}。",
        "live.empty": "fit 开始后，曲线显示在这里。",
        "live.deaf": (
            "单元格运行期间，此内核要等单元格结束才能收到按钮消息。"
            "请用  await model.fit_async(…)  代替  model.fit(…)，按钮便会立即生效。"
        ),
        "live.bad_rate": "学习率必须是大于 0 的数。",
        "neuron.title": "一个神经元",
        "neuron.title.bound": "{layer} 的第 {unit} 个单元",
        "neuron.help": (
            "上下拖动圆圈（输入）、方块（权重）或偏置方块，左右拖动曲线上的点，或拖动公式中的数字。"
            "选中后的按键：方向键改变数值，Shift 使步长缩小十倍，Page Up 和 Page Down 放大十倍，0 归零。"
        ),
        "neuron.keys": "操作方法",
        "neuron.input": "输入",
        "neuron.weight": "权重",
        "neuron.product": "w · x",
        "neuron.slope": "斜率",
        "neuron.bias": "偏置",
        "neuron.sum": "加权和",
        "neuron.output": "输出",
        "neuron.activation": "激活函数",
        "neuron.curve": "激活函数 f(z)",
        "neuron.derivative": "它的斜率 f′(z)",
        "neuron.tangent": "切线",
        "neuron.diagram": "神经元：{n} 个输入，加权和 z = {z}，输出 y = {y}。",
        "neuron.plot": "{f} 的曲线。在 z = {z} 处输出为 {y}，斜率为 {slope}。",
        "neuron.rest": "另有 {n} 个输入",
        "neuron.rest.row": "其余 {n} 个",
        "neuron.rest.sum": "（其余 {n} 个：{sum}）",
        "neuron.pick": "点击一个方格即可调节该输入；这里显示贡献最大的 {n} 个。",
        "neuron.map.x": "输入 x",
        "neuron.map.w": "权重 w",
        "neuron.map.p": "乘积 w · x",
        "neuron.pixel": "输入 {i}：x = {x}，w = {w}，w · x = {p}",
        "neuron.write": "写入模型",
        "neuron.reset": "重置",
        "neuron.written": "已写入：模型现在使用这些权重。",
        "neuron.busy": "模型正在训练：请在训练完成或停止后写入。",
        "neuron.unheard": "内核尚未应答：它正忙或已断开。",
        "neuron.changed": "仅在此处更改；写入之前，模型保留自己的权重。",
        "neuron.softmax": "softmax 要比较所有单元，因此曲线只显示 z。模型给出的该单元概率：{p}",
        "neuron.opaque": "本页无法计算 {name} 的公式，因此曲线只显示 z。模型给出的该单元输出：{p}",
        "neuron.engine": "模型自己的输出：{y}",
        "card.live": "训练曲线将显示在这里",
        "figure.batch": "批次",
        "figure.epoch": "轮次",
    },
}


def set_language(language):
    """Choose the language of the views made from now on: ``"en"`` or ``"zh"``; returns the one before.

    >>> set_language("zh")
    'en'
    >>> set_language("en")
    'zh'
    """
    global _default
    before, _default = _default, known(language)
    return before


def known(language):
    """``language`` if the catalogue has it, the default for ``None``; else an error that lists what there is."""
    if language is None:
        return _default
    if language not in LABELS:
        raise UnknownNameError(
            "teachkeras_widgets, language",
            expected=f"one of {', '.join(map(repr, LABELS))}",
            got=repr(language),
            fix='language="en" or language="zh"',
        )
    return language


def labels(language, topic):
    """The labels of one view, their topic cut off: ``labels("en", "live")["pause"]`` is ``"Pause"``."""
    head = f"{topic}."
    return {key.removeprefix(head): text for key, text in LABELS[language].items() if key.startswith(head)}
