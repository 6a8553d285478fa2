"""Normalisation of each sample by itself: over its features, over groups of channels, by its root mean square."""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer
from teachkeras.layers.normalization._scaling import Scaled, in_dtype, in_float32, known_length


class LayerNormalization(Scaled):
    """Bring each sample to mean 0 and variance 1 over its features, then scale by γ and move by β.

    Math:
        μ, σ² = mean and variance of x over `axis`, sample by sample;  y = γ (x − μ) / √(σ² + ε) + β

    Args:
        axis: The axis, or axes, of the features.
        epsilon: ε, which keeps the division away from 0.
        center, scale: Whether there is a β, a γ.
        beta_initializer, gamma_initializer: Their first values.
        beta_regularizer, gamma_regularizer: Costs for the size of β and γ.
        beta_constraint, gamma_constraint: Applied after each update.

    Shapes:
        x (n, …, d), γ and β (d,), y like x

    Raises:
        ArgumentTypeError: axis is neither an integer nor a list of them.
        ShapeError: the length of that axis is not known.

    Example:
        >>> import numpy as np
        >>> LayerNormalization(epsilon=0.0)(np.array([[1.0, 3.0], [10.0, 30.0]])).numpy()
        array([[-1.,  1.],
               [-1.,  1.]], dtype=float32)

    Source: Ba, Kiros & Hinton, "Layer normalization", 2016.
    """

    def __init__(
        self,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs,
    ):
        self.rms_scaling = kwargs.pop("rms_scaling", False)
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise ArgumentTypeError(
                "LayerNormalization: axis", expected="an integer, or a list of integers", got=repr(axis)
            )
        self.axis = axis if isinstance(axis, int) else sorted(axis)
        self.epsilon, self.center, self.scale = epsilon, center, scale
        self.keep_settings(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint
        )

    def build(self, input_shape):
        """Make γ and β."""
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        shape = tuple(known_length("LayerNormalization", input_shape, axis) for axis in axes)
        self.make_gamma_and_beta(shape, self.scale or self.rms_scaling, self.center and not self.rms_scaling)
        self.axis = list(axes)

    def call(self, inputs):
        """Return the normalised inputs."""
        x, gamma, beta = in_float32(inputs, self.gamma, self.beta)
        y = ops.layer_normalization(x, gamma, beta, tuple(self.axis), self.epsilon, rms_scaling=self.rms_scaling)
        return in_dtype(y, self._array_dtype)

    def get_config(self) -> dict:
        """Return the constructor's arguments, ``rms_scaling`` (given by keyword alone) among them."""
        return super().get_config() | {"rms_scaling": self.rms_scaling}


class GroupNormalization(Scaled):
    """Bring each group of channels of each sample to mean 0 and variance 1, then scale by γ and move by β.

    Math:
        μ, σ² = mean and variance over all places and the channels of a group;  y = γ (x − μ) / √(σ² + ε) + β

    Args:
        groups: How many groups; 1 normalises all channels together, -1 each by itself (instance normalisation).
        axis: The axis of the channels.
        epsilon: ε, which keeps the division away from 0.
        center, scale: Whether there is a β, a γ.
        beta_initializer, gamma_initializer: Their first values.
        beta_regularizer, gamma_regularizer: Costs for the size of β and γ.
        beta_constraint, gamma_constraint: Applied after each update.

    Shapes:
        x (n, …, c), γ and β (c,), y like x

    Raises:
        ArgumentError: groups is neither positive nor -1.
        ShapeError: the groups don't divide the channels, or their number is not known.

    Example:
        >>> import numpy as np
        >>> GroupNormalization(2, epsilon=0.0)(np.array([[1.0, 3.0, 10.0, 30.0]])).numpy()
        array([[-1.,  1., -1.,  1.]], dtype=float32)

    Source: Wu & He, "Group normalization", 2018.
    """

    def __init__(
        self,
        groups=32,
        axis=-1,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ArgumentError(
                "GroupNormalization: groups", expected="a positive integer, or -1 for a group per channel",
                got=repr(groups),
            )  # fmt: skip
        self.groups, self.axis = groups, axis
        self.epsilon, self.center, self.scale = epsilon, center, scale
        self.keep_settings(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint
        )

    def build(self, input_shape):
        """Make γ and β."""
        channels = known_length("GroupNormalization", input_shape, self.axis)
        groups = channels if self.groups == -1 else self.groups
        if channels % groups:
            raise ShapeError(
                "GroupNormalization", expected="a number of groups that divides the channels",
                got=f"{groups} groups and {channels} channels", fix="choose another number of groups",
            )  # fmt: skip
        self.groups = groups
        self.make_gamma_and_beta((channels,), self.scale, self.center)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs):
        """Return the normalised inputs."""
        x, gamma, beta = in_float32(inputs, self.gamma, self.beta)
        axis = self.axis % len(x.shape)
        before, after = x.shape[:axis], x.shape[axis + 1 :]
        split = (self.groups, x.shape[axis] // self.groups)  # the channels' axis as groups and their members
        one = (*split, *(1 for _ in after))
        gamma, beta = (None if p is None else ops.reshape(p, newshape=one) for p in (gamma, beta))
        folded = tuple(a for a in range(1, len(x.shape) + 1) if a != axis)
        grouped = ops.reshape(x, newshape=(*before, *split, *after))
        y = ops.standardize(grouped, gamma, beta, axis=folded, epsilon=self.epsilon)[0]
        return in_dtype(ops.reshape(y, newshape=x.shape), self._array_dtype)


class RMSNormalization(Layer):
    """Divide each sample by the root of the mean of its squares, then scale.

    Math:
        y = scale · x / √(mean(x²) + ε), the mean over `axis`, sample by sample

    Args:
        axis: The axis, or axes, of the features.
        epsilon: ε, which keeps the division away from 0.

    Shapes:
        x (n, …, d), scale (d,), y like x

    Raises:
        ShapeError: the length of that axis is not known.

    Example:
        >>> import numpy as np
        >>> RMSNormalization(epsilon=0.0)(np.array([[3.0, 3.0]])).numpy()
        array([[1., 1.]], dtype=float32)

    Source: Zhang & Sennrich, "Root mean square layer normalization", 2019.
    """

    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        if isinstance(axis, str):
            raise ArgumentTypeError("RMSNormalization: axis", expected="an integer, or a list of them", got=repr(axis))
        self.axis, self.epsilon = axis, epsilon

    def build(self, input_shape):
        """Make the scale."""
        axes = list(self.axis) if isinstance(self.axis, (list, tuple)) else [self.axis]
        shape = tuple(known_length("RMSNormalization", input_shape, axis) for axis in axes)
        self.scale = self.add_weight(shape=shape, name="scale", initializer="ones")
        self.axis = axes

    def call(self, inputs):
        """Return the scaled inputs."""
        x, scale = in_float32(inputs, self.scale)
        return in_dtype(ops.rms_normalization(x, scale, tuple(self.axis), self.epsilon), self._array_dtype)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape


class UnitNormalization(Layer):
    """Bring each sample to length 1.

    Math:
        y = x / max(‖x‖₂, ε), the length taken along `axis`, sample by sample

    Args:
        axis: The axis, or axes, along which a vector lies.

    Raises:
        ArgumentTypeError: axis is neither an integer nor a list of them.

    Example:
        >>> import numpy as np
        >>> UnitNormalization()(np.array([[3.0, 4.0]])).numpy()
        array([[0.6, 0.8]], dtype=float32)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise ArgumentTypeError("UnitNormalization: axis", expected="an integer, or a list of them", got=repr(axis))
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True
        self.built = True  # there is nothing to build

    def call(self, inputs):
        """Return the inputs divided by their length."""
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        return ops.normalize(inputs, axis=axis)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape
