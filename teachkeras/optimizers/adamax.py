"""Adamax: Adam with the largest recent gradient in place of the root mean square."""

import numpy as np

from teachkeras.optimizers.base import Optimizer


class Adamax(Optimizer):
    """Adam whose step is scaled by the largest recent gradient.

    Math:
        ``m ← β₁m + (1-β₁)g``, ``u ← max(β₂u, |g|)``, ``w ← w - lr/(1-β₁ᵗ) · m/(u + ε)``, where t counts the steps
        from 1.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Adamax(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.9

    Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 7.1.
    """

    tex = (
        r"m \leftarrow \beta_1 m + (1-\beta_1)g,\quad u \leftarrow \max(\beta_2 u, |g|),\quad "
        r"w \leftarrow w - \frac{\eta}{1-\beta_1^t}\,\frac{m}{u+\epsilon}"
    )
    spec = (
        "m = beta_1 * m + (1 - beta_1) * g",
        "u = maximum(beta_2 * u, abs(g))",
        "w = w - lr / (1 - beta_1 ** t) * m / (u + epsilon)",
    )
    slots = ("m", "u")

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
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
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update_step(self, gradient, variable, learning_rate):
        """Step against the mean gradient, scaled by the largest."""
        t = int(self.iterations) + 1
        m, u = (slot.writable() for slot in self._state[variable.uid])
        m += (gradient - m) * (1 - self.beta_1)
        np.maximum(self.beta_2 * u, np.abs(gradient), out=u)
        w = variable.writable()
        w -= learning_rate / (1 - self.beta_1**t) * m / (u + self.epsilon)
