"""Formulas in print: a spec with its names, or with numbers in their places, as text and as LaTeX; and its value."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping

import numpy as np

_TEXT = {ast.Add: " + ", ast.Sub: " - ", ast.Mult: " · ", ast.Div: " / ", ast.Pow: "**"}
_APPLY: dict[type, Callable] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
    ast.Gt: lambda a, b: a > b,
    ast.Lt: lambda a, b: a < b,
    ast.GtE: lambda a, b: a >= b,
    ast.LtE: lambda a, b: a <= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
_COMPARED = {ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"}
_FUNCTIONS: dict[str, Callable] = {
    "max": max, "min": min, "abs": abs, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh,
    "sin": math.sin, "cos": math.cos, "sign": lambda x: float(np.sign(x)), "where": lambda c, a, b: a if c else b,
}  # fmt: skip
_STRENGTH = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.Pow: 4}
_GREEK = {
    "alpha": r"\alpha",
    "beta_1": r"\beta_1",
    "beta_2": r"\beta_2",
    "epsilon": r"\epsilon",
    "lr": r"\eta",
    "rho": r"\rho",
}


def say(value: float, digits: int = 4) -> str:
    """Return a number as people write it.

    >>> say(0.123456), say(-2.0), say(1e-9), say(3)
    ('0.1235', '-2', '1e-09', '3')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e6 else f"{value:.{digits}g}"


def say_tex(value: float, digits: int = 4) -> str:
    r"""Return a number in LaTeX.

    >>> say_tex(1.5e-9)
    '1.5\\cdot 10^{-9}'
    """
    mantissa, _, exponent = say(value, digits).partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def say_entry(entry: tuple) -> str:
    """Return an index as text: ``[0, 3]``, or nothing for a scalar's."""
    return f"[{', '.join(str(int(i)) for i in entry)}]" if entry else ""


def parsed(spec: str) -> ast.expr:
    """Return a spec as a syntax tree."""
    return ast.parse(spec, mode="eval").body


def evaluate(node: ast.expr, known: Mapping[str, float]) -> float:
    """Return the value of a spec for these numbers.

    >>> evaluate(parsed("x * 2 if flag else max(x, 0)"), {"x": -3.0, "flag": False})
    0

    Raises:
        KeyError: it uses a name or a function that is not known.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known[node.id]
    if isinstance(node, ast.UnaryOp):
        value = evaluate(node.operand, known)
        return not value if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.BinOp):
        return _APPLY[type(node.op)](evaluate(node.left, known), evaluate(node.right, known))
    if isinstance(node, ast.Compare):
        return _APPLY[type(node.ops[0])](evaluate(node.left, known), evaluate(node.comparators[0], known))
    if isinstance(node, ast.IfExp):
        return evaluate(node.body if evaluate(node.test, known) else node.orelse, known)
    if isinstance(node, ast.Call):
        if node.func.id == "where":  # the branch that is not taken may be undefined here
            chosen = node.args[1] if evaluate(node.args[0], known) else node.args[2]
            return evaluate(chosen, known)
        return _FUNCTIONS[node.func.id](*[evaluate(arg, known) for arg in node.args])
    raise KeyError(ast.dump(node))


def text(node: ast.expr, known: Mapping[str, float] | None = None) -> str:
    """Return a spec in print, with its names or, where `known` is given, with numbers in their places.

    >>> text(parsed("1 / (1 + exp(-x))")), text(parsed("1 / (1 + exp(-x))"), {"x": -0.5})
    ('1 / (1 + exp(-x))', '1 / (1 + exp(-(-0.5)))')
    """
    return _written(node, known, 0, right=False)


def _written(node: ast.expr, known: Mapping | None, around: int, right: bool) -> str:
    if isinstance(node, ast.Constant):
        return say(node.value)
    if isinstance(node, ast.Name):
        written = node.id if known is None else say(known[node.id])
        return f"({written})" if written.startswith("-") and around else written
    if isinstance(node, ast.UnaryOp):
        inner = _written(node.operand, known, 3, right=True)
        return f"({'-' + inner})" if around > 1 else f"-{inner}"
    if isinstance(node, ast.BinOp):
        mine = _STRENGTH[type(node.op)]
        left = _written(node.left, known, mine, right=isinstance(node.op, ast.Pow))
        other = _written(node.right, known, mine, right=True)
        whole = left + ("^" if isinstance(node.op, ast.Pow) else _TEXT[type(node.op)]) + other
        return f"({whole})" if around > mine or (around == mine and right) else whole
    if isinstance(node, ast.Compare):
        sides = [_written(side, known, 0, right=False) for side in (node.left, node.comparators[0])]
        return f"({f' {_COMPARED[type(node.ops[0])]} '.join(sides)})"
    if isinstance(node, ast.IfExp):
        if known is not None:
            return _written(node.body if evaluate(node.test, known) else node.orelse, known, around, right)
        parts = [_written(part, known, 0, right=False) for part in (node.body, node.test, node.orelse)]
        return f"({parts[0]} if {parts[1]}, else {parts[2]})"
    if isinstance(node, ast.Call):
        if known is not None and node.func.id == "where":
            return _written(node.args[1 if evaluate(node.args[0], known) else 2], known, around, right)
        return f"{node.func.id}({', '.join(_written(arg, known, 0, right=False) for arg in node.args)})"
    return ast.unparse(node)


def tex(node: ast.expr, known: Mapping[str, float] | None = None) -> str:
    r"""Return a spec in LaTeX, with its names or with numbers.

    >>> tex(parsed("x / sqrt(v)"), {"x": 1.0, "v": 4.0})
    '\\frac{1}{\\sqrt{4}}'
    """
    return _typeset(node, known, 0, right=False)


def _typeset(node: ast.expr, known: Mapping | None, around: int, right: bool) -> str:
    def inner(part: ast.expr) -> str:
        return _typeset(part, known, 0, right=False)

    if isinstance(node, ast.Constant):
        return say_tex(node.value)
    if isinstance(node, ast.Name):
        written = _symbol(node.id) if known is None else say_tex(known[node.id])
        return (
            f"({written})" if around and (written.startswith("-") or (r"\cdot" in written and around > 3)) else written
        )
    if isinstance(node, ast.UnaryOp):
        written = "-" + _typeset(node.operand, known, 3, right=True)
        return f"({written})" if around > 1 else written
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Div):
            return rf"\frac{{{inner(node.left)}}}{{{inner(node.right)}}}"
        mine = _STRENGTH[type(node.op)]
        if isinstance(node.op, ast.Pow):
            return f"{_typeset(node.left, known, 4, right=True)}^{{{inner(node.right)}}}"
        sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: r"\,\cdot\," if known is not None else r"\,"}[type(node.op)]
        whole = _typeset(node.left, known, mine, right=False) + sign + _typeset(node.right, known, mine, right=True)
        return f"({whole})" if around > mine or (around == mine and right) else whole
    if isinstance(node, ast.IfExp) and known is not None:
        return _typeset(node.body if evaluate(node.test, known) else node.orelse, known, around, right)
    if isinstance(node, ast.Call):
        if node.func.id == "where" and known is not None:
            return _typeset(node.args[1 if evaluate(node.args[0], known) else 2], known, around, right)
        if node.func.id == "sqrt":
            return rf"\sqrt{{{inner(node.args[0])}}}"
        if node.func.id == "abs":
            return f"|{inner(node.args[0])}|"
        name = rf"\{node.func.id}" if node.func.id in ("exp", "log", "max", "min", "tanh", "sin", "cos") else (
            rf"\mathrm{{{node.func.id}}}"
        )  # fmt: skip
        return f"{name}({', '.join(inner(arg) for arg in node.args)})"
    return rf"\text{{{text(node, known)}}}"


def _symbol(name: str) -> str:
    if name.endswith("_bar"):
        return rf"\bar {_symbol(name[:-4])}"
    return _GREEK.get(name, name if len(name) == 1 else rf"\mathrm{{{name.replace('_', ' ')}}}")
