"""Nadam: Adam with Nesterov's look ahead."""

import numpy as np

from teachkeras.optimizers.base import Optimizer
from teachkeras.variable import Variable


class Nadam(Optimizer):
    """Adam whose momentum already holds the present gradient's part of the next step.

    Math:
        ``μ_t = β₁(1 - ½·0.96ᵗ)``, ``Π_t = μ₁ ⋯ μ_t``; ``m ← β₁m + (1-β₁)g``, ``v ← β₂v + (1-β₂)g²``;
        ``m̂ = μ_{t+1}·m/(1-Π_{t+1}) + (1-μ_t)·g/(1-Π_t)``, ``v̂ = v/(1-β₂ᵗ)``, ``w ← w - lr·m̂/(√v̂ + ε)``, where t counts
        the steps from 1.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Nadam(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.8937

    Source: Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop, algorithm 2.
    """

    tex = (
        r"\mu_t = \beta_1(1-\tfrac12 0.96^t),\quad m \leftarrow \beta_1 m + (1-\beta_1)g,\quad "
        r"v \leftarrow \beta_2 v + (1-\beta_2)g^2,\quad w \leftarrow w - \frac{\eta}{\sqrt{v/(1-\beta_2^t)}+\epsilon}"
        r"\left(\frac{\mu_{t+1} m}{1-\prod_{i\le t+1}\mu_i} + \frac{(1-\mu_t) g}{1-\prod_{i\le t}\mu_i}\right)"
    )
    spec = (
        "mu = beta_1 * (1 - 0.5 * 0.96 ** t)",
        "mu_next = beta_1 * (1 - 0.5 * 0.96 ** (t + 1))",
        "product = product * mu",
        "m = beta_1 * m + (1 - beta_1) * g",
        "v = beta_2 * v + (1 - beta_2) * g ** 2",
        "ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)",
        "w = w - lr * ahead / (sqrt(v / (1 - beta_2 ** t)) + epsilon)",
    )
    slots = ("m", "v")

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
        self._product = Variable(1.0, dtype="float32", trainable=False, name="u_product")  # of all μ so far
        self._multiplied = 0  # up to which step

    @property
    def variables(self):
        """Everything that a checkpoint keeps; the product of all μ comes last."""
        return [*super().variables, self._product]

    def _mu(self, t):
        return self.beta_1 * (1 - 0.5 * 0.96**t)

    def _product_at(self, t):
        """Return μ₁ ⋯ μ_t; the first weight of a step multiplies μ_t in."""
        if self._multiplied != t:
            self._product.assign(self._product.data * np.float32(self._mu(t)))
            self._multiplied = t
        return float(self._product)

    def update_step(self, gradient, variable, learning_rate):
        """Step against the mean gradient as it will be, scaled by its spread."""
        t = int(self.iterations) + 1
        m, v = (slot.writable() for slot in self._state[variable.uid])
        m += (gradient - m) * (1 - self.beta_1)
        v += (np.square(gradient) - v) * (1 - self.beta_2)
        mu, following, product = self._mu(t), self._mu(t + 1), self._product_at(t)
        ahead = following / (1 - product * following) * m + (1 - mu) / (1 - product) * gradient
        w = variable.writable()
        w -= learning_rate * ahead / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)
