"""A stand-in for CuPy where there is no GPU: arrays that hold NumPy's and refuse what CuPy's refuse.

Like CuPy's, these arrays answer NumPy's ufuncs and functions themselves, never become NumPy arrays by the way
(``__array__`` raises), do not mix with them, have no ufunc methods such as ``np.add.reduce``, and give 0-dimensional
arrays where NumPy gives numbers. Only functions that CuPy has are there, with its parameters (``cupy_names.json``,
written from CuPy itself). ``log`` counts each copy from one side to the other and each wait for a number. Kernels run
in ``emulator.py``. What this can't show: CuPy's own bugs, its rounding, its speed.
"""

import functools
import inspect
import json
import operator
import re
import types
from collections import Counter
from pathlib import Path

import emulator
import numpy as np

NAMES = json.loads(Path(__file__).with_name("cupy_names.json").read_text(encoding="utf-8"))
METHODS = set(NAMES["methods"])
TAKES_HOST_ARRAYS = {"asarray", "array", "take", "ascontiguousarray"}  # these copy them to the device themselves
log = Counter()  # "put", "get", "scalar", "wait" → how often
limit = None  # bytes that one new array may have


class OutOfMemoryError(MemoryError):
    """The device's memory is full."""


@functools.cache
def signature(module, name):
    """Return CuPy's signature of a function, None for a ufunc; an AttributeError where it has none."""
    try:
        text = NAMES[module][name]
    except KeyError:
        raise AttributeError(f"module 'cupy{module[5:]}' has no attribute {name!r}") from None
    if text == "ufunc":
        return None
    found = {}
    exec(f"def f{re.sub('<[^>]*>', 'None', text)}: pass", {"numpy": np, "inf": np.inf}, found)
    return inspect.signature(found["f"])


def unwrapped(value, refuse=True):
    """Return the NumPy arrays inside; a NumPy array among them can't be mixed in."""
    if isinstance(value, ndarray):
        return value._a
    if refuse and isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(unwrapped(v, refuse) for v in value)
    return value


def wrapped(value):
    """Return arrays and NumPy's numbers as arrays of this kind."""
    if isinstance(value, (np.ndarray, np.generic)):
        if limit is not None and value.nbytes > limit and getattr(value, "base", None) is None:
            raise OutOfMemoryError(f"Out of memory allocating {value.nbytes:,} bytes.")
        return ndarray(np.asarray(value))
    if isinstance(value, (tuple, list)):
        parts = [wrapped(v) for v in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def function(module, name):
    """Return a function of CuPy's: NumPy's, held to CuPy's parameters and to arrays of this kind."""
    plain, known = getattr(functools.reduce(getattr, module.split(".")[1:], np), name), signature(module, name)

    def call(*args, **kwargs):
        if known is not None:
            known.bind(*args, **kwargs)
        elif set(kwargs) - {"out", "dtype", "casting", "axes", "axis"}:
            raise TypeError(f"Wrong arguments {kwargs}")
        if name in ("argsort", "sort") and kwargs.get("kind") not in (None, "stable"):
            raise ValueError(f"unexpected kind {kwargs['kind']}")
        refuse = name not in TAKES_HOST_ARRAYS
        log["put"] += sum(isinstance(a, np.ndarray) for a in args)
        log["wait"] += name in ("nonzero", "flatnonzero", "argwhere", "unique")
        given = [unwrapped(a, refuse) for a in args]
        named = {k: unwrapped(v, refuse) for k, v in kwargs.items() if not (k == "kind" and v is None)}
        if name in ("asarray", "array"):
            named.setdefault("copy", None) if name == "array" else None
            named.pop("blocking", None)
            return wrapped(
                np.array(plain(*given, **named)) if isinstance(args[0], np.ndarray) else plain(*given, **named)
            )
        result = plain(*given, **named)
        return kwargs["out"] if isinstance(kwargs.get("out"), ndarray) else wrapped(result)

    call.__name__ = name
    return call


class Flags:
    """The three flags that CuPy's arrays have."""

    def __init__(self, flags):
        self.c_contiguous, self.f_contiguous, self.owndata = flags.c_contiguous, flags.f_contiguous, flags.owndata


class ndarray:
    """An array on the pretended device."""

    __slots__ = ("__weakref__", "_a")
    __hash__ = None

    def __init__(self, array):
        self._a = array

    shape = property(lambda self: self._a.shape)
    dtype = property(lambda self: self._a.dtype)
    ndim = property(lambda self: self._a.ndim)
    size = property(lambda self: self._a.size)
    nbytes = property(lambda self: self._a.nbytes)
    itemsize = property(lambda self: self._a.itemsize)
    strides = property(lambda self: self._a.strides)
    flags = property(lambda self: Flags(self._a.flags))
    T = property(lambda self: ndarray(self._a.T))
    real = property(lambda self: ndarray(self._a.real))
    imag = property(lambda self: ndarray(self._a.imag))
    base = property(lambda self: None if self._a.base is None else ndarray(self._a.base))
    data = property(lambda self: types.SimpleNamespace(ptr=self._a.ctypes.data))
    __cuda_array_interface__ = property(lambda self: {"shape": self.shape, "typestr": self.dtype.str, "version": 3})

    def get(self):
        """Return a copy on the host."""
        log["get" if self.size > 1 else "scalar"] += 1
        return self._a.copy()

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`.")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__":
            return NotImplemented
        if "out" in kwargs:
            (kwargs["out"],) = kwargs["out"]
        try:
            call = function("numpy", ufunc.__name__)
        except AttributeError:
            return NotImplemented
        for x in inputs:
            if not isinstance(x, (ndarray, np.ndarray, np.generic, int, float, complex, bool)):
                return NotImplemented
        if ufunc.__name__.startswith(("greater", "less", "equal", "not_equal")):
            inputs = [x.item() if isinstance(x, np.ndarray) and not x.ndim else x for x in inputs]
        return call(*inputs, **kwargs)

    def __array_function__(self, func, types, args, kwargs):
        try:
            call = function(func.__module__, func.__name__)
        except (AttributeError, KeyError):
            return NotImplemented
        if any(t not in (ndarray, np.ndarray) for t in types):
            return NotImplemented
        return call(*args, **kwargs)

    def __getattr__(self, name):
        if name not in METHODS or not hasattr(self._a, name):
            raise AttributeError(f"'ndarray' object has no attribute {name!r}")

        def method(*args, **kwargs):
            if name in ("item", "tolist"):
                log["scalar" if self.size <= 1 else "get"] += 1
                return getattr(self._a, name)(*args)
            if name == "astype" and set(kwargs) - {"copy", "order", "casting", "subok"}:
                raise TypeError(f"Wrong arguments {kwargs}")
            refuse = name != "take"
            return wrapped(
                getattr(self._a, name)(*unwrapped(args, refuse), **{k: unwrapped(v, refuse) for k, v in kwargs.items()})
            )

        return method

    def __getitem__(self, key):
        plain = unwrapped(key, refuse=False)
        log["wait"] += any(
            isinstance(k, np.ndarray) and k.dtype == bool for k in (plain if type(plain) is tuple else (plain,))
        )
        return wrapped(self._a[plain])

    def __setitem__(self, key, value):
        self._a[unwrapped(key, refuse=False)] = unwrapped(value)

    def __len__(self):
        return len(self._a)

    def __iter__(self):
        return (self[i] for i in range(len(self._a)))

    def __bool__(self):
        log["scalar"] += 1
        return bool(self._a)

    def __int__(self):
        log["scalar"] += 1
        return int(self._a)

    def __float__(self):
        log["scalar"] += 1
        return float(self._a)

    __index__ = __int__

    def __repr__(self):
        return f"on the device: {self._a!r}"

    def __neg__(self):
        return ndarray(np.asarray(-self._a))

    def __invert__(self):
        return ndarray(np.asarray(~self._a))

    def __abs__(self):
        return ndarray(np.asarray(abs(self._a)))


def _binary(name):
    plain, place = getattr(operator, f"__{name}__"), getattr(operator, f"__i{name}__", None)

    def defers(other):
        return hasattr(other, "__array_ufunc__") and not isinstance(other, (ndarray, np.ndarray, np.generic))

    def forward(self, other):
        if other is None or isinstance(other, str) or defers(other):
            return NotImplemented
        return wrapped(plain(self._a, unwrapped(other)))

    def reflected(self, other):
        if other is None or defers(other):
            return NotImplemented
        return wrapped(plain(unwrapped(other), self._a))

    def inplace(self, other):
        place(self._a, unwrapped(other)) if self.ndim else self._a.__setitem__((), plain(self._a, unwrapped(other)))
        return self

    setattr(ndarray, f"__{name}__", forward)
    if place is not None:
        setattr(ndarray, f"__r{name}__", reflected)
        setattr(ndarray, f"__i{name}__", inplace)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift",
              "eq", "ne", "lt", "le", "gt", "ge"):  # fmt: skip
    _binary(_name)


class Pool:
    """The memory pool, empty."""

    def used_bytes(self):
        return 0

    def free_all_blocks(self):
        log["freed"] += 1


def namespace(module):
    """Return a module object with CuPy's functions of one of NumPy's modules."""
    made = types.ModuleType(f"cupy{module[5:]}")
    for name in NAMES[module]:
        plain = getattr(functools.reduce(getattr, module.split(".")[1:], np), name)
        setattr(made, name, plain if isinstance(plain, type) else function(module, name))
    return made


def module():
    """Return the whole stand-in, to be put into ``sys.modules["cupy"]``."""
    made = namespace("numpy")
    made.linalg, made.fft = namespace("numpy.linalg"), namespace("numpy.fft")
    made.ndarray, made.RawModule, made.newaxis, made.pi = ndarray, emulator.RawModule, None, np.pi
    made.float32, made.float64, made.int32, made.int64, made.uint64 = (
        np.float32,
        np.float64,
        np.int32,
        np.int64,
        np.uint64,
    )
    pool = Pool()
    made.get_default_memory_pool = lambda: pool
    made.__version__ = f"{NAMES['version']} (stand-in)"
    made.cuda = types.SimpleNamespace(
        memory=types.SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
        runtime=types.SimpleNamespace(memGetInfo=lambda: (2**30, 2**34), getDeviceCount=lambda: 1),
    )
    return made
