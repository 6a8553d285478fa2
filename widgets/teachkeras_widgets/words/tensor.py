"""Tensor view. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "title": ("Tensor", "张量"),
    "help": (
        "Point at a square, or walk with the arrow keys, to read a number and its place in memory. Choose which "
        "axes are "
        "rows and columns; the sliders choose the slice along the others.",
        "指向方格，或用方向键移动，即可读数及其内存位置。选择哪两个轴作为行和列；滑块选择其余轴上的切片。",
    ),
    "keys": ("How to", "操作方法"),
    "rows": ("Rows", "行"),
    "columns": ("Columns", "列"),
    "axis": ("axis {n}", "轴 {n}"),
    "as": ("Show as", "显示为"),
    "colour": ("colour", "颜色"),
    "numbers": ("numbers", "数字"),
    "shape": ("shape", "形状"),
    "dtype": ("dtype", "类型"),
    "strides": ("strides (bytes)", "步幅（字节）"),
    "range": ("range", "范围"),
    "mean": ("mean", "均值"),
    "cell": (
        "{name}[{place}] = {value}    {offset} bytes from the start",
        "{name}[{place}] = {value}    距起点 {offset} 字节",
    ),
    "cut": ("It is large: the page shows [{cut}].", "数组很大：本页显示 [{cut}]。"),
    "bad": ("{n} values are NaN or infinite; they are marked.", "有 {n} 个值是 NaN 或无穷大，已标出。"),
    "rows.cut": ("the first {n} rows and {m} columns", "前 {n} 行和 {m} 列"),
}
