"""Random ops: what they draw is settled by (seed, counter), which stand in the record, so that it can be replayed."""

from teachkeras import bits
from teachkeras.errors import ShapeError
from teachkeras.ops.op import op


@op(tex=r"y_i = x_i m_i,\quad m_i = \tfrac{1}{1-r}\text{ with probability }1-r,\text{ else }0", spec="x * mask",
    shape=lambda x, **_: x, keeps=("mask",))  # fmt: skip
def dropout(x, rate=0.5, noise_shape=None, seed=0, counter=0):
    """Entries silenced at random, a share `rate` of them, the others scaled up so that the expected sum stays.

    Args:
        x: The tensor.
        rate: The share r that becomes 0, below 1.
        noise_shape: The shape of the mask, None for a length like that of `x`; axes of length 1 share their fate.
        seed: Half of the key of the draw.
        counter: The other half.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014).
    """
    shape = x.shape if noise_shape is None else _mask_shape(noise_shape, x.shape)
    mask = bits.kept(shape, 1.0 - rate, seed, counter).astype(x.dtype)
    mask *= x.dtype.type(1.0 / (1.0 - rate))
    return x * mask, mask


@dropout.vjp(tex=r"\bar x_i = \bar y_i m_i", spec="y_bar * mask")
def dropout_vjp(y_bar, mask):
    return y_bar * mask


def _mask_shape(noise_shape, x_shape):
    shape = tuple(x_shape[axis] if n is None else n for axis, n in enumerate(noise_shape))
    if len(shape) != len(x_shape) or any(n not in (1, m) for n, m in zip(shape, x_shape, strict=True)):
        raise ShapeError(
            "dropout", expected=f"noise_shape with 1 or the length of the input on each axis of {tuple(x_shape)}",
            got=str(tuple(noise_shape)),
        )
    return shape
