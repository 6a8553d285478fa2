"""Metric: a figure with a state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from teachkeras import dtypes, events
from teachkeras.errors import ArgumentError
from teachkeras.kernels import device
from teachkeras.naming import auto_name
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor, as_array
from teachkeras.variable import Variable


class Metric(Configurable):
    """A figure that is kept up batch by batch.

    Write your own by giving ``update_state`` and ``result``; make the state with :meth:`add_variable`.

    Args:
        dtype: The number type of the state, by default ``floatx``.
        name: What it is called in logs; by default the class name in snake case.

    >>> class Largest(Metric):
    ...     def __init__(self, name="largest"):
    ...         super().__init__(name=name)
    ...         self.seen = self.add_variable(shape=(), initializer="zeros", name="seen")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.seen.assign(max(float(self.seen), float(np.max(y_pred))))
    ...     def result(self):
    ...         return self.seen.value
    >>> metric = Largest()
    >>> metric.update_state([0, 1], [0.25, 0.5])
    >>> float(metric.result()), metric.variables
    (0.5, [<Variable path=largest/seen, shape=(), dtype=float32, value=0.5>])

    Source: ``keras.metrics.Metric``.
    """

    on_device = False  # whether it counts on a GPU, where the back end computes on one

    def __init_subclass__(cls, **kwargs: object):
        """Let a metric that counts in the processor's memory find everything there."""
        super().__init_subclass__(**kwargs)
        for name in ("update_state", "result"):
            if name in vars(cls) and not cls.on_device:
                setattr(cls, name, _on_host(vars(cls)[name]))

    def __init__(self, dtype: object = None, name: str | None = None):
        self._own: list[Variable] = []
        self._metrics: list[Metric] = []
        self.name = name or auto_name(type(self).__name__)
        self._dtype = dtypes.name_of(getattr(dtype, "compute_dtype", dtype))
        self._array_dtype = dtypes.as_numpy(self._dtype)

    @property
    def dtype(self) -> str:
        """The number type of the state."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The state: its own variables, then those of the metrics it is made of."""
        return [*self._own, *[v for metric in self._metrics for v in metric.variables]]

    def add_variable(
        self, shape: Sequence[int], initializer: object, dtype: object = None, aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:  # fmt: skip
        """Make a variable that belongs to the state.

        Args:
            shape: Its shape.
            initializer: A name, an initializer, or a function of the shape; None and ``"zeros"`` mean zeros.
            dtype: Its number type, by default ``floatx``.
            aggregation: Kept for Keras's sake.
            name: What it is called.
        """
        if initializer is None or initializer == "zeros":
            value = np.zeros(tuple(shape), dtypes.as_numpy(dtypes.name_of(dtype)))
            variable = Variable(value, trainable=False, aggregation=aggregation, synchronization="on_read", name=name)
        else:
            from teachkeras import initializers

            variable = Variable(
                initializers.get(initializer), shape=tuple(shape), dtype=dtype, trainable=False,
                aggregation=aggregation, synchronization="on_read", name=name,
            )  # fmt: skip
        variable.path = f"{self.name.replace('/', '>')}/{variable.name}"
        variable.steer()
        self._own.append(variable)
        return variable

    def add_weight(
        self, shape: Sequence[int] = (), initializer: object = None, dtype: object = None, name: str | None = None
    ) -> Variable:
        """Make a variable that belongs to the state (Keras 2's name)."""
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    def update_state(self, *args: object, **kwargs: object) -> None:
        """Take a batch; subclasses say how."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state(...)")

    def result(self) -> Tensor:
        """Return the figure so far, as a scalar tensor; subclasses say which."""
        raise NotImplementedError(f"{type(self).__name__} must define result()")

    def reset_state(self) -> None:
        """Start anew: every variable becomes 0."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.data.dtype))

    def __call__(self, *args: object, **kwargs: object) -> Tensor:
        """Take a batch and return the figure so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(self, metric_variables: Sequence, *args: object, **kwargs: object) -> list[Tensor]:
        """Return what the state would become after a batch, starting from `metric_variables`; changes nothing."""
        return self._elsewhere(metric_variables, lambda: self.update_state(*args, **kwargs))[1]

    def stateless_result(self, metric_variables: Sequence) -> Tensor:
        """Return the figure that the state `metric_variables` stands for; changes nothing."""
        return self._elsewhere(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[Tensor]:
        """Return the state after a reset; changes nothing."""
        return self._elsewhere([v.data for v in self.variables], self.reset_state)[1]

    def _elsewhere(self, state: Sequence, run: Callable) -> tuple[object, list[Tensor]]:
        """Run something on another state, then put the present one back."""
        if len(state) != len(self.variables):
            raise ArgumentError(
                f"metric {self.name!r}",
                expected=f"metric_variables, one for each of its {len(self.variables)} variables",
                got=f"{len(state)} of them",
            )
        kept = [v.numpy() for v in self.variables]
        try:
            for variable, value in zip(self.variables, state, strict=True):
                variable.assign(value)
            result = run()
            return result, [Tensor(v.numpy()) for v in self.variables]
        finally:
            for variable, value in zip(self.variables, kept, strict=False):
                variable.assign(value)

    def __setattr__(self, name: str, value: object) -> None:
        """Remember the metrics and variables that it is made of."""
        if isinstance(value, Metric) and not any(value is metric for metric in self._metrics):
            self._metrics.append(value)
        elif isinstance(value, Variable) and not any(value is variable for variable in self._own):
            self._own.append(value)
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _accumulate(variable: Variable, amount: object) -> None:
    """Add to a variable: an assign, without its detours where nobody listens."""
    if variable.steers and device.is_device_array(amount):
        variable.steer(False)  # counts on the device from here on: nobody waits until the figure is read
    if events.update.listeners:
        variable.assign(variable.data + amount)
    else:
        data = variable.writable()
        data += amount


def _on_host(method: Callable) -> Callable:
    """Return a metric's method that runs in the processor's memory, its arguments copied there."""

    def copied(value: object) -> object:
        if not isinstance(value, Tensor):
            return device.host(value)
        made = Tensor(device.host(value.data))
        made.mask = None if value.mask is None else copied(value.mask)
        return made

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        if device.xp is None:
            return method(self, *args, **kwargs)
        with device.on_host():
            return method(self, *map(copied, args), **{name: copied(value) for name, value in kwargs.items()})

    return run


def _quotient(a: object, b: object) -> np.ndarray:
    """Return a / b, and 0 where b is 0."""
    a, b = as_array(a), as_array(b)
    return np.where(b == 0, 0, a / np.where(b == 0, 1, b)).astype(a.dtype)
