"""What each layer becomes in ONNX: ``CONVERTERS[class](graph, layer, inputs, shapes) -> output``.

Source: ONNX operator schemas, opset 20; Keras's layer definitions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachkeras import activations
from teachkeras.errors import ArgumentError

CONVERTERS: dict[str, Callable] = {}
PLAIN = {
    "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "elu": "Elu", "selu": "Selu", "softplus": "Softplus",
    "softsign": "Softsign", "exponential": "Exp",
}  # fmt: skip


def converts(*names: str) -> Callable:
    """Decorator: this function converts the layers of these classes."""

    def note(function: Callable) -> Callable:
        CONVERTERS.update(dict.fromkeys(names, function))
        return function

    return note


def activate(g, function: object, x: str) -> str:
    """Add an activation function."""
    name = "linear" if function is None else activations.serialize(function)
    if name == "linear":
        return x
    if name in PLAIN:
        return g.add(PLAIN[name], [x])
    if name == "softmax":
        return g.add("Softmax", [x], axis=-1)
    if name == "gelu":
        return g.add("Gelu", [x], approximate="tanh" if _default(function, "approximate") else "none")
    if name == "silu":
        return g.add("Mul", [x, g.add("Sigmoid", [x])])
    if name == "relu6":
        return g.add("Clip", [x, g.constant(0, "float32"), g.constant(6, "float32")])
    if name == "leaky_relu":
        return g.add("LeakyRelu", [x], alpha=0.2)
    if name == "hard_sigmoid":
        return g.add("HardSigmoid", [x], alpha=1 / 6, beta=0.5)
    raise ArgumentError("export to ONNX", expected=f"an activation of {sorted(PLAIN)} and the like", got=str(name))


def _default(function: object, name: str) -> object:
    import inspect

    return inspect.signature(getattr(function, "forward", function)).parameters[name].default


@converts("Dense")
def dense(g, layer, inputs, shapes):
    """MatMul, Add, activation."""
    z = g.add("MatMul", [inputs[0], g.constant(layer.kernel.numpy())], layer.name)
    z = g.add("Add", [z, g.constant(layer.bias.numpy())]) if layer.use_bias else z
    return activate(g, layer.activation, z)


@converts("Activation")
def activation(g, layer, inputs, shapes):
    """The function."""
    return activate(g, layer.activation, inputs[0])


@converts("ReLU")
def relu(g, layer, inputs, shapes):
    """Relu, or Clip."""
    if layer.negative_slope or layer.threshold:
        raise ArgumentError("export to ONNX: ReLU", expected="no negative_slope, no threshold", got=layer.name)
    y = g.add("Relu", inputs)
    return y if layer.max_value is None else g.add("Min", [y, g.constant(layer.max_value, "float32")])


@converts("LeakyReLU")
def leaky_relu(g, layer, inputs, shapes):
    """LeakyRelu."""
    return g.add("LeakyRelu", inputs, alpha=float(layer.negative_slope))


@converts("ELU")
def elu(g, layer, inputs, shapes):
    """Elu."""
    return g.add("Elu", inputs, alpha=float(layer.alpha))


@converts("PReLU")
def prelu(g, layer, inputs, shapes):
    """PRelu; the slopes broadcast over the batch."""
    return g.add("PRelu", [inputs[0], g.constant(layer.alpha.numpy())])


@converts("Softmax")
def softmax(g, layer, inputs, shapes):
    """Softmax along one axis."""
    return g.add("Softmax", inputs, axis=int(layer.axis))


@converts("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout",
          "GaussianNoise", "ActivityRegularization", "Identity")  # fmt: skip
def nothing(g, layer, inputs, shapes):
    """Nothing: these act in training only."""
    return inputs[0]


@converts("Flatten", "Reshape")
def reshape(g, layer, inputs, shapes):
    """Reshape; the batch is what is left over."""
    target = layer.compute_output_shape(shapes[0])
    if None in target[1:]:
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="known lengths", got=str(target))
    return g.add("Reshape", [inputs[0], g.constant([-1, *target[1:]], "int64")])


@converts("Permute")
def permute(g, layer, inputs, shapes):
    """Transpose."""
    return g.add("Transpose", inputs, perm=[0, *layer.dims])


@converts("Rescaling")
def rescaling(g, layer, inputs, shapes):
    """Mul and Add."""
    scaled = g.add("Mul", [inputs[0], g.constant(layer.scale, "float32")])
    return g.add("Add", [scaled, g.constant(layer.offset, "float32")])


@converts("BatchNormalization")
def batch_normalization(g, layer, inputs, shapes):
    """One factor and one offset per channel, worked out from the moving statistics."""
    rank, axis = len(shapes[0]), layer.axis if isinstance(layer.axis, int) else layer.axis[0]
    factor = 1 / np.sqrt(layer.moving_variance.numpy() + layer.epsilon)
    factor = factor * layer.gamma.numpy() if layer.scale else factor
    offset = -layer.moving_mean.numpy() * factor + (layer.beta.numpy() if layer.center else 0)
    along = [1] * rank
    along[axis] = -1
    scaled = g.add("Mul", [inputs[0], g.constant(factor.reshape(along), "float32")], layer.name)
    return g.add("Add", [scaled, g.constant(offset.reshape(along), "float32")])


@converts("LayerNormalization")
def layer_normalization(g, layer, inputs, shapes):
    """LayerNormalization over the last axis."""
    gamma = layer.gamma.numpy() if layer.scale else np.ones(shapes[0][-1], "float32")
    given = [inputs[0], g.constant(gamma)] + ([g.constant(layer.beta.numpy())] if layer.center else [])
    return g.add("LayerNormalization", given, layer.name, axis=-1, epsilon=float(layer.epsilon))


@converts("Embedding")
def embedding(g, layer, inputs, shapes):
    """Gather rows."""
    if layer.mask_zero:
        raise ArgumentError(
            f"export to ONNX: {layer.name!r}", expected="mask_zero=False", got="a mask for later layers"
        )
    rows = g.add("Cast", inputs, to=g.onnx.TensorProto.INT64)
    return g.add("Gather", [g.constant(layer.embeddings.numpy()), rows], layer.name, axis=0)


@converts("Concatenate")
def concatenate(g, layer, inputs, shapes):
    """Concat."""
    return g.add("Concat", inputs, layer.name, axis=int(layer.axis))


def _folded(op: str) -> Callable:
    def convert(g, layer, inputs, shapes):
        y = inputs[0]
        for x in inputs[1:]:
            y = g.add(op, [y, x])
        return y

    return convert


for _name, _op in {"Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Maximum": "Max", "Minimum": "Min"}.items():
    converts(_name, f"ops.{_name.lower()}")(_folded(_op))


@converts("Average")
def average(g, layer, inputs, shapes):
    """Mean."""
    return g.add("Mean", inputs)


def _channels_first(g, x: str, rank: int) -> str:
    return g.add("Transpose", [x], perm=[0, rank - 1, *range(1, rank - 1)])


def _channels_last(g, x: str, rank: int) -> str:
    return g.add("Transpose", [x], perm=[0, *range(2, rank), 1])


def _require_channels_last(layer: object) -> None:
    if layer.data_format != "channels_last":
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="channels_last", got=layer.data_format)


def _padding(layer: object) -> str:
    if layer.padding not in ("same", "valid"):
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected='padding "same" or "valid"', got=layer.padding)
    return {"same": "SAME_UPPER", "valid": "VALID"}[layer.padding]


@converts("Conv1D", "Conv2D", "Conv3D")
def convolution(g, layer, inputs, shapes):
    """Conv between two transpositions: ONNX knows channels first only."""
    _require_channels_last(layer)
    rank = len(shapes[0])
    kernel = layer.kernel.numpy()  # (…, in, out) → (out, in, …)
    kernel = kernel.transpose(rank - 1, rank - 2, *range(rank - 2))
    given = [_channels_first(g, inputs[0], rank), g.constant(kernel)]
    given += [g.constant(layer.bias.numpy())] if layer.use_bias else []
    y = g.add("Conv", given, layer.name, auto_pad=_padding(layer), strides=list(layer.strides),
              dilations=list(layer.dilation_rate), group=int(layer.groups))  # fmt: skip
    return activate(g, layer.activation, _channels_last(g, y, rank))


@converts(*[f"{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)])
def pooling(g, layer, inputs, shapes):
    """MaxPool or AveragePool, which leaves padding out of the mean as Keras does."""
    _require_channels_last(layer)
    rank, is_max = len(shapes[0]), type(layer).__name__.startswith("Max")
    sizes = [[v] * (rank - 2) if isinstance(v, int) else list(v) for v in (layer.pool_size, layer.strides)]
    y = g.add("MaxPool" if is_max else "AveragePool", [_channels_first(g, inputs[0], rank)], layer.name,
              kernel_shape=sizes[0], strides=sizes[1], auto_pad=_padding(layer))  # fmt: skip
    return _channels_last(g, y, rank)


@converts(*[f"Global{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)])
def global_pooling(g, layer, inputs, shapes):
    """ReduceMax or ReduceMean over all but batch and channels."""
    _require_channels_last(layer)
    op = "ReduceMax" if "Max" in type(layer).__name__ else "ReduceMean"
    axes = g.constant(list(range(1, len(shapes[0]) - 1)), "int64")
    return g.add(op, [inputs[0], axes], layer.name, keepdims=int(layer.keepdims))


@converts("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(g, layer, inputs, shapes):
    """Pad."""
    _require_channels_last(layer)
    given = [layer.padding] if len(shapes[0]) == 3 else layer.padding
    before, after = zip((0, 0), *given, (0, 0), strict=True)
    return g.add("Pad", [inputs[0], g.constant([*before, *after], "int64")], layer.name)


@converts("LSTM", "GRU", "SimpleRNN")
def recurrent(g, layer, inputs, shapes):
    """LSTM, GRU or RNN; the gates in ONNX's order (i, o, f, c and z, r, h; Keras has i, f, c, o and z, r, h)."""
    cell, kind = layer.cell, type(layer).__name__
    usual = ["tanh"] if kind == "SimpleRNN" else ["tanh", "sigmoid"]
    found = [activations.serialize(cell.activation)]
    found += [] if kind == "SimpleRNN" else [activations.serialize(cell.recurrent_activation)]
    if found != usual or layer.return_state or layer.stateful:
        wanted = "tanh and sigmoid, no states out"
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected=wanted, got=str(found))
    order = {"LSTM": [0, 3, 1, 2], "GRU": [0, 1, 2], "SimpleRNN": [0]}[kind]

    def sorted_gates(weights: np.ndarray) -> np.ndarray:
        gates = np.split(weights, len(order), axis=-1)
        return np.concatenate([gates[i] for i in order], axis=-1)

    w, r = (sorted_gates(v.numpy()).T[None] for v in (cell.kernel, cell.recurrent_kernel))
    wide = np.zeros((2, w.shape[1]), "float32")
    if cell.use_bias:
        bias = np.atleast_2d(sorted_gates(cell.bias.numpy()))
        wide[: len(bias)] = bias
    x = g.add("Transpose", inputs, perm=[1, 0, 2])
    if layer.go_backwards:
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="go_backwards=False", got="True")
    more = {"linear_before_reset": int(cell.reset_after)} if kind == "GRU" else {}
    given = [x, g.constant(w), g.constant(r), g.constant(wide.reshape(1, -1))]
    y, last = g.add_many("RNN" if kind == "SimpleRNN" else kind, given, 2, layer.name, hidden_size=layer.units, **more)
    if not layer.return_sequences:
        return g.add("Squeeze", [last, g.constant([0], "int64")])
    return g.add("Transpose", [g.add("Squeeze", [y, g.constant([1], "int64")])], perm=[1, 0, 2])
