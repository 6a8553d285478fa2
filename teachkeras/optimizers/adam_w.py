"""AdamW: Adam whose weight decay is a step of its own."""

from teachkeras.errors import ArgumentError
from teachkeras.optimizers.adam import Adam


class AdamW(Adam):
    """Adam with decoupled weight decay: each step first shrinks the weights by ``lr · λ``, λ being ``weight_decay``.

    Math:
        ``w ← w - lr·λ·w``, then Adam's step. An L2 penalty in the loss would instead be divided by Adam's ``√v``, so
        that weights with large gradients would shrink too little.

    Raises:
        ArgumentError: weight_decay is None.

    Example:
        >>> from teachkeras.variable import Variable
        >>> w = Variable([1.0])
        >>> AdamW(learning_rate=0.1, weight_decay=0.5).apply([[2.0]], [w])
        >>> round(float(w.numpy()[0]), 4)
        0.85

    Source: Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.
    """

    tex = r"w \leftarrow w - \eta\lambda w,\quad " + Adam.tex
    spec = ("w = w - lr * weight_decay * w", *Adam.spec)

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay=0.004,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
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
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
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
        if weight_decay is None:
            raise ArgumentError("Argument `weight_decay` must be a float. Received: weight_decay=None")
