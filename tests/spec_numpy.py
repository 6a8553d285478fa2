"""Array specs evaluated: ``"einsum('...i,io->...o', x, w) + b"``, ``"sum(x, axis) / n"``, ``"spread(y_bar) / n"``.

The names are those of the op's inputs and parameters, plus ``y``, ``y_bar``, the shape of each input (``x_shape``),
``n`` (how many entries a reduction folds) and ``eps``. The functions are plain NumPy, written independently of the
ops:

    sum, amax, amin, prod, cumsum   along `axis`, kept as length 1 if the op was asked to
    spread(y)                       the folded axes given back to y with length 1
    hits(x, y)                      1 where x is the extreme y of its row, shared among ties
    einsum                          letters that the output lacks are summed, "..." included
    place(y_bar, index, shape)      zeros of that shape, each y_bar added where `index` took it from
    along(indices, axis, shape)     the index that picks `indices` along `axis` (of the flattened array if None)
    unit(q), within(r)              q divided by its sum over `axis`; 1 where eps <= r <= 1 - eps
    back(subscripts, k)             the einsum of ȳ, the other factor and ones that gives factor k its gradient
"""

import math
import string

import numpy as np
import spec_windows

from teachkeras import config


def einsum(subscripts, *operands):
    """Einstein summation; ``...`` stands for leading axes that broadcast, and is summed if the output lacks it."""
    ins, out = subscripts.split("->")
    terms = ins.split(",")
    free = [c for c in string.ascii_uppercase]
    extra = [op.ndim - len(t.replace("...", "")) if "..." in t else 0 for t, op in zip(terms, operands, strict=True)]
    letters = "".join(free[: max(extra)])
    lengths = {c: 1 for c in letters}
    for n, op in zip(extra, operands, strict=True):
        for c, length in zip(letters[len(letters) - n :], op.shape, strict=False):
            lengths[c] = max(lengths[c], length)
    grown = [
        np.broadcast_to(op, (*[lengths[c] for c in letters[len(letters) - n :]], *op.shape[n:])) if n else op
        for n, op in zip(extra, operands, strict=True)
    ]
    named = [t.replace("...", letters[len(letters) - n :]) for t, n in zip(terms, extra, strict=True)]
    return np.einsum(f"{','.join(named)}->{out.replace('...', letters)}", *grown)


def place(y_bar, index, shape):
    """Add each entry where the index took it from, one by one."""
    numbers = np.arange(math.prod(shape)).reshape(shape)[index]
    out = np.zeros(math.prod(shape))
    for k, v in zip(np.ravel(numbers), np.ravel(y_bar), strict=True):
        out[k] += v
    return out.reshape(shape)


def along(indices, axis, shape):
    if axis is None:
        return np.unravel_index(indices % math.prod(shape), shape)
    return (slice(None),) * (axis % len(shape)) + (indices,)


def untile(y_bar, shape):
    """Cut into blocks of that shape, and add them up."""
    shape = (1,) * (y_bar.ndim - len(shape)) + tuple(shape)
    total = np.zeros(shape)
    for start in np.ndindex(*[big // n for big, n in zip(y_bar.shape, shape, strict=True)]):
        total += y_bar[tuple(slice(k * n, k * n + n) for k, n in zip(start, shape, strict=True))]
    return total


def inside(y_bar, pad_width, shape):
    before = np.broadcast_to(pad_width, (len(shape), 2))[:, 0]
    return y_bar[tuple(slice(a, a + n) for a, n in zip(before, shape, strict=True))]


def place_along(y_bar, indices, axis, shape):
    numbers = np.arange(math.prod(shape)).reshape(shape)
    return place(y_bar, np.unravel_index(np.take_along_axis(numbers, indices, axis), shape), shape)


def back(subscripts, k):
    ins, out = subscripts.split("->")
    factors = ins.split(",")
    return ",".join([out, *factors[:k], *factors[k + 1 :], factors[k]]) + "->" + factors[k]


def namespace(op, sample, y=None, y_bar=None):
    """Return the names that the specs of `op` may use on this sample."""
    given = {**op.params, **sample.params}
    if op.variadic:
        names = {"xs": list(sample.inputs), "shapes": [x.shape for x in sample.inputs]}
    else:
        names = dict(zip(op.inputs, [np.zeros(()) if x is None else x for x in sample.inputs], strict=True))
        names |= {f"{name}_shape": np.shape(x) for name, x in zip(op.inputs, sample.inputs, strict=True)}
    first = max((x for x in sample.inputs if x is not None), key=np.ndim)
    if op.keeps:
        names |= dict(zip(op.keeps, op.function(*sample.inputs, **sample.params)[1:], strict=True))
    axis = given.get("axis")
    axes = tuple(range(first.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(first.ndim, 1))
    axes = tuple(int(a) for a in axes)
    n = math.prod(first.shape[a] for a in axes)
    keepdims = bool(given.get("keepdims"))

    def spread(a):
        return a if keepdims else np.expand_dims(a, axes)

    def fold(function):
        initial = (
            {"initial": given["initial"]} if given.get("initial") is not None and function in (np.max, np.min) else {}
        )
        return lambda a, axis=None: function(a, axis=axes, keepdims=keepdims, **initial)

    def picked(function):
        return lambda a, axis=None: function(a, axis=axis, keepdims=keepdims)

    def hits(x, y):
        hit = (x == spread(y)).astype(float)
        return hit / np.maximum(hit.sum(axis=axes, keepdims=True), 1)

    def others(x):
        rows = np.moveaxis(x, axes, range(-len(axes), 0))
        flat = rows.reshape(-1, n)
        without = np.stack([np.prod(np.delete(flat, k, 1), 1) for k in range(n)], 1)
        return np.moveaxis(without.reshape(rows.shape), range(-len(axes), 0), axes)

    def unit(q):
        return q / np.sum(q, axis=axes, keepdims=True)

    def within(r):
        return (r >= config.epsilon()) * (r <= 1 - config.epsilon())

    functions = {
        "unit": unit, "within": within, "softmax": lambda a: unit(np.exp(a)),
        "log_softmax": lambda a: np.log(unit(np.exp(a))),
        "back": back, "along": along, "ones": np.ones, "argmax": picked(np.argmax), "argmin": picked(np.argmin),
        "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "where": np.where,
        "clip": np.clip,
        "sum": fold(np.sum), "amax": fold(np.max), "amin": fold(np.min), "prod": fold(np.prod), "spread": spread,
        "hits": hits,
        "einsum": einsum, "place": place, "reshape": np.reshape, "transpose": np.transpose, "swapaxes": np.swapaxes,
        "expand_dims": lambda a, axis: np.expand_dims(a, tuple(axis) if isinstance(axis, list) else axis),
        "squeeze": np.squeeze, "broadcast_to": np.broadcast_to, "concatenate": np.concatenate, "take": np.take,
        "split": lambda a, at, axis: tuple(np.split(a, at, axis)), "others": others, "untile": untile,
        "inside": inside, "place_along": place_along,
        "argsort_of": lambda a, axis: np.argsort(a, axis, kind="stable"), "eye": np.eye, "moveaxis": np.moveaxis,
        "argsort": lambda a: None if a is None else np.argsort([k % len(a) for k in a]), "cumsum": np.cumsum,
        "flip": np.flip,
        "tile": np.tile, "pad": np.pad, "roll": np.roll,
        "negative": lambda s: tuple(np.negative(s)) if isinstance(s, tuple) else -s, "tril": np.tril, "triu": np.triu,
        "any": fold(np.any), "all": fold(np.all), "arange": np.arange,
        "take_along_axis": np.take_along_axis,
    }  # fmt: skip
    functions |= spec_windows.functions(op, sample)
    return {**functions, **given, **names, "y": y, "y_bar": y_bar, "n": n, "eps": config.epsilon(), "inf": np.inf}


def evaluate(spec, op, sample, y=None, y_bar=None):
    """Return the value of an array spec on a sample."""
    return eval(spec, {"__builtins__": {}, **namespace(op, sample, y, y_bar)})
