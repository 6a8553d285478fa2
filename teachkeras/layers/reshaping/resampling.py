"""UpSampling: every entry repeated, or with values in between; images grow."""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.layers._spatial import data_format_of, numbers
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer
from teachkeras.ops._resampling import KERNELS, mix_along, stretching


def _grown(shape, axes, factors):
    """Return the shape with the lengths of some axes multiplied."""
    shape = list(shape)
    for axis, factor in zip(axes, factors, strict=True):
        shape[axis] = None if shape[axis] is None else shape[axis] * factor
    return tuple(shape)


def _repeated(x, axes, factors):
    """Every entry f times, as one broadcast: (…, L, …) → (…, L, 1, …) → (…, L, f, …) → (…, L·f, …)."""
    lengths, apart, wide = list(x.shape), [], []
    for axis, length in enumerate(x.shape):
        factor = dict(zip(axes, factors, strict=True)).get(axis)
        apart += [length] if factor is None else [length, 1]
        wide += [length] if factor is None else [length, factor]
        lengths[axis] = length * (factor or 1)
    return ops.reshape(
        ops.broadcast_to(ops.reshape(x, newshape=tuple(apart)), shape=tuple(wide)), newshape=tuple(lengths)
    )


class _UpSampling(Layer):
    """What UpSampling2D and UpSampling3D have in common; `rank` counts the axes."""

    rank = 0

    def __init__(self, size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format, self.size = data_format_of(data_format), numbers(size, self.rank, "size")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _axes(self):
        start = 1 if self.data_format == "channels_last" else 2
        return tuple(range(start, start + self.rank))

    def call(self, inputs):
        """Return the larger image."""
        return _repeated(inputs, self._axes, self.size)

    def compute_output_shape(self, input_shape):
        """Return the shape with the image's lengths multiplied."""
        return _grown(input_shape, self._axes, self.size)


class UpSampling1D(Layer):
    """Every step repeated.

    Args:
        size: How often.

    Shapes:
        x (n, steps, c) → y (n, size·steps, c)

    Raises:
        ArgumentTypeError, ArgumentError: size is not a positive integer.

    Example:
        >>> import numpy as np
        >>> UpSampling1D(2)(np.array([[[1.0], [2.0]]])).numpy().ravel()
        array([1., 1., 2., 2.], dtype=float32)
    """

    def __init__(self, size=2, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(size, int) or isinstance(size, bool):
            raise ArgumentTypeError(f"Expected an integer value for `size`, got {type(size)}.")
        if size <= 0:
            raise ArgumentError(f"Argument `size` should be a positive integer. Received: size={size}")
        self.size, self.input_spec = size, InputSpec(ndim=3)

    def call(self, inputs):
        """Return every step `size` times."""
        return _repeated(inputs, (1,), (self.size,))

    def compute_output_shape(self, input_shape):
        """Return (n, size·steps, c), a list as in Keras."""
        return list(_grown(input_shape, (1,), (self.size,)))


class UpSampling2D(_UpSampling):
    """A larger image: rows and columns repeated, or values in between.

    Args:
        size: Factors for rows and columns.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        interpolation: ``"nearest"`` (repeat), ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.

    Shapes:
        x (n, height, width, c) → y (n, size·height, size·width, c)

    Raises:
        ArgumentError: a size that is not two positive integers; an unknown interpolation, when called.

    Example:
        >>> import numpy as np
        >>> UpSampling2D((1, 3))(np.array([[[[1.0], [2.0]]]])).numpy().ravel()
        array([1., 1., 1., 2., 2., 2.], dtype=float32)
        >>> UpSampling2D((1, 2), interpolation="bilinear")(np.array([[[[1.0], [2.0]]]])).numpy().ravel()
        array([1.  , 1.25, 1.75, 2.  ], dtype=float32)

    Source: Keys, "Cubic convolution interpolation for digital image processing", 1981, for the bicubic one.
    """

    rank = 2

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super().__init__(size, data_format, **kwargs)
        self.interpolation = interpolation.lower()

    def call(self, inputs):
        """Return the larger image."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        if self.interpolation not in KERNELS:
            raise ArgumentError(
                "UpSampling2D: interpolation", expected=", ".join(["nearest", *KERNELS]), got=repr(self.interpolation)
            )
        for axis, factor in zip(self._axes, self.size, strict=True):
            length = inputs.shape[axis]
            inputs = mix_along(stretching(length, length * factor, self.interpolation), inputs, axis)
        return inputs


class UpSampling3D(_UpSampling):
    """A larger volume: every entry repeated along all three axes.

    Args:
        size: Factors for depth, rows and columns.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:
        >>> import numpy as np
        >>> UpSampling3D(2)(np.zeros((1, 2, 3, 4, 1))).shape
        (1, 4, 6, 8, 1)
    """

    rank = 3

    def __init__(self, size=(2, 2, 2), data_format=None, **kwargs):
        super().__init__(size, data_format, **kwargs)
