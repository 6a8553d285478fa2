"""Scopes in which variables take other values for a while, and nothing that happens to them lasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachkeras import events
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.tensor import Tensor, as_array
from teachkeras.variable import Variable


class StatelessScope:
    """Inside the block variables have other values; afterwards all are what they were before.

    Args:
        state_mapping: Pairs of a variable and the value that it takes.
        collect_losses, initialize_variables: Taken for compatibility.

    Raises:
        ArgumentError: a pair without a variable.
        ShapeError: a value of another shape.

    Example:
        >>> v = Variable([1.0])
        >>> with StatelessScope([(v, [5.0])]) as scope:
        ...     v.assign_add([2.0]).numpy()
        array([7.], dtype=float32)
        >>> v.numpy(), scope.get_current_value(v).numpy()
        (array([1.], dtype=float32), array([7.], dtype=float32))
    """

    def __init__(self, state_mapping: Sequence | None = None, collect_losses=False, initialize_variables=True):
        self.collect_losses, self.initialize_variables = collect_losses, initialize_variables
        self.losses: list = []
        self._values: list[tuple[Variable, np.ndarray]] = []
        self._before: dict[int, tuple[Variable, np.ndarray]] = {}
        self._after: dict[int, np.ndarray] = {}
        for variable, value in state_mapping or ():
            if not isinstance(variable, Variable):
                raise ArgumentError("StatelessScope", expected="pairs (variable, value)", got=repr(variable))
            array = as_array(value, variable.dtype)
            if array.shape != variable.shape:
                raise ShapeError(
                    f"StatelessScope: {variable.path!r}", expected=f"shape {variable.shape}", got=f"shape {array.shape}"
                )
            self._values.append((variable, array))

    def __enter__(self) -> StatelessScope:
        """Give the variables their values; watch for changes of any."""
        for variable, value in self._values:
            self._before[id(variable)] = (variable, variable.numpy())
            variable.assign(value)
        self._handle = events.update.subscribe(self._note)
        return self

    def _note(self, variable: Variable, gradient: object, before: np.ndarray, slots: dict) -> None:
        self._before.setdefault(id(variable), (variable, before))

    def add_loss(self, loss: object) -> None:
        """Keep a loss."""
        self.losses.append(loss)

    def add_update(self, update: tuple) -> None:
        """Change a variable inside the block: ``(variable, value)``."""
        variable, value = update
        variable.assign(value)

    def get_current_value(self, variable: Variable) -> Tensor | None:
        """Return the value that a variable has, or last had, in the block; None if it was not touched."""
        if id(variable) in self._after:
            return Tensor(self._after[id(variable)])
        return Tensor(variable.numpy()) if id(variable) in self._before else None

    def __exit__(self, *exc: object) -> None:
        """Put everything back."""
        self._handle.remove()
        for key, (variable, before) in self._before.items():
            self._after[key] = variable.numpy()
            variable.assign(before)


class SymbolicScope:
    """A block that works on shapes alone; symbolic tensors do so here without one."""

    def __enter__(self) -> SymbolicScope:
        """Return the scope."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Do nothing."""
