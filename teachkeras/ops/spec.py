"""Specs: the maths as data.

A spec is a formula in Python's notation with the op's own argument names, such as ``"1 / (1 + exp(-x))"``. Tests hold
it against the code and, by SymPy, against the derivative; :func:`tree` turns it into nested lists that a browser
evaluates, so that what a page computes is what the engine computes.
"""

from __future__ import annotations

import ast

from teachkeras.errors import ArgumentError

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}


def tree(spec: str) -> object:
    """Return a spec as nested lists: ``[operator, operand, ...]``, names as strings, numbers as numbers.

    >>> tree("1 / (1 + exp(-x))")
    ['/', 1, ['+', 1, ['exp', ['neg', 'x']]]]
    >>> tree("where(x > 0, x, 0)")
    ['where', ['>', 'x', 0], 'x', 0]
    """
    return _node(ast.parse(spec, mode="eval").body, spec)


def _node(node: ast.AST, spec: str) -> object:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return ["neg", _node(node.operand, spec)]
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return [_BINARY[type(node.op)], _node(node.left, spec), _node(node.right, spec)]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        return [_COMPARE[type(node.ops[0])], _node(node.left, spec), _node(node.comparators[0], spec)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [node.func.id, *[_node(arg, spec) for arg in node.args]]
    if isinstance(node, ast.Tuple):
        return ["tuple", *[_node(item, spec) for item in node.elts]]
    raise ArgumentError("spec", expected="numbers, names, + - * / **, comparisons, calls", got=f"{ast.unparse(node)!r} in {spec!r}")
