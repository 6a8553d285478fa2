"""Any array up to four axes, as numbers or as colour, slice by slice, with the place of each number in memory."""

import numpy as np
from traitlets import Dict

from teachkeras.errors import ArgumentError, ShapeError

from .finding import plain, refuse
from .view import View, look, page

MOST = 250_000  # numbers that go to the page
AXES = 4


class TensorView(View):
    """An array to look at: two of its axes as a table, sliders for the others; point at a number to read it.

    Args:
        values: a tensor, a variable, an array or nested lists, of up to four axes.
        name: what to call it.
        language: ``"en"`` or ``"zh"``.

    Of more than 250,000 numbers the first slices are shown, and the view says so.

    Raises:
        ArgumentError, ShapeError: it holds no numbers, or has more than four axes.

    Example::

        TensorView(x_train[:100], name="x_train")
        TensorView(model.layers[0].kernel)
    """

    topic = "tensor"
    _esm = page("controls.js", "plot.js", "grid.js", "tensor.js")
    _css = look("tensor.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, values, name=None, *, language=None):
        super().__init__(language=language)
        name = name or getattr(values, "path", None) or getattr(values, "name", None) or "x"
        values = _array(values)
        shown = _cut(values)
        numbers = shown.astype("float64")
        good = numbers[np.isfinite(numbers)]
        self.values = values
        self.setup = {
            "name": str(name),
            "shape": list(values.shape),
            "shown": list(shown.shape),
            "dtype": values.dtype.name,
            "strides": list(values.strides),
            "data": np.ascontiguousarray(numbers).tobytes(),
            "bad": int(numbers.size - good.size),
            "low": float(good.min()) if good.size else 0.0,
            "high": float(good.max()) if good.size else 0.0,
            "mean": float(good.mean()) if good.size else 0.0,
        }

    def table(self):
        """The slice that the page shows: its axes, the indices of the others, the values."""
        rank = self.values.ndim
        rows, columns = self.edits.get("axes") or _axes(self.setup["shape"])
        place = list(self.edits.get("place") or [0] * rank)
        picked = [slice(None) if axis in (rows, columns) else place[axis] for axis in range(rank)]
        table = self.values[tuple(picked)]
        table = table.T if rank > 1 and rows > columns else table
        return np.atleast_2d(table)

    def figure(self):
        """The slice that the page shows as a matplotlib figure."""
        from matplotlib.figure import Figure

        from .blocks import block
        from .step_figure import show_block
        from .style import drawing

        with drawing():
            figure = Figure(figsize=(4.6, 3.4), layout="constrained", facecolor="white")
            show_block(
                figure.subplots(), {**block(self.table(), 64, 64), "shape": self.setup["shape"]}, self.setup["name"]
            )
        return figure


def _array(values):
    try:
        values = plain(values)
    except ValueError as error:
        fix = "rows of equal length"
        raise ArgumentError("TensorView", expected="an array of numbers", got=str(error), fix=fix) from None
    no_numbers = values.dtype.kind not in "fiub"
    refuse("TensorView", no_numbers, f"dtype {values.dtype}", "an array of numbers", "np.asarray(…, 'float32')")
    refuse("TensorView", values.size == 0, f"shape {values.shape}", "at least one number", "give it some data")
    if values.ndim > AXES:
        raise ShapeError(
            "TensorView", expected=f"up to {AXES} axes", got=f"shape {values.shape}", fix="take a slice: x[0]"
        )
    return values if values.ndim else values.reshape(1)


def _cut(values):
    """The first entries of the long axes, until it is little enough for a page."""
    sizes = list(values.shape)
    while np.prod(sizes) > MOST:
        longest = int(np.argmax(sizes))
        rest = int(np.prod(sizes)) // sizes[longest]
        sizes[longest] = max(MOST // rest, sizes[longest] // 2, 1)
    return values[tuple(slice(size) for size in sizes)]


def _axes(shape):
    """Which axes make rows and columns at first: of images the height and width, else the last two."""
    rank = len(shape)
    if rank == 1:
        return [0, 0]
    images = rank >= 3 and shape[-1] <= 4 and min(shape[-3:-1]) >= 6
    return [rank - 3, rank - 2] if images else [rank - 2, rank - 1]
