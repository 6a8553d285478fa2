"""Words of the pictures. English and 中文 side by side: ``key: (en, zh)``."""

WORDS = {
    "batch": ("batch", "批次"),
    "epoch": ("epoch", "轮次"),
}
