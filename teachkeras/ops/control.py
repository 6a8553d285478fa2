"""Choosing and repeating: branches, loops and scans, plain Python underneath. What runs is on the tape like any other step."""

from teachkeras import tree
from teachkeras.errors import ArgumentError
from teachkeras.ops.shapes import as_tensor, concatenate, get_item, stack
from teachkeras.tensor import as_array


def _first_length(structure):
    return as_tensor(tree.flatten(structure)[0]).shape[0]


def _at(structure, k):
    return tree.map_structure(lambda x: get_item(as_tensor(x), key=k), structure)


def _stacked(rows):
    return tree.map_structure(lambda *parts: stack([as_tensor(p) for p in parts], axis=0), *rows)


def cond(pred, true_fn, false_fn):
    """Call one of two functions of no arguments."""
    return true_fn() if bool(as_array(pred)) else false_fn()


def switch(index, branches, *operands):
    """Call the branch with that number; numbers out of range take the nearest."""
    return branches[min(max(int(as_array(index)), 0), len(branches) - 1)](*operands)


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """Call `body` on the loop variables as long as `cond` holds."""
    many = isinstance(loop_vars, (tuple, list))
    state, steps = (tuple(loop_vars) if many else (loop_vars,)), 0
    while (maximum_iterations is None or steps < maximum_iterations) and bool(as_array(cond(*state))):
        state, steps = body(*state), steps + 1
        state = tuple(state) if isinstance(state, (tuple, list)) else (state,)
    state = tuple(tree.map_structure(as_tensor, s) for s in state)
    return state if many else state[0]


def fori_loop(lower, upper, body_fun, init_val):
    """Call ``body_fun(i, value)`` for i from `lower` up to but not including `upper`."""
    value = init_val
    for i in range(int(as_array(lower)), int(as_array(upper))):
        value = body_fun(i, value)
    return tree.map_structure(as_tensor, value)


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Carry a state along the first axis: ``carry, y = f(carry, x)``; returns the last carry and all y.

    >>> import teachkeras.ops as o
    >>> last, ys = o.scan(lambda c, x: (c + x, c), o.array(0), o.array([1, 2, 3]))
    >>> int(last), ys.tolist()
    (6, [0, 1, 3])
    """
    if not callable(f):
        raise ArgumentError("ops.scan", expected="a function f(carry, x)", got=repr(f))
    n = int(length) if xs is None else _first_length(xs)
    carry, ys = init, [None] * n
    for k in reversed(range(n)) if reverse else range(n):
        carry, ys[k] = f(carry, None if xs is None else _at(xs, k))
    empty = not n or all(y is None for y in ys)
    return tree.map_structure(as_tensor, carry), None if empty else _stacked(ys)


def associative_scan(f, elems, reverse=False, axis=0):
    """Running results x₁, f(x₁, x₂), f(f(x₁, x₂), x₃) and so on, of an f that may be bracketed as one likes."""

    def part(k):
        return tree.map_structure(
            lambda x: get_item(as_tensor(x), key=(slice(None),) * (axis % len(x.shape)) + (slice(k, k + 1),)), elems
        )

    first = as_tensor(tree.flatten(elems)[0])
    order = range(first.shape[axis])
    order = list(reversed(order)) if reverse else list(order)
    results = [part(order[0])]
    for k in order[1:]:
        results.append(f(results[-1], part(k)))
    results = results[::-1] if reverse else results
    return tree.map_structure(lambda *parts: concatenate(list(parts), axis=axis), *results)


def map(f, xs):
    """Call `f` on each slice along the first axis, and stack what it returns."""
    return _stacked([f(_at(xs, k)) for k in range(_first_length(xs))])


def vectorized_map(function, elements):
    """Call a function on each slice along the first axis, and stack what it returns."""
    return map(function, elements)


def vectorize(pyfunc, *, excluded=None, signature=None):
    """Make a function of numbers (or, by a signature such as ``"(n)->()"``, of last axes) one of whole tensors."""
    import numpy as np

    from teachkeras.ops.shapes import broadcast_to, reshape

    ranks = [
        len([n for n in part.strip("() ").split(",") if n]) for part in (signature or "").split("->")[0].split("),")
    ]

    def over_all(*args, **kwargs):
        skip = set(excluded or ())
        at = [k for k in range(len(args)) if k not in skip]
        xs = {k: as_tensor(args[k]) for k in at}
        core = {k: ranks[j] if signature else 0 for j, k in enumerate(at)}
        lead = np.broadcast_shapes(*[tuple(x.shape)[: len(x.shape) - core[k]] for k, x in xs.items()])
        flat = {}
        for k, x in xs.items():
            inner = tuple(x.shape)[len(x.shape) - core[k] :]
            flat[k] = reshape(broadcast_to(x, lead + inner), (-1, *inner))
        n = next(iter(flat.values())).shape[0]
        rows = [pyfunc(*[flat[k][i] if k in flat else a for k, a in enumerate(args)], **kwargs) for i in range(n)]
        return tree.map_structure(lambda y: reshape(y, (*lead, *y.shape[1:])), _stacked(rows))

    return over_all


def custom_gradient(f):
    """Decorator: `f` returns (output, grad), where ``grad(upstream)`` gives the gradient of each input.

    >>> import teachkeras as tk
    >>> @custom_gradient
    ... def twice_as_steep(x):
    ...     return x * x, lambda *args, upstream=None: 4.0 * x * (args[0] if upstream is None else upstream)
    >>> x = tk.ops.array([3.0])
    >>> with tk.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = twice_as_steep(x)
    >>> tape.gradient(y, x).tolist()
    [12.0]
    """
    import functools
    import inspect

    from teachkeras.ops.op import Op
    from teachkeras.tensor import Tensor

    @functools.wraps(f)
    def run(*args, **kwargs):
        kept = {}

        def forward(*xs):
            kept["y"], kept["grad"] = f(*[Tensor(x) for x in xs], **kwargs)
            return as_array(kept["y"])

        def backward(y_bar, want):
            grad = kept["grad"]
            named = "upstream" in inspect.signature(grad).parameters
            bars = grad(upstream=as_tensor(y_bar)) if named and _only_keyword(grad) else grad(as_tensor(y_bar))
            bars = bars if isinstance(bars, (tuple, list)) else (bars,)
            return tuple(None if not w or b is None else as_array(b) for b, w in zip(bars, want, strict=False))

        one = Op(forward, tex=r"y = f(x)", reason="a gradient of the user's own", shape=lambda *shapes: shapes[0])
        one.name = one.__name__ = getattr(f, "__name__", "custom_gradient")
        one.vjp(tex=r"\bar x = \text{grad}(\bar y)", once=True)(backward)
        return one(*args)

    return run


def _only_keyword(function):
    import inspect

    kind = inspect.signature(function).parameters["upstream"].kind
    return kind is inspect.Parameter.KEYWORD_ONLY
