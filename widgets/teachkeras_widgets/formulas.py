"""The engine's activations as trees for the page: each op's own spec, and its gradient's."""

import ast
import inspect

from teachkeras import activations, ops
from teachkeras.ops.spec import tree

ACTIVATIONS = ("sigmoid", "relu", "tanh")
# the operators of formula.js
PAGE_KNOWS = frozenset("+ - * / ** neg > < >= <= == max min where exp log sqrt abs sign tanh sin cos erf".split())


def functions(*more):
    """Value and slope of each activation as trees: the op's own spec, and its gradient's with ȳ = 1."""
    names = dict.fromkeys((*ACTIVATIONS, "linear", *more))
    table = {name: formula(name) for name in names}
    return {name: trees for name, trees in table.items() if trees is not None}


def formula(name):
    """The trees of the activation ``name``; None where it isn't elementwise or the page lacks one of its operators."""
    if name == "linear":
        return {"value": "x", "slope": 1, "params": {}}
    op = getattr(ops, name, None)
    if not getattr(op, "is_op", False) or op.inputs != ("x",) or not (op.spec and op.gradient and op.gradient.spec):
        return None
    params = {**op.params, **_defaults(name, op.params)}
    value, slope = (folded(tree(spec), params) for spec in (op.spec, op.gradient.spec))
    trees = {"value": value, "slope": slope, "params": params}
    return trees if {*operators(trees["value"]), *operators(trees["slope"])} <= PAGE_KNOWS else None


def _defaults(name, params):
    """What the activation of that name takes where a layer says nothing (Keras's gelu is the exact one)."""
    function = getattr(activations, name, None)
    if not inspect.isfunction(function):
        return {}
    given = inspect.signature(function).parameters
    return {key: given[key].default for key in params if key in given}


def folded(node, params):
    """The tree without the branches that a switch (``approximate=False``) rules out."""
    if not isinstance(node, list):
        return node
    if node[0] == "where" and isinstance(params.get(node[1] if isinstance(node[1], str) else None), bool):
        return folded(node[2] if params[node[1]] else node[3], params)
    return [node[0], *(folded(operand, params) for operand in node[1:])]


class _Switches(ast.NodeTransformer):
    """``a if c else b`` becomes ``where(c, a, b)``."""

    def visit_IfExp(self, node):
        self.generic_visit(node)
        return ast.Call(ast.Name("where"), [node.test, node.body, node.orelse], [])


def tree_of(formula):
    """The tree of one line of an optimizer's spec, switches included."""
    return tree(ast.unparse(ast.fix_missing_locations(_Switches().visit(ast.parse(formula, mode="eval")))))


def operators(node):
    """Every operator in a tree."""
    if isinstance(node, list):
        yield node[0]
        for operand in node[1:]:
            yield from operators(operand)
