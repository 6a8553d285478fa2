"""Layers that rearrange: the same numbers in another shape."""

import math

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class Flatten(Layer):
    """Lay every sample out as one row.

    Args:
        data_format: ``"channels_last"``, or ``"channels_first"`` to move the channels to the end first.

    Raises:
        ArgumentError: another data_format.

    Shapes:
        x (n, a, b, …) → y (n, a·b·…); x (n,) → (n, 1)

    Example:
        >>> import numpy as np
        >>> Flatten()(np.zeros((2, 28, 28))).shape
        (2, 784)
    """

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        if data_format not in (None, "channels_last", "channels_first"):
            raise ArgumentError(
                "Flatten: data_format", expected='"channels_last" or "channels_first"', got=repr(data_format)
            )
        self.data_format = data_format or config.image_data_format()

    def call(self, inputs):
        """Return each sample as a row."""
        if self.data_format == "channels_first" and len(inputs.shape) > 2:
            inputs = ops.transpose(inputs, axes=(0, *range(2, len(inputs.shape)), 1))
        length = self.compute_output_shape(inputs.shape)[1]
        return ops.reshape(inputs, newshape=(inputs.shape[0] or -1, -1 if length is None else length))

    def compute_output_shape(self, input_shape):
        """Return (n, a·b·…)."""
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))


class Reshape(Layer):
    """Give each sample another shape; the numbers stay, in row-major order.

    Args:
        target_shape: The new shape without the batch axis; one length may be -1 to be worked out.

    Shapes:
        x (n, …) → y (n, *target_shape)

    Raises:
        ArgumentError: more than one -1.
        ShapeError: the numbers don't fill the target shape.

    Example:
        >>> import numpy as np
        >>> Reshape((3, -1))(np.zeros((2, 12))).shape
        (2, 3, 4)
    """

    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)
        if self.target_shape.count(-1) > 1:
            raise ArgumentError(
                "Reshape: target_shape", expected="at most one length -1", got=str(self.target_shape),
                fix="give the other lengths as numbers",
            )  # fmt: skip
        self.built = True  # there is nothing to build

    def call(self, inputs):
        """Return each sample in the target shape."""
        return ops.reshape(inputs, newshape=(inputs.shape[0], *self.compute_output_shape(inputs.shape)[1:]))

    def compute_output_shape(self, input_shape):
        """Return (n, *target_shape), the length -1 worked out where the input's shape is known."""
        rest, target = input_shape[1:], self.target_shape
        if None in rest:
            return (input_shape[0], *[None if n == -1 else n for n in target])
        size, known = math.prod(rest), math.prod(n for n in target if n != -1)
        if (known == 0 or size % known) if -1 in target else size != known:
            raise ShapeError(
                "Reshape", expected=f"samples of {known} numbers (target_shape={target})",
                got=f"samples of shape {tuple(rest)}, which hold {size}",
                fix=f"lengths whose product is {size}; -1 stands for what is left",
            )  # fmt: skip
        return (input_shape[0], *[size // known if n == -1 else n for n in target])


class Permute(Layer):
    """Put the axes of each sample into another order.

    Args:
        dims: For each axis of the output the axis of the input, counted from 1 (the batch axis stays in front).

    Shapes:
        x (n, d_1, d_2, …) → y (n, d_{dims[0]}, d_{dims[1]}, …)

    Raises:
        ArgumentError: dims is no order of 1, 2, ….
        ShapeError: the input has another number of axes.

    Example:
        >>> import numpy as np
        >>> Permute((2, 1))(np.zeros((5, 3, 4))).shape
        (5, 4, 3)
    """

    def __init__(self, dims, **kwargs):
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(
                "Permute: dims", expected=f"the numbers 1 to {len(self.dims)} in some order", got=str(self.dims),
                fix="count the axes of a sample from 1",
            )  # fmt: skip
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs):
        """Return the inputs with their axes reordered."""
        return ops.transpose(inputs, axes=(0, *self.dims))

    def compute_output_shape(self, input_shape):
        """Return (n, …) in the new order."""
        return (input_shape[0], *[input_shape[d] for d in self.dims])


class RepeatVector(Layer):
    """Repeat each sample's vector n times: one step of a sequence each.

    Args:
        n: How often.

    Shapes:
        x (batch, d) → y (batch, n, d)

    Raises:
        ArgumentTypeError: n is not an integer.
        ArgumentError: n is not positive.
        ShapeError: the input has not two axes.

    Example:
        >>> import numpy as np
        >>> RepeatVector(3)(np.zeros((2, 5))).shape
        (2, 3, 5)
    """

    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise ArgumentTypeError(f"Expected an integer value for `n`, got {type(n)}.")
        if n <= 0:
            raise ArgumentError(f"Argument `n` should be a positive integer. Received: n={n}")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs):
        """Return the vector n times, along a new axis 1."""
        return ops.tile(ops.expand_dims(inputs, axis=1), repeats=(1, self.n, 1))

    def compute_output_shape(self, input_shape):
        """Return (batch, n, d)."""
        return (input_shape[0], self.n, input_shape[1])
