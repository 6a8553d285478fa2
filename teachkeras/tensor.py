"""Tensor: an array that knows which number it is on the tape.

A :class:`Tensor` wraps one array (``data``) and carries a serial number (``uid``) by which tapes follow it. It speaks
NumPy's protocols, so that plain NumPy written on tensors runs the engine's ops and is differentiable; where an op is
missing, or an array is pulled out of a tape's sight, it raises instead of cutting the gradient silently.
"""

from __future__ import annotations

import contextvars
import itertools
from collections.abc import Callable

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentTypeError, NoGradientError
from teachkeras.kernels import device

next_uid = itertools.count(1).__next__
tapes: contextvars.ContextVar[tuple] = contextvars.ContextVar("tapes", default=())
numpy_ops: dict[Callable, Callable] = {}  # NumPy's functions and ufuncs -> the op that stands for each; ops fill it

_CREATING = {np.zeros, np.empty, np.arange, np.asarray, np.array}


class Operators:
    """Arithmetic, comparison and the common methods; the ops package attaches them (``ops/operators.py``)."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object) -> object:
        """Run the op that stands for a NumPy ufunc."""
        if method != "__call__" or kwargs.get("out") is not None:
            return _without_op(f"np.{ufunc.__name__}.{method}", getattr(ufunc, method), inputs, kwargs)
        if ufunc not in numpy_ops:
            return _without_op(f"np.{ufunc.__name__}", ufunc, inputs, kwargs)
        return numpy_ops[ufunc](*inputs, **kwargs)

    def __array_function__(self, function: Callable, types: tuple, args: tuple, kwargs: dict) -> object:
        """Run the op that stands for a NumPy function."""
        if function in _CREATING:  # np.zeros(…, like=tensor): a new array, of which no gradient is asked
            return device.put(function(*args, **kwargs))
        if function not in numpy_ops:
            return _without_op(f"np.{function.__name__}", function, args, kwargs)
        return numpy_ops[function](*args, **kwargs)


class Tensor(Operators):
    """An array on which the engine's ops run.

    Args:
        data: The array. It is taken as it is, not copied.

    >>> x = Tensor(np.array([1.0, 2.0], "float32"))
    >>> (x * 3).numpy()
    array([3., 6.], dtype=float32)
    """

    __slots__ = ("__weakref__", "data", "mask", "uid")

    def __init__(self, data: np.ndarray):
        self.data = data
        self.uid = next_uid()
        self.mask = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.data.shape

    @property
    def dtype(self) -> np.dtype:
        """The number type."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.data.size

    def numpy(self) -> np.ndarray:
        """Return a copy of the array, on the host wherever it is."""
        return device.copied(self.data)

    def item(self) -> float | int | bool:
        """Return the one entry as a Python number."""
        return self.data.item()

    def tolist(self) -> list:
        """Return the entries as nested Python lists."""
        return self.data.tolist()

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        if is_watched(self):
            raise NoGradientError(
                "np.asarray of a watched tensor",
                expected="an op or a NumPy function that has one",
                got=f"a conversion to a plain array inside a tape, of shape {self.shape}",
                fix="use teachkeras.ops on the tensor, or ops.stop_gradient(x).numpy() where no gradient should flow",
            )
        array = device.host(self.data)
        return np.array(array, dtype=dtype) if copy is not False else np.asarray(array, dtype=dtype)

    def __len__(self) -> int:
        """Return the length of the first axis."""
        return len(self.data)

    def __iter__(self):
        """Iterate over the first axis."""
        return (self[index] for index in range(len(self.data)))

    def __bool__(self) -> bool:
        """Return the truth of the one entry."""
        return bool(self.data)

    def __float__(self) -> float:
        """Return the one entry as a float."""
        return float(self.data)

    def __int__(self) -> int:
        """Return the one entry as an int."""
        return int(self.data)

    def __index__(self) -> int:
        """Return the one integer entry as an index."""
        return device.host(self.data).__index__()

    def __format__(self, spec: str) -> str:
        return format(self.data.item() if self.data.ndim == 0 else self.data, spec)

    def __repr__(self) -> str:
        body = np.array2string(np.asarray(device.host(self.data)), separator=", ", threshold=20, prefix="Tensor(")
        return f"Tensor({body}, shape={self.shape}, dtype={self.dtype.name})"

    @property
    def _keras_mask(self) -> object:
        return self.mask

    @_keras_mask.setter
    def _keras_mask(self, mask: object) -> None:
        self.mask = mask


def is_watched(thing: object) -> bool:
    """Tell whether some tape that is recording follows `thing`."""
    return any(thing.uid in tape.tracked for tape in tapes.get())


def as_array(value: object, dtype: object = None) -> np.ndarray:
    """Return the plain array behind a tensor, a variable or any array-like; Python numbers take Keras's types.

    It is where the back end computes: in the processor's memory, or on the GPU.

    >>> as_array([1, 2]).dtype.name, as_array(0.5).dtype.name, as_array(np.zeros(2)).dtype.name
    ('int32', 'float32', 'float64')
    """
    if type(value) is np.ndarray and dtype is None:
        return value if device.xp is None else device.put(value)
    array = plain_array(value, dtype)
    return array if device.xp is None and type(array) is np.ndarray else device.put(array)


def plain_array(value: object, dtype: object = None) -> np.ndarray:
    """Return the same as :func:`as_array` on the side where the value is."""
    if isinstance(value, Operators):
        array = value.data
    elif device.is_array(value) or isinstance(value, np.generic):
        array = value
    else:
        array = np.asarray(_python_numbers(value))
        if array.dtype == object:
            raise ArgumentTypeError(
                "convert to a tensor",
                expected="numbers in a regular nesting",
                got=f"{type(value).__name__} {value!r:.80}",
            )
        if dtype is None and not hasattr(value, "dtype") and array.dtype in (np.int64, np.float64):
            dtype = "int32" if array.dtype == np.int64 else None
            dtype = dtypes.name_of(dtype)
    return array if dtype is None else array.astype(dtypes.as_numpy(dtypes.name_of(dtype)), copy=False)


def _python_numbers(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_python_numbers(item) for item in value]
    if not isinstance(value, Operators):
        return value
    if is_watched(value) or not hasattr(value, "data"):
        raise NoGradientError(
            "a list with a watched or symbolic tensor in it", expected="one tensor",
            got=f"an entry {type(value).__name__} of shape {value.shape}",
            fix="join the entries first: ops.stack([...])",
        )  # fmt: skip
    return device.host(value.data)


def _operators_in(structure: object):
    """Yield the tensors inside nested lists, tuples and dicts."""
    if isinstance(structure, Operators):
        yield structure
    elif isinstance(structure, (list, tuple, dict)):
        for part in structure.values() if isinstance(structure, dict) else structure:
            yield from _operators_in(part)


def _without_op(name: str, function: Callable, args: tuple, kwargs: dict) -> object:
    """Run NumPy itself where no tape looks; raise where a gradient would be lost."""
    watched = [a for a in _operators_in((args, kwargs)) if is_watched(a)]
    if watched:
        raise NoGradientError(
            f"{name} on a watched tensor",
            expected="a function that the engine has as an op",
            got=f"{name}, through which no gradient can flow",
            fix="compose it from teachkeras.ops, or call ops.stop_gradient(x) first where no gradient should flow",
        )

    def unwrap(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return type(value)(unwrap(item) for item in value)
        if not isinstance(value, Operators):
            return value
        return (
            value.data if hasattr(value, "data") else np.asarray(value)
        )  # a symbolic tensor says that it has no numbers

    return function(*unwrap(args), **{key: unwrap(value) for key, value in kwargs.items()})
