"""What an optimizer of the user's own builds on, under Keras's names: variables beside the weights, assignments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachkeras import dtypes, initializers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.tensor import Tensor
from teachkeras.variable import Variable


class Extensible:
    """The half of an optimizer that a subclass calls in its ``build`` and ``update_step``.

    Example:
        >>> from teachkeras.optimizers.base import Optimizer
        >>> class Heavy(Optimizer):
        ...     def build(self, variables):
        ...         super().build(variables)
        ...         self.m = [self.add_variable_from_reference(v, name="m") for v in variables]
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         m = self.m[self._get_variable_index(variable)]
        ...         self.assign(m, 0.9 * m.data + gradient)
        ...         self.assign_sub(variable, learning_rate * m.data)
        >>> w = Variable([1.0])
        >>> Heavy(0.1).apply([[1.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.9

    Source: ``keras.optimizers.Optimizer``.
    """

    def add_variable(
        self, shape, initializer="zeros", dtype=None, aggregation="none", layout=None, name=None
    ) -> Variable:
        """Make a variable that belongs to the optimizer's state."""
        made = Variable(initializers.get(initializer), tuple(shape), dtypes.name_of(dtype), trainable=False, name=name)
        made.path = f"{self.name}/{made.name}"
        self._added.append(made)
        return made

    def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros") -> Variable:
        """Make a variable of a weight's shape and dtype."""
        made = self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=name)
        made.path = f"{self.name}/{reference_variable.path.replace('/', '_')}_{made.name}"
        return made

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros") -> list | tuple:
        """Make a variable per weight; for several names, a tuple of such lists."""
        names = [name] if isinstance(name, str) else list(name)
        starts = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(names)
        if len(starts) != len(names):
            raise ArgumentError(
                "add_optimizer_variables", expected=f"an initializer for each of the {len(names)} names",
                got=f"{len(starts)} of them",
            )  # fmt: skip
        made = tuple(
            [self.add_variable_from_reference(v, n, start) for v in trainable_variables]
            for n, start in zip(names, starts, strict=True)
        )
        return made[0] if isinstance(name, str) else made

    def assign(self, variable, value) -> None:
        """Give a variable a value."""
        variable.assign(value)

    def assign_add(self, variable, value) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable, value) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def set_weights(self, weights: Sequence) -> None:
        """Set the whole state; all of it or, if a shape is wrong, none.

        Raises:
            ArgumentError: the optimizer has no state yet.
            ShapeError: the number of arrays or a shape is wrong.
        """
        own = self.variables
        if not self.built:
            raise ArgumentError(
                f"{type(self).__name__}.set_weights", expected="an optimizer that is built", got="one that is not",
                fix="call optimizer.build(model.trainable_variables) first",
            )  # fmt: skip
        shapes = [np.shape(w) for w in weights]
        if shapes != [v.shape for v in own]:
            raise ShapeError(
                f"{type(self).__name__}.set_weights", expected=f"{len(own)} arrays, of the shapes of its variables",
                got=f"{len(shapes)} of shapes {shapes}"[:200],
            )  # fmt: skip
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)

    def stateless_apply(self, optimizer_variables, grads, trainable_variables) -> tuple[list, list]:
        """Return (weights, state) after a step from the given ones; changes nothing."""
        weights = self._trainable
        if not self.built or (len(optimizer_variables), len(trainable_variables)) != (
            len(self.variables), len(weights),
        ):  # fmt: skip
            raise ArgumentError(
                f"{type(self).__name__}.stateless_apply",
                expected="a built optimizer, a value for each of its variables and weights",
                got=f"built={self.built}, {len(optimizer_variables)} and {len(trainable_variables)} values",
                fix="call optimizer.build(model.trainable_variables) first",
            )
        own = [*self.variables, *weights]
        before = [v.numpy() for v in own]
        try:
            for variable, value in zip(own, [*optimizer_variables, *trainable_variables], strict=True):
                variable.assign(value)
            self.apply(grads, weights)
            after = [Tensor(v.numpy()) for v in own]
        finally:
            for variable, value in zip(own, before, strict=True):
                variable.assign(value)
        count = len(own) - len(weights)
        return after[count:], after[:count]

    def _get_variable_index(self, variable: Variable) -> int:
        return next(i for i, v in enumerate(self._trainable) if v is variable)
