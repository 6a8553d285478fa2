"""Adam: momentum and RMSprop together, with a correction for their cold start."""

import math

import numpy as np

from teachkeras import kernels
from teachkeras.optimizers.base import Optimizer


class Adam(Optimizer):
    """Adaptive moment estimation.

    Math:
        ``m ← β₁m + (1-β₁)g``, ``v ← β₂v + (1-β₂)g²``, ``α = lr·√(1-β₂ᵗ)/(1-β₁ᵗ)``, ``w ← w - α·m/(√v + ε)``, where t
        counts the steps from 1. As in Keras, ε stands outside of the correction (the paper's "epsilon hat", section
        2). With amsgrad the largest v so far takes the place of v.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Adam(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.9

    Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
    """

    tex = (
        r"m \leftarrow \beta_1 m + (1-\beta_1)g,\quad v \leftarrow \beta_2 v + (1-\beta_2)g^2,\quad "
        r"w \leftarrow w - \eta\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\,\frac{m}{\sqrt v+\epsilon}"
    )
    spec = (
        "m = beta_1 * m + (1 - beta_1) * g",
        "v = beta_2 * v + (1 - beta_2) * g ** 2",
        "w = w - lr * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * m / (sqrt(v) + epsilon)",
    )

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
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
        self.beta_1, self.beta_2, self.epsilon, self.amsgrad = beta_1, beta_2, epsilon, amsgrad
        self.slots = ("m", "v", "v_max") if amsgrad else ("m", "v")

    def slot_groups(self):
        """Return m and v together, then the largest v."""
        return self.slots[:2], self.slots[2:]

    def update_steps(self, pairs, learning_rate):
        """Step against the mean gradients, scaled by their spread."""
        t = int(self.iterations) + 1
        alpha = learning_rate * math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        gradients, weights = [g for g, _ in pairs], [v for _, v in pairs]
        slots = [self._state[w.uid] for w in weights]
        if not self.amsgrad:
            kernels.adam_many(
                [w.writable() for w in weights], gradients, [m.writable() for m, _ in slots],
                [v.writable() for _, v in slots], alpha, self.beta_1, self.beta_2, self.epsilon,
            )  # fmt: skip
            return
        for g, w, (m, v, v_max) in zip(gradients, weights, slots, strict=True):
            m.assign_add((g - m.data) * (1 - self.beta_1))
            v.assign_add((np.square(g) - v.data) * (1 - self.beta_2))
            v_max.assign(np.maximum(v_max.data, v.data))
            w.assign_sub(alpha * m.data / (np.sqrt(v_max.data) + self.epsilon))
