"""Classifier. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Draw, and the model answers", "手写，模型来答"),
    "help": (
        "Draw with the pointer; hold Shift to rub out. Keys on the sheet: arrows move the pen, Space puts ink, "
        "Delete rubs "
        "out, C clears. Click a number in the matrix to see those images, and an image to take it to the sheet.",
        "用指针书写；按住 Shift 擦除。选中画布后的按键：方向键移动画笔，空格 落笔，Delete 擦除，C 清空。"
        "点击矩阵中的数字可查看对应图像，点击图像可放到画布上。",
    ),
    "clear": ("Clear", "清空"),
    "saliency": ("What moves the answer", "影响答案的像素"),
    "drawing": ("drawing", "画布"),
    "answer": ("answer", "答案"),
    "matrix": ("Test data: rows are true, columns what the model says", "测试数据：行为真实类别，列为模型回答"),
    "accuracy": ("{right} of {all} right: {share} %", "{all} 个中答对 {right} 个：{share} %"),
    "cell": ("true {true}, model says {guess}: {n}", "真实为 {true}，模型答 {guess}：{n} 个"),
    "sheet": ("A sheet to draw on. The model says {name}, {share} %.", "画布。模型回答 {name}，{share} %。"),
    "says": ("The model says {name}, {share} %", "模型回答 {name}，{share} %"),
    "blank": ("Draw something.", "请书写。"),
    "example": ("an image of class {true}", "类别 {true} 的图像"),
}
