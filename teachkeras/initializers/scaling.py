"""Initializers that draw random numbers, most of them of a size that suits the layer."""

from __future__ import annotations

import math

import numpy as np

from teachkeras import random, serial
from teachkeras.errors import ArgumentError, ShapeError, did_you_mean
from teachkeras.initializers.base import Initializer, aliases_of, typed
from teachkeras.tensor import Tensor


class _Random(Initializer):
    """An initializer with a seed."""

    makes_new = True

    def __init__(self, seed: object):
        if seed is not None and not isinstance(seed, (int, np.integer, dict, random.SeedGenerator)):
            raise ArgumentError(type(self).__name__, expected="seed, a whole number or SeedGenerator", got=repr(seed))
        self._seed = seed
        self.seed = random.default_seed() if seed is None else serial.deserialize(seed)

    def _argument(self, name: str) -> object:
        return self._seed if name == "seed" else super()._argument(name)  # the seed as given: None stays None


class RandomNormal(_Random):
    """Normal numbers: ``mean + stddev · z``.

    Args:
        mean: μ.
        stddev: σ.
        seed: A whole number, a SeedGenerator, or None for a seed drawn now.

    >>> RandomNormal(stddev=0.0)((2,)).tolist()
    [0.0, 0.0]
    """

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return normal numbers."""
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)


class TruncatedNormal(_Random):
    """Normal numbers within two standard deviations of the mean.

    Args:
        mean: μ.
        stddev: σ before the cut.
        seed: A whole number, a SeedGenerator, or None for a seed drawn now.

    >>> float(abs(TruncatedNormal(stddev=1.0)((100,))).max()) <= 2
    True
    """

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return truncated normal numbers."""
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


class RandomUniform(_Random):
    """Numbers spread evenly over [minval, maxval).

    Args:
        minval: The lower end.
        maxval: The upper end.
        seed: A whole number, a SeedGenerator, or None for a seed drawn now.

    >>> float(abs(RandomUniform()((100,))).max()) <= 0.05
    True
    """

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return uniform numbers."""
        return random.uniform(shape, self.minval, self.maxval, dtype, self.seed)


def _fans(shape: tuple, input_axes: object = None, output_axes: object = None) -> tuple[int, int]:
    """Return (d_in, d_out): of a matrix its two lengths, of a convolution's kernel those times the window's size."""
    shape = tuple(shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[a] for a in input_axes), math.prod(shape[a] for a in output_axes)
    if len(shape) < 2:
        return (shape[0],) * 2 if shape else (1, 1)
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


class VarianceScaling(_Random):
    """Numbers of mean 0 and variance ``scale / d``.

    Args:
        scale: The variance times d.
        mode: d: ``"fan_in"`` (d_in), ``"fan_out"`` (d_out) or ``"fan_avg"`` (their mean).
        distribution: ``"truncated_normal"`` (also ``"normal"``), ``"untruncated_normal"`` or ``"uniform"``.
        seed: A whole number, a SeedGenerator, or None for a seed drawn now.
        input_axes: Axes that count for d_in; needed only where the last but one is not it.
        output_axes: Axes that count for d_out.

    Raises:
        ArgumentError: an argument outside its range.

    >>> round(float(VarianceScaling(seed=1)((1000, 10)).var()) * 1000, 1)
    1.0
    """

    def __init__(
        self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None, input_axes=None, output_axes=None
    ):
        super().__init__(seed)
        where = type(self).__name__
        if scale <= 0:
            raise ArgumentError(where, expected="scale above 0", got=str(scale))
        if mode not in (modes := ("fan_in", "fan_out", "fan_avg")):
            raise ArgumentError(where, expected=f"mode, one of {modes}", got=repr(mode), fix=did_you_mean(mode, modes))
        distribution = distribution.lower()
        distribution = "truncated_normal" if distribution == "normal" else distribution
        if distribution not in (known := ("uniform", "truncated_normal", "untruncated_normal")):
            raise ArgumentError(
                where, expected=f"distribution, one of {known}", got=repr(distribution),
                fix=did_you_mean(distribution, known),
            )  # fmt: skip
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return numbers of variance ``scale / d``."""
        fan_in, fan_out = _fans(shape, self.input_axes, self.output_axes)
        d = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        stddev = math.sqrt(self.scale / max(1.0, d))
        if self.distribution == "uniform":
            limit = math.sqrt(3.0) * stddev
            return random.uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, 0.0, stddev, dtype, self.seed)
        # 0.8796… is the standard deviation that a normal distribution keeps when cut at ±2
        return random.truncated_normal(shape, 0.0, stddev / 0.87962566103423978, dtype, self.seed)


class GlorotUniform(VarianceScaling):
    """Uniform over ±√(6 / (d_in + d_out)): Keras's default for kernels; made for tanh and sigmoid layers.

    >>> float(abs(GlorotUniform(seed=1)((3, 3))).max()) <= 1.0
    True
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """Truncated normal of variance 2 / (d_in + d_out).

    >>> GlorotNormal(seed=1)((3, 3)).shape
    (3, 3)
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    """Truncated normal of variance 1 / d_in; made for selu layers.

    >>> LecunNormal(seed=1)((3, 3)).shape
    (3, 3)
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class LecunUniform(VarianceScaling):
    """Uniform over ±√(3 / d_in).

    >>> LecunUniform(seed=1)((3, 3)).shape
    (3, 3)
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """Truncated normal of variance 2 / d_in; made for relu layers, which let half of the signal through.

    >>> HeNormal(seed=1)((3, 3)).shape
    (3, 3)
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class HeUniform(VarianceScaling):
    """Uniform over ±√(6 / d_in).

    >>> HeUniform(seed=1)((3, 3)).shape
    (3, 3)
    """

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class Orthogonal(_Random):
    """A matrix with orthonormal columns (or rows, if it has more columns than rows): the Q of a random matrix's QR.

    Args:
        gain: A factor.
        seed: A whole number, a SeedGenerator, or None for a seed drawn now.

    Raises:
        ShapeError: the shape has fewer than two axes.

    >>> q = Orthogonal(seed=1)((3, 3)).numpy()
    >>> bool(np.allclose(q.T @ q, np.eye(3), atol=1e-5))
    True

    Source: Saxe, McClelland & Ganguli, ICLR 2014.
    """

    def __init__(self, gain=1.0, seed=None):
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return the matrix; all axes but the last count as rows."""
        if len(shape) < 2:
            raise ShapeError("Orthogonal initializer", expected="a shape of two or more axes", got=f"{tuple(shape)}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        a = random.normal((max(rows, columns), min(rows, columns)), dtype=dtype, seed=self.seed).data
        q, r = np.linalg.qr(a)
        q = q * np.sign(np.diag(r))  # without this the distribution would not be even over all rotations
        q = q.T if rows < columns else q
        return Tensor((q.reshape(shape) * self.gain).astype(typed(dtype), copy=False))


aliases = aliases_of(dict(globals())) | {
    "normal": RandomNormal, "uniform": RandomUniform, "OrthogonalInitializer": Orthogonal,
}  # fmt: skip
