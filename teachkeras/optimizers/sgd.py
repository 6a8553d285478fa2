"""Stochastic gradient descent, plain, with momentum, and with Nesterov's look ahead."""

from teachkeras import kernels
from teachkeras.errors import ArgumentError
from teachkeras.optimizers.base import Optimizer


class SGD(Optimizer):
    """Gradient descent: step against the gradient.

    Math:
        Plain: ``w ← w - lr·g``. With momentum μ: ``m ← μ·m - lr·g``, ``w ← w + m``. With Nesterov: ``w ← w + μ·m -
            lr·g``.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> SGD(learning_rate=0.1).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 6)
        0.8

    Raises:
        ArgumentError: momentum is not between 0 and 1.

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, eq. 1-4.
    """

    tex = r"m \leftarrow \mu m - \eta g,\quad w \leftarrow w + m\quad(\text{Nesterov: } w + \mu m - \eta g)"
    spec = ("m = momentum * m - lr * g", "w = w + (momentum * m - lr * g if nesterov else m)")

    def __init__(
        self,
        learning_rate=0.01,
        momentum=0.0,
        nesterov=False,
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
        if not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
            raise ArgumentError("SGD: `momentum` must be a float between [0, 1].", got=repr(momentum))
        self.momentum, self.nesterov = momentum, nesterov
        self.slots = ("m",) if momentum else ()

    def update_steps(self, pairs, learning_rate):
        """Step against the gradients."""
        weights, gradients = [variable.writable() for _, variable in pairs], [gradient for gradient, _ in pairs]
        if not self.momentum:
            kernels.sgd_many(weights, gradients, learning_rate)
            return
        slots = [self._state[variable.uid][0].writable() for _, variable in pairs]
        kernels.momentum_many(weights, gradients, slots, learning_rate, self.momentum, self.nesterov)
