"""FTRL: follow the regularized leader, for sparse linear models."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.optimizers.base import Optimizer


class Ftrl(Optimizer):
    """Choose the weights that would have been best for all gradients so far, under L1 and L2 penalties.

    Math:
        With ``n`` the sum of squared gradients, p = ``-learning_rate_power``, and ``g' = g + 2·shrinkage·w``:
        ``n⁺ = n + g²``, ``σ = (n⁺ᵖ - nᵖ)/lr``, ``z ← z + g' - σw``, ``q = n⁺ᵖ/lr + 2·l2 + β/lr``,
        ``w ← (clip(z, -l1, l1) - z)/q``. Weights whose ``|z|`` is at most l1 are exactly 0.

    Args:
        learning_rate_power: -p; 0 for a rate that stays.
        initial_accumulator_value: What ``n`` starts with.
        l1_regularization_strength, l2_regularization_strength: l1 and l2.
        l2_shrinkage_regularization_strength: A penalty on the size of the weights that does not grow with n.
        beta: β.

    Raises:
        ArgumentError: a strength or the start of ``n`` is below 0, or ``learning_rate_power`` above.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> Ftrl(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.7451

    Source: McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013, algorithm 1.
    """

    tex = (
        r"n^+ = n+g^2,\quad \sigma = (\sqrt{n^+}-\sqrt n)/\eta,\quad z \leftarrow z + g - \sigma w,\quad "
        r"w \leftarrow \frac{\operatorname{clip}(z,-\lambda_1,\lambda_1)-z}{(\beta+\sqrt{n^+})/\eta+2\lambda_2}"
    )
    spec = (
        "grown = n + g ** 2",
        "sigma = (grown ** -learning_rate_power - n ** -learning_rate_power) / lr",
        "z = z + g + 2 * l2_shrinkage_regularization_strength * w - sigma * w",
        "n = grown",
        "q = n ** -learning_rate_power / lr + 2 * l2_regularization_strength + beta / lr",
        "w = (minimum(maximum(z, -l1_regularization_strength), l1_regularization_strength) - z) / q",
    )
    slots = ("n", "z")

    def __init__(
        self,
        learning_rate=0.001,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        l2_shrinkage_regularization_strength=0.0,
        beta=0.0,
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
        for name, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0:
                raise ArgumentError(f"`{name}` needs to be positive or zero. Received: {name}={value}.")
            setattr(self, name, value)
        if learning_rate_power > 0:
            raise ArgumentError(
                "`learning_rate_power` needs to be negative or zero. "
                f"Received: learning_rate_power={learning_rate_power}."
            )
        self.learning_rate_power, self.beta = learning_rate_power, beta

    def slot_start(self, slot, variable):
        """Start n at ``initial_accumulator_value``."""
        start = self.initial_accumulator_value if slot == "n" else 0
        return np.full(variable.shape, start, variable.dtype)

    def update_step(self, gradient, variable, learning_rate):
        """Choose the weights anew."""
        n, z = (slot.writable() for slot in self._state[variable.uid])
        w, p = variable.writable(), -self.learning_rate_power
        grown = n + np.square(gradient)
        sigma = (grown**p - n**p) / learning_rate
        z += gradient + 2 * self.l2_shrinkage_regularization_strength * w - sigma * w
        n[...] = grown
        q = n**p / learning_rate + 2 * self.l2_regularization_strength + self.beta / learning_rate
        l1 = self.l1_regularization_strength
        w[...] = (np.clip(z, -l1, l1) - z) / q
