"""InputSpec: what a layer accepts."""

from teachkeras.errors import ShapeError


class InputSpec:
    """What a layer accepts: rank, axis lengths (Keras's ``InputSpec``)."""

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None,
                 allow_last_axis_squeeze=False, name=None, optional=False):  # fmt: skip
        self.dtype, self.shape, self.ndim, self.max_ndim, self.min_ndim = dtype, shape, ndim, max_ndim, min_ndim
        self.axes, self.name, self.optional = axes or {}, name, optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze

    def check(self, shape: tuple, layer: str) -> None:
        """Raise a ShapeError unless `shape` is accepted."""
        rank = len(shape)
        for bad, text in (
            (self.ndim is not None and rank != self.ndim, f"expected ndim={self.ndim}, found ndim={rank}"),
            (
                self.min_ndim is not None and rank < self.min_ndim,
                f"expected min_ndim={self.min_ndim}, found ndim={rank}",
            ),
            (
                self.max_ndim is not None and rank > self.max_ndim,
                f"expected max_ndim={self.max_ndim}, found ndim={rank}",
            ),
        ):
            if bad:
                self._refuse(layer, text, shape)
        for axis, length in self.axes.items():
            if length is not None and shape[int(axis)] not in (length, None):
                self._refuse(layer, f"expected axis {axis} of input shape to have value {length}", shape)

    def _refuse(self, layer: str, text: str, shape: tuple) -> None:
        raise ShapeError(
            f"Input 0 of layer {layer!r} is incompatible with the layer",
            expected=text.removeprefix("expected "),
            got=f"x of shape {shape}",
            fix="check the input shape, or put Flatten() before a Dense layer",
        )
