"""MultiOptimizer: one optimizer for some weights, another for the rest."""

import re
from collections.abc import MutableMapping

from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.optimizers.base import Optimizer
from teachkeras.optimizers.loss_scale_optimizer import LossScaleOptimizer
from teachkeras.serial import Configurable, deserialize, plain


class _NoRate(ArgumentError, AttributeError):
    """A MultiOptimizer has no learning rate of its own."""


class OptimizerMap(Configurable, MutableMapping):
    """Which optimizer trains which weight: paths, or patterns that match a whole path, and their optimizers.

    Args:
        default_optimizer: For weights that nothing matches.
        optimizer_map: A dict from a path or pattern (``"encoder/.*"``) to an optimizer.

    Raises:
        ArgumentTypeError: something other than an optimizer or a dict.
        ArgumentError: a key twice, or a weight that two patterns match.

    Example:
        >>> from teachkeras.optimizers.sgd import SGD
        >>> rates = OptimizerMap(SGD(0.1), {"encoder/.*": SGD(0.001)})
        >>> [float(rates[path].learning_rate) for path in ("encoder/dense/kernel", "head/kernel")]
        [0.0010000000474974513, 0.10000000149011612]
    """

    def __init__(self, default_optimizer, optimizer_map=None):
        if not isinstance(default_optimizer, Optimizer):
            raise ArgumentTypeError("OptimizerMap", expected="an optimizer as default", got=repr(default_optimizer))
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise ArgumentTypeError("OptimizerMap", expected="optimizer_map, a dict", got=repr(optimizer_map))
        self.default_optimizer, self.optimizer_map = default_optimizer, optimizer_map or {}

    def __getitem__(self, key):
        """Return the optimizer of a weight's path: an exact key first, then a pattern, then the default."""
        if key in self.optimizer_map:
            return self.optimizer_map[key]
        matching = [pattern for pattern in self.optimizer_map if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ArgumentError(
                "OptimizerMap", expected=f"one pattern that matches {key!r}", got=", ".join(matching),
                fix="make the patterns narrower",
            )  # fmt: skip
        return self.optimizer_map[matching[0]] if matching else self.default_optimizer

    def __setitem__(self, key, optimizer):
        """Name the optimizer of a path or pattern."""
        if key in self.optimizer_map:
            raise ArgumentError(f"OptimizerMap: {key!r}", expected="a new key", got="one that is there already")
        if not isinstance(key, str):
            raise ArgumentError("OptimizerMap", expected="a path or pattern as key", got=repr(key))
        _check_inner(optimizer)
        self.optimizer_map[key] = optimizer

    def __delitem__(self, key):
        """Take a key out."""
        del self.optimizer_map[key]

    def __len__(self):
        return len(self.optimizer_map)

    def __iter__(self):
        return iter(self.optimizer_map)

    def __call__(self, variable):
        """Return the optimizer of a weight."""
        return self[variable.path]

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Build a map from what ``get_config`` returned."""
        entries = {key: deserialize(value, custom_objects) for key, value in (config["optimizer_map"] or {}).items()}
        return cls(deserialize(config["default_optimizer"], custom_objects), entries)


def _check_inner(optimizer: object) -> None:
    """Refuse what can't stand inside a MultiOptimizer."""
    if not isinstance(optimizer, Optimizer) or isinstance(optimizer, (LossScaleOptimizer, MultiOptimizer)):
        raise ArgumentError(
            "MultiOptimizer", expected="an optimizer that makes steps itself", got=repr(optimizer),
            fix="use SGD, Adam, …; a LossScaleOptimizer may hold a MultiOptimizer, not the other way round",
        )  # fmt: skip


class MultiOptimizer(Optimizer):
    """Hand each weight to the optimizer that a map or a function names for it.

    Args:
        optimizer_map: An :class:`OptimizerMap`, or a function from a weight to its optimizer.
        loss_scale_factor: The factor of the loss, for all of them.
        name: A name.

    Raises:
        ArgumentError: an optimizer that can't stand inside; ``learning_rate``, of which each has its own.

    Example:
        >>> from teachkeras.optimizers.sgd import SGD
        >>> from teachkeras.variable import Variable
        >>> slow, fast = Variable([1.0], name="slow"), Variable([1.0], name="fast")
        >>> MultiOptimizer(OptimizerMap(SGD(0.1), {"fast": SGD(0.5)})).apply([[1.0], [1.0]], [slow, fast])
        >>> [round(float(w.numpy()[0]), 2) for w in (slow, fast)]
        [0.9, 0.5]
    """

    tex = r"w_i \leftarrow \text{inner}_i(w_i, g_i)"
    spec = ("w = inner(w, g)",)

    def __init__(self, optimizer_map, loss_scale_factor=None, name=None):
        self.optimizers = []
        super().__init__(learning_rate=0.0, loss_scale_factor=loss_scale_factor, name=name)
        self.optimizer_map = optimizer_map
        default = getattr(optimizer_map, "default_optimizer", None)
        for optimizer in [*getattr(optimizer_map, "values", list)(), *([default] if default is not None else [])]:
            self._take(optimizer)

    def _take(self, optimizer: Optimizer) -> None:
        _check_inner(optimizer)
        if not any(optimizer is known for known in self.optimizers):
            optimizer.loss_scale_factor = self.loss_scale_factor
            self.optimizers.append(optimizer)

    @property
    def learning_rate(self):
        """No rate of its own: each optimizer inside has one."""
        raise _NoRate(
            "Learning rate cannot be accessed on a MultiOptimizer.", expected="the rate of one of `optimizers`",
            got="learning_rate", fix="optimizer.optimizers[0].learning_rate",
        )  # fmt: skip

    @learning_rate.setter
    def learning_rate(self, value):
        raise _NoRate(
            "Learning rate cannot be set on a MultiOptimizer.", expected="the rate of one of `optimizers`",
            got=repr(value), fix=f"optimizer.optimizers[0].learning_rate = {value!r}",
        )  # fmt: skip

    @property
    def variables(self):
        """Everything that a checkpoint keeps: its own counter and rate, then those of the optimizers inside."""
        inner = [variable for optimizer in self.optimizers for variable in optimizer.variables]
        return [self._iterations, self._learning_rate, *inner]

    def build(self, variables):
        """Ask the map for each weight's optimizer; make their slots."""
        if self.built:
            return
        self._trainable, self._home = list(variables), {}
        for variable in variables:
            optimizer = self.optimizer_map(variable)
            self._take(optimizer)
            self._home[variable.uid] = optimizer
        for optimizer in self.optimizers:
            if own := [v for v in variables if self._home[v.uid] is optimizer]:
                optimizer.build(own)
        self.built = True

    def apply(self, grads, trainable_variables=None):
        """Let each optimizer step its own weights."""
        if trainable_variables is not None and not self.built:
            self.build(trainable_variables)
        variables = self._trainable if trainable_variables is None else trainable_variables
        if len(grads) != len(self._trainable):
            raise ArgumentError(
                "MultiOptimizer.apply", expected=f"{len(self._trainable)} gradients", got=str(len(grads))
            )
        for optimizer in self.optimizers:
            own = [(g, v) for g, v in zip(grads, variables, strict=True) if self._home[v.uid] is optimizer]
            if any(g is not None for g, _ in own):
                optimizer.apply([g for g, _ in own], [v for _, v in own])
        self._iterations.assign_add(1)

    def state_of(self, variable):
        """Return the slots of one weight, kept by its own optimizer."""
        return self._home[variable.uid].state_of(variable)

    def finalize_variable_values(self, var_list):
        """Give the weights the values of their moving averages."""
        for optimizer in self.optimizers:
            if own := [v for v in var_list if self._home[v.uid] is optimizer]:
                optimizer.finalize_variable_values(own)

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return {name: plain(getattr(self, name)) for name in ("optimizer_map", "loss_scale_factor", "name")}
