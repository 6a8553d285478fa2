"""Whole numbers, bit by bit, and what else has no slope. Arrays in, a tensor out; no gradient flows."""

import numpy as np

from teachkeras import dtypes
from teachkeras.ops._numbers import arrays, together
from teachkeras.tensor import Tensor, as_array


def bitwise_and(x, y):
    """Bits set in both."""
    return together(np.bitwise_and, x, y)


def bitwise_or(x, y):
    """Bits set in either."""
    return together(np.bitwise_or, x, y)


def bitwise_xor(x, y):
    """Bits set in exactly one."""
    return together(np.bitwise_xor, x, y)


def bitwise_not(x):
    """Every bit turned over."""
    return together(np.bitwise_not, x)


def bitwise_left_shift(x, y):
    """Bits moved `y` places up: x·2^y."""
    return together(np.left_shift, x, y)


def bitwise_right_shift(x, y):
    """Bits moved `y` places down: ⌊x/2^y⌋."""
    return together(np.right_shift, x, y)


def gcd(x1, x2):
    """Greatest common divisor."""
    return together(np.gcd, x1, x2)


def lcm(x1, x2):
    """Least common multiple."""
    return together(np.lcm, x1, x2)


def signbit(x):
    """True where the sign is negative, -0.0 included."""
    return together(np.signbit, x)


def isneginf(x):
    """True where an entry is -∞."""
    return together(np.isneginf, x)


def isposinf(x):
    """True where an entry is +∞."""
    return together(np.isposinf, x)


def isreal(x):
    """True where an entry has no imaginary part."""
    return together(np.isreal, x)


def isclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True where ``|x1 - x2| <= atol + rtol |x2|``."""
    x1, x2 = arrays(x1, x2)
    return Tensor(np.asarray(np.isclose(x1, x2, rtol, atol, equal_nan)))


def allclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True if every entry is close.

    >>> bool(allclose([1.0, 2.0], [1.0, 2.0 + 1e-7]))
    True
    """
    return Tensor(np.asarray(isclose(x1, x2, rtol, atol, equal_nan).data.all()))


def nextafter(x1, x2):
    """The next number that floats can say, from `x1` towards `x2`."""
    x1, x2 = arrays(x1, x2)
    wide = dtypes.as_numpy(dtypes.result_type(x1.dtype, x2.dtype, float))
    return Tensor(np.asarray(np.nextafter(x1.astype(wide), x2.astype(wide))))


def dtype(x):
    """Return the name of the number type."""
    return dtypes.name_of(x.dtype if hasattr(x, "dtype") else as_array(x).dtype)


def view(x, dtype=None):
    """The same bytes read as another number type."""
    (x,) = arrays(x)
    return Tensor(x.view(x.dtype if dtype is None else dtypes.as_numpy(dtypes.name_of(dtype))))


def nonzero(x):
    """The places of the entries that are not 0: one row of indices per axis."""
    (x,) = arrays(x)
    return tuple(Tensor(place.astype("int32")) for place in np.nonzero(x))


def isin(x1, x2, assume_unique=False, invert=False):
    """True where an entry of `x1` is among those of `x2`."""
    x1, x2 = arrays(x1, x2)
    return Tensor(np.isin(x1, x2, assume_unique=assume_unique, invert=invert))


def in_top_k(targets, predictions, k):
    """True where fewer than `k` predictions of a row are larger than that of its target class."""
    targets, predictions = arrays(targets, predictions)
    own = np.take_along_axis(predictions, targets[..., None].astype("int64"), -1)
    own = np.where(np.isnan(own), -np.inf, own)
    return Tensor(np.count_nonzero(predictions > own, axis=-1) < k)


def argpartition(x, kth, axis=-1):
    """Places such that the entry there at `kth` stands where it would in order, smaller ones before it."""
    (x,) = arrays(x)
    return Tensor(np.argsort(x, axis=axis, kind="stable").astype("int32"))


aliases = {
    "bitwise_invert": bitwise_not, "left_shift": bitwise_left_shift, "right_shift": bitwise_right_shift,
}  # fmt: skip
