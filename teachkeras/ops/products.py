"""Sums of products: matmul, affine, einsum.

Index letters: n the batch (any leading axes), i inputs (d of them), o outputs.
"""

import numpy as np

from teachkeras import kernels
from teachkeras.errors import ShapeError
from teachkeras.kernels import blas
from teachkeras.ops.op import op


def _matmul_shape(a, b):
    if len(a) == 1 and len(b) == 1:
        return ()
    if len(b) == 1:
        return a[:-1]
    if len(a) == 1:
        return (*b[:-2], b[-1])
    from teachkeras.symbolic import broadcast_shapes

    if None not in (a[-1], b[-2]) and a[-1] != b[-2]:
        _mismatch("ops.matmul", a, b)
    return (*broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])


def _mismatch(where, a, b):
    raise ShapeError(
        where, expected="the first one's last axis as long as the second one's last but one", got=f"shapes {a} and {b}"
    )


@op(tex=r"y_{no} = \sum_i a_{ni} b_{io}", spec="einsum('...ni,...io->...no', x1, x2)", kind="contraction",
    shape=_matmul_shape, numpy=(np.matmul,))  # fmt: skip
def matmul(x1, x2):
    """Matrix product over the last two axes; leading axes broadcast."""
    try:
        return np.matmul(x1, x2)
    except ValueError:
        _mismatch("ops.matmul", x1.shape, x2.shape)


@matmul.vjp(
    tex=r"\bar a_{ni} = \sum_o \bar y_{no} b_{io},\; \bar b_{io} = \sum_n a_{ni}\bar y_{no}",
    spec="einsum('...no,...io->...ni', y_bar, x2), einsum('...ni,...no->...io', x1, y_bar)",
)
def matmul_vjp(y_bar, x1, x2, want):
    if x1.ndim == 1 or x2.ndim == 1:
        return _vector_vjp(y_bar, x1, x2)
    a_bar = np.matmul(y_bar, np.swapaxes(x2, -1, -2)) if want[0] else None
    b_bar = np.matmul(np.swapaxes(x1, -1, -2), y_bar) if want[1] else None
    return a_bar, b_bar


def _vector_vjp(y_bar, x1, x2):
    """Treat a vector as a one-row or one-column matrix, and drop that axis again."""
    a = x1[None, :] if x1.ndim == 1 else x1
    b = x2[:, None] if x2.ndim == 1 else x2
    y_bar = y_bar[..., None] if x2.ndim == 1 else y_bar
    y_bar = y_bar[..., None, :] if x1.ndim == 1 else y_bar
    a_bar, b_bar = np.matmul(y_bar, np.swapaxes(b, -1, -2)), np.matmul(np.swapaxes(a, -1, -2), y_bar)
    if x1.ndim == 1:
        a_bar = a_bar.reshape((-1, a.shape[-1])).sum(axis=0)
    if x2.ndim == 1:
        b_bar = b_bar.reshape((-1, b.shape[-2], 1)).sum(axis=0)[:, 0]
    return a_bar, b_bar


@op(tex=r"y = x^{\top}\text{ in the last two axes}", spec="swapaxes(x, axis1, axis2)", numpy=(np.swapaxes,),
    shape=lambda x, **axes: _swapped(x, **axes), required=("axis1", "axis2"))  # fmt: skip
def swapaxes(x, axis1=-1, axis2=-2):
    """Two axes exchanged."""
    return np.swapaxes(x, axis1, axis2)


@swapaxes.vjp(tex=r"\bar x = \bar y^{\top}", spec="swapaxes(y_bar, axis1, axis2)")
def swapaxes_vjp(y_bar, axis1, axis2):
    return np.swapaxes(y_bar, axis1, axis2)


def _swapped(x, axis1=-1, axis2=-2):
    x = list(x)
    x[axis1], x[axis2] = x[axis2], x[axis1]
    return tuple(x)


@op(tex=r"z_{no} = \sum_i x_{ni} w_{io} + b_o", spec="einsum('...i,io->...o', x, w) + b", kind="contraction",
    shape=lambda x, w, b: _affine_shape(x, w), optional=("b",))  # fmt: skip
def affine(x, w, b=None):
    """Weighted sum plus bias, z = xW + b, over the last axis of x (…, d); w is (d, units), b (units,) or None."""
    if x.shape[-1] != w.shape[0]:
        _affine_shape(x.shape, w.shape)
    return kernels.affine(x, w, b)


def _affine_shape(x, w):
    if None not in (x[-1], w[0]) and x[-1] != w[0]:
        raise ShapeError(
            "z = xW + b", expected=f"x with last axis {w[0]} (the rows of W)", got=f"x of shape {x}",
            fix="check the input shape, or put Flatten() before a Dense layer",
        )
    return (*x[:-1], w[-1])


@affine.vjp(
    tex=r"\bar x_{ni} = \sum_o \bar z_{no} w_{io},\; \bar w_{io} = \sum_n x_{ni}\bar z_{no},\; \bar b_o = \sum_n \bar z_{no}",
    spec="einsum('...o,io->...i', y_bar, w), einsum('...i,...o->io', x, y_bar), einsum('...o->o', y_bar)",
)
def affine_vjp(z_bar, x, w, want):
    flat_x, flat_z = x.reshape((-1, x.shape[-1])), z_bar.reshape((-1, z_bar.shape[-1]))
    x_bar = blas.product(z_bar, w.T) if want[0] else None
    w_bar = blas.product(flat_x.T, flat_z) if want[1] else None
    return x_bar, w_bar, flat_z.sum(axis=0) if want[2] else None


def einsum(subscripts, *operands):
    """Einstein summation, for example ``einsum("bij,bjk->bik", a, b)``; every index of a one-operand gradient must stay.

    The gradient of a sum of products to one factor is again one: the output's letters with that factor's exchanged.
    """
    subscripts = subscripts.replace(" ", "")
    if len(operands) == 1:
        return _einsum1(*operands, subscripts=subscripts)
    total, letters = operands[0], subscripts.split("->")[0].split(",")
    if len(operands) == 2:
        return _einsum2(*operands, subscripts=subscripts)
    rest = set("".join(letters[2:])) | set(subscripts.split("->")[1])
    middle = "".join(sorted((set(letters[0]) | set(letters[1])) & rest))
    total = _einsum2(operands[0], operands[1], subscripts=f"{letters[0]},{letters[1]}->{middle}")
    return einsum(f"{middle},{','.join(letters[2:])}->{subscripts.split('->')[1]}", total, *operands[2:])


def _einsum_shape(*shapes, subscripts):
    ins, out = subscripts.split("->")
    lengths = {c: n for part, shape in zip(ins.split(","), shapes, strict=True) for c, n in zip(part, shape, strict=True)}
    return tuple(lengths[c] for c in out)


@op(tex=r"y_{\cdots} = \sum a_{\cdots}\,b_{\cdots}", spec="einsum(subscripts, x1, x2)", kind="contraction", shape=_einsum_shape)
def _einsum2(x1, x2, subscripts=None):
    return np.einsum(subscripts, x1, x2, optimize=True)


@_einsum2.vjp(
    tex=r"\bar a = \sum \bar y\,b,\; \bar b = \sum \bar y\,a",
    spec="einsum(back(subscripts, 0), y_bar, x2, ones(x1_shape)), einsum(back(subscripts, 1), y_bar, x1, ones(x2_shape))",
)
def _einsum2_vjp(y_bar, x1, x2, want, subscripts):
    (a, b), out = subscripts.split("->")[0].split(","), subscripts.split("->")[1]
    a_bar = _back(y_bar, x2, out, b, a, x1.shape) if want[0] else None
    return a_bar, _back(y_bar, x1, out, a, b, x2.shape) if want[1] else None


def _back(y_bar, other, out, theirs, mine, shape):
    """Gradient to the factor with letters `mine`; letters that only it has were summed, so they are repeated."""
    kept = "".join(c for c in mine if c in out or c in theirs)
    bar = np.einsum(f"{out},{theirs}->{kept}", y_bar, other, optimize=True)
    if kept != mine:
        at = tuple(slice(None) if c in kept else None for c in mine)
        bar = np.broadcast_to(bar[at], shape)
    return bar


@op(tex=r"y_{\cdots} = \sum x_{\cdots}", spec="einsum(subscripts, x)", shape=_einsum_shape)
def _einsum1(x, subscripts=None):
    return np.einsum(subscripts, x)


@_einsum1.vjp(tex=r"\bar x_{\cdots} = \bar y_{\cdots}", spec="einsum(back(subscripts, 0), y_bar, ones(x_shape))")
def _einsum1_vjp(y_bar, x_shape, subscripts):
    mine, out = subscripts.split("->")
    bar = np.einsum(f"{out}->{''.join(c for c in mine if c in out)}", y_bar)
    return np.broadcast_to(bar[tuple(slice(None) if c in out else None for c in mine)], x_shape)


def _numpy_einsum(subscripts, *operands, optimize=True):
    return einsum(subscripts, *operands)


from teachkeras.tensor import numpy_ops  # noqa: E402

numpy_ops[np.einsum] = _numpy_einsum
