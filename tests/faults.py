"""Faults planted by machine: one small change in the source of a function, compiled and put in its place.

``mutants(function)`` yields every way in which one place of the function's syntax tree can go wrong: a sign, a term, a
factor, a scale, an index or an axis, a comparison, a function's name, swapped results, a forgotten gradient.
``edited(function, old, new)`` makes one chosen change in the text.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator

SWAPPED = {
    "sin": "cos", "cos": "sin", "exp": "cos", "log": "exp", "log1p": "log", "expm1": "exp", "tanh": "sin",
    "sqrt": "square",
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax",
    "logical_and": "logical_or", "logical_or": "logical_and", "any": "all", "all": "any", "sum": "mean", "mean": "sum",
    "square": "sqrt", "absolute": "negative", "floor": "ceil", "ceil": "floor", "add": "subtract", "subtract": "add",
    "multiply": "add", "divide": "multiply", "var": "std", "zeros": "ones", "ones": "zeros", "sinh": "cosh",
    "cosh": "sinh",
    "reciprocal": "square", "negative": "absolute", "tril": "triu", "triu": "tril", "log2": "log10", "log10": "log2",
    "arcsin": "arctan", "arctan": "arcsinh", "arcsinh": "arctan", "tan": "sin", "cumsum": "cumprod", "prod": "sum",
    "erf": "tanh", "sign": "cos", "abs": "negative", "power": "multiply", "mod": "floor_divide",
}  # fmt: skip
COMPARED = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OTHER_SIGN = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Mod: ast.FloorDiv}


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield (what is wrong, the node to put here) for one node."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "sign dropped", node.operand
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_SIGN:
        yield "operation", ast.BinOp(node.left, OTHER_SIGN[type(node.op)](), node.right)
        yield "right part dropped", node.left
        if not isinstance(node.op, ast.Div):
            yield "left part dropped", node.right
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        yield "comparison", ast.Compare(node.left, [COMPARED[type(node.ops[0])]()], node.comparators)
    if isinstance(node, ast.Constant) and type(node.value) is float:
        yield "scale", ast.Constant(node.value * 1.5 + 0.25)
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "index or axis", ast.Constant(node.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "switch", ast.Constant(not node.value)
    if (
        isinstance(node, ast.Attribute)
        and node.attr in SWAPPED
        and isinstance(node.value, ast.Name)
        and node.value.id == "np"
    ):
        yield f"np.{node.attr}", ast.Attribute(node.value, SWAPPED[node.attr], node.ctx)
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield "results swapped", ast.Tuple(node.elts[::-1], node.ctx)
    if isinstance(node, ast.IfExp):
        yield "branches swapped", ast.IfExp(node.test, node.orelse, node.body)


def _definition(function: Callable) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    definition.decorator_list = []
    return definition


def _compiled(definition: ast.FunctionDef, like: Callable) -> Callable:
    module = ast.fix_missing_locations(ast.Module([definition], []))
    scope = {}
    code = compile(module, f"<fault in {like.__name__}>", "exec", dont_inherit=True, flags=0)
    exec(code, like.__globals__, scope)
    made = scope[definition.name]
    made.__kwdefaults__ = like.__kwdefaults__
    return made


def _sites(definition: ast.FunctionDef) -> list[ast.AST]:
    """Return the nodes of the body that may change: not the signature, the docstring, or what only raises errors."""
    found = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, (ast.Raise, ast.Assert, ast.ExceptHandler)) or (
            isinstance(node, ast.If) and _only_raises(node)
        ):
            return
        if isinstance(node, ast.keyword) and node.arg in (
            "strict",
            "copy",
            "optimize",
        ):  # change nothing that is computed
            return
        found.append(node)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in definition.body:
        visit(statement)
    return found


def _only_raises(node: ast.If) -> bool:
    return isinstance(node.body[-1], ast.Raise) and not node.orelse


def mutants(function: Callable) -> Iterator[tuple[str, Callable]]:
    """Yield (description, changed function) for every change of every place."""
    original = _definition(function)
    for index, site in enumerate(_sites(original)):
        for number, (what, _) in enumerate(_changes(site)):
            changed = copy.deepcopy(original)
            target = _sites(changed)[index]
            _, new = list(_changes(target))[number]
            _Replace(target, new).visit(changed)
            yield f"{function.__name__}: {what} in {ast.unparse(site)!r}", _compiled(changed, function)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def edited(function: Callable, old: str, new: str) -> Callable:
    """Return the function with `old`, which must stand once in its source, replaced by `new`."""
    source = ast.unparse(_definition(function))
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in\n{source}"
    return _compiled(ast.parse(source.replace(old, new)).body[0], function)
