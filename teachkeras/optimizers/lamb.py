"""LAMB: Adam whose step in each layer is as long as the layer's weights allow, for very large batches."""

import numpy as np

from teachkeras.optimizers.base import Optimizer


class Lamb(Optimizer):
    """Adam's direction, with a length in proportion to that of the weights it changes.

    Math:
        ``m ← β₁m + (1-β₁)g``, ``v ← β₂v + (1-β₂)g²``, ``r = m/(1-β₁ᵗ) / (√(v/(1-β₂ᵗ)) + ε)``,
        ``w ← w - lr · ‖w‖/‖r‖ · r``, where the ratio is 1 if either norm is 0, and t counts the steps from 1.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([3.0, 4.0])
        >>> Lamb(learning_rate=0.1).apply([[2.0, 2.0]], [w])
        >>> [round(x, 4) for x in w.numpy().tolist()]
        [2.6464, 3.6464]

    Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, algorithm
    2.
    """

    tex = (
        r"m \leftarrow \beta_1 m + (1-\beta_1)g,\quad v \leftarrow \beta_2 v + (1-\beta_2)g^2,\quad "
        r"r = \frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)}+\epsilon},\quad "
        r"w \leftarrow w - \eta\frac{\lVert w\rVert}{\lVert r\rVert}\,r"
    )
    spec = (
        "m = beta_1 * m + (1 - beta_1) * g",
        "v = beta_2 * v + (1 - beta_2) * g ** 2",
        "r = m / (1 - beta_1 ** t) / (sqrt(v / (1 - beta_2 ** t)) + epsilon)",
        "w = w - lr * norm(w) / norm(r) * r",
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

    def update_step(self, gradient, variable, learning_rate):
        """Step in Adam's direction, as far as the weights are long."""
        t = int(self.iterations) + 1
        m, v = (slot.writable() for slot in self._state[variable.uid])
        m += (gradient - m) * (1 - self.beta_1)
        v += (np.square(gradient) - v) * (1 - self.beta_2)
        r = m / (1 - self.beta_1**t) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)
        w = variable.writable()
        lengths = float(np.linalg.norm(w)), float(np.linalg.norm(r))
        w -= learning_rate * (lengths[0] / lengths[1] if all(lengths) else 1.0) * r
