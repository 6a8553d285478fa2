"""Words of the cards that stand in for a view with nothing to show yet. ``key: (en, zh)``."""

WORDS = {
    "live": ("Training curves appear here", "训练曲线将显示在这里"),
}
