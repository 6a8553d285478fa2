"""Adagrad: each weight's step divided by the size of all its gradients so far."""

import numpy as np

from teachkeras import kernels
from teachkeras.optimizers.base import Optimizer


class Adagrad(Optimizer):
    """Divide each step by the root of the sum of all squared gradients.

    Math:
        ``a ← a + g²``, ``w ← w - lr·g / √(a + ε)``.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Adagrad(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.9012

    Source: Duchi, Hazan & Singer, "Adaptive subgradient methods", JMLR 2011, figure 1.
    """

    tex = r"a \leftarrow a + g^2,\quad w \leftarrow w - \eta\,g/\sqrt{a+\epsilon}"
    spec = ("a = a + g ** 2", "w = w - lr * g / sqrt(a + epsilon)")
    slots = ("a",)

    def __init__(
        self,
        learning_rate=0.001,
        initial_accumulator_value=0.1,
        epsilon=1e-7,
        weight_decay=None,
        clipnorm=None,
        clipvalue=None,
        global_clipnorm=None,
        use_ema=False,
        ema_momentum=0.99,
        ema_overwrite_frequency=None,
        loss_scale_factor=None,
        gradient_accumulation_steps=None,
        name=None,
        **kwargs,
    ):
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
            **kwargs,
        )
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon

    def slot_start(self, slot, variable):
        """Start the sum at ``initial_accumulator_value``."""
        start = self.initial_accumulator_value if slot == "a" else 0
        return np.full(variable.shape, start, variable.dtype)

    def update_steps(self, pairs, learning_rate):
        """Step against the gradients, scaled by their history."""
        weights, gradients = [variable.writable() for _, variable in pairs], [gradient for gradient, _ in pairs]
        sums = [self._state[variable.uid][0].writable() for _, variable in pairs]
        kernels.adagrad_many(weights, gradients, sums, learning_rate, self.epsilon)
