"""ZeroPadding and Cropping: a border put on, a border taken off."""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers._spatial import data_format_of, numbers
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


def _borders(value, rank, name):
    """Return (before, after) per axis, from one number, one per axis, or a pair per axis."""
    if isinstance(value, int):
        value = (value,) * rank
    if not hasattr(value, "__len__") or len(value) != rank:
        raise ArgumentError(f"`{name}`", expected=f"an integer, {rank} integers or {rank} pairs", got=repr(value))
    pairs = [numbers(v, 2, f"entry {k + 1} of {name}", zero=True) for k, v in enumerate(value)]
    return tuple(pairs)


class _Bordered(Layer):
    """What these layers have in common: a border (before, after) per axis; `sign` +1 puts it on, -1 takes it off."""

    rank, sign = 0, 1

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format, self.input_spec = data_format_of(data_format), InputSpec(ndim=self.rank + 2)

    def _pairs(self):
        """Return the border of every axis, batch and channels included."""
        inner = [*self._border]
        return [(0, 0), *inner, (0, 0)] if self.data_format == "channels_last" else [(0, 0), (0, 0), *inner]

    def compute_output_shape(self, input_shape):
        """Return the shape with the borders added, or taken off.

        Raises:
            ShapeError: nothing would be left.
        """
        pairs = self._pairs()
        shape = [None if n is None else n + self.sign * sum(b) for n, b in zip(input_shape, pairs, strict=True)]
        if self.sign < 0 and any(n is not None and n <= 0 and sum(b) for n, b in zip(shape, pairs, strict=True)):
            raise ShapeError(
                f"{type(self).__name__}", expected="`cropping` smaller than the input's lengths",
                got=f"cropping={self.cropping} for shape {tuple(input_shape)}",
            )  # fmt: skip
        return tuple(shape)


class _ZeroPadding(_Bordered):
    def __init__(self, padding, data_format=None, **kwargs):
        super().__init__(data_format, **kwargs)
        self.padding = self._border = _borders(padding, self.rank, "padding")

    def call(self, inputs):
        """Return the image with zeros around."""
        return ops.pad(inputs, self._pairs())


class _Cropping(_Bordered):
    sign = -1

    def __init__(self, cropping, data_format=None, **kwargs):
        super().__init__(data_format, **kwargs)
        self.cropping = self._border = _borders(cropping, self.rank, "cropping")

    def call(self, inputs):
        """Return the inside of the image."""
        self.compute_output_shape(inputs.shape)
        pairs = self._pairs()
        return inputs[tuple(slice(a, n - b) for n, (a, b) in zip(inputs.shape, pairs, strict=True))]


class ZeroPadding1D(_ZeroPadding):
    """Zeros before the first step and after the last.

    Args:
        padding: How many: one number, or (before, after).
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Shapes:
        x (n, steps, c) → y (n, before + steps + after, c)

    Raises:
        ArgumentError: negative numbers, or not two of them.

    Example:
        >>> import numpy as np
        >>> ZeroPadding1D((2, 1))(np.ones((1, 2, 1))).numpy().ravel()
        array([0., 0., 1., 1., 0.], dtype=float32)
    """

    rank = 1

    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__((numbers(padding, 2, "padding", zero=True),), data_format, **kwargs)
        (self.padding,) = self._border


class ZeroPadding2D(_ZeroPadding):
    """A frame of zeros around an image.

    Args:
        padding: One number; (rows, columns); or ((top, bottom), (left, right)).
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Shapes:
        x (n, height, width, c) → y (n, top + height + bottom, left + width + right, c)

    Raises:
        ArgumentError: another form, or negative numbers.

    Example:
        >>> import numpy as np
        >>> ZeroPadding2D((1, 0))(np.ones((1, 1, 2, 1))).numpy().reshape(3, 2)
        array([[0., 0.],
               [1., 1.],
               [0., 0.]], dtype=float32)
    """

    rank = 2

    def __init__(self, padding=(1, 1), data_format=None, **kwargs):
        super().__init__(padding, data_format, **kwargs)


class ZeroPadding3D(_ZeroPadding):
    """A shell of zeros around a volume; `padding` as in :class:`ZeroPadding2D`, for three axes.

    Example:
        >>> import numpy as np
        >>> ZeroPadding3D(2)(np.ones((1, 1, 2, 2, 3))).shape
        (1, 5, 6, 6, 3)
    """

    rank = 3

    def __init__(self, padding=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(padding, data_format, **kwargs)


class Cropping1D(_Cropping):
    """The first and last steps taken off.

    Args:
        cropping: How many: one number, or (before, after).

    Shapes:
        x (n, steps, c) → y (n, steps - before - after, c)

    Raises:
        ArgumentError: negative numbers, or not two of them.
        ShapeError: nothing would be left.

    Example:
        >>> import numpy as np
        >>> Cropping1D((1, 2))(np.arange(5.0).reshape(1, 5, 1)).numpy().ravel()
        array([1., 2.], dtype=float32)
    """

    rank = 1
    config_skips = Layer.config_skips | {"data_format"}

    def __init__(self, cropping=(1, 1), **kwargs):
        super().__init__((numbers(cropping, 2, "cropping", zero=True),), "channels_last", **kwargs)
        (self.cropping,) = self._border


class Cropping2D(_Cropping):
    """The frame of an image taken off.

    Args:
        cropping: One number; (rows, columns); or ((top, bottom), (left, right)).
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Shapes:
        x (n, height, width, c) → y (n, height - top - bottom, width - left - right, c)

    Raises:
        ArgumentError: another form, or negative numbers.
        ShapeError: nothing would be left.

    Example:
        >>> import numpy as np
        >>> Cropping2D(((1, 0), (1, 1)))(np.arange(9.0).reshape(1, 3, 3, 1)).numpy().ravel()
        array([4., 7.], dtype=float32)
    """

    rank = 2

    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None, **kwargs):
        super().__init__(cropping, data_format, **kwargs)


class Cropping3D(_Cropping):
    """The shell of a volume taken off; `cropping` as in :class:`Cropping2D`, for three axes.

    Example:
        >>> import numpy as np
        >>> Cropping3D(1)(np.ones((1, 4, 5, 6, 2))).shape
        (1, 2, 3, 4, 2)
    """

    rank = 3

    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(cropping, data_format, **kwargs)
