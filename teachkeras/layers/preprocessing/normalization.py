"""Normalization: numbers of mean 0 and variance 1, by the mean and variance that the data has."""

import math

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras.layers.layer import Layer
from teachkeras.tensor import as_array


class Normalization(Layer):
    """Shift and scale each feature to mean 0 and variance 1, by statistics that ``adapt`` takes from data.

    Math:
        y = (x - μ) / max(σ, ε),  ε = 1e-7; inverted: x = μ + y · max(σ, ε)

    Args:
        axis: The axes that have statistics of their own; None for one mean and one variance of everything.
        mean: μ, where it is known beforehand; then `variance` too.
        variance: σ².
        invert: Undo the normalisation instead.

    Shapes:
        x (…) → y (…)

    Raises:
        ArgumentError: a mean without variance, or an axis that the input has not.
        NotBuiltError: called before ``adapt``.

    Example:
        >>> layer = Normalization(axis=None)
        >>> layer.adapt(np.array([1.0, 3.0]))
        >>> layer(np.array([1.0, 2.0, 3.0])).tolist()
        [-1.0, 0.0, 1.0]

    Source: ``keras.layers.Normalization``.
    """

    def __init__(self, axis=-1, mean=None, variance=None, invert=False, **kwargs):
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if (mean is None) != (variance is None):
            raise ArgumentError(
                "When setting values directly, both `mean` and `variance` must be set.",
                got=f"mean={mean} and variance={variance}",
            )
        self.input_mean, self.input_variance, self.invert = mean, variance, invert
        self.supports_masking = True

    def build(self, input_shape):
        """Make room for the statistics."""
        if input_shape is None:
            return
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in self.axis):
            raise ArgumentError(
                f"All `axis` values must be in the range [-{rank}, {rank}).", got=f"axis={self.axis}",
                fix=f"the input has shape {tuple(input_shape)}",
            )  # fmt: skip
        self._kept = tuple(sorted(axis % rank for axis in self.axis))
        if any(input_shape[axis] is None for axis in self._kept):
            raise ArgumentError(
                "All `axis` values to be kept must have a known shape.", got=f"axis={self.axis}, shape={input_shape}"
            )
        self._beside = [n if axis in self._kept else 1 for axis, n in enumerate(input_shape)]  # shape beside an input
        if self.input_mean is None:
            shape = tuple(input_shape[axis] for axis in self._kept)
            self.adapt_mean = self.add_weight(shape, "zeros", name="mean", trainable=False)
            self.adapt_variance = self.add_weight(shape, "ones", name="variance", trainable=False)
            self.count = self.add_weight((), "zeros", dtype="int32", name="count", trainable=False)

    def adapt(self, data):
        """Take mean and variance from `data`: an array, a tensor, or batches of them."""
        if self.input_mean is not None:
            raise ArgumentError(
                "Cannot `adapt` a Normalization layer that is initialized with static `mean` and `variance`",
                fix="leave mean and variance out",
            )
        batches = [as_array(data)] if hasattr(data, "shape") or isinstance(data, list) else [as_array(b) for b in data]
        if not self.built:
            self.build((None, *batches[0].shape[1:]))
        over = tuple(axis for axis in range(batches[0].ndim) if axis not in self._kept)
        count, mean, variance = 0, 0.0, 0.0
        for x in batches:  # Chan's rule joins the statistics of two parts
            n, m, v = math.prod(x.shape[axis] for axis in over), x.mean(over, "float64"), x.var(over, dtype="float64")
            total, share = count + n, n / (count + n)
            variance = variance * (1 - share) + v * share + share * (1 - share) * (m - mean) ** 2
            mean, count = mean + (m - mean) * share, total
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)
        self.count.assign(count % 2**31)

    def call(self, inputs):
        """Return the inputs normalised, or back from it."""
        if self.input_mean is None and not hasattr(self, "adapt_mean"):
            raise NotBuiltError("Normalization", expected="statistics", got="none", fix="call adapt(data) first")
        mean, variance = self._statistics()
        deviation = ops.maximum(ops.sqrt(variance), np.asarray(1e-7, self.compute_dtype))
        return mean + inputs * deviation if self.invert else (inputs - mean) / deviation

    def _statistics(self) -> tuple:
        """Return mean and variance in the shape that stands beside an input."""
        if self.input_mean is None:
            return tuple(ops.reshape(v, newshape=tuple(self._beside)) for v in (self.adapt_mean, self.adapt_variance))
        size = math.prod(self._beside)
        values = (np.asarray(v, self.compute_dtype) for v in (self.input_mean, self.input_variance))
        return tuple(np.broadcast_to(v.ravel() if v.size == size else v, (size,)).reshape(self._beside) for v in values)

    def compute_output_shape(self, input_shape):
        """Return the input's shape."""
        return input_shape

    def get_config(self):
        """Return the arguments, statistics given by hand as lists."""
        plain = {"mean": self.input_mean, "variance": self.input_variance}
        plain = {k: v if v is None else np.asarray(v).tolist() for k, v in plain.items()}
        return super().get_config() | {"axis": self.axis, "invert": self.invert} | plain

    def _argument(self, name: str) -> object:
        given = {"mean": self.input_mean, "variance": self.input_variance}
        return given[name] if name in given else super()._argument(name)
