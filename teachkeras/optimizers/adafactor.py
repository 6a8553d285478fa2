"""Adafactor: Adam's scaling from the sums of rows and columns, so that a matrix needs two vectors of memory."""

import numpy as np

from teachkeras.optimizers.base import Optimizer


class Adafactor(Optimizer):
    """Scale each step by an estimate of g² that is the outer product of its row and column means.

    Math:
        ``ρ = min(lr, 1/√t)`` (lr itself without ``relative_step``), ``α = max(ε₂, rms(w))·ρ``, ``β = 1 - t^β₂``. For a
        weight of rank 2 or more ``r ← βr + (1-β)·mean(g² + ε₁, last axis)``, ``c`` likewise over the last axis but one,
        and ``v = r·c/mean(r)``; for others ``v ← βv + (1-β)(g² + ε₁)``. Then ``u = g/√v``,
        ``w ← w - α·u/max(1, rms(u)/d)``. Here ``β₂`` is ``beta_2_decay``, d ``clip_threshold``, t counts from 1.

    Args:
        beta_2_decay: β₂, below 0.
        epsilon_1: ε₁, against division by 0.
        epsilon_2: ε₂, the smallest size of a weight that a step is measured by.
        clip_threshold: d, the largest root mean square of a step.
        relative_step: Whether the rate falls as ``1/√t`` once that is below ``learning_rate``.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([[1.0, 1.0]])
        >>> Adafactor(learning_rate=0.5).apply([[[2.0, 2.0]]], [w])
        >>> w.numpy().tolist()
        [[0.5, 0.5]]

    Source: Shazeer & Stern, "Adafactor: adaptive learning rates with sublinear memory cost", ICML 2018, algorithms 4
    and 5.
    """

    tex = (
        r"\alpha = \max(\epsilon_2, \operatorname{rms}(w))\,\min(\eta, t^{-1/2}),\quad \beta = 1-t^{\beta_2},\quad "
        r"r \leftarrow \beta r + (1-\beta)(g^2+\epsilon_1)\mathbf 1/n,\quad "
        r"c \leftarrow \beta c + (1-\beta)\mathbf 1^\top(g^2+\epsilon_1)/m,\quad u = g/\sqrt{r c/\bar r},\quad "
        r"w \leftarrow w - \alpha\,u/\max(1, \operatorname{rms}(u)/d)"
    )
    spec = (
        "alpha = maximum(epsilon_2, sqrt(mean(w ** 2))) * minimum(lr, t ** -0.5)",
        "beta = 1 - t ** beta_2_decay",
        "r = beta * r + (1 - beta) * row_means(g ** 2 + epsilon_1)",
        "c = beta * c + (1 - beta) * column_means(g ** 2 + epsilon_1)",
        "u = g / sqrt(r * c / mean(r))",
        "w = w - alpha * u / maximum(1, sqrt(mean(u ** 2)) / clip_threshold)",
    )
    slots = ("r", "c", "v")

    def __init__(
        self,
        learning_rate=0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=1e-3,
        clip_threshold=1.0,
        relative_step=True,
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
        self.beta_2_decay, self.epsilon_1, self.epsilon_2 = beta_2_decay, epsilon_1, epsilon_2
        self.clip_threshold, self.relative_step = clip_threshold, relative_step

    def slot_start(self, slot, variable):
        """Return zeros: a row and a column of them for a matrix, single ones that nobody uses for a vector."""
        if slot not in ("r", "c"):
            return np.zeros(variable.shape, variable.dtype)
        if variable.ndim < 2:
            return np.zeros((), "int32")
        cut = variable.shape[:-1] if slot == "r" else (*variable.shape[:-2], variable.shape[-1])
        return np.zeros(cut, variable.dtype)

    def update_step(self, gradient, variable, learning_rate):
        """Step against the gradient, scaled by what its rows and columns tell of its size."""
        t = int(self.iterations) + 1
        rate = min(learning_rate, t**-0.5) if self.relative_step else learning_rate
        beta = 1 - t**self.beta_2_decay
        r, c, v = self._state[variable.uid]
        squared = np.square(gradient) + gradient.dtype.type(self.epsilon_1)
        if variable.ndim < 2:
            v.assign(beta * v.data + (1 - beta) * squared)
        else:
            r.assign(beta * r.data + (1 - beta) * squared.mean(axis=-1))
            c.assign(beta * c.data + (1 - beta) * squared.mean(axis=-2))
            rows = r.data / r.data.mean(axis=-1, keepdims=True)
            v.assign(rows[..., None] * c.data[..., None, :])
        u = gradient / np.sqrt(v.data)
        w = variable.writable()
        alpha = max(self.epsilon_2, _rms(w)) * rate
        w -= alpha / max(1.0, _rms(u) / self.clip_threshold) * u


def _rms(x):
    return float(np.sqrt(np.mean(np.square(x))))
