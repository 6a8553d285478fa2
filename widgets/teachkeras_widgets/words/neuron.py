"""One neuron. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("One neuron", "一个神经元"),
    "title.bound": ("Unit {unit} of {layer}", "{layer} 的第 {unit} 个单元"),
    "help": (
        "Drag a circle (input) or a square (weight) up or down, the bias square, the point on the curve "
        "sideways, or a number in the formula. Keys on a handle: arrows change it, Shift makes the step ten "
        "times finer, Page Up and Page Down ten times larger, 0 sets it to zero.",
        "上下拖动圆圈（输入）、方块（权重）或偏置方块，左右拖动曲线上的点，或拖动公式中的数字。选中后的按键："
        "方向键改变数值，Shift 使步长缩小十倍，Page Up 和 Page Down 放大十倍，0 归零。",
    ),
    "keys": ("How to", "操作方法"),
    "input": ("input", "输入"),
    "weight": ("weight", "权重"),
    "product": ("w · x", "w · x"),
    "slope": ("slope", "斜率"),
    "bias": ("bias", "偏置"),
    "sum": ("sum", "加权和"),
    "output": ("output", "输出"),
    "activation": ("Activation", "激活函数"),
    "curve": ("activation f(z)", "激活函数 f(z)"),
    "derivative": ("its slope f′(z)", "它的斜率 f′(z)"),
    "tangent": ("tangent", "切线"),
    "diagram": (
        "The neuron: {n} inputs, weighted sum z = {z}, output y = {y}.",
        "神经元：{n} 个输入，加权和 z = {z}，输出 y = {y}。",
    ),
    "plot": (
        "Curve of {f}. At z = {z} the output is {y} and the slope {slope}.",
        "{f} 的曲线。在 z = {z} 处输出为 {y}，斜率为 {slope}。",
    ),
    "rest": ("{n} more inputs", "另有 {n} 个输入"),
    "rest.row": ("the other {n}", "其余 {n} 个"),
    "rest.sum": ("(the other {n}: {sum})", "（其余 {n} 个：{sum}）"),
    "pick": (
        "Click a square to take that input in hand; the strongest {n} are shown.",
        "点击一个方格即可调节该输入；这里显示贡献最大的 {n} 个。",
    ),
    "map.x": ("inputs x", "输入 x"),
    "map.w": ("weights w", "权重 w"),
    "map.p": ("products w · x", "乘积 w · x"),
    "pixel": ("input {i}: x = {x}, w = {w}, w · x = {p}", "输入 {i}：x = {x}，w = {w}，w · x = {p}"),
    "write": ("Write to model", "写入模型"),
    "reset": ("Reset", "重置"),
    "written": ("Written: the model now uses these weights.", "已写入：模型现在使用这些权重。"),
    "busy": (
        "The model is training: write when it has finished or is stopped.",
        "模型正在训练：请在训练完成或停止后写入。",
    ),
    "unheard": ("No answer from the kernel yet: it is busy or gone.", "内核尚未应答：它正忙或已断开。"),
    "changed": (
        "Changed here; the model keeps its own weights until you write them.",
        "仅在此处更改；写入之前，模型保留自己的权重。",
    ),
    "softmax": (
        "softmax compares all units, so the curve shows z alone. The model's own probability for this unit: {p}",
        "softmax 要比较所有单元，因此曲线只显示 z。模型给出的该单元概率：{p}",
    ),
    "opaque": (
        "{name} has no formula that this page can compute, so the curve shows z alone. The model's own output of "
        "this unit: {p}",
        "本页无法计算 {name} 的公式，因此曲线只显示 z。模型给出的该单元输出：{p}",
    ),
    "engine": ("The model's own output: {y}", "模型自己的输出：{y}"),
}
