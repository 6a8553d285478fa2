"""What each op becomes in ONNX: ``OPS[name](call) -> the name of the output, or a list of names``.

Source: ONNX operator schemas, opset 20.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops.op import Op
from teachkeras.symbolic import Node, SymbolicTensor

OPS: dict[str, Callable] = {}


@dataclass
class Call:
    """One op to be written.

    Attributes:
        g: The writer.
        op: The op's name.
        inputs: Its tensors, in order: symbolic ones, arrays, variables, None.
        params: Its settings by name.
        outputs: The symbolic tensors that it gives.
    """

    g: object
    op: str
    inputs: list
    params: dict
    outputs: list[SymbolicTensor]

    @property
    def dtype(self) -> str:
        """The number type of the first output."""
        return self.outputs[0].dtype

    def x(self, place: int = 0, dtype: str | None = None) -> str:
        """Return the name of an input's value, in the output's number type or another."""
        return self.g.ref(self.inputs[place], dtype or self.dtype)

    def shape(self, place: int = 0) -> tuple:
        """Return an input's shape."""
        return tuple(np.shape(t) if (t := self.inputs[place]) is not None and not hasattr(t, "shape") else t.shape)

    def axes(self, place: int = 0) -> list[int]:
        """Return the axes that the setting ``axis`` means, counted from the front; all of them for None."""
        axis, rank = self.params.get("axis"), len(self.shape(place))
        axis = range(rank) if axis is None else [axis] if isinstance(axis, (int, np.integer)) else axis
        return sorted(int(a) % rank for a in axis)

    def add(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node named after the op."""
        return self.g.add(kind, list(inputs), self.op.strip("_"), **attributes)

    def number(self, value: float, dtype: str | None = None) -> str:
        """Add a constant of the output's number type."""
        return self.g.constant(value, dtype or self.dtype)

    def refuse(self, expected: str, got: object) -> ArgumentError:
        """Return the error for a setting without an ONNX form here."""
        return ArgumentError(f"export to ONNX: ops.{self.op}", expected=expected, got=str(got))


def write_op(g: object, op: Op, node: Node) -> list[str]:
    """Write one op; return the names of its outputs."""
    from teachkeras.export import _onnx_arrange, _onnx_windows  # noqa: F401  they fill the table

    if op.name not in OPS:
        raise ArgumentError("export to ONNX", expected=f"one of the ops {', '.join(sorted(OPS))}", got=f"ops.{op.name}")
    if len(op.inputs) == 1 and op.inputs[0].endswith("s"):  # any number of tensors
        inputs, params = list(node.args), {**op.params, **node.kwargs}
    else:
        given = dict(zip([*op.inputs, *op.params], node.args, strict=False)) | node.kwargs
        inputs = [given.get(name) for name in op.inputs]
        params = {name: given.get(name, usual) for name, usual in op.params.items()}
    names = OPS[op.name](Call(g, op.name, inputs, params, node.outputs))
    return names if isinstance(names, list) else [names]


def writes(*names: str) -> Callable:
    """Decorator: this function writes these ops."""

    def note(function: Callable) -> Callable:
        OPS.update(dict.fromkeys(names, function))
        return function

    return note


# --- one tensor ------------------------------------------------------------------------------------------------------

PLAIN = {
    "negative": "Neg", "absolute": "Abs", "sqrt": "Sqrt", "reciprocal": "Reciprocal", "exp": "Exp", "log": "Log",
    "sin": "Sin", "cos": "Cos", "tan": "Tan", "tanh": "Tanh", "sinh": "Sinh", "cosh": "Cosh", "arcsin": "Asin",
    "arccos": "Acos", "arctan": "Atan", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh", "erf": "Erf",
    "floor": "Floor", "ceil": "Ceil", "sign": "Sign", "sigmoid": "Sigmoid", "relu": "Relu", "softplus": "Softplus",
    "softsign": "Softsign", "selu": "Selu", "copy": "Identity", "stop_gradient": "Identity", "logical_not": "Not",
}  # fmt: skip
for _name, _kind in PLAIN.items():
    writes(_name)(lambda c, kind=_kind: c.add(kind, c.x()))
# dropout and the like act in training only
writes("dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout")(lambda c: c.add("Identity", c.x()))
writes("cast")(lambda c: c.x() if c.inputs[0].dtype != c.dtype else c.add("Identity", c.x()))
writes("isnan")(lambda c: c.add("IsNaN", c.x(dtype=c.inputs[0].dtype)))
writes("isinf")(lambda c: c.add("IsInf", c.x(dtype=c.inputs[0].dtype)))
writes("square")(lambda c: c.add("Mul", x := c.x(), x))
writes("rsqrt")(lambda c: c.add("Reciprocal", c.add("Sqrt", c.x())))
writes("expm1")(lambda c: c.add("Sub", c.add("Exp", c.x()), c.number(1)))
writes("log1p")(lambda c: c.add("Log", c.add("Add", c.x(), c.number(1))))
writes("log2")(lambda c: c.add("Mul", c.add("Log", c.x()), c.number(1 / np.log(2))))
writes("log10")(lambda c: c.add("Mul", c.add("Log", c.x()), c.number(1 / np.log(10))))
writes("silu")(lambda c: c.add("Mul", x := c.x(), c.add("Sigmoid", x)))
writes("relu6")(lambda c: c.add("Clip", c.x(), c.number(0), c.number(6)))
writes("hard_tanh")(lambda c: c.add("Clip", c.x(), c.number(-1), c.number(1)))
writes("hard_sigmoid")(lambda c: c.add("HardSigmoid", c.x(), alpha=1 / 6, beta=0.5))
writes("hard_silu")(lambda c: c.add("HardSwish", c.x()))
writes("log_sigmoid")(lambda c: c.add("Neg", c.add("Softplus", c.add("Neg", c.x()))))
writes("tanh_shrink")(lambda c: c.add("Sub", x := c.x(), c.add("Tanh", x)))
writes("leaky_relu")(lambda c: c.add("LeakyRelu", c.x(), alpha=float(c.params["negative_slope"])))
writes("elu")(lambda c: c.add("Elu", c.x(), alpha=float(c.params["alpha"])))
writes("celu")(lambda c: c.add("Celu", c.x(), alpha=float(c.params["alpha"])))
writes("gelu")(lambda c: c.add("Gelu", c.x(), approximate="tanh" if c.params["approximate"] else "none"))
writes("softmax")(lambda c: c.add("Softmax", c.x(), axis=int(c.params["axis"])))
writes("log_softmax")(lambda c: c.add("LogSoftmax", c.x(), axis=int(c.params["axis"])))


@writes("hard_shrink", "soft_shrink")
def shrink(c: Call) -> str:
    """Write Shrink."""
    t = float(c.params["threshold"])
    return c.add("Shrink", c.x(), lambd=t, bias=t if c.op == "soft_shrink" else 0.0)


@writes("squareplus")
def squareplus(c: Call) -> str:
    """Write (x + √(x² + b)) / 2."""
    x = c.x()
    root = c.add("Sqrt", c.add("Add", c.add("Mul", x, x), c.number(c.params["b"])))
    return c.add("Mul", c.add("Add", x, root), c.number(0.5))


@writes("round")
def rounded(c: Call) -> str:
    """Write Round, between two multiplications where it is to some decimals."""
    if not c.params["decimals"]:
        return c.add("Round", c.x())
    tens = c.number(10.0 ** c.params["decimals"])
    return c.add("Div", c.add("Round", c.add("Mul", c.x(), tens)), tens)


# --- several tensors -------------------------------------------------------------------------------------------------

for _name, _kind in {"add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow",
                     "maximum": "Max", "minimum": "Min"}.items():  # fmt: skip
    writes(_name)(lambda c, kind=_kind: c.add(kind, c.x(0), c.x(1)))
writes("floor_divide")(lambda c: c.add("Floor", c.add("Div", c.x(0), c.x(1))))
for _name, _kind in {"equal": "Equal", "greater": "Greater", "greater_equal": "GreaterOrEqual", "less": "Less",
                     "less_equal": "LessOrEqual"}.items():  # fmt: skip
    writes(_name)(lambda c, kind=_kind: c.add(kind, *_alike(c)))
writes("not_equal")(lambda c: c.add("Not", c.add("Equal", *_alike(c))))
for _name, _kind in {"logical_and": "And", "logical_or": "Or", "logical_xor": "Xor"}.items():
    writes(_name)(lambda c, kind=_kind: c.add(kind, c.x(0, "bool"), c.x(1, "bool")))


def _alike(c: Call) -> tuple[str, str]:
    """Return two inputs in the number type that they have in common."""
    known = [t.dtype for t in c.inputs if hasattr(t, "dtype")]
    wide = dtypes.result_type(*known, *[type(t) for t in c.inputs if isinstance(t, (bool, int, float))])
    return c.x(0, wide), c.x(1, wide)


@writes("mod")
def modulo(c: Call) -> str:
    """Write a - b ⌊a / b⌋."""
    a, b = c.x(0), c.x(1)
    return c.add("Sub", a, c.add("Mul", b, c.add("Floor", c.add("Div", a, b))))


@writes("where")
def where(c: Call) -> str:
    """Write Where."""
    return c.add("Where", c.x(0, "bool"), c.x(1), c.x(2))


@writes("clip")
def clip(c: Call) -> str:
    """Write Min and Max, which broadcast as Clip does not."""
    return c.add("Min", c.add("Max", c.x(0), c.x(1)), c.x(2))


@writes("matmul")
def matmul(c: Call) -> str:
    """Write MatMul."""
    return c.add("MatMul", c.x(0), c.x(1))


@writes("affine")
def affine(c: Call) -> str:
    """Write MatMul and Add."""
    z = c.add("MatMul", c.x(0), c.x(1))
    return z if c.inputs[2] is None else c.add("Add", z, c.x(2))


@writes("_einsum1", "_einsum2")
def einsum(c: Call) -> str:
    """Write Einsum."""
    return c.add("Einsum", *[c.x(i) for i in range(len(c.inputs))], equation=c.params["subscripts"])


@writes("attend")
def attend(c: Call) -> str | list[str]:
    """Write the scores of all pairs, what the mask leaves of them, their softmax and the sum."""
    g = c.g
    q, k, v = (g.add("Transpose", [c.x(i)], perm=[0, 2, 1, 3]) for i in range(3))  # (n, h, t, d)
    q = g.add("Mul", [q, c.number(c.params["scale"])])
    scores = g.add("MatMul", [q, g.add("Transpose", [k], perm=[0, 1, 3, 2])], "scores")
    if c.inputs[3] is not None:
        scores = g.add("Add", [scores, c.x(3)])
    if c.inputs[4] is not None:
        scores = g.add("Where", [c.x(4, "bool"), scores, c.number(np.finfo(c.dtype).min / 2)])
    weights = g.add("Softmax", [scores], axis=-1)
    return [c.add("Transpose", g.add("MatMul", [weights, v]), perm=[0, 2, 1, 3]), weights]


@writes("standardize_by")
def standardize_by(c: Call) -> str:
    """Write (x - μ) / √(σ² + ε), scaled and moved."""
    root = c.add("Sqrt", c.add("Add", c.x(2), c.number(c.params["epsilon"])))
    return _scaled(c, c.add("Div", c.add("Sub", c.x(0), c.x(1)), root), 3)


@writes("standardize")
def standardize(c: Call) -> list[str]:
    """Write the mean, the variance, and the numbers brought to mean 0 and variance 1."""
    x, axes = c.x(0), c.g.integers(*c.axes())
    mean = c.add("ReduceMean", x, axes, keepdims=1)
    centred = c.add("Sub", x, mean)
    variance = c.add("ReduceMean", c.add("Mul", centred, centred), axes, keepdims=1)
    root = c.add("Sqrt", c.add("Add", variance, c.number(c.params["epsilon"])))
    y = _scaled(c, c.add("Div", centred, root), 1)
    return [y, c.add("Squeeze", mean, axes), c.add("Squeeze", variance, axes)]


def _scaled(c: Call, x: str, gamma: int) -> str:
    """Return x·γ + β; they are the inputs `gamma` and the one after it, or None."""
    x = x if c.inputs[gamma] is None else c.add("Mul", x, c.x(gamma))
    return x if c.inputs[gamma + 1] is None else c.add("Add", x, c.x(gamma + 1))


@writes("lstm", "gru", "simple_rnn")
def recurrent(c: Call) -> list[str]:
    """Write LSTM, GRU or RNN; ONNX has the gates in the order i, o, f, c and z, r, h, Keras i, f, c, o and z, r, h."""
    g, states = c.g, 2 if c.op == "lstm" else 1
    kernel, recurrent_kernel, bias, mask = c.inputs[1 + states : 5 + states]
    if mask is not None:
        raise c.refuse("no mask", "a mask")
    order = {"lstm": [0, 3, 1, 2], "gru": [0, 1, 2], "simple_rnn": [0]}[c.op]

    def sorted_gates(weights: object) -> np.ndarray:
        gates = np.split(weights.numpy().astype(dtypes.as_numpy(c.dtype)), len(order), axis=-1)
        return np.concatenate([gates[i] for i in order], axis=-1)

    w, r = (sorted_gates(v).T[None] for v in (kernel, recurrent_kernel))
    wide = np.zeros((2, w.shape[1]), w.dtype)
    if bias is not None:
        found = np.atleast_2d(sorted_gates(bias))
        wide[: len(found)] = found
    first = [g.add("Unsqueeze", [c.x(1 + i), g.integers(0)]) for i in range(states)]
    given = [g.add("Transpose", [c.x(0)], perm=[1, 0, 2]), *map(g.constant, (w, r, wide.reshape(1, -1))), "", *first]
    more = {"linear_before_reset": int(c.params["reset_after"])} if c.op == "gru" else {}
    kind = {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "RNN"}[c.op]
    y, *last = g.add_many(kind, given, 1 + states, c.op, hidden_size=r.shape[2], **more)
    y = g.add("Transpose", [g.add("Squeeze", [y, g.integers(1)])], perm=[1, 0, 2])
    return [y, *[g.add("Squeeze", [s, g.integers(0)]) for s in last]]
