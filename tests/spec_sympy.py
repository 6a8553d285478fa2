"""Specs as SymPy expressions: the lists of ``teachkeras.ops.spec.tree`` translated node by node.

``max``, ``min``, ``abs`` and ``where`` become piecewise functions, so that ``sympy.diff`` gives the slope of each
piece; ``floor`` and ``sign`` are functions whose slope is 0 wherever they have one.
"""

import functools
import math

import numpy as np
import sympy as sp

from teachkeras.ops.spec import tree


class Floor(sp.Function):
    """The next integer downwards, flat between the jumps."""

    def fdiff(self, argindex=1):
        return sp.Integer(0)


class Step(sp.Function):
    """The sign, flat on both sides."""

    def fdiff(self, argindex=1):
        return sp.Integer(0)


class Erf(sp.Function):
    """The error function, so that it is evaluated by Python's own and not by SymPy's rules."""

    def fdiff(self, argindex=1):
        return 2 / sp.sqrt(sp.pi) * sp.exp(-(self.args[0] ** 2))


def _where(condition, yes, no):
    return sp.Piecewise((yes, condition), (no, True))


def _times(a, b):
    """A product; of two conditions, their "and"."""
    return sp.And(a, b) if isinstance(a, sp.core.relational.Relational) else a * b


CALLS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": _times,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    ">": sp.Gt,
    "<": sp.Lt,
    ">=": sp.Ge,
    "<=": sp.Le,
    "==": sp.Eq,
    "!=": sp.Ne,
    "max": lambda a, b: _where(a >= b, a, b),
    "min": lambda a, b: _where(a <= b, a, b),
    "abs": lambda a: _where(a >= 0, a, -a),
    "where": _where,
    "floor": Floor,
    "ceil": lambda a: -Floor(-a),
    "sign": Step,
    "erf": Erf,
}
CALLS |= {name: getattr(sp, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")}
CALLS |= {name: getattr(sp, name) for name in ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh")}
FUNCTIONS = {"Floor": np.floor, "Step": np.sign, "Erf": np.vectorize(math.erf, otypes=[float])}


def expression(spec, names):
    """Return a spec as SymPy expressions, one for each entry of a tuple; `names` maps its names to expressions."""
    return _expression(spec, tuple(names.items()))


@functools.cache
def _expression(spec, items):
    names = dict(items)

    def build(node):
        if isinstance(node, str):
            return names[node]
        if isinstance(node, list):
            return CALLS[node[0]](*[build(part) for part in node[1:]])
        return sp.sympify(node)

    parsed = tree(spec)
    several = isinstance(parsed, list) and parsed[0] == "tuple"
    return tuple(build(part) for part in (parsed[1:] if several else [parsed]))


@functools.cache
def slope(expr, symbol):
    """Return the derivative of an expression."""
    return sp.diff(expr, symbol)


@functools.cache
def _compiled(expr, symbols):
    return sp.lambdify(symbols, expr, modules=[FUNCTIONS, "numpy"])


def evaluate(expr, values):
    """Return the value of an expression at arrays that broadcast, given as {symbol: array}."""
    with np.errstate(all="ignore"):
        result = _compiled(expr, tuple(values))(*np.broadcast_arrays(*values.values()))
    return np.broadcast_to(result, np.broadcast_shapes(*[np.shape(v) for v in values.values()]))
