"""Variable: a tensor that can be changed, and that knows how often it was."""

from __future__ import annotations

import contextlib
import contextvars
import math
import weakref
from collections.abc import Callable, Iterator

import numpy as np

from teachkeras import config, dtypes, events
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.kernels import device
from teachkeras.tensor import Operators, Tensor, as_array, next_uid, plain_array, tapes

STEERING = 2  # whole numbers up to which a variable that is not trained steers (iteration, seed): in host memory

_living: weakref.WeakValueDictionary[int, Variable] = weakref.WeakValueDictionary()
_room: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("room", default=None)


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let new variables take at most `size` bytes together inside the block: a file can't ask for all memory."""
    token = _room.set([size, size])
    try:
        yield
    finally:
        _room.reset(token)


def _take_room(name: object, shape: tuple, dtype: object) -> None:
    """Count a new variable's bytes before it is made.

    Raises:
        ArgumentError: there is no room for it.
    """
    room = _room.get()
    if room is not None:
        room[1] -= math.prod(shape) * dtypes.as_numpy(dtypes.name_of(dtype)).itemsize
        if room[1] < 0:
            raise ArgumentError(
                f"variable {name!r}", expected=f"weights of at most {room[0]} bytes together, what the file can hold",
                got=f"shape {tuple(shape)} on top of the others",
            )  # fmt: skip


class Variable(Operators):
    """A named array that training changes.

    Args:
        initializer: The first value, or a function ``(shape, dtype=…) -> value``.
        shape: Needed with a function.
        dtype: A number type; by default that of the value, floats as ``floatx``.
        trainable: Whether tapes follow it without being asked.
        name: What it is called inside its layer.
        autocast, aggregation, synchronization, layout: Taken for compatibility.

    Every change bumps ``version``; a backward pass that needs the value of an older version raises
    :class:`~teachkeras.errors.StaleVariableError`. What is handed out (``value``, ``numpy()``) never changes
    afterwards.

    >>> v = Variable([1.0, 2.0], name="v")
    >>> before = v.value
    >>> v.assign_add([10.0, 10.0]).numpy()
    array([11., 12.], dtype=float32)
    >>> before.numpy(), v.version
    (array([1., 2.], dtype=float32), 1)
    """

    def __init__(
        self,
        initializer: object,
        shape: tuple | None = None,
        dtype: object = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
        layout: object = None,
        **kwargs: object,
    ):
        if kwargs:
            raise ArgumentError("Variable", expected="known arguments", got=", ".join(kwargs))
        if callable(initializer):
            if shape is None:
                raise ArgumentError(
                    f"variable {name!r}", expected="a shape beside an initializer function", got="shape=None"
                )
            _take_room(name, shape, dtype)
            with device.on_host():
                array = as_array(initializer(tuple(shape), dtype=dtypes.name_of(dtype)), dtypes.name_of(dtype))
        else:
            array = device.host(plain_array(initializer, dtype))
            if dtype is None and array.dtype == np.float64 and not isinstance(initializer, (np.ndarray, Operators)):
                array = array.astype(dtypes.name_of(None))
        owned = getattr(initializer, "makes_new", False) and array.flags.c_contiguous and array.flags.writeable
        self.data = array if owned else np.array(array, order="C")  # routines that update in place want them in order
        self.steers = not trainable and self.data.dtype.kind in "iu" and self.data.size <= STEERING
        self.uid = next_uid()
        self.version = 0
        self.mask = None
        self.name = name or "variable"
        self.path = self.name
        self.trainable = self.trainable_by_birth = trainable  # freezing a layer changes the first only
        self.autocast, self.aggregation, self.synchronization = autocast, aggregation, synchronization
        self.regularizer: Callable | None = None
        self.constraint: Callable | None = None
        self.overwrite_with_gradient = False
        self._handed_out = False
        _living[self.uid] = self
        if device.xp is not None:
            self._move()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis; it never changes."""
        return self.data.shape

    @property
    def dtype(self) -> str:
        """The number type's name."""
        return dtypes.name_of(self.data.dtype)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.data.size

    @property
    def value(self) -> Tensor:
        """The present value as a tensor that later changes do not touch; tapes follow it to the variable."""
        self._handed_out = True
        tensor = Tensor(self.data)
        tensor.uid = self.uid
        for tape in tapes.get():
            tape.access(self)
        return tensor

    def numpy(self) -> np.ndarray:
        """Return a copy of the present value, on the host wherever it is."""
        return device.copied(self.data)

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return np.array(device.host(self.data), dtype=dtype)

    def steer(self, steers: bool = True) -> Variable:
        """Stay in the processor's memory whatever the back end: a number that Python reads at each step."""
        self.steers = steers
        self._move()
        return self

    def _move(self) -> None:
        """Bring the value to where the back end computes."""
        self.data = device.host(self.data) if self.steers else device.put(self.data)

    def writable(self) -> np.ndarray:
        """Return the array for a routine to change in place, and count the change.

        What was handed out keeps the old array: the first change after that works on a copy.
        """
        if self._handed_out:
            self.data = self.data.copy()
            self._handed_out = False
        self.version += 1
        return self.data

    def reclaim(self) -> None:
        """Let those who hold the present value keep its array, and go on with a copy."""
        if self._handed_out:
            self.data, self._handed_out = self.data.copy(), False

    def assign(self, value: object) -> Variable:
        """Replace the value; returns the variable.

        Raises:
            ShapeError: the shapes differ.
        """
        array = device.beside(plain_array(value), self.data)
        if array.shape != self.data.shape:
            raise ShapeError(
                f"variable {self.path!r}",
                expected=f"a value of shape {self.shape}",
                got=f"shape {array.shape}",
                fix="build the model for this shape, or reshape the value",
            )
        if events.update.listeners:
            before = self.numpy()
            np.copyto(self.writable(), array, casting="unsafe")
            events.update.emit(self, None, before, {})
        else:
            np.copyto(self.writable(), array, casting="unsafe")
        return self

    def assign_add(self, value: object) -> Variable:
        """Add to the value; returns the variable."""
        return self.assign(self.data + device.beside(plain_array(value), self.data))

    def assign_sub(self, value: object) -> Variable:
        """Subtract from the value; returns the variable."""
        return self.assign(self.data - device.beside(plain_array(value), self.data))

    def __float__(self) -> float:
        return float(self.data)

    def __int__(self) -> int:
        return int(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        body = np.array2string(device.host(self.data), separator=", ", threshold=20)
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={body}>"


def _move_all(_backend: str) -> None:
    """Let every variable follow a change of the back end: models move between processor and GPU as they are."""
    for variable in list(_living.values()):
        variable._move()


config.on_backend_change.append(_move_all)


class Keeper:
    """What keeps variables of its own and can write them to a file and read them: layers and optimizers."""

    def _own_variables(self) -> list[Variable]:
        """Return the variables that it keeps itself, in the order of files."""
        raise NotImplementedError

    def save_own_variables(self, store: dict) -> None:
        """Put the values of its own variables into `store`, under "0", "1", …; override to keep more."""
        store.update({str(i): device.host(v.data) for i, v in enumerate(self._own_variables())})

    def load_own_variables(self, store: dict) -> None:
        """Set its own variables from what :meth:`save_own_variables` put into a store.

        Raises:
            ShapeError: their number or a shape differs.
        """
        own = self._own_variables()
        if len(store) != len(own):
            raise ShapeError(
                f"Layer '{getattr(self, 'name', type(self).__name__)}'", expected=f"{len(own)} variables",
                got=f"{len(store)} during loading",
            )  # fmt: skip
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])
