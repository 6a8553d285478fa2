"""Activations as layers of their own: a function applied to each number."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer
from teachkeras.ops.attention import lowest


class _Shapely(Layer):
    """A layer whose outputs are shaped like its inputs, with nothing to build."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape


class Activation(_Shapely):
    """Apply an activation function.

    Args:
        activation: Its name, or a function.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs):
        """Return f(x)."""
        return self.activation(inputs)


class ReLU(_Shapely):
    """Rectified linear unit, with a ceiling, a slope below and a threshold to choose.

    Math:
        y = max_value where x ≥ max_value;  x where threshold ≤ x < max_value;  negative_slope (x − threshold) below

    Args:
        max_value: The ceiling, None for none.
        negative_slope: The slope below the threshold.
        threshold: Where it starts to let through.

    Raises:
        ArgumentError: one of them is negative, or None where there must be a number.

    Example:
        >>> import numpy as np
        >>> ReLU(max_value=6.0)(np.array([-1.0, 2.0, 9.0])).numpy()
        array([0., 2., 6.], dtype=float32)

    Source: Nair & Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.
    """

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        if max_value is not None:
            _not_negative("ReLU", "max_value", max_value)
        self.max_value = max_value
        self.negative_slope = _not_negative("ReLU", "negative_slope", negative_slope)
        self.threshold = _not_negative("ReLU", "threshold", threshold)

    def call(self, inputs):
        """Return the rectified inputs."""
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )


class LeakyReLU(_Shapely):
    """Rectified linear unit that lets a little of the negative side through.

    Math:
        y = x where x ≥ 0;  negative_slope · x below

    Args:
        negative_slope: The slope below 0; ``alpha`` in Keras 2.

    Raises:
        ArgumentError: the slope is negative or None.

    Example:
        >>> import numpy as np
        >>> LeakyReLU(0.5)(np.array([-1.0, 2.0])).numpy()
        array([-0.5,  2. ], dtype=float32)

    Source: Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    def __init__(self, negative_slope=0.3, **kwargs):
        if "alpha" in kwargs:  # Keras 2's name
            negative_slope = kwargs.pop("alpha")
        super().__init__(**kwargs)
        self.negative_slope = _not_negative("LeakyReLU", "negative_slope", negative_slope)

    def call(self, inputs):
        """Return the leakily rectified inputs."""
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)


class PReLU(Layer):
    """Rectified linear unit whose slope on the negative side is learned.

    Math:
        y_i = x_i where x_i ≥ 0;  α_i x_i below

    Args:
        alpha_initializer: First values of α.
        alpha_regularizer: A cost for the size of α.
        alpha_constraint: Applied after each update.
        shared_axes: Axes (from 1) along which all entries share one α; for images (1, 2) gives one per channel.

    Shapes:
        x (n, …), α (…) with length 1 along shared axes, y like x

    Raises:
        ShapeError: an axis that is not shared has no known length.

    Example:
        >>> import numpy as np
        >>> PReLU("ones")(np.array([[-1.0, 2.0]])).numpy()
        array([[-1.,  2.]], dtype=float32)

    Source: He et al., "Delving deep into rectifiers", 2015.
    """

    def __init__(
        self, alpha_initializer="Zeros", alpha_regularizer=None, alpha_constraint=None, shared_axes=None, **kwargs
    ):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = shared_axes if shared_axes is None else list(shared_axes)

    def build(self, input_shape):
        """Make the slopes α."""
        shared = self.shared_axes or ()
        shape = tuple(1 if axis in shared else n for axis, n in enumerate(input_shape[1:], 1))
        if None in shape:
            raise ShapeError(
                "PReLU", expected="a known length of every axis that is not shared", got=f"shape {tuple(input_shape)}",
                fix="name the axes of unknown length in shared_axes",
            )  # fmt: skip
        self.alpha = self.add_weight(
            shape=shape, name="alpha", initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer, constraint=self.alpha_constraint,
        )  # fmt: skip
        own = {axis: input_shape[axis] for axis in range(1, len(input_shape)) if axis not in shared} if shared else {}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=own)

    def call(self, inputs):
        """Return the positive side as it is, the negative side times α."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape


class ELU(_Shapely):
    """Exponential linear unit: the identity above 0, a smooth approach to −α below.

    Math:
        y = x where x > 0;  α (eˣ − 1) below

    Args:
        alpha: α.

    Example:
        >>> import numpy as np
        >>> ELU()(np.array([0.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)

    Source: Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by ELUs", 2016.
    """

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs):
        """Return elu(x)."""
        return ops.elu(inputs, alpha=self.alpha)


class Softmax(_Shapely):
    """Rows of numbers to rows of probabilities.

    Math:
        y_k = exp(x_k) / Σ_j exp(x_j), over the entries that a mask leaves; 0 for the others

    Args:
        axis: The axis of a row, or several.

    Example:
        >>> import numpy as np
        >>> Softmax()(np.array([[1.0, 1.0]])).numpy()
        array([[0.5, 0.5]], dtype=float32)
        >>> Softmax()(np.array([[1.0, 1.0]]), mask=np.array([[True, False]])).numpy()
        array([[1., 0.]], dtype=float32)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs, mask=None):
        """Return the probabilities; an entry that is masked (False) gets none."""
        axis = tuple(self.axis) if isinstance(self.axis, (list, tuple)) else self.axis
        if mask is None:
            return ops.softmax(inputs, axis=axis)
        kept = ops.cast(mask, dtype="bool")
        scores = ops.where(kept, inputs, lowest(inputs.dtype))
        return ops.softmax(scores, axis=axis) * ops.cast(kept, dtype=inputs.dtype)


def _not_negative(layer: str, name: str, value: object) -> float:
    if value is None or value < 0:
        raise ArgumentError(f"{layer}: {name}", expected="a number from 0", got=str(value))
    return value
