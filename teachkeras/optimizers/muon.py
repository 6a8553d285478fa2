"""Muon: momentum made orthogonal, for the matrices inside a network."""

import math
import re

import numpy as np

from teachkeras.optimizers.base import Optimizer


class Muon(Optimizer):
    """Momentum whose every direction is given the same length; weights that are no matrix take Adam's steps.

    Math:
        ``m ← μm + g``, ``X = g + μm`` (m itself without Nesterov), ``X ← X/‖X‖``, then ``ns_steps`` times
        ``A = XXᵀ``, ``X ← aX + (bA + cA²)X``, which drives all singular values towards 1, and
        ``w ← w - lr·s·X`` with ``s = rms_rate·√max(n, m)`` for a matrix (n, m). Embeddings, weights whose path matches
        ``exclude_layers`` and those that are not of rank 2 take ``AdamW``'s steps with ``lr·adam_lr_ratio``.

    Args:
        adam_beta_1, adam_beta_2, epsilon, adam_weight_decay, adam_lr_ratio: Of Adam's steps.
        exclude_layers: Patterns of the paths of weights that take them.
        exclude_embeddings: Whether embeddings take them.
        muon_a, muon_b, muon_c, ns_steps: Of the iteration.
        momentum, nesterov: Of the momentum.
        rms_rate: The size of a step's entries; None to leave X as it is.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable(np.zeros((2, 2), "float32"))
        >>> Muon(learning_rate=1.0, rms_rate=None).apply([np.diag([5.0, 0.5])], [w])
        >>> [round(abs(float(x)), 1) for x in np.diag(w.numpy())]  # a gradient ten times smaller, a step as long
        [0.7, 0.7]

    Source: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is
    scalable for LLM training", 2025, section 2.2 (the scale).
    """

    tex = (
        r"m \leftarrow \mu m + g,\quad X = \frac{g+\mu m}{\lVert g+\mu m\rVert},\quad "
        r"X \leftarrow aX + (bXX^\top + c(XX^\top)^2)X,\quad w \leftarrow w - \eta\,s X"
    )
    spec = ("m = momentum * m + g", "w = w - lr * scale * orthogonal(g + momentum * m)")
    slots = ("m", "v")

    def __init__(
        self, learning_rate=0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004, epsilon=1e-7,
        weight_decay=0.004, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
        ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None, name=None,
        exclude_layers=None, exclude_embeddings=True, muon_a=3.4445, muon_b=-4.775, muon_c=2.0315, adam_lr_ratio=1,
        momentum=0.95, ns_steps=5, nesterov=True, rms_rate=0.2, **kwargs,
    ):  # fmt: skip
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name, **kwargs,
        )  # fmt: skip
        self.adam_beta_1, self.adam_beta_2, self.epsilon = adam_beta_1, adam_beta_2, epsilon
        self.adam_weight_decay, self.adam_lr_ratio = adam_weight_decay, adam_lr_ratio
        self.exclude_layers, self.exclude_embeddings = exclude_layers or [], exclude_embeddings
        self.muon_a, self.muon_b, self.muon_c = muon_a, muon_b, muon_c
        self.momentum, self.ns_steps, self.nesterov, self.rms_rate = momentum, ns_steps, nesterov, rms_rate

    def takes_adam(self, variable) -> bool:
        """Tell whether a weight takes Adam's steps."""
        path = variable.path
        embedding = self.exclude_embeddings and "embedding" in path.lower()
        return variable.ndim != 2 or embedding or any(re.search(word, path) for word in self.exclude_layers)

    def slots_of(self, variable):
        """Return m, and v where Adam needs it."""
        return ("m", "v") if self.takes_adam(variable) else ("m",)

    def decay_of(self, variable):
        """Return the weight decay of a weight."""
        return self.adam_weight_decay if self.takes_adam(variable) else self.weight_decay

    def update_step(self, gradient, variable, learning_rate):
        """Step by Adam, or along the orthogonal momentum."""
        if self.takes_adam(variable):
            self._adam(gradient, variable, learning_rate * self.adam_lr_ratio)
            return
        m, w = self._state[variable.uid][0].writable(), variable.writable()
        m *= self.momentum
        m += gradient
        x = self.orthogonal(gradient + self.momentum * m if self.nesterov else m)
        scale = 1.0 if self.rms_rate is None else self.rms_rate * math.sqrt(max(w.shape))
        w -= learning_rate * scale * x

    def _adam(self, gradient, variable, learning_rate):
        t = int(self.iterations) + 1
        m, v = (slot.writable() for slot in self._state[variable.uid])
        m += (gradient - m) * (1 - self.adam_beta_1)
        v += (np.square(gradient) - v) * (1 - self.adam_beta_2)
        alpha = learning_rate * math.sqrt(1 - self.adam_beta_2**t) / (1 - self.adam_beta_1**t)
        w = variable.writable()
        w -= alpha * m / (np.sqrt(v) + self.epsilon)

    def orthogonal(self, x):
        """Return x with its singular values driven towards 1, by Newton and Schulz's iteration."""
        tall = x.shape[0] > x.shape[1]
        x = x.T if tall else x
        x = x / (np.linalg.norm(x) + np.float32(1e-7))
        for _ in range(self.ns_steps):
            a = x @ x.T
            x = self.muon_a * x + (self.muon_b * a + self.muon_c * (a @ a)) @ x
        return x.T if tall else x
