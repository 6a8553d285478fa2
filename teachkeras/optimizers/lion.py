"""Lion: steps of one size, in the direction that momentum points."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.optimizers.base import Optimizer


class Lion(Optimizer):
    """Step by the sign alone of the momentum: every weight moves by ``lr`` at each step.

    Math:
        ``c = β₁m + (1-β₁)g``, ``w ← w - lr·sign(c)``, ``m ← β₂m + (1-β₂)g``.

    It wants a learning rate 3 to 10 times smaller than Adam's, and more weight decay.

    Raises:
        ArgumentError: beta_1 is not above 0 and at most 1.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Lion(learning_rate=0.25).apply([[2.0]], [w])
        >>> float(w.numpy()[0])
        0.75

    Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
    """

    tex = (
        r"w \leftarrow w - \eta\,\operatorname{sign}(\beta_1 m + (1-\beta_1)g),\quad "
        r"m \leftarrow \beta_2 m + (1-\beta_2)g"
    )
    spec = ("w = w - lr * sign(beta_1 * m + (1 - beta_1) * g)", "m = beta_2 * m + (1 - beta_2) * g")
    slots = ("m",)

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.99,
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
        if not 0 < beta_1 <= 1:
            raise ArgumentError(
                "Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer degenerates to SignSGD. "
                f"Received: beta_1={beta_1}."
            )
        self.beta_1, self.beta_2 = beta_1, beta_2

    def update_step(self, gradient, variable, learning_rate):
        """Step against the sign."""
        m, w = self._state[variable.uid][0].writable(), variable.writable()
        w -= learning_rate * np.sign(m * self.beta_1 + gradient * (1 - self.beta_1))
        m[...] = m * self.beta_2 + gradient * (1 - self.beta_2)
