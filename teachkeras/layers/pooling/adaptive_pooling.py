"""Adaptive pooling: say how many windows there shall be, not how large they are."""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.layers._spatial import data_format_of
from teachkeras.layers.layer import Layer


class _AdaptivePooling(Layer):
    """What the adaptive pooling layers have in common: `rank` counts the axes, `pool` is the op."""

    rank, pool = 0, None

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        if isinstance(output_size, int):
            output_size = (output_size,) * self.rank
        if not isinstance(output_size, (tuple, list)) or len(output_size) != self.rank:
            wrong = ArgumentError if self.rank == 1 and isinstance(output_size, (tuple, list)) else ArgumentTypeError
            raise wrong(
                f"`output_size` must be an integer or tuple of {self.rank} integer(s). "
                f"Received: {output_size} of type {type(output_size)}"
            )
        self.output_size, self.data_format = tuple(output_size), data_format_of(data_format)
        self.built = True

    def call(self, inputs):
        """Return one number per window and channel."""
        return self.pool(inputs, output_size=self.output_size, data_format=self.data_format)

    def compute_output_shape(self, input_shape):
        """Return (n, output_size…, channels), or with the channels first."""
        if self.data_format == "channels_last":
            return (input_shape[0], *self.output_size, input_shape[-1])
        return (input_shape[0], input_shape[1], *self.output_size)


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """The means of as many windows as asked for, spread evenly.

    Math:
        y_j = mean of x_q for ⌊jL/w⌋ ≤ q < ⌈(j+1)L/w⌉

    Args:
        output_size: How many windows, w: one number, or one per axis.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Shapes:
        x (n, L, c) → y (n, w, c)

    Raises:
        ArgumentError, ArgumentTypeError: output_size is neither an integer nor one per axis.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling1D(3)(np.arange(6.0).reshape(1, 6, 1)).numpy().ravel()
        array([0.5, 2.5, 4.5], dtype=float32)

    Source: He et al., "Spatial pyramid pooling in deep convolutional networks", 2014.
    """

    rank, pool = 1, staticmethod(ops.adaptive_average_pool)


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The means of as many windows of an image as asked for. Arguments as in :class:`AdaptiveAveragePooling1D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling2D((2, 3))(np.ones((1, 7, 7, 4))).shape
        (1, 2, 3, 4)
    """

    rank, pool = 2, staticmethod(ops.adaptive_average_pool)


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """The means of as many windows of a volume as asked for. Arguments as in :class:`AdaptiveAveragePooling1D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling3D(2)(np.ones((1, 5, 6, 7, 4))).shape
        (1, 2, 2, 2, 4)
    """

    rank, pool = 3, staticmethod(ops.adaptive_average_pool)


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """The largest entries of as many windows as asked for. Arguments as in :class:`AdaptiveAveragePooling1D`.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling1D(3)(np.arange(6.0).reshape(1, 6, 1)).numpy().ravel()
        array([1., 3., 5.], dtype=float32)
    """

    rank, pool = 1, staticmethod(ops.adaptive_max_pool)


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The largest entries of as many windows of an image as asked for.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling2D(2)(np.ones((1, 7, 7, 4))).shape
        (1, 2, 2, 4)
    """

    rank, pool = 2, staticmethod(ops.adaptive_max_pool)


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """The largest entries of as many windows of a volume as asked for.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling3D(2)(np.ones((1, 5, 6, 7, 4))).shape
        (1, 2, 2, 2, 4)
    """

    rank, pool = 3, staticmethod(ops.adaptive_max_pool)
