"""Making tensors: from numbers, from shapes, from other tensors."""

import numpy as np

from teachkeras import dtypes
from teachkeras.kernels import device
from teachkeras.ops.elementwise import cast
from teachkeras.tensor import Operators, Tensor, as_array, plain_array


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """Return `x` as a tensor; a tensor or variable stays on the tape.

    >>> convert_to_tensor([1, 2]).dtype.name
    'int32'
    """
    if isinstance(x, Operators):
        x = x.value if hasattr(x, "value") else x
        return x if dtype is None or dtypes.name_of(dtype) == dtypes.name_of(x.dtype) else cast(x, dtype=dtype)
    return Tensor(as_array(x, dtype))


def convert_to_numpy(x):
    """Return a copy of `x` as a NumPy array."""
    return device.copied(plain_array(x))


def is_tensor(x):
    """Tell whether `x` is one of the engine's tensors."""
    return isinstance(x, Operators)


def shape(x):
    """Return the shape as a tuple; unknown lengths are None."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def size(x):
    """Return the number of entries."""
    return as_array(x).size


def ndim(x):
    """Return the number of axes."""
    return len(shape(x))


def zeros(shape, dtype=None):
    """A tensor of zeros."""
    return Tensor(np.zeros(shape, dtypes.as_numpy(dtypes.name_of(dtype))))


def ones(shape, dtype=None):
    """A tensor of ones."""
    return Tensor(np.ones(shape, dtypes.as_numpy(dtypes.name_of(dtype))))


def full(shape, fill_value, dtype=None):
    """A tensor with every entry the same."""
    return Tensor(np.full(shape, as_array(fill_value), dtypes.as_numpy(dtypes.name_of(dtype))))


def zeros_like(x, dtype=None):
    """Zeros of the shape and dtype of `x`."""
    return zeros(shape(x), dtype or x.dtype)


def ones_like(x, dtype=None):
    """Ones of the shape and dtype of `x`."""
    return ones(shape(x), dtype or x.dtype)


def eye(N, M=None, k=0, dtype=None):
    """Ones on a diagonal, zeros elsewhere."""
    return Tensor(np.eye(N, M, k, dtypes.as_numpy(dtypes.name_of(dtype))))


def identity(n, dtype=None):
    """The identity matrix."""
    return eye(n, dtype=dtype)


def arange(start, stop=None, step=None, dtype=None):
    """Evenly stepped numbers; integers are int32."""
    given = [n for n in (start, stop, step) if n is not None]
    dtype = dtype or ("int32" if all(isinstance(n, (int, np.integer)) for n in given) else None)
    first, last = (0, start) if stop is None else (start, stop)
    return Tensor(np.arange(first, last, 1 if step is None else step, dtypes.as_numpy(dtypes.name_of(dtype))))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` evenly spaced numbers."""
    array, step = np.linspace(start, stop, num, endpoint, retstep=True, axis=axis)
    tensor = Tensor(array.astype(dtypes.as_numpy(dtypes.name_of(dtype))))
    return (tensor, step) if retstep else tensor


aliases = {"array": convert_to_tensor}
