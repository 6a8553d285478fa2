r"""Matrices as wholes: inverse, determinant, systems of equations, factors. Leading axes are a batch.

Gradients follow Giles 2008, "An extended collection of matrix derivative results"; ᵀ exchanges the last two axes.
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.ops.elementwise import cast, multiply
from teachkeras.ops.op import op
from teachkeras.ops.products import matmul, swapaxes
from teachkeras.ops.shapes import as_tensor
from teachkeras.tensor import Operators, Tensor, as_array

_REASON = "matrix algebra, not a formula entry by entry; tests hold the gradient against finite differences"


def _same(x, **_):
    _square(x)
    return x


def _square(x):
    if len(x) < 2 or (x[-1] != x[-2] and None not in x[-2:]):
        raise ShapeError("linear algebra", expected="square matrices", got=f"shape {tuple(x)}")


def _t(x):
    return np.swapaxes(x, -1, -2)


@op(tex=r"Y = X^{-1}", reason=_REASON, shape=_same, dtype="float")
def inv(x):
    """The inverse: XY = 1."""
    return np.linalg.inv(x)


@inv.vjp(tex=r"\bar X = -Y^\top \bar Y Y^\top")
def inv_vjp(y_bar, y):
    return -np.matmul(np.matmul(_t(y), y_bar), _t(y))


@op(tex=r"y = \det X", reason=_REASON, shape=lambda x: _same(x)[:-2], dtype="float")
def det(x):
    """The determinant: by how much the matrix stretches volumes."""
    return np.asarray(np.linalg.det(x))


@det.vjp(tex=r"\bar X = \bar y\,y\,X^{-\top}")
def det_vjp(y_bar, x, y):
    back = inv(x) if isinstance(x, Operators) else np.linalg.inv(x)
    return np.reshape(y_bar * y, (*y.shape, 1, 1)) * _t(back)


@op(tex=r"y = \ln|\det X|", reason=_REASON, shape=lambda x: _same(x)[:-2], dtype="float")
def _logabsdet(x):
    return np.asarray(np.linalg.slogdet(x)[1])


@_logabsdet.vjp(tex=r"\bar X = \bar y\,X^{-\top}")
def _logabsdet_vjp(y_bar, x):
    back = inv(x) if isinstance(x, Operators) else np.linalg.inv(x)
    return np.reshape(y_bar, (*y_bar.shape, 1, 1)) * _t(back)


def slogdet(x):
    """The determinant's sign and the logarithm of its size."""
    x = as_tensor(x)
    return Tensor(np.asarray(np.linalg.slogdet(as_array(x))[0])), _logabsdet(x)


def logdet(x):
    """The logarithm of the determinant of a positive definite matrix."""
    return _logabsdet(x)


@op(tex=r"AX = B", reason=_REASON, shape=lambda a, b: b, dtype="float")
def _solve(a, b):
    return np.linalg.solve(a, b)


@_solve.vjp(tex=r"\bar B = A^{-\top}\bar X,\; \bar A = -\bar B X^\top")
def _solve_vjp(y_bar, a, y):
    solved = (
        _solve(_t(a), y_bar)
        if isinstance(a, Operators) or isinstance(y_bar, Operators)
        else np.linalg.solve(_t(a), y_bar)
    )
    return -np.matmul(solved, _t(y)), solved


def solve(a, b):
    """The x with ``a @ x = b``; b is a vector (one axis less than a) or a matrix.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]).tolist()
    [1.0, 0.5]
    """
    a, b = as_tensor(a), as_tensor(b)
    _square(a.shape)
    if len(b.shape) == len(a.shape) - 1:
        return _solve(a, b[..., None])[..., 0]
    return _solve(a, b)


def solve_triangular(a, b, lower=False):
    """The x with ``a @ x = b``, where only a triangle of a is looked at: the upper one unless `lower`."""
    from teachkeras.ops.arrange import tril, triu

    return solve((tril if lower else triu)(as_tensor(a)), b)


@op(tex=r"LL^\top = X", reason=_REASON, shape=_same, dtype="float")
def _cholesky(x):
    try:
        return np.linalg.cholesky(x)
    except np.linalg.LinAlgError:
        raise ArgumentError("ops.cholesky", expected="positive definite matrices", got="one that is not") from None


@_cholesky.vjp(tex=r"\bar X = \tfrac12 L^{-\top}\bigl(P + P^\top\bigr)L^{-1},\; P = \Phi(L^\top\bar L)")
def _cholesky_vjp(y_bar, y):
    ones = np.ones_like(as_array(y))
    p = np.matmul(_t(y), y_bar) * (0.5 * (np.tril(ones) + np.tril(ones, -1)))  # Φ: the lower triangle, half the diagonal
    back = inv(y) if isinstance(y, Operators) else np.linalg.inv(y)
    return 0.5 * np.matmul(np.matmul(_t(back), p + _t(p)), back)


def cholesky(x, upper=False):
    """The triangular factor of a positive definite matrix: x = LLᵀ (or UᵀU)."""
    y = _cholesky(x)
    return swapaxes(y, -1, -2) if upper else y


def cholesky_inverse(x, upper=False):
    """The inverse of the matrix whose Cholesky factor is `x`."""
    from teachkeras.ops.arrange import tril, triu

    x = inv((triu if upper else tril)(as_tensor(x)))
    return matmul(x, swapaxes(x, -1, -2)) if upper else matmul(swapaxes(x, -1, -2), x)


def _least(m, n):
    return None if None in (m, n) else min(m, n)


def _qr_shapes(x, mode="reduced"):
    m, n = x[-2:]
    k = _least(m, n) if mode == "reduced" else m
    return [(*x[:-2], m, k), (*x[:-2], k, n)]


@op(tex=r"X = QR,\; Q^\top Q = 1,\; R_{ij} = 0\text{ for }i > j", reason=_REASON, shape=_qr_shapes, dtype="float")
def qr(x, mode="reduced"):
    """Orthogonal columns times an upper triangle; `mode` is "reduced" or "complete"."""
    if mode not in ("reduced", "complete"):
        raise ArgumentError("ops.qr", expected="mode 'reduced' or 'complete'", got=repr(mode))
    return tuple(np.linalg.qr(x, mode=mode))


@qr.vjp(tex=r"\bar X = (\bar Q + Q\,\mathrm{sym}(R\bar R^\top - \bar Q^\top Q))R^{-\top}", once=True)
def qr_vjp(y_bars, y, x_shape):
    (q, r), (q_bar, r_bar) = [as_array(part) for part in y], y_bars
    if x_shape[-2] < x_shape[-1] or q.shape[-1] != x_shape[-1]:
        raise ArgumentError("gradient of ops.qr", expected="as many rows as columns, mode='reduced'", got=str(x_shape))
    q_bar = np.zeros_like(q) if q_bar is None else as_array(q_bar)
    r_bar = np.zeros_like(r) if r_bar is None else as_array(r_bar)
    m = np.matmul(r, _t(r_bar)) - np.matmul(_t(q_bar), q)
    sym = np.tril(m) + _t(np.tril(m, -1))
    return np.matmul(q_bar + np.matmul(q, sym), _t(np.linalg.inv(r)))


@op(tex=r"X = V\,\mathrm{diag}(\lambda)\,V^\top", reason=_REASON, shape=lambda x: [_same(x)[:-1], x], dtype="float")
def eigh(x):
    """Eigenvalues in rising order and eigenvectors (as columns) of a symmetric matrix."""
    return tuple(np.linalg.eigh(0.5 * (x + _t(x))))


@eigh.vjp(
    tex=r"\bar X = V(\mathrm{diag}\,\bar\lambda + F\circ V^\top\bar V)V^\top,\; F_{ij} = 1/(\lambda_j-\lambda_i)",
    once=True,
)
def eigh_vjp(y_bars, y):
    values, v = [as_array(part) for part in y]
    values_bar, v_bar = [
        np.zeros_like(p) if b is None else as_array(b) for p, b in zip((values, v), y_bars, strict=True)
    ]
    gap = values[..., None, :] - values[..., :, None]
    f = (1.0 / np.where(gap == 0, np.inf, gap)).astype(v.dtype)
    middle = values_bar[..., None] * np.eye(values.shape[-1], dtype=v.dtype) + f * np.matmul(_t(v), v_bar)
    bar = np.matmul(np.matmul(v, middle), _t(v))
    return 0.5 * (bar + _t(bar))


def _svd_shapes(x):
    m, n = x[-2:]
    k = _least(m, n)
    return [(*x[:-2], m, k), (*x[:-2], k), (*x[:-2], k, n)]


@op(tex=r"X = U\,\mathrm{diag}(s)\,V^\top", reason=_REASON, shape=_svd_shapes, dtype="float")
def _svd(x):
    return tuple(np.linalg.svd(x, full_matrices=False))


@_svd.vjp(
    tex=r"\bar X = U(\mathrm{diag}\,\bar s + (F\circ(U^\top\bar U - \bar U^\top U))S + S(F\circ(V^\top\bar V - \bar V^\top V)))V^\top + \ldots",
    once=True,
)
def _svd_vjp(y_bars, y):
    u, s, vt = [as_array(part) for part in y]
    u_bar, s_bar, vt_bar = [
        np.zeros_like(p) if b is None else as_array(b) for p, b in zip((u, s, vt), y_bars, strict=True)
    ]
    v, v_bar, one = _t(vt), _t(vt_bar), np.eye(s.shape[-1], dtype=s.dtype)
    gap = s[..., None, :] ** 2 - s[..., :, None] ** 2
    f = (1.0 / np.where(gap == 0, np.inf, gap)).astype(s.dtype)
    uu, vv = np.matmul(_t(u), u_bar), np.matmul(_t(v), v_bar)
    middle = s_bar[..., None] * one + (f * (uu - _t(uu))) * s[..., None, :] + s[..., :, None] * (f * (vv - _t(vv)))
    bar = np.matmul(np.matmul(u, middle), vt)
    outside_u = (u_bar - np.matmul(u, uu)) / s[..., None, :]
    outside_v = (v_bar - np.matmul(v, vv)) / s[..., None, :]
    return bar + np.matmul(outside_u, vt) + np.matmul(u, _t(outside_v))


def svd(x, full_matrices=True, compute_uv=True):
    """Orthogonal columns, singular values in falling order, orthogonal rows: x = U diag(s) V.

    The gradient needs ``full_matrices=False``, or a square x, or ``compute_uv=False``.
    """
    x = as_tensor(x)
    if not compute_uv:
        return _svd(x)[1]
    if full_matrices and x.shape[-1] != x.shape[-2]:
        return tuple(Tensor(part) for part in np.linalg.svd(_as_float(x)))
    return tuple(_svd(x))


def _as_float(x):
    (x,) = (as_array(x),)
    return x.astype(dtypes.as_numpy(dtypes.result_type(x.dtype, float)))


def eig(x):
    """Eigenvalues and eigenvectors (as columns) of any square matrix, complex numbers; no gradient."""
    values, vectors = np.linalg.eig(_as_float(x))
    kind = "complex64" if vectors.dtype in (np.float32, np.complex64) else "complex128"
    return Tensor(values.astype(kind)), Tensor(vectors.astype(kind))


def lu_factor(x):
    """Both triangular factors in one matrix, and the rows exchanged on the way; no gradient."""
    lu = np.array(_as_float(x))
    _square(lu.shape)
    n = lu.shape[-1]
    flat, pivots = lu.reshape(-1, n, n), np.zeros((lu[..., 0, 0].size, n), "int32")
    for matrix, pivot in zip(flat, pivots, strict=True):
        for k in range(n):
            p = k + int(np.argmax(np.abs(matrix[k:, k])))
            pivot[k] = p
            matrix[[k, p]] = matrix[[p, k]]
            if matrix[k, k] != 0:
                matrix[k + 1 :, k] /= matrix[k, k]
                matrix[k + 1 :, k + 1 :] -= np.outer(matrix[k + 1 :, k], matrix[k, k + 1 :])
    return Tensor(flat.reshape(lu.shape)), Tensor(pivots.reshape(lu.shape[:-1]))


def matrix_rank(x, tol=None):
    """How many singular values are not 0, up to a tolerance."""
    s = as_array(svd(x, compute_uv=False))
    shape = as_tensor(x).shape
    if tol is None:
        tol = s.max(axis=-1, keepdims=True) * max(shape[-2:]) * np.finfo(s.dtype).eps
    return Tensor(np.asarray(np.sum(s > tol, axis=-1), "int32"))


def pinv(x, rcond=None):
    """The Moore-Penrose inverse: V diag(1/s) Uᵀ, singular values below ``rcond`` times the largest left out."""
    x = as_tensor(x)
    u, s, vt = _svd(x)
    plain = as_array(s)
    rcond = 10.0 * max(x.shape[-2:]) * np.finfo(plain.dtype).eps if rcond is None else rcond
    keep = plain > rcond * plain.max(axis=-1, keepdims=True)
    back = np.where(keep, 1.0 / np.where(keep, s, np.ones((), plain.dtype)), np.zeros((), plain.dtype))
    return matmul(swapaxes(vt, -1, -2) * back[..., None, :], swapaxes(u, -1, -2))


def lstsq(a, b, rcond=None):
    """The x that makes ``|a @ x - b|`` smallest, the shortest of them."""
    a, b = as_tensor(a), as_tensor(b)
    kind = as_array(_as_float(a)).dtype
    rcond = np.finfo(kind).eps * max(a.shape[-2:]) if rcond is None else rcond
    return matmul(pinv(a, rcond), b)


def jvp(fun, primals, tangents, has_aux=False):
    """Output and slope along a direction: f(x) and Jv, by the gradient of the gradient ⟨ȳ, Jv⟩ in ȳ.

    >>> y, slope = jvp(lambda x: x * x, [as_tensor(np.array([3.0]))], [np.array([1.0])])
    >>> y.tolist(), slope.tolist()
    ([9.0], [6.0])
    """
    from teachkeras.ops.reductions import sum as total
    from teachkeras.tape import GradientTape

    primals = [Tensor(as_array(p)) for p in primals]
    with GradientTape(persistent=True) as outer:
        with GradientTape() as inner:
            inner.watch(primals)
            result = fun(*primals)
        y, aux = result if has_aux else (result, None)
        bar = Tensor(np.zeros_like(as_array(y)))
        outer.watch(bar)
        bars = inner.gradient(y, primals, output_gradients=bar)
        along = None
        for b, t in zip(bars, tangents, strict=True):
            if b is not None:
                part = total(multiply(b, cast(as_tensor(t), dtype=str(b.dtype))))
                along = part if along is None else along + part
    slope = Tensor(np.zeros_like(as_array(y))) if along is None else outer.gradient(along, bar)
    return (y, slope, aux) if has_aux else (y, slope)
