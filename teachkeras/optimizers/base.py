"""What every optimizer shares: slots, the learning rate, clipping, decay, averaging, accumulation.

An optimizer itself is one method, ``update_step(gradient, variable, learning_rate)``. The order of events in
:meth:`Optimizer.apply` is Keras's: unscale, accumulate, clip, decay, update, average, constrain.
"""

from __future__ import annotations

import functools
import inspect
import re
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from teachkeras import events
from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.naming import auto_name
from teachkeras.optimizers._extending import Extensible
from teachkeras.serial import Configurable, CustomObjectScope
from teachkeras.tensor import as_array
from teachkeras.variable import Keeper, Variable


class Optimizer(Extensible, Keeper, Configurable):
    """Base of all optimizers.

    Args:
        learning_rate: A number, or a schedule: a function of the iteration.
        weight_decay: Each step first shrinks the weights by ``lr · weight_decay``.
        clipnorm: Largest norm of each gradient.
        clipvalue: Largest absolute entry of each gradient.
        global_clipnorm: Largest norm of all gradients together.
        use_ema: Whether to keep a moving average of the weights.
        ema_momentum: How slowly that average moves.
        ema_overwrite_frequency: After how many steps the weights become their average.
        loss_scale_factor: What the loss was multiplied by; gradients are divided by it.
        gradient_accumulation_steps: How many gradients make one update.
        name: Its name; by default the class name in snake case.

    A subclass names its ``slots`` and writes ``update_step``.
    """

    slots: tuple[str, ...] = ()
    tex = ""
    spec: tuple[str, ...] = ()

    def __init__(
        self,
        learning_rate: object,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: object,
    ):
        if "lr" in kwargs:
            learning_rate = kwargs.pop("lr")
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                "Argument `decay` is no longer supported and will be ignored. "
                "Write learning_rate=schedules.InverseTimeDecay(rate, 1, decay) for what it did in Keras 2.",
                stacklevel=3,
            )
        if kwargs:
            raise ArgumentError(f"{type(self).__name__}: Argument(s) not recognized: {kwargs}")
        if sum(c is not None for c in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ArgumentError(
                type(self).__name__, expected="one of clipnorm, clipvalue and global_clipnorm", got="more than one"
            )
        self._check_settings(use_ema, ema_momentum, ema_overwrite_frequency, gradient_accumulation_steps)
        self.name = name or auto_name(type(self).__name__)
        self.weight_decay, self.clipnorm, self.clipvalue = weight_decay, clipnorm, clipvalue
        self.global_clipnorm, self.use_ema, self.ema_momentum = global_clipnorm, use_ema, ema_momentum
        self.ema_overwrite_frequency, self.loss_scale_factor = ema_overwrite_frequency, loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._iterations = Variable(0, dtype="int32", trainable=False, name="iteration")
        self._schedule, self._takes_step = learning_rate if callable(learning_rate) else None, True
        if self._schedule is not None:
            self._takes_step = not _needs_nothing(learning_rate)
        elif not isinstance(learning_rate, float):
            raise ArgumentError(
                f"{type(self).__name__}: learning_rate", expected="a float, such as 0.01, or a schedule",
                got=repr(learning_rate), fix="write 1.0, not 1",
            )  # fmt: skip
        start = 0.0 if self._schedule else learning_rate
        self._learning_rate = Variable(start, dtype="float32", trainable=False, name="learning_rate").steer()
        for variable in (self._iterations, self._learning_rate):
            variable.path = f"{self.name}/{variable.name}"
        self.built = False
        self._trainable: list[Variable] = []
        self._added: list[Variable] = []  # what a subclass made with add_variable
        self._spared: tuple[set, tuple] = (set(), ())  # weights and names that do not decay
        self._state: dict[int, tuple[Variable, ...]] = {}
        self._extra: dict[str, dict[int, Variable]] = {}

    def _check_settings(self, use_ema: bool, momentum: float, every: object, accumulated: object) -> None:
        """Refuse what Keras refuses."""
        for bad, name, wanted, value in (
            (accumulated and accumulated < 2, "gradient_accumulation_steps", "a whole number, 2 or more", accumulated),
            (use_ema and not 0 <= momentum <= 1, "ema_momentum", "a number from 0 to 1", momentum),
            (use_ema and every and (not isinstance(every, int) or every < 1), "ema_overwrite_frequency",
             "a whole number, 1 or more, or None", every),
        ):  # fmt: skip
            if bad:
                raise ArgumentError(f"{type(self).__name__}: {name}", expected=wanted, got=repr(value))

    # --- what the user reads and sets ---

    @property
    def iterations(self) -> object:
        """How many updates were made: the variable that counts steps, or its part if gradients are accumulated."""
        if self.gradient_accumulation_steps:
            return int(self._iterations) // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self) -> object:
        """The rate of the next step; assign a number to change it."""
        if self._schedule is None:
            return self._learning_rate
        return self._schedule(self._iterations) if self._takes_step else self._schedule()

    @learning_rate.setter
    def learning_rate(self, value: object) -> None:
        if self._schedule is not None and not callable(value):
            raise ArgumentTypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor "
                "argument, hence its learning rate is not settable.",
                fix="instantiate the optimizer with a float `learning_rate` argument, or replace_learning_rate(value)",
            )
        self.replace_learning_rate(value)

    def replace_learning_rate(self, value: object) -> None:
        """Go on with this rate or schedule, also in place of a schedule."""
        self._schedule, self._takes_step = value if callable(value) else None, True
        if self._schedule is None:
            self._learning_rate.assign(np.float32(value))
        else:
            self._takes_step = not _needs_nothing(value)

    lr = learning_rate  # Keras 2's name

    @property
    def variables(self) -> list[Variable]:
        """Everything that a checkpoint keeps: iteration, learning rate (unless a schedule gives it), slots."""
        states = [self.state_of(variable) for variable in self._trainable]
        slots = [state[name] for group in self.slot_groups() for state in states for name in group if name in state]
        extras = [self._extra[kind][v.uid] for kind in sorted(self._extra) for v in self._trainable]
        rate = [self._learning_rate] if self._schedule is None else []
        return [self._iterations, *rate, *extras, *slots, *self._added]

    def _own_variables(self) -> list[Variable]:
        return self.variables

    def _argument(self, name: str) -> object:
        if name == "learning_rate":
            return self._schedule or float(self._learning_rate)
        return super()._argument(name)

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Optimizer:
        """Build an optimizer from what ``get_config`` returned."""
        with CustomObjectScope(custom_objects or {}):
            return super().from_config(config)

    # --- building ---

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the slots for these weights."""
        self._trainable = list(variables)
        for variable in variables:
            self._state[variable.uid] = tuple(self._slot(variable, slot) for slot in self.slots_of(variable))
        if self.gradient_accumulation_steps:
            self._extra["gradient_accumulator"] = {v.uid: self._slot(v, "gradient_accumulator") for v in variables}
        if self.use_ema:
            self._extra["average"] = {v.uid: self._slot(v, "average", v.data) for v in variables}
        self.built = True

    def _slot(self, variable: Variable, slot: str, value: np.ndarray | None = None) -> Variable:
        start = self.slot_start(slot, variable) if value is None else value
        made = Variable(start, trainable=False, name=slot)
        made.path = f"{self.name}/{variable.path.replace('/', '_')}_{slot}"
        return made

    def slots_of(self, variable: Variable) -> tuple[str, ...]:
        """Return the names of a weight's slots: ``slots``, unless a subclass treats some weights in another way."""
        return self.slots

    def slot_groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the slots in Keras's order in files: a group's lie together weight by weight, group after group."""
        return (self.slots,)

    def slot_start(self, slot: str, variable: Variable) -> np.ndarray:
        """Return the first value of a slot: zeros, unless a subclass says otherwise."""
        return np.zeros(variable.shape, variable.dtype)

    # --- stepping ---

    def apply_gradients(self, grads_and_vars: Sequence) -> None:
        """Update each variable of (gradient, variable) pairs."""
        gradients, variables = zip(*grads_and_vars, strict=True)
        self.apply(gradients, variables)

    def apply(self, grads: Sequence, trainable_variables: Sequence[Variable] | None = None) -> None:
        """Make one step: from gradients (None where a weight got none) to changed weights."""
        if trainable_variables is not None and not self.built:
            self.build(trainable_variables)
        variables = self._trainable if trainable_variables is None else trainable_variables
        pairs = [(as_array(g), v) for g, v in zip(grads, variables, strict=True) if g is not None]
        self._check(pairs)
        if self._needs_preparing:
            pairs = self._prepared(pairs)
        if pairs is not None:
            self._update(pairs, float(self.learning_rate))
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))
        self._iterations.writable()[...] += 1

    @property
    def _needs_preparing(self) -> bool:
        return bool(
            self.loss_scale_factor or self.gradient_accumulation_steps or self.clipnorm or self.clipvalue
            or self.global_clipnorm or self.weight_decay
        )  # fmt: skip

    def _check(self, pairs: list) -> None:
        if not pairs:
            raise ArgumentError(
                f"{type(self).__name__}.apply",
                expected="a gradient for at least one weight",
                got="none",
                fix="check that the loss depends on trainable weights",
            )
        for _, variable in pairs:
            if variable.uid not in self._state:
                raise ArgumentError(
                    f"{type(self).__name__}.apply",
                    expected="the weights it was built with",
                    got=f"{variable.path!r}",
                    fix="use a new optimizer (compile again) after changing which weights train",
                )

    def _prepared(self, pairs: list) -> list | None:
        """Unscale, accumulate, clip and decay; None while gradients are still being collected."""
        if self.loss_scale_factor:
            pairs = [(g / g.dtype.type(self.loss_scale_factor), v) for g, v in pairs]
        if self.gradient_accumulation_steps and (pairs := self._accumulated(pairs)) is None:
            return None
        if self.clipnorm:
            pairs = [(g * min(1.0, self.clipnorm / max(float(np.linalg.norm(g)), 1e-30)), v) for g, v in pairs]
        elif self.global_clipnorm:
            norm = float(np.sqrt(sum(float(np.sum(np.square(g))) for g, _ in pairs)))
            pairs = [(g * min(1.0, self.global_clipnorm / max(norm, 1e-30)), v) for g, v in pairs]
        elif self.clipvalue:
            pairs = [(np.clip(g, -self.clipvalue, self.clipvalue), v) for g, v in pairs]
        if self.weight_decay:
            rate = float(self.learning_rate)
            for variable in [v for _, v in pairs if not self._is_spared(v)]:
                shrink = variable.data.dtype.type(rate * self.decay_of(variable))
                variable.assign(variable.data - variable.data * shrink)
        return pairs

    def decay_of(self, variable: Variable) -> float:
        """Return the weight decay of a weight: ``weight_decay``, unless a subclass treats some in another way."""
        return self.weight_decay

    def exclude_from_weight_decay(self, var_list: Sequence | None = None, var_names: Sequence | None = None) -> None:
        """Spare these weights, and those with one of `var_names` in their name, from weight decay.

        Raises:
            ArgumentError: the optimizer is built already.
        """
        if self.built:
            raise ArgumentError("exclude_from_weight_decay", expected="a call before the first step", got="one after")
        self._spared = ({v.uid for v in var_list or ()}, tuple(var_names or ()))

    def _is_spared(self, variable: Variable) -> bool:
        uids, patterns = self._spared
        return variable.uid in uids or any(re.search(pattern, variable.name) for pattern in patterns)

    def _accumulated(self, pairs: list) -> list | None:
        accumulators, steps = self._extra["gradient_accumulator"], self.gradient_accumulation_steps
        for gradient, variable in pairs:
            accumulators[variable.uid].assign_add(gradient)
        if (int(self._iterations) + 1) % steps:
            return None
        means = [(accumulators[v.uid].data / v.data.dtype.type(steps), v) for _, v in pairs]
        for _, variable in pairs:
            accumulators[variable.uid].assign(np.zeros(variable.shape, variable.dtype))
        return means

    def _update(self, pairs: list, rate: float) -> None:
        """Change every weight: all in one go; one by one where somebody watches or a subclass steps in its own way."""
        if not events.update.listeners and _steps_together(type(self)):
            self.update_steps(pairs, rate)
            return
        for gradient, variable in pairs:
            if not events.update.listeners:
                self.update_step(gradient, variable, rate)
                continue
            before = variable.value.data  # what is handed out keeps its numbers
            slots_before = {name: slot.value.data for name, slot in self.state_of(variable).items()}
            self.update_step(gradient, variable, rate)
            events.update.emit(variable, gradient, before, slots_before)

    def update_step(self, gradient: np.ndarray, variable: Variable, learning_rate: float) -> None:
        """Change one weight in place; a subclass is this method, or :meth:`update_steps`."""
        if not _steps_together(type(self)):
            raise NotImplementedError(
                f"{type(self).__name__} must define update_step(gradient, variable, learning_rate)"
            )
        self.update_steps([(gradient, variable)], learning_rate)

    update_steps: Callable | None = None  # (pairs of gradient and variable, learning_rate): all weights in one go

    def state_of(self, variable: Variable) -> dict[str, Variable]:
        """Return the slots of one weight by name, such as ``{"m": …, "v": …}``."""
        return dict(zip(self.slots_of(variable), self._state[variable.uid], strict=True))

    # --- averaging and scaling ---

    def _average(self) -> None:
        # the first step sets the average; Keras writes it over the weights every `ema_overwrite_frequency` steps
        keep = np.float32(self.ema_momentum if int(self.iterations) else 0)
        for variable in self._trainable:
            average = self._extra["average"][variable.uid]
            average.assign(keep * average.data + (1 - keep) * variable.data)
        every = self.ema_overwrite_frequency
        if every and (int(self.iterations) + 1) % every == 0:
            self.finalize_variable_values(self._trainable)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Give the weights the values of their moving averages, at the end of training."""
        for variable in var_list if self.use_ema else ():
            variable.assign(self._extra["average"][variable.uid].data)

    def averages(self) -> list[tuple[Variable, Variable]]:
        """Return pairs of a weight and its moving average, if ``use_ema`` keeps one."""
        return [(v, self._extra["average"][v.uid]) for v in self._trainable] if self.use_ema else []

    def scale_loss(self, loss: object) -> object:
        """Return the loss times ``loss_scale_factor``."""
        return loss * self.loss_scale_factor if self.loss_scale_factor else loss


@functools.cache
def _steps_together(kind: type) -> bool:
    """Tell whether a class updates all weights in one go: it, not one above it, says how a step is made."""
    found = next(name for c in kind.__mro__ for name in ("update_steps", "update_step") if name in vars(c))
    return found == "update_steps" and kind.update_steps is not None


def _needs_nothing(function: Callable) -> bool:
    """Tell whether a function can be called without arguments, as Keras calls one that is no schedule."""
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return False
    return True
