"""What ``+``, ``[...]`` and ``.sum()`` mean on tensors: each is one of the ops."""

from teachkeras.ops import elementwise, products, reductions, shapes
from teachkeras.tensor import Operators

_BINARY = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "floordiv": elementwise.floor_divide,
    "mod": elementwise.mod,
    "pow": elementwise.power,
    "matmul": products.matmul,
    "and": elementwise.logical_and,
    "or": elementwise.logical_or,
}
_COMPARE = {
    "eq": elementwise.equal,
    "ne": elementwise.not_equal,
    "lt": elementwise.less,
    "le": elementwise.less_equal,
    "gt": elementwise.greater,
    "ge": elementwise.greater_equal,
}
_METHODS = {
    "sum": reductions.sum,
    "mean": reductions.mean,
    "max": reductions.max,
    "min": reductions.min,
    "var": reductions.var,
    "any": reductions.any,
    "all": reductions.all,
    "argmax": reductions.argmax,
    "argmin": reductions.argmin,
    "squeeze": shapes.squeeze,
    "swapaxes": products.swapaxes,
}


def _attach() -> None:
    for name, op in _BINARY.items():
        setattr(Operators, f"__{name}__", lambda self, other, op=op: op(self, other))
        setattr(Operators, f"__r{name}__", lambda self, other, op=op: op(other, self))
    for name, op in _COMPARE.items():
        setattr(Operators, f"__{name}__", lambda self, other, op=op: op(self, other))
    for name, op in _METHODS.items():
        setattr(Operators, name, lambda self, *args, op=op, **kwargs: op(self, *args, **kwargs))
    Operators.__neg__ = lambda self: elementwise.negative(self)
    Operators.__abs__ = lambda self: elementwise.absolute(self)
    Operators.__invert__ = lambda self: elementwise.logical_not(self)
    Operators.__getitem__ = lambda self, index: shapes.get_item(self, key=_plain(index))
    Operators.__hash__ = object.__hash__
    Operators.T = property(lambda self: shapes.transpose(self))
    Operators.astype = lambda self, dtype, copy=True: elementwise.cast(self, dtype=dtype)
    Operators.reshape = lambda self, *shape: shapes.reshape(self, newshape=shape[0] if _nested(shape) else shape)
    Operators.transpose = lambda self, *axes: shapes.transpose(self, axes=(axes[0] if _nested(axes) else axes) or None)


def _nested(args: tuple) -> bool:
    return len(args) == 1 and isinstance(args[0], (tuple, list))


def _plain(index: object) -> object:
    if isinstance(index, tuple):
        return tuple(_plain(part) for part in index)
    return index.data if isinstance(index, Operators) else index


_attach()
