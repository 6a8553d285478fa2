"""ScheduleFreeAdamW: no schedule for the learning rate, an average of the path instead."""

import numpy as np

from teachkeras.optimizers.base import Optimizer


class ScheduleFreeAdamW(Optimizer):
    """Step like Adam from one point, judge the gradient at another, answer with the mean of all steps.

    Math:
        Three sequences: z is stepped, x is its running mean, and y, the weights that the model sees, lies between them.
        ``v ← β₂v + (1-β₂)g²``, ``z ← z - lr·g / (√(v/(1-β₂ᵗ)) + ε)``, ``x ← (1-1/t)x + z/t``, ``y = (1-β₁)z + β₁x``.
        Only z (``momentum``) and v (``velocity``) are kept: x follows from y and the z before. For the first
        ``warmup_steps`` steps the rate grows from 0 to lr.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> ScheduleFreeAdamW(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.9

    Source: Defazio et al., "The road less scheduled", NeurIPS 2024, algorithm 1.
    """

    tex = (
        r"v \leftarrow \beta_2 v + (1-\beta_2)g^2,\quad "
        r"z \leftarrow z - \eta\frac{g}{\sqrt{v/(1-\beta_2^t)}+\epsilon},\quad "
        r"x \leftarrow (1-\tfrac1t)x + \tfrac1t z,\quad w \leftarrow (1-\beta_1)z + \beta_1 x"
    )
    spec = (
        "x = (w - (1 - beta_1) * momentum) / beta_1",
        "velocity = beta_2 * velocity + (1 - beta_2) * g ** 2",
        "momentum = momentum - lr * g / (sqrt(velocity / (1 - beta_2 ** t)) + epsilon)",
        "w = (1 - beta_1) * momentum + beta_1 * ((1 - 1 / t) * x + momentum / t)",
    )
    slots = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate=0.0025,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        warmup_steps=0,
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
        self.beta_1, self.beta_2, self.epsilon, self.warmup_steps = beta_1, beta_2, epsilon, warmup_steps

    def slot_start(self, slot, variable):
        """Return the weight itself for z, zeros for v."""
        return variable.numpy() if slot == "momentum" else super().slot_start(slot, variable)

    def update_step(self, gradient, variable, learning_rate):
        """Step z; move the weights to between z and the mean of all z so far."""
        t = int(self.iterations) + 1
        if self.warmup_steps > 0:
            learning_rate *= min(t / self.warmup_steps, 1.0)
        z, v = self.state_of(variable).values()
        x = (variable.data - (1 - self.beta_1) * z.data) / self.beta_1
        v.assign_add((np.square(gradient) - v.data) * (1 - self.beta_2))
        z.assign_sub(learning_rate * gradient / (np.sqrt(v.data / (1 - self.beta_2**t)) + self.epsilon))
        x = (1 - 1 / t) * x + z.data / t
        variable.assign((1 - self.beta_1) * z.data + self.beta_1 * x)
