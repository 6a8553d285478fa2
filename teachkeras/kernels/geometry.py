"""Where the windows of a convolution or a pooling lie, for any number of axes.

Along one axis: entry a (of k) of window i (of w) looks at position  q = i·s + a·d - p  of an image of length L;
positions outside of 0 … L-1 are padding.

Letters: L length, k size, s stride, d dilation, p padding in front, w number of windows; n image, c input channel,
o output channel. Everything below holds axis by axis, so one, two or three axes need no code of their own.

Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple


class Geometry(NamedTuple):
    """The windows on an image, one number per axis in each field.

    Attributes:
        lengths: L, of the image.
        size: k, entries of a window.
        strides: s, from one window to the next.
        dilation: d, from one entry of a window to the next.
        before: p, padding in front of the image.
        windows: w, how many windows there are.

    >>> g = windows_on((5, 5), (3, 3), padding="same")
    >>> g.windows, g.before, g.after
    ((5, 5), (1, 1), (1, 1))
    """

    lengths: tuple
    size: tuple
    strides: tuple
    dilation: tuple
    before: tuple
    windows: tuple

    @property
    def extents(self) -> tuple:
        """Positions from the first entry of a window to its last: (k - 1)·d + 1."""
        return tuple([(k - 1) * d + 1 for k, d in zip(self.size, self.dilation, strict=True)])

    @property
    def after(self) -> tuple:
        """Padding behind the image, as far as the last window reaches."""
        reach = zip(self.windows, self.strides, self.extents, self.before, self.lengths, strict=True)
        return tuple([max((w - 1) * s + extent - p - length, 0) for w, s, extent, p, length in reach])

    @property
    def taps(self) -> int:
        """How many entries a window has."""
        return math.prod(self.size)

    @property
    def is_product(self) -> bool:
        """Whether each window is one position of its own, in order: then a convolution is a plain matrix product."""
        return self.taps == 1 and set(self.strides) == {1} and self.windows == self.lengths and not any(self.before)

    def in_three(self) -> Geometry:
        """Return the same windows on three axes: new leading axes of length 1."""
        more = 3 - len(self.size)
        return Geometry(*[(fill,) * more + field for fill, field in zip((1, 1, 1, 1, 0, 1), self, strict=True)])


@functools.lru_cache(maxsize=1024)
def windows_on(lengths, size, strides=None, dilation=None, padding="valid") -> Geometry:
    """Return the windows of a convolution or a pooling; an unknown length (None) gives an unknown count.

    Args:
        lengths, size, strides, dilation: One number per axis; strides and dilation are 1 by default.
        padding: ``"valid"`` (none), ``"same"`` (w = ⌈L/s⌉, half of it in front), ``"causal"`` (w = ⌈L/s⌉, all in front,
            so that no window looks ahead).

    >>> windows_on((10, None), (3, 3), (2, 2)).windows
    (4, None)
    """
    strides, dilation = strides or (1,) * len(size), dilation or (1,) * len(size)
    before, windows = [], []
    for length, k, s, d in zip(lengths, size, strides, dilation, strict=True):
        extent = None if k is None else (k - 1) * d + 1
        count = None if None in (length, k) else (length - extent) // s + 1 if padding == "valid" else -(-length // s)
        missing = 0 if count is None or padding == "valid" else max((count - 1) * s + extent - length, 0)
        before.append(extent - 1 if padding == "causal" and extent else missing // 2)
        windows.append(count)
    return Geometry(lengths, size, strides, dilation, tuple(before), tuple(windows))


@functools.lru_cache(maxsize=1024)
def windows_of_transposed(lengths, size, strides, dilation, padding="valid", output_padding=None) -> Geometry:
    """Return the windows that a transposed convolution adds up: `lengths` counts them, the image is what comes out.

    Along one axis, with extent e = (k-1)·d + 1, the image gets length  (w-1)·s + max(e, s)  ("valid"),  w·s  ("same"),
    or what `output_padding` o asks for:  (w-1)·s + e + o  ("valid"),  (w-1)·s + e mod 2 + o  ("same").
    """
    images, before = [], []
    for axis, (w, k, s, d) in enumerate(zip(lengths, size, strides, dilation, strict=True)):
        if k is None:
            images, before = [*images, None], [*before, 0]
            continue
        extent, extra = (k - 1) * d + 1, None if output_padding is None else output_padding[axis]
        if padding == "valid":
            last, cut = max(extent, s) if extra is None else extent + extra, 0
        else:
            reach = s + extent - 2 if extra is None else extent + extent % 2 - 2 + extra
            last, cut = s if extra is None else extent % 2 + extra, extent - 1 - min(-(-reach // 2), extent - 1)
        images.append(None if w is None else (w - 1) * s + last)
        before.append(cut)
    return Geometry(tuple(images), size, strides, dilation, tuple(before), lengths)
