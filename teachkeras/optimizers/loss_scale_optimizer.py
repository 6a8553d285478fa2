"""LossScaleOptimizer: float16 training without gradients that vanish."""

import numpy as np

from teachkeras import optimizers
from teachkeras.errors import ArgumentTypeError
from teachkeras.optimizers.base import Optimizer
from teachkeras.serial import deserialize, is_serialized, plain
from teachkeras.tensor import as_array
from teachkeras.variable import Variable


class LossScaleOptimizer(Optimizer):
    """Multiply the loss before the way back and divide the gradients after it, by a factor that adapts.

    Math:
        The optimizer inside gets ``g/s``. A step with a gradient that is not finite is left out, and ``s ← s/2``; after
        ``dynamic_growth_steps`` good ones ``s ← 2s``.

    Args:
        inner_optimizer: The optimizer that makes the steps.
        initial_scale: The first s.
        dynamic_growth_steps: After how many good steps s doubles.
        name: A name.

    Raises:
        ArgumentTypeError: ``inner_optimizer`` is no optimizer.

    Example:
        >>> from teachkeras.optimizers.sgd import SGD
        >>> w, scaled = Variable([1.0]), LossScaleOptimizer(SGD(0.1), initial_scale=8.0)
        >>> scaled.apply([[2.0 * 8]], [w])
        >>> scaled.apply([[float("inf")]], [w])
        >>> round(float(w.numpy()[0]), 4), float(scaled.dynamic_scale)
        (0.8, 4.0)

    Source: Micikevicius et al., "Mixed precision training", ICLR 2018, section 3.2.
    """

    tex = r"w \leftarrow \text{inner}(w, g/s),\quad s \leftarrow 2s \text{ after n steps},\ s/2 \text{ after a bad}"
    spec = ("w = inner(w, g / s)",)

    def __init__(self, inner_optimizer, initial_scale=2.0**15, dynamic_growth_steps=2000, name=None, **kwargs):
        if isinstance(inner_optimizer, str):
            inner_optimizer = optimizers.get(inner_optimizer)
        if not isinstance(inner_optimizer, Optimizer):
            raise ArgumentTypeError(
                "LossScaleOptimizer", expected="inner_optimizer, an optimizer", got=repr(inner_optimizer)
            )
        super().__init__(learning_rate=0.0, name=name, **kwargs)
        self.inner_optimizer, self.initial_scale = inner_optimizer, initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.step_counter = Variable(0, dtype="int32", trainable=False, name="step_counter")
        self.dynamic_scale = Variable(initial_scale, dtype="float32", trainable=False, name="dynamic_scale")

    @property
    def variables(self):
        """Everything that a checkpoint keeps."""
        return [
            self._iterations,
            self._learning_rate,
            self.step_counter,
            self.dynamic_scale,
            *self.inner_optimizer.variables,
        ]

    @property
    def iterations(self):
        """How many updates the inner optimizer made."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self):
        """The inner optimizer's rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value):
        self.inner_optimizer.learning_rate = value

    def replace_learning_rate(self, value):
        """Go on with this rate or schedule."""
        self.inner_optimizer.replace_learning_rate(value)

    def build(self, variables):
        """Make the inner optimizer's slots."""
        self.inner_optimizer.build(variables)
        self._trainable, self.built = list(variables), True

    def apply(self, grads, trainable_variables=None):
        """Unscale; step if all is finite; adapt the scale."""
        if trainable_variables is not None and not self.built:
            self.build(trainable_variables)
        scale = np.float32(self.dynamic_scale.data)
        arrays = [None if g is None else as_array(g) / scale for g in grads]
        if all(g is None or np.isfinite(g).all() for g in arrays):
            self.inner_optimizer.apply(arrays, self._trainable if trainable_variables is None else trainable_variables)
            self.step_counter.assign_add(1)
            if int(self.step_counter) == self.dynamic_growth_steps:
                self._rescale(2.0)
        else:
            self._rescale(0.5)

    def _rescale(self, factor: float) -> None:
        self.dynamic_scale.assign(self.dynamic_scale.data * np.float32(factor))
        self.step_counter.assign(0)

    def scale_loss(self, loss):
        """Return the loss times the present scale."""
        return self.inner_optimizer.scale_loss(loss * float(self.dynamic_scale))

    def finalize_variable_values(self, var_list):
        """Give the weights the values of their moving averages."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        names = ("name", "dynamic_growth_steps", "initial_scale", "inner_optimizer")
        return {name: plain(getattr(self, name)) for name in names}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Build an optimizer from what ``get_config`` returned."""
        config = dict(config)
        inner = config.pop("inner_optimizer")
        inner = deserialize(inner, custom_objects) if is_serialized(inner) else inner
        return cls(inner, **config)
