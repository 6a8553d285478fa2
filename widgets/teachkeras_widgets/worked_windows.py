"""Entries of convolution and pooling worked out: the window, its products, where it stands on the image."""

import numpy as np

from .worked_entry import CELLS, entry, number, place, sum_of

MOST = 12  # numbers written out in a maximum


def convolve(step):
    """Σ over the window of x·w + b."""
    x, w, z = (step.arrays.get(name) for name in ("x", "w", "y"))
    found = _window(step, x, z, w.shape[:-2], step.params["dilation_rate"])
    if found is None or x.shape[-1] != w.shape[-2]:
        return None
    row, column, inside, taps, mark = found
    filter_ = place(z, row, column)[-1]
    bias = step.arrays.get("b")
    bias = None if bias is None else float(bias[filter_])
    sums = sum_of(x[(0, *np.ix_(*inside))], w[(*np.ix_(*taps), slice(None), filter_)], bias)
    return {"at": [row, column], **sums, "marks": {"x": mark}, "result": number(z[place(z, row, column)])}


def maxpool(step):
    """The largest number under the window."""
    return _pool(step, lambda values: {"lines": [["y", ["max", *map(number, np.sort(values)[::-1][:MOST])]]]})


def averagepool(step):
    """The mean of the numbers under the window."""
    return _pool(step, lambda values: sum_of(values, divide=len(values)))


def _pool(step, make):
    x, y = step.arrays.get("x"), step.arrays.get("y")
    size = step.params["pool_size"]
    found = _window(step, x, y, size, (1,) * len(size))
    if found is None:
        return None
    row, column, inside, _, mark = found
    at = place(y, row, column)
    values = x[(0, *np.ix_(*inside), at[-1])].reshape(-1)
    return {"at": [row, column], **make(values), "marks": {"x": mark}, "result": number(y[at])}


def _window(step, x, y, size, dilation):
    """``(row, column, rows and columns of x under the window, taps of the kernel, its frame on the page)``."""
    params = step.params
    if x is None or y is None or not isinstance(params["padding"], str) or params["data_format"] != "channels_last":
        return None
    if len(size) not in (1, 2):
        return None
    row, column = entry(y)
    where = place(y, row, column)[1:-1]
    axes = zip(where, x.shape[1:-1], size, params["strides"], dilation, strict=True)
    lines = [_line(*axis, params["padding"]) for axis in axes]
    inside, taps = [pixels for pixels, _ in lines], [numbers for _, numbers in lines]
    if any(not len(pixels) for pixels in inside):
        return None
    if len(size) == 1:  # a sequence: all its channels
        return row, column, inside, taps, _frame(inside[0], range(x.shape[-1]))
    return row, column, inside, taps, _frame(*inside)


def _line(at, length, size, stride, dilation, padding):
    """Which pixels of one axis the window covers at output ``at``, and by which taps; ``same`` pads as Keras does."""
    reach = (size - 1) * dilation + 1
    before = reach - 1 if padding == "causal" else 0
    if padding == "same":
        before = max((-(-length // stride) - 1) * stride + reach - length, 0) // 2
    pixels = at * stride - before + np.arange(size) * dilation
    on = (pixels >= 0) & (pixels < length)
    return pixels[on], np.arange(size)[on]


def _frame(rows, columns):
    """Row, column, height and width, cut to what the page shows."""
    top, left = int(rows[0]), int(columns[0])
    height, width = min(int(rows[-1]) + 1, CELLS[0]) - top, min(int(columns[-1]) + 1, CELLS[1]) - left
    return [top, left, max(height, 0), max(width, 0)]


WINDOWS = {"convolve": convolve, "maxpool": maxpool, "averagepool": averagepool}
