"""RMSprop: each weight's step divided by the recent size of its gradient."""

import numpy as np

from teachkeras import kernels
from teachkeras.optimizers.base import Optimizer


class RMSprop(Optimizer):
    """Divide each step by a moving root mean square of the gradient.

    Math:
        ``v ← ρ·v + (1-ρ)·g²``, ``w ← w - lr·g / √(v + ε)``; centred: ``v - mean²`` in place of v; with momentum μ the
        step goes through ``m ← μ·m + lr·g/√(…)``, ``w ← w - m``.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> RMSprop(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.6838

    Source: Hinton, *Neural Networks for Machine Learning*, lecture 6e, 2012.
    """

    tex = r"v \leftarrow \rho v + (1-\rho)g^2,\quad w \leftarrow w - \eta\,g/\sqrt{v+\epsilon}"
    spec = ("v = rho * v + (1 - rho) * g ** 2", "w = w - lr * g / sqrt(v + epsilon)")

    def __init__(
        self,
        learning_rate=0.001,
        rho=0.9,
        momentum=0.0,
        epsilon=1e-7,
        centered=False,
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
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered
        self.slots = ("v", *(("m",) if momentum else ()), *(("mean",) if centered else ()))

    def slot_groups(self):
        """Return each slot as a group."""
        return tuple((slot,) for slot in self.slots)

    def update_step(self, gradient, variable, learning_rate):
        """Step against the gradient, scaled by its recent size."""
        state = self.state_of(variable)
        if not self.momentum and not self.centered:
            kernels.rmsprop(variable.writable(), gradient, state["v"].writable(), learning_rate, self.rho, self.epsilon)
            return
        w, v, rho = variable.writable(), state["v"].writable(), self.rho
        v[...] = rho * v + (1 - rho) * np.square(gradient)
        spread = v + self.epsilon
        if self.centered:
            mean = state["mean"].writable()
            mean[...] = rho * mean + (1 - rho) * gradient
            spread -= np.square(mean)
        step = learning_rate * gradient / np.sqrt(spread)
        if self.momentum:
            m = state["m"].writable()
            m[...] = self.momentum * m + step
            step = m
        w -= step
