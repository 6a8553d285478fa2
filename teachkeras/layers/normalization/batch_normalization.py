"""Batch normalisation: each channel brought to mean 0 and variance 1 over the batch."""

import numpy as np

from teachkeras import initializers, ops
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.normalization._scaling import Scaled, in_dtype, in_float32, known_length


class BatchNormalization(Scaled):
    """Bring each channel to mean 0 and variance 1, then scale by γ and move by β.

    Math:
        In training: μ, σ² = mean and variance of the channel over the batch (biased; where a mask is given, over the
        entries that it leaves), moving ← momentum · moving + (1 − momentum) · (μ, σ²).
        Otherwise, and while the layer is frozen (``trainable=False``): μ, σ² = the moving averages.
        y = γ (x − μ) / √(σ² + ε) + β

    Args:
        axis: The axis of the channels.
        momentum: How slowly the moving averages follow.
        epsilon: ε, which keeps the division away from 0.
        center, scale: Whether there is a β, a γ.
        beta_initializer, gamma_initializer: Their first values.
        moving_mean_initializer, moving_variance_initializer: First values of the moving averages.
        beta_regularizer, gamma_regularizer: Costs for the size of β and γ.
        beta_constraint, gamma_constraint: Applied after each update.
        renorm: Whether training, too, aims at (slower) moving averages: x̂ r + d in place of x̂, with r = σ/σ_moving and
            d = (μ − μ_moving)/σ_moving taken as constants.
        renorm_clipping: Limits of r and d: a dict with some of ``rmin``, ``rmax``, ``dmax``.
        renorm_momentum: How slowly those averages follow.
        synchronized: Accepted; on one machine a batch is always whole.

    Shapes:
        x (n, …, c), γ, β and the moving averages (c,), y like x

    Raises:
        ArgumentTypeError: axis is not an integer.
        ShapeError: the length of that axis is not known, or not the one the layer was built with; a mask has not one
            axis less than x.

    Example:
        >>> x = np.array([[1.0], [3.0]])
        >>> layer = BatchNormalization(momentum=0.9, epsilon=0.0)
        >>> layer(x, training=True).numpy().ravel()
        array([-1.,  1.], dtype=float32)
        >>> round(float(layer.moving_mean[0]), 3)
        0.2

    Source: Ioffe & Szegedy, "Batch normalization", 2015; Ioffe, "Batch renormalization", 2017.
    """

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=1e-3,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        moving_mean_initializer="zeros",
        moving_variance_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        renorm=False,
        renorm_clipping=None,
        renorm_momentum=0.99,
        synchronized=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.axis = _whole(axis)
        self.momentum, self.epsilon, self.center, self.scale = momentum, epsilon, center, scale
        self.keep_settings(
            beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint
        )
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm, self.renorm_momentum = renorm, renorm_momentum
        self.renorm_clipping = {} if renorm and renorm_clipping is None else renorm_clipping
        self.synchronized = synchronized

    def build(self, input_shape):
        """Make γ, β and the moving averages."""
        shape = (known_length("BatchNormalization", input_shape, self.axis),)
        self.make_gamma_and_beta(shape, self.scale, self.center)
        self.moving_mean = self._average("moving_mean", shape, self.moving_mean_initializer)
        self.moving_variance = self._average("moving_variance", shape, self.moving_variance_initializer)
        if self.renorm:
            self.moving_stddev = self._average("moving_stddev", shape, "ones")
            self.renorm_mean = self._average("renorm_mean", shape, "zeros")
            self.renorm_stddev = self._average("renorm_stddev", shape, "ones")
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: shape[0]})

    def _average(self, name, shape, initializer):
        return self.add_weight(shape=shape, name=name, initializer=initializer, trainable=False)

    def call(self, inputs, training=None, mask=None):
        """Return the normalised inputs; in training, let the moving averages follow."""
        x, gamma, beta = in_float32(inputs, self.gamma, self.beta)
        if not (training and self.trainable):
            mean, variance = in_float32(self.moving_mean.value, self.moving_variance.value)
            y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
        elif mask is None and not self.renorm:
            axes = self._others(x)
            y, mean, variance = ops.standardize(
                x, self._wide(gamma, x), self._wide(beta, x), axis=axes, epsilon=self.epsilon
            )
            self._follow(mean, variance)
        else:
            mean, variance = self._masked_statistics(x, mask)
            if self.renorm:
                gamma, beta = self._corrected(gamma, beta, mean, variance)
            y = ops.batch_normalization(x, mean, variance, self.axis, beta, gamma, self.epsilon)
            self._follow(mean, variance)
        return in_dtype(y, self._array_dtype)

    def _others(self, x):
        """Return the axes over which the statistics are taken: all but that of the channels."""
        return tuple(axis for axis in range(len(x.shape)) if axis != self.axis % len(x.shape))

    def _wide(self, p, x):
        """Return one entry per channel in a shape that repeats to that of `x`."""
        axis = self.axis % len(x.shape)
        if p is None or axis == len(x.shape) - 1:
            return p
        return ops.reshape(p, newshape=(-1,) + (1,) * (len(x.shape) - axis - 1))

    def _masked_statistics(self, x, mask):
        """Return mean and variance of each channel over the entries that a mask leaves."""
        axes = self._others(x)
        if mask is None:
            return ops.moments(x, axes=axes)
        if len(mask.shape) != len(x.shape) - 1:
            raise ShapeError(
                "BatchNormalization: mask", expected=f"one axis less than x of shape {tuple(x.shape)}",
                got=f"shape {tuple(mask.shape)}",
            )  # fmt: skip
        kept = ops.broadcast_to(ops.expand_dims(ops.cast(mask, dtype=x.dtype), axis=-1), shape=x.shape)
        count = ops.maximum(ops.sum(kept, axis=axes), 1e-7)
        mean = ops.sum(x * kept, axis=axes) / count
        centred = (x - self._wide(mean, x)) * kept
        return mean, ops.sum(ops.square(centred), axis=axes) / count

    def _follow(self, mean, variance):
        """Move the moving averages a little towards the batch's."""
        m = self.momentum
        if self.renorm:
            deviation = np.sqrt(variance.data + np.float32(self.epsilon))
            _towards(self.renorm_mean, mean.data, self.renorm_momentum)
            _towards(self.renorm_stddev, deviation, self.renorm_momentum)
            _towards(self.moving_stddev, deviation, m)
            self.moving_variance.assign(np.square(self.moving_stddev.data) - self.epsilon)
        else:
            _towards(self.moving_variance, variance.data, m)
        _towards(self.moving_mean, mean.data, m)

    def _corrected(self, gamma, beta, mean, variance):
        """Return γ r and γ d + β: batch renormalisation, folded into the last step."""
        limits = {"rmin": 0.0, "rmax": np.inf, "dmax": np.inf, **self.renorm_clipping}
        slow = self.renorm_stddev.data
        r = np.clip(np.sqrt(variance.data + np.float32(self.epsilon)) / slow, limits["rmin"], limits["rmax"])
        d = np.clip((mean.data - self.renorm_mean.data) / slow, -limits["dmax"], limits["dmax"])
        r, d = r.astype(mean.dtype), d.astype(mean.dtype)
        if gamma is None:
            return ops.convert_to_tensor(r), d if beta is None else beta + d
        return gamma * r, gamma * d if beta is None else gamma * d + beta


def _towards(average, value, momentum):
    """``average ← momentum · average + (1 − momentum) · value``, as a recorded assign."""
    average.assign(average.data * momentum + value * (1.0 - momentum))


def _whole(axis):
    """Return an axis as an integer."""
    if isinstance(axis, str):
        raise ArgumentError("BatchNormalization: axis", expected="an integer", got=repr(axis))
    if not isinstance(axis, (int, float, np.integer)):
        raise ArgumentTypeError("BatchNormalization: axis", expected="one integer", got=repr(axis))
    return int(axis)
