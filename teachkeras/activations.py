"""Activation functions: from a layer's sum z to its output a = f(z). Names and arguments are ``keras.activations``'s.

Index letters: i runs over all entries, k over the classes of one row. Each function is one op, or a few composed; the
ops' files (``ops/nn.py``, ``ops/units.py``) hold the formulas of their slopes.

Source: Goodfellow, Bengio & Courville, *Deep Learning*, sections 6.2.2 and 6.3.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from teachkeras import ops, serial
from teachkeras.namespace import single
from teachkeras.tensor import Operators, Tensor, as_array

names, __getattr__, __dir__ = single(__name__)


def get(identifier: object) -> Callable:
    """Return the activation that a name, a config or a callable stands for; None means :func:`linear`.

    Raises:
        UnknownNameError: no activation has that name.

    >>> get("relu").__name__, get(None).__name__
    ('relu', 'linear')
    """
    return linear if identifier is None else serial.resolve(identifier, "activation function", __name__)


def serialize(activation: object) -> dict | str:
    """Return an activation as plain data: its name, if it is one of ours."""
    return serial.plain(activation)


def deserialize(config: object, custom_objects: dict | None = None) -> Callable:
    """Return the activation that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)


def linear(x: object) -> object:
    """No activation: the input itself.

    >>> linear(3)
    3
    """
    return x


def relu(x: object, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """Rectified linear unit: ``max(x, 0)``.

    Args:
        x: The input.
        negative_slope: The slope below the threshold: ``negative_slope · (x - threshold)``.
        max_value: Where the output stops growing.
        threshold: From where on x passes.

    >>> relu([-2.0, 3.0]).tolist(), relu([-2.0, 3.0], negative_slope=0.5, max_value=2.0).tolist()
    ([0.0, 3.0], [-1.0, 2.0])
    """
    if negative_slope == 0.0 and max_value is None and threshold == 0.0:
        return ops.relu(x)
    if negative_slope and max_value is None and threshold == 0:
        return ops.leaky_relu(x, negative_slope=negative_slope)
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    below = ops.relu(threshold - x if threshold else -x) if negative_slope else 0
    if threshold:
        y = ops.where(x > threshold, x, 0)
    else:
        y = ops.relu(x) if max_value != 6 else ops.relu6(x)
    if max_value is not None and (max_value != 6 or threshold):
        y = ops.minimum(y, as_array(max_value, y.dtype))
    return y - negative_slope * below if negative_slope else y


def softmax(x: object, axis: int = -1) -> Tensor:
    """Softmax: a row of numbers becomes a row of probabilities, ``e^{x_k} / Σ_j e^{x_j}``.

    Args:
        x: The input.
        axis: The axis of the classes.

    Warns of an axis of length 1, over which the result is always 1 (one unit wants a sigmoid).

    >>> softmax([1.0, 1.0]).tolist()
    [0.5, 0.5]
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    if isinstance(axis, int) and x.shape[axis] == 1:
        warnings.warn(
            f"softmax over axis {axis} of shape {tuple(x.shape)}: it has length 1, so the result is always 1; "
            "a single unit wants activation='sigmoid'.",
            UserWarning,
            stacklevel=2,
        )
    return ops.softmax(x) if axis == -1 else ops.softmax(x, axis=axis)


def log_softmax(x: object, axis: int = -1) -> Tensor:
    """Logarithm of softmax, without overflow: ``x_k - ln Σ_j e^{x_j}``.

    >>> log_softmax([0.0, 0.0]).numpy().round(4)
    array([-0.6931, -0.6931], dtype=float32)
    """
    return ops.log_softmax(x, axis=axis)


def softplus(x: object) -> Tensor:
    """Softplus: a smooth relu, ``ln(1 + eˣ)``.

    >>> softplus([0.0]).numpy().round(4)
    array([0.6931], dtype=float32)
    """
    return ops.softplus(x)


def exponential(x: object) -> Tensor:
    """Exponential: ``eˣ``.

    >>> exponential([0.0]).tolist()
    [1.0]
    """
    return ops.exp(x)


def gelu(x: object, approximate: bool = False) -> Tensor:
    """Gaussian error linear unit: ``x Φ(x)``, Φ the normal distribution's cumulative function.

    Args:
        x: The input.
        approximate: Whether to use tanh in place of Φ.

    >>> gelu([0.0]).tolist()
    [0.0]

    Source: Hendrycks & Gimpel, arXiv:1606.08415.
    """
    return ops.gelu(x, approximate=approximate)


def glu(x: object, axis: int = -1) -> Tensor:
    """Gated linear unit: one half of the entries times the sigmoid of the other, ``a σ(b)``.

    >>> glu([2.0, 0.0]).tolist()
    [1.0]
    """
    return ops.glu(x if isinstance(x, Operators) else ops.convert_to_tensor(x), axis=axis)


def mish(x: object) -> Tensor:
    """Mish: ``x tanh(softplus(x))``.

    >>> mish([0.0]).tolist()
    [0.0]

    Source: Misra, BMVC 2020.
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    return x * ops.tanh(ops.softplus(x))


def threshold(x: object, threshold: float, default_value: float) -> Tensor:
    """Threshold: x where it is above `threshold`, else `default_value`.

    >>> threshold([-1.0, 2.0], 1.0, 0.0).tolist()
    [0.0, 2.0]
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    return ops.where(x > threshold, x, default_value)


def sparse_plus(x: object) -> Tensor:
    """Sparse plus: 0 up to -1, ``(x + 1)²/4`` up to 1, then x.

    >>> sparse_plus([-2.0, 0.0, 2.0]).tolist()
    [0.0, 0.25, 2.0]
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    return ops.where(x <= -1.0, 0.0, ops.where(x < 1.0, 0.25 * ops.square(x + 1.0), x))


def sparse_sigmoid(x: object) -> Tensor:
    """Sparse sigmoid: ``(x + 1)/2`` held between 0 and 1.

    >>> sparse_sigmoid([-2.0, 0.0, 2.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    return ops.clip(0.5 * (x + 1.0), 0.0, 1.0)


def sparsemax(x: object, axis: int = -1) -> Tensor:
    """Sparsemax: the point of the simplex nearest to x, ``max(x_k - τ, 0)``; unlike softmax it has exact zeros.

    Keras 3.15 takes for τ a sum of partial sums, so that its rows do not add up to 1; this is the paper's.

    >>> sparsemax([2.0, 1.0, -1.0]).tolist()
    [1.0, 0.0, 0.0]

    Source: Martins & Astudillo, ICML 2016.
    """
    x = x if isinstance(x, Operators) else ops.convert_to_tensor(x)
    rows = np.moveaxis(as_array(x), axis, -1)
    falling = -np.sort(-rows, axis=-1)
    rank = np.arange(1, rows.shape[-1] + 1)
    size = np.count_nonzero(1 + rank * falling > np.cumsum(falling, axis=-1), axis=-1)[..., None]
    support = np.moveaxis(rows >= np.take_along_axis(falling, size - 1, -1), -1, axis)
    count = np.moveaxis(size, -1, axis).astype(rows.dtype)
    tau = (ops.sum(x * support.astype(rows.dtype), axis=axis, keepdims=True) - 1.0) / count
    return ops.relu(x - tau)


def sigmoid(x: object) -> Tensor:
    """Sigmoid: any number becomes one between 0 and 1, ``1 / (1 + e⁻ˣ)``.

    >>> sigmoid([0.0]).tolist()
    [0.5]
    """
    return ops.sigmoid(x)


def tanh(x: object) -> Tensor:
    """Tanh: any number becomes one between -1 and 1, ``tanh x``.

    >>> tanh([0.0]).tolist()
    [0.0]
    """
    return ops.tanh(x)


def relu6(x: object) -> Tensor:
    """Relu6: rectified linear unit that stops at 6, ``min(max(x, 0), 6)``.

    >>> relu6([-1.0, 7.0]).tolist()
    [0.0, 6.0]
    """
    return ops.relu6(x)


def elu(x: object, alpha: float = 1.0) -> Tensor:
    """Elu: exponential linear unit, ``x above 0, α(eˣ - 1) below``.

    >>> elu([2.0, 0.0]).tolist()
    [2.0, 0.0]
    """
    return ops.elu(x, alpha=alpha)


def selu(x: object) -> Tensor:
    """Selu: keeps mean 0 and variance 1 from layer to layer, ``λ · elu_α(x), λ = 1.0507…, α = 1.6733…``.

    >>> selu([0.0]).tolist()
    [0.0]
    """
    return ops.selu(x)


def celu(x: object, alpha: float = 1.0) -> Tensor:
    """Celu: elu with a slope without a jump for any α, ``max(x, 0) + min(α(e^{x/α} - 1), 0)``.

    >>> celu([2.0, 0.0]).tolist()
    [2.0, 0.0]
    """
    return ops.celu(x, alpha=alpha)


def softsign(x: object) -> Tensor:
    """Softsign: an S-curve with slowly fading tails, ``x / (1 + |x|)``.

    >>> softsign([1.0]).tolist()
    [0.5]
    """
    return ops.softsign(x)


def silu(x: object) -> Tensor:
    """Silu: the input times its own sigmoid (swish), ``x · σ(x)``.

    >>> silu([0.0]).tolist()
    [0.0]
    """
    return ops.silu(x)


def leaky_relu(x: object, negative_slope: float = 0.2) -> Tensor:
    """Leaky relu: lets a little of the negative side through, ``x above 0, negative_slope · x below``.

    >>> leaky_relu([-5.0, 1.0]).tolist()
    [-1.0, 1.0]
    """
    return ops.leaky_relu(x, negative_slope=negative_slope)


def hard_sigmoid(x: object) -> Tensor:
    """Hard sigmoid: a sigmoid of three straight lines, ``min(max(x/6 + 1/2, 0), 1)``.

    >>> hard_sigmoid([-3.0, 0.0, 3.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    return ops.hard_sigmoid(x)


def hard_silu(x: object) -> Tensor:
    """Hard silu: silu of straight lines and a parabola (hard swish), ``x · hard_sigmoid(x)``.

    >>> hard_silu([0.0, 3.0]).tolist()
    [0.0, 3.0]
    """
    return ops.hard_silu(x)


def hard_tanh(x: object) -> Tensor:
    """Hard tanh: tanh of three straight lines, ``min(max(x, -1), 1)``.

    >>> hard_tanh([-3.0, 0.5]).tolist()
    [-1.0, 0.5]
    """
    return ops.hard_tanh(x)


def tanh_shrink(x: object) -> Tensor:
    """Tanh shrink: what tanh takes away, ``x - tanh x``.

    >>> tanh_shrink([0.0]).tolist()
    [0.0]
    """
    return ops.tanh_shrink(x)


def log_sigmoid(x: object) -> Tensor:
    """Log sigmoid: the logarithm of the sigmoid, without overflow, ``ln σ(x)``.

    >>> round(log_sigmoid([0.0]).tolist()[0], 4)
    -0.6931
    """
    return ops.log_sigmoid(x)


def squareplus(x: object, b: float = 4) -> Tensor:
    """Squareplus: a smooth relu without exponentials, ``(x + √(x² + b)) / 2``.

    >>> squareplus([0.0]).tolist()
    [1.0]
    """
    return ops.squareplus(x, b=b)


def soft_shrink(x: object, threshold: float = 0.5) -> Tensor:
    """Soft shrink: draws everything towards 0, ``x ∓ threshold beyond it, 0 within``.

    >>> soft_shrink([0.25, 2.0]).tolist()
    [0.0, 1.5]
    """
    return ops.soft_shrink(x, threshold=threshold)


def hard_shrink(x: object, threshold: float = 0.5) -> Tensor:
    """Hard shrink: zeroes what is small, ``x beyond the threshold, 0 within``.

    >>> hard_shrink([0.25, 2.0]).tolist()
    [0.0, 2.0]
    """
    return ops.hard_shrink(x, threshold=threshold)


aliases = {"swish": silu, "hard_swish": hard_silu}
