"""Along an axis: running products, differences, areas under a curve, correlations; and diagonals of matrices."""

import math

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.ops import arrange, elementwise, reductions, shapes
from teachkeras.ops.elementwise import cast, divide, multiply, subtract
from teachkeras.ops.products import matmul
from teachkeras.ops.relatives import _floats
from teachkeras.ops.shapes import as_tensor, concatenate, expand_dims, get_item, reshape, stack, take
from teachkeras.tensor import Tensor, as_array


def _part(x, axis, part):
    return get_item(x, key=(slice(None),) * (axis % len(x.shape)) + (part,))


def cumprod(x, axis=None, dtype=None):
    """Running product along an axis (of the flattened tensor by default).

    >>> cumprod([1.0, 2.0, 3.0]).tolist()
    [1.0, 2.0, 6.0]
    """
    x = as_tensor(x)
    x = cast(x, dtype=dtype) if dtype else cast(x, dtype="int32") if dtypes.name_of(x.dtype) == "bool" else x
    if axis is None:
        x, axis = reshape(x, -1), 0
    running = [_part(x, axis, 0)]
    for k in range(1, x.shape[axis]):
        running.append(multiply(running[-1], _part(x, axis, k)))
    return stack(running, axis=axis)


def diff(a, n=1, axis=-1):
    """Differences of neighbours, `n` times over."""
    a = as_tensor(a)
    for _ in range(n):
        minus = elementwise.not_equal if dtypes.name_of(a.dtype) == "bool" else subtract
        a = minus(_part(a, axis, slice(1, None)), _part(a, axis, slice(None, -1)))
    return a


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """Area under a curve, between neighbours a straight line: Σ Δx (y_j + y_{j+1}) / 2."""
    (y,) = _floats(y)
    if x is not None:
        dx = diff(*_floats(x), axis=-1 if len(as_tensor(x).shape) == 1 else axis)
        if len(dx.shape) == 1:
            dx = reshape(dx, [-1 if a == axis % len(y.shape) else 1 for a in range(len(y.shape))])
    both = elementwise.add(_part(y, axis, slice(1, None)), _part(y, axis, slice(None, -1)))
    return reductions.sum(multiply(multiply(both, 0.5), dx), axis=axis)


def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Vector product: at right angles to both, as long as the area between them."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x1, x2 = as_tensor(x1), as_tensor(x2)
    a, b = arrange.moveaxis(x1, axisa, -1), arrange.moveaxis(x2, axisb, -1)
    if not {a.shape[-1], b.shape[-1]} <= {2, 3}:
        raise ShapeError("ops.cross", expected="vectors of 2 or 3 entries", got=f"shapes {x1.shape} and {x2.shape}")

    def area(i, j):
        return subtract(multiply(a[..., i], b[..., j]), multiply(a[..., j], b[..., i]))

    if a.shape[-1] == b.shape[-1] == 2:
        return area(0, 1)
    a, b = (v if v.shape[-1] == 3 else arrange.pad(v, [(0, 0)] * (len(v.shape) - 1) + [(0, 1)]) for v in (a, b))
    return stack([area(1, 2), area(2, 0), area(0, 1)], axis=axisc)


def kron(x1, x2):
    """Every entry of the first times the whole second, laid out as blocks."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    rank = max(len(x1.shape), len(x2.shape))
    a, b = ((1,) * (rank - len(x.shape)) + tuple(x.shape) for x in (x1, x2))
    left = reshape(x1, [n for length in a for n in (length, 1)])
    right = reshape(x2, [n for length in b for n in (1, length)])
    return reshape(multiply(left, right), [m * n for m, n in zip(a, b, strict=True)])


def append(x1, x2, axis=None):
    """One tensor after the other; without an axis both are flattened."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return concatenate([reshape(x1, -1), reshape(x2, -1)] if axis is None else [x1, x2], axis=axis or 0)


def dstack(xs):
    """Tensors joined along the third axis."""
    xs = [as_tensor(x) for x in xs]
    wide = {0: (1, 1, 1), 1: (1, -1, 1)}
    return concatenate(
        [x if len(x.shape) > 2 else reshape(x, wide.get(len(x.shape), (*x.shape, 1))) for x in xs], axis=2
    )


def array_split(x, indices_or_sections, axis=0):
    """Sections that differ in length by at most one, where the length cannot be divided evenly."""
    x, parts = as_tensor(x), indices_or_sections
    if isinstance(parts, int):
        whole, more = divmod(x.shape[axis], parts)
        parts = np.cumsum([whole + (k < more) for k in range(parts)])[:-1].tolist()
    return arrange.split(x, parts, axis=axis) if len(parts) else [x]


def hsplit(x, indices_or_sections):
    """Split along the second axis (the only one of a vector)."""
    x = as_tensor(x)
    return arrange.split(x, indices_or_sections, axis=1 if len(x.shape) > 1 else 0)


def vsplit(x, indices_or_sections):
    """Split along the first axis."""
    return arrange.split(x, indices_or_sections, axis=0)


def dsplit(x, indices_or_sections):
    """Split along the third axis."""
    return arrange.split(x, indices_or_sections, axis=2)


def fliplr(x):
    """Left and right exchanged: the second axis backwards."""
    return arrange.flip(x, axis=1)


def flipud(x):
    """Up and down exchanged: the first axis backwards."""
    return arrange.flip(x, axis=0)


def rot90(array, k=1, axes=(0, 1)):
    """Turned by `k` right angles, from the first axis towards the second."""
    array = as_tensor(array)
    a, b = (axis % len(array.shape) for axis in axes)
    if a == b:
        raise ArgumentError("ops.rot90", expected="two different axes", got=f"axes={axes}")
    from teachkeras.ops.products import swapaxes

    k %= 4
    if k == 2:
        return arrange.flip(array, axis=(a, b))
    if k == 1:
        return swapaxes(arrange.flip(array, axis=b), a, b)
    return arrange.flip(swapaxes(array, a, b), axis=b) if k == 3 else array


def diagonal(x, offset=0, axis1=0, axis2=1):
    """The diagonal of two axes, as a new last axis."""
    x = arrange.moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = x.shape[-2:]
    start = (max(-offset, 0), max(offset, 0))
    n = max(min(rows - start[0], columns - start[1]), 0)
    places = ((start[0] + np.arange(n)) * columns + start[1] + np.arange(n)).astype("int32")
    return take(reshape(x, (*x.shape[:-2], -1)), places, axis=-1)


def trace(x, offset=0, axis1=0, axis2=1):
    """Sum of the diagonal."""
    return reductions.sum(diagonal(x, offset, axis1, axis2), axis=-1)


def diag(x, k=0):
    """A matrix's diagonal, or the matrix with the vector on its diagonal."""
    x = as_tensor(x)
    if len(x.shape) == 2:
        return diagonal(x, k)
    if len(x.shape) != 1:
        raise ArgumentError("ops.diag", expected="a vector or a matrix", got=f"shape {tuple(x.shape)}")
    n = x.shape[0]
    size = n + abs(k)
    places = np.full((size, size), n, "int32")
    places[np.arange(n) + max(-k, 0), np.arange(n) + max(k, 0)] = np.arange(n)
    return take(arrange.pad(x, (0, 1)), places, axis=0)


def diagflat(x, k=0):
    """The matrix with the flattened tensor on its diagonal."""
    return diag(reshape(x, -1), k)


def tri(N, M=None, k=0, dtype=None):
    """Ones on and below a diagonal, zeros above."""
    return Tensor(np.tri(N, M, k, dtypes.as_numpy(dtypes.name_of(dtype))))


def vander(x, N=None, increasing=False):
    """Powers of a vector as columns, falling unless `increasing`."""
    x = as_tensor(x)
    powers = np.arange(x.shape[0] if N is None else N, dtype=as_array(x).dtype)
    return elementwise.power(expand_dims(x, axis=-1), powers if increasing else powers[::-1].copy())


def corrcoef(x):
    """Correlations of the rows, from -1 to 1."""
    (x,) = _floats(x)
    x = x if len(x.shape) > 1 else expand_dims(x, axis=0)
    centred = subtract(x, reductions.mean(x, axis=1, keepdims=True))
    cov = matmul(centred, shapes.transpose(centred))
    spread = elementwise.sqrt(diagonal(cov))
    y = divide(divide(cov, expand_dims(spread, axis=0)), expand_dims(spread, axis=1))
    return elementwise.clip(y, -1.0, 1.0) if y.shape[0] > 1 else reshape(y, ())


def correlate(x1, x2, mode="valid"):
    """Σ_j x1_{i+j} x2_j: how well the shorter fits the longer at each place; 'valid', 'same' or 'full'."""
    x1, x2 = _floats(x1, x2)
    m, n = x1.shape[0], x2.shape[0]
    if mode not in ("valid", "same", "full"):
        raise ArgumentError("ops.correlate", expected="mode 'valid', 'same' or 'full'", got=repr(mode))
    turned = m < n and mode != "full"
    if turned:
        x1, x2, m, n = x2, x1, n, m
    before = {"valid": 0, "full": n - 1, "same": n // 2}[mode]
    after = {"valid": 0, "full": n - 1, "same": n - 1 - n // 2}[mode]
    padded = arrange.pad(x1, ((before, after),))
    places = np.arange(padded.shape[0] - n + 1, dtype="int32")[:, None] + np.arange(n, dtype="int32")
    y = matmul(take(padded, places, axis=0), x2)
    return arrange.flip(y) if turned else y


def cdist(x, y):
    """Distances between the rows of two tensors: (…, m, d) and (…, n, d) give (…, m, n)."""
    x, y = _floats(x, y)
    gap = subtract(expand_dims(x, axis=-2), expand_dims(y, axis=-3))
    squares = reductions.sum(elementwise.square(gap), axis=-1)
    zero = elementwise.equal(squares, 0.0)
    return elementwise.where(zero, 0.0, elementwise.sqrt(elementwise.where(zero, 1.0, squares)))


def select(condlist, choicelist, default=0):
    """At each place the first choice whose condition holds, else the default."""
    y = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = elementwise.where(condition, choice, y)
    return y


def i0(x):
    """Modified Bessel function of order 0: the mean of e^{x cos θ} round a circle, exact to rounding with 64 points."""
    (x,) = _floats(x)
    angles = np.cos(2 * math.pi * np.arange(64) / 64).astype(as_array(x).dtype)
    return reductions.mean(elementwise.exp(multiply(expand_dims(x, axis=-1), angles)), axis=-1)
