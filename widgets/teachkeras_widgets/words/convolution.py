"""Convolution and pooling. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Convolution and pooling", "卷积与池化"),
    "title.layer": ("Convolution of {layer}", "{layer} 的卷积"),
    "help": (
        "Point at the output, or walk over it with the arrow keys, to move the window; Space slides it. Type a "
        "weight into "
        "the kernel's boxes below. “Way back” shows how far each pixel moves the chosen output.",
        "指向输出，或用方向键在其上移动，以移动窗口；空格 使其滑动。可在下方的框中输入权重。"
        "“反向”显示每个像素对所选输出的影响。",
    ),
    "back": ("One place back", "后退一格"),
    "on": ("One place on", "前进一格"),
    "mode": ("Window", "窗口"),
    "conv": ("convolution", "卷积"),
    "max": ("max pooling", "最大池化"),
    "average": ("average pooling", "平均池化"),
    "preset": ("Kernel", "卷积核"),
    "own": ("your own", "自定义"),
    "edges": ("edges", "边缘"),
    "vertical": ("vertical edges", "竖直边缘"),
    "horizontal": ("horizontal edges", "水平边缘"),
    "sharpen": ("sharpen", "锐化"),
    "blur": ("blur", "模糊"),
    "identity": ("identity", "恒等"),
    "size": ("Size", "大小"),
    "stride": ("Stride", "步幅"),
    "padding": ("Padding", "填充"),
    "valid": ("valid", "不填充"),
    "same": ("same", "等大"),
    "dilation": ("Dilation", "膨胀"),
    "channel": ("Channel", "通道"),
    "filter": ("Filter", "滤波器"),
    "image": ("input", "输入"),
    "kernel": ("kernel w", "卷积核 w"),
    "output": ("output", "输出"),
    "wayback": ("Way back", "反向"),
    "gradient": ("∂y/∂x for this output", "此输出的 ∂y/∂x"),
    "others": ("(other channels: {sum})", "（其他通道：{sum}）"),
    "bias": ("bias {b}", "偏置 {b}"),
    "small": (
        "The window is larger than the image: choose “same” or a smaller dilation.",
        "窗口大于图像：请选择“等大”或减小膨胀。",
    ),
    "weight": ("weight {row}, {column}", "权重 {row}，{column}"),
    "cell": ("Output [{row}, {column}] = {value}", "输出 [{row}, {column}] = {value}"),
}
