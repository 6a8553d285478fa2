"""Adadelta: steps in the weights' own units, from the sizes of past gradients and of past steps."""

import numpy as np

from teachkeras.optimizers.base import Optimizer


class Adadelta(Optimizer):
    """Scale each step by the ratio of recent steps to recent gradients.

    Math:
        ``a ← ρa + (1-ρ)g²``, ``Δ = g·√(d + ε)/√(a + ε)``, ``d ← ρd + (1-ρ)Δ²``, ``w ← w - lr·Δ``. The paper has lr = 1.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Adadelta(learning_rate=1.0).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 5)
        0.99859

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1.
    """

    tex = (
        r"a \leftarrow \rho a + (1-\rho)g^2,\quad \Delta = \frac{\sqrt{d+\epsilon}}{\sqrt{a+\epsilon}}\,g,\quad "
        r"d \leftarrow \rho d + (1-\rho)\Delta^2,\quad w \leftarrow w - \eta\Delta"
    )
    spec = (
        "a = rho * a + (1 - rho) * g ** 2",
        "step = g * sqrt(d + epsilon) / sqrt(a + epsilon)",
        "d = rho * d + (1 - rho) * step ** 2",
        "w = w - lr * step",
    )
    slots = ("a", "d")

    def __init__(
        self,
        learning_rate=0.001,
        rho=0.95,
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
        self.rho, self.epsilon = rho, epsilon

    def update_step(self, gradient, variable, learning_rate):
        """Step against the gradient, in the size of recent steps."""
        a, d = (slot.writable() for slot in self._state[variable.uid])
        a += (np.square(gradient) - a) * (1 - self.rho)
        step = gradient * np.sqrt(d + self.epsilon) / np.sqrt(a + self.epsilon)
        d += (np.square(step) - d) * (1 - self.rho)
        w = variable.writable()
        w -= learning_rate * step
