"""Which entry of an array is worked out, and what a worked entry comes to: shared by the ``worked…`` modules."""

import math

import numpy as np

TERMS = 4  # products written out
CELLS = (24, 32)  # the entry is one of those that the page shows
OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    "max": max,
    "min": min,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
}


def place(values, row, column, kernel=False):
    """The full index of square (row, column) of the piece that the page shows of ``values``.

    >>> place(np.zeros((8, 6, 6, 3)), 2, 4), place(np.zeros((8, 5, 3)), 2, 1), place(np.zeros(4), 0, 3)
    ((0, 2, 4, 0), (0, 2, 1), (3,))
    >>> place(np.zeros((3, 3, 2, 8)), 1, 2, kernel=True)
    (1, 2, 0, 0)
    """
    if values.ndim < 2:
        return (column,)[: values.ndim]
    if values.ndim == 4:
        return (row, column, 0, 0) if kernel else (0, row, column, 0)
    return (*(0,) * (values.ndim - 2), row, column)


def shown(values, kernel=False):
    """The rows and columns of ``values`` that the page shows."""
    if values.ndim == 4:
        values = values[:, :, 0, 0] if kernel else values[0, :, :, 0]
    while values.ndim > 2:
        values = values[0]
    return np.atleast_2d(values)[: CELLS[0], : CELLS[1]]


def entry(values, kernel=False):
    """Row and column of the largest entry of those shown."""
    table = shown(values, kernel)
    largest = int(np.nanargmax(np.abs(table))) if np.isfinite(table).any() else 0
    row, column = np.unravel_index(largest, table.shape)
    return int(row), int(column)


def sum_of(x, w=None, bias=None, divide=None):
    """Σ xᵢwᵢ + bias, the largest terms written out: what the page needs. Without ``w``, Σ xᵢ, divided by ``divide``."""
    x = np.asarray(x, "float64").reshape(-1)
    products = x if w is None else x * np.asarray(w, "float64").reshape(-1)
    order = np.argsort(-np.abs(products), kind="stable")[:TERMS]
    pairs = [[number(x[i])] if w is None else [number(x[i]), number(np.reshape(w, -1)[i])] for i in order]
    return {
        "terms": pairs,
        "rest": float(products.sum() - products[order].sum()),
        "more": len(products) - len(order),
        "bias": bias,
        "divide": divide,
    }


def total(trees):
    """One tree for the sum a + b + c …."""
    first, *others = trees
    for each in others:
        first = ["+", first, each]
    return first


def put(node, known):
    """A formula's tree with numbers in the place of names."""
    if isinstance(node, list):
        return [node[0], *(put(operand, known) for operand in node[1:])]
    if isinstance(node, str) and isinstance(known.get(node), (int, float)):
        return float(known[node])
    return known[node] if isinstance(node, str) and isinstance(known.get(node), list) else node


def simplified(node):
    """A tree of numbers without what adds or multiplies nothing.

    >>> simplified(["+", 0.5, ["-", ["*", 0.0, 0.0], ["*", 0.01, 3.0]]])
    ['-', 0.5, ['*', 0.01, 3.0]]
    """
    if not isinstance(node, list):
        return node
    operator, *operands = [node[0], *map(simplified, node[1:])]
    first, last = operands[0], operands[-1]
    if operator == "*" and 0 in (first, last):
        return 0.0
    if operator in "+-" and len(operands) == 2 and last == 0:
        return first
    if operator in "+-" and len(operands) == 2 and first == 0:
        return last if operator == "+" else ["neg", last]
    if operator == "+" and isinstance(last, list) and last[0] == "neg":
        return ["-", first, last[1]]
    return [operator, *operands]


def number(value):
    """A plain float."""
    return float(value)


def value_of(node):
    """What a tree of numbers comes to; None where it holds an operator of the page's own."""
    if not isinstance(node, list):
        return None if isinstance(node, str) else float(node)
    operands = [value_of(operand) for operand in node[1:]]
    if node[0] not in OPERATORS or None in operands:
        return None
    try:
        return OPERATORS[node[0]](*operands)
    except (ValueError, OverflowError, ZeroDivisionError):
        return float("nan")


def agrees(found):
    """Does what would be shown come to the engine's number?"""
    if "terms" in found:
        value = sum(math.prod(term) for term in found["terms"]) + found["rest"] + (found["bias"] or 0.0)
        value = value / (found["divide"] or 1)
        value = OPERATORS[found["outer"]](value) if found.get("outer") else value
    else:
        value = value_of(found["lines"][-1][1])
    return value is None or np.isclose(value, found["result"], rtol=2e-3, atol=1e-5, equal_nan=True)
