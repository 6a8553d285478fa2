"""A window that slides over an image, with the arithmetic: convolution, max pooling, average pooling.

All of it is computed in the page; ``output()`` is the engine's own answer for what the page shows, and a test holds the
two together.
"""

import numpy as np
from traitlets import Dict

from teachkeras import ops

from .finding import array, plain, refuse
from .view import View, look, page

EDGE, CHANNELS, FILTERS = 32, 16, 32
PRESETS = {
    "edges": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "vertical": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "horizontal": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "blur": [[1 / 9] * 3] * 3,
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
MODES = ("conv", "max", "average")


class Convolution(View):
    """The window slides over the user's image; stride, padding and dilation are in the reader's hand.

    Math: y[i, j, f] = Σ over a, b, c of x[i·s + a·d − p, j·s + b·d − p, c] · w[a, b, c, f] + bias[f]; for pooling the
    maximum or the mean over the window. ``same`` pads as Keras does: the odd row goes to the bottom and right.

    Args:
        image: (h, w) or (h, w, channels), up to 32 × 32 × 16 of it; a digit by default.
        kernel: (kh, kw), or a layer's (kh, kw, channels, filters); an edge finder by default.
        layer: a Conv2D layer, to show its kernel, bias, stride, padding and dilation.
        mode: ``"conv"``, ``"max"`` or ``"average"``.
        size, stride, padding, dilation: the pooling window, and as in Keras.
        language: ``"en"`` or ``"zh"``.

    Raises:
        ArgumentError, ShapeError, DataError: image and kernel don't fit; the message says why.

    Example::

        Convolution()
        Convolution(x_test[0], layer=model.layers[0])
    """

    topic = "convolution"
    _esm = page("controls.js", "plot.js", "grid.js", "slide.js", "convolution.js")
    _css = look("convolution.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, image=None, kernel=None, *, layer=None, mode="conv", size=2, stride=1, padding="valid",
                 dilation=1, language=None):  # fmt: skip
        super().__init__(language=language)
        image = _image(image)
        bias, given = None, kernel is not None or layer is not None
        if layer is not None:
            wrong = len(getattr(getattr(layer, "kernel", None), "shape", ())) != 4
            refuse(
                "Convolution", wrong, f"{getattr(layer, 'name', layer)!r}", "a built Conv2D layer", "model.layers[0]"
            )
            kernel, bias = plain(layer.kernel), None if layer.bias is None else plain(layer.bias)
            stride, dilation = layer.strides[0], layer.dilation_rate[0]
            padding = layer.padding
        kernel = _kernel(kernel, image.shape[-1])
        filters = kernel.shape[-1]
        bias = np.zeros(filters) if bias is None else bias[:filters]
        known = mode in MODES and padding in ("valid", "same") and all(int(n) >= 1 for n in (size, stride, dilation))
        refuse("Convolution", not known, f"mode={mode!r}, padding={padding!r}, stride={stride!r}",
               "mode conv, max or average; padding valid or same; whole numbers from 1", "Convolution()")  # fmt: skip
        self.setup = {
            "image": image.astype("float32").tobytes(),
            "shape": list(image.shape),
            "kernel": kernel.astype("float32").tobytes(),
            "window": list(kernel.shape),
            "bias": [float(b) for b in bias],
            "presets": {} if given else {name: np.ravel(table).tolist() for name, table in PRESETS.items()},
            "mode": mode,
            "size": int(size),
            "stride": int(stride),
            "padding": padding,
            "dilation": int(dilation),
            "layer": getattr(layer, "name", None),
        }

    def output(self):
        """The engine's own output for what the page shows: (rows, columns, filters)."""
        now = {**self.setup, **self.edits}
        image = np.frombuffer(now["image"], "float32").reshape(1, *now["shape"])
        if now["mode"] != "conv":
            pool = ops.max_pool if now["mode"] == "max" else ops.average_pool
            return plain(pool(image, now["size"], now["stride"], now["padding"], "channels_last"))[0]
        kernel = np.frombuffer(now["kernel"], "float32").reshape(now["window"])
        if "weights" in now:
            kernel = np.array(now["weights"], "float32").reshape(now["window"])
        y = ops.conv(image, kernel, now["stride"], now["padding"], "channels_last", now["dilation"])
        return plain(y)[0] + np.array(now["bias"], "float32")

    def figure(self):
        """Image, kernel and output as a matplotlib figure."""
        from matplotlib.figure import Figure

        from .blocks import block
        from .step_figure import show_block
        from .style import drawing, writable

        say, now = writable(self.label), {**self.setup, **self.edits}
        image = np.frombuffer(now["image"], "float32").reshape(now["shape"])
        kernel = np.frombuffer(now["kernel"], "float32").reshape(now["window"])
        tables = [("convolution.image", image[..., 0]), ("convolution.kernel", kernel[..., 0, 0])]
        tables = tables if now["mode"] == "conv" else tables[:1]
        with drawing():
            figure = Figure(figsize=(8.4, 3.0), layout="constrained", facecolor="white")
            everything = [*tables, ("convolution.output", self.output()[..., 0])]
            for axes, (key, table) in zip(figure.subplots(1, len(everything)), everything, strict=True):
                show_block(axes, block(table, EDGE, EDGE), say(key))
        return figure


def _image(image):
    if image is None:
        from teachkeras.datasets import digits

        image = digits.load_data()[0][0][0]
    image = array("Convolution", image, "image", ndim=(2, 3))
    image = image if image.ndim == 3 else image[..., None]
    return image[:EDGE, :EDGE, :CHANNELS].astype("float64")


def _kernel(kernel, channels):
    if kernel is None:
        kernel = np.array(PRESETS["edges"])
    kernel = array("Convolution", kernel, "kernel", ndim=(2, 4))
    if kernel.ndim == 2:
        kernel = np.repeat(kernel[:, :, None, None], channels, axis=2)
    wrong = min(channels, CHANNELS) != min(kernel.shape[2], CHANNELS) or max(kernel.shape[:2]) > 11
    refuse("Convolution", wrong, f"kernel {kernel.shape} for {channels} channels",
           "a kernel of at most 11 × 11 with as many channels as the image", "pass the layer's own input")  # fmt: skip
    return kernel[:, :, :CHANNELS, :FILTERS]
