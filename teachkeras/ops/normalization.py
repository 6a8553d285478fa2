"""Normalisation: numbers brought to a common scale, and the gradients through it."""

from teachkeras import config
from teachkeras.ops import elementwise, reductions
from teachkeras.ops.curves import rsqrt
from teachkeras.ops.norms import norm
from teachkeras.ops.shapes import as_tensor


def normalize(x, axis=-1, order=2, epsilon=None):
    """Vectors along an axis brought to length 1: ``x / max(‖x‖, ε)``.

    Args:
        x: The tensor.
        axis: The axis, or axes, along which a vector lies.
        order: Which length: 2, 1, another number.
        epsilon: The smallest length that is divided by; by default ``config.epsilon()``.

    >>> normalize([[3.0, 4.0]]).numpy()
    array([[0.6, 0.8]], dtype=float32)
    """
    x = as_tensor(x)
    epsilon = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        squares = reductions.sum(elementwise.square(x), axis=axis, keepdims=True)
        return elementwise.multiply(x, rsqrt(elementwise.maximum(squares, epsilon**2)))
    return elementwise.divide(x, elementwise.maximum(norm(x, ord=order, axis=axis, keepdims=True), epsilon))
