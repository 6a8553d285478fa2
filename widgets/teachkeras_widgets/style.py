"""The look of the pictures: a palette that colour-blind readers tell apart, thin axes, a font for the language."""

from contextlib import contextmanager
from functools import cache

from matplotlib import font_manager, rc_context

from .catalogue import LABELS

# Okabe & Ito (2008), "Color Universal Design"; the same values stand in static/common.css
TRAIN, VALIDATION, SLOPE, BEST = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, MUTED, LINE = "#1f2328", "#59636e", "#d8dee4"
LINES = (TRAIN, VALIDATION, SLOPE, BEST, "#E69F00", "#56B4E9", "#777777")

_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Heiti SC",
    "Noto Sans CJK JP",
)


@cache
def chinese_font():
    """A font on this machine that has Chinese characters, or None."""
    have = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _CHINESE if name in have), None)


def writable(label):
    """``label``, or its English twin where no font here could draw the Chinese: better English than empty boxes."""

    def say(key, **places):
        text = label(key, **places)
        if text.isascii() or chinese_font() or not any("\u4e00" <= character <= "\u9fff" for character in text):
            return text
        return LABELS["en"][key].format(**places)

    return say


@contextmanager
def drawing():
    """Draw with these fonts, whatever the reader's matplotlib settings are."""
    families = [name for name in ("DejaVu Sans", chinese_font()) if name]
    with rc_context({"font.family": families, "axes.unicode_minus": True, "text.usetex": False}):
        yield


def axes_style(axes):
    """Two thin axes and a pale grid."""
    axes.grid(color=LINE, lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=MUTED, labelsize=8.5, length=0)
