"""The engine's activations as trees for the page: each op's own spec, and its gradient's."""

from teachkeras import ops
from teachkeras.ops.spec import tree

ACTIVATIONS = ("sigmoid", "relu", "tanh")
# the operators of formula.js
PAGE_KNOWS = frozenset("+ - * / ** neg > < >= <= == max min where exp log sqrt abs sign tanh sin cos".split())


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
    trees = {"value": tree(op.spec), "slope": tree(op.gradient.spec), "params": dict(op.params)}
    return trees if {*_operators(trees["value"]), *_operators(trees["slope"])} <= PAGE_KNOWS else None


def _operators(node):
    if isinstance(node, list):
        yield node[0]
        for operand in node[1:]:
            yield from _operators(operand)
