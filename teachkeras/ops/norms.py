"""More ops that fold axes away: products, log-sum-exp, norms, weighted means.

Index letters: i runs over what stays, j over what is folded.
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import elementwise, reductions
from teachkeras.ops.op import op
from teachkeras.ops.reductions import axes_of, folded_shape, spread
from teachkeras.ops.shapes import as_tensor


def _others(x, axis):
    """Return, at each place, the product of all other entries along the folded axes; without division, for 0's sake."""
    axes = axes_of(axis, len(x.shape))
    kept = tuple(a for a in range(len(x.shape)) if a not in axes)
    rows = np.transpose(x, (*kept, *axes))
    flat = np.reshape(rows, (-1, int(np.prod([x.shape[a] for a in axes]))))
    n = flat.shape[1]
    others = [np.prod(np.concatenate([flat[:, :k], flat[:, k + 1 :]], axis=1), axis=1) for k in range(n)]
    back = tuple(int(a) for a in np.argsort((*kept, *axes)))
    return np.transpose(np.reshape(np.stack(others, axis=1), rows.shape), back)


@op(tex=r"y_i = \prod_j x_{ij}", spec="prod(x, axis)", kind="reduction", shape=folded_shape, numpy=(np.prod,),
    dtype=lambda x, axis=None, keepdims=False, dtype=None: dtype or reductions._wide(x))  # fmt: skip
def prod(x, axis=None, keepdims=False, dtype=None):
    """Product over axes."""
    wide = dtypes.as_numpy(dtypes.name_of(dtype or reductions._wide(x.dtype)))
    return np.prod(x, axis=reductions._tuple(axis), keepdims=keepdims, dtype=wide)


@prod.vjp(tex=r"\bar x_{ij} = \bar y_i \prod_{k\ne j} x_{ik}", spec="spread(y_bar) * others(x)")
def prod_vjp(y_bar, x, axis, keepdims):
    return spread(y_bar, x.shape, axis, keepdims) * _others(x, axis)


@op(
    tex=r"y_i = \ln\sum_j e^{x_{ij}}",
    spec="log(sum(exp(x), axis))",
    kind="reduction",
    shape=folded_shape,
    dtype="float",
)
def logsumexp(x, axis=None, keepdims=False):
    """Logarithm of a sum of exponentials, without overflow."""
    axes = axes_of(axis, x.ndim)
    m = np.max(x, axis=axes, keepdims=True)
    y = m + np.log(np.sum(np.exp(x - m), axis=axes, keepdims=True))
    return y if keepdims else np.squeeze(y, axes)


@logsumexp.vjp(tex=r"\bar x_{ij} = \bar y_i e^{x_{ij} - y_i}", spec="spread(y_bar) * exp(x - spread(y))")
def logsumexp_vjp(y_bar, x, y, axis, keepdims):
    return spread(y_bar, x.shape, axis, keepdims) * np.exp(x - spread(y, x.shape, axis, keepdims))


@op(tex=r"y_i = \#\{j : x_{ij} \ne 0\}", spec="sum((x != 0) * 1, axis)", kind="reduction",
    shape=lambda x, axis=None: folded_shape(x, axis), dtype="int32", numpy=(np.count_nonzero,))  # fmt: skip
def count_nonzero(x, axis=None):
    """How many entries are not 0."""
    return np.asarray(np.count_nonzero(x, axis=reductions._tuple(axis)), "int32")


def norm(x, ord=None, axis=None, keepdims=False):
    """Length of vectors: ``ord`` 2 (the default, for matrices too), 1, a number, or infinity.

    Raises:
        ArgumentError: `ord` asks for a norm of matrices other than the Frobenius norm.
    """
    x = as_tensor(x)
    x = elementwise.cast(x, dtype=dtypes.result_type(x.dtype, float)) if not dtypes.is_float(x.dtype) else x
    vectors = isinstance(axis, int) or (axis is None and len(x.shape) == 1) or (axis is not None and len(axis) == 1)
    if ord is None or ord == "fro" or (ord == 2 and vectors):
        return elementwise.sqrt(reductions.sum(elementwise.square(x), axis=axis, keepdims=keepdims))
    if not vectors or isinstance(ord, str):
        raise ArgumentError(
            "ops.norm", expected="ord=None or 'fro' for matrices, a number for vectors", got=f"ord={ord!r}"
        )
    size = elementwise.absolute(x)
    if ord in (np.inf, -np.inf):
        return (reductions.max if ord > 0 else reductions.min)(size, axis=axis, keepdims=keepdims)
    return elementwise.power(reductions.sum(elementwise.power(size, ord), axis=axis, keepdims=keepdims), 1.0 / ord)


def average(x, axis=None, weights=None):
    """Mean, with weights if given (of the shape of `x`, or of the length of the one axis)."""
    x = as_tensor(x)
    if weights is None:
        return reductions.mean(x, axis=axis)
    weights = as_tensor(weights)
    if len(weights.shape) == 1 < len(x.shape) and isinstance(axis, int):
        weights = weights.reshape([-1 if a == axis % len(x.shape) else 1 for a in range(len(x.shape))])
    total = reductions.sum(weights * elementwise.equal(x, x), axis=axis)  # the weights, repeated like x
    return elementwise.divide(reductions.sum(x * weights, axis=axis), total)


def moments(x, axes, keepdims=False, synchronized=False):
    """Mean and variance."""
    return reductions.mean(x, axis=axes, keepdims=keepdims), reductions.var(x, axis=axes, keepdims=keepdims)
