"""A functional model's graph as plain data, in Keras 3's format (and Keras 2's, for reading)."""

from __future__ import annotations

import numpy as np

from teachkeras import tree
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.layers.layer import Layer
from teachkeras.models.graph import GraphOp
from teachkeras.naming import snake_case
from teachkeras.ops.op import OPS
from teachkeras.serial import CustomObjectScope, deserialize, is_serialized, plain, serialize
from teachkeras.symbolic import SymbolicTensor

# Which of Keras's files an op stands in, where it is not "numpy".
_NN = """
relu relu6 sigmoid sparse_sigmoid softplus softsign soft_shrink sparse_plus silu squareplus log_sigmoid leaky_relu
hard_sigmoid hard_silu hard_tanh hard_shrink elu selu gelu celu glu tanh_shrink threshold softmax log_softmax sparsemax
max_pool average_pool adaptive_max_pool adaptive_average_pool conv depthwise_conv separable_conv conv_transpose one_hot
multi_hot binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy moments normalize
batch_normalization layer_normalization rms_normalization dot_product_attention unfold psnr ctc_loss polar
""".split()
_CORE = "cast stop_gradient scatter scatter_update slice slice_update unstack shape map scan while_loop".split()
_MATH = """
logsumexp top_k in_top_k segment_sum segment_max erf erfinv rsqrt stft istft fft fft2 extract_sequences
""".split()


_CALL_ARGUMENTS = {"key"}


def graph_config(model) -> dict:
    """Return name, layers with their calls, and which tensors are inputs and outputs."""
    layers = [_layer_config(model, operation) for operation in model.operations]
    return {
        "name": model.name,
        "trainable": model._trainable,
        "layers": layers,
        "input_layers": _ends(model, model._inputs_struct),
        "output_layers": _ends(model, model._outputs_struct),
    }


def _ends(model, struct: object) -> object:
    return tree.map_structure(lambda t: list(model._history(t)), struct)


def _layer_config(model, operation) -> dict:
    if isinstance(operation, GraphOp):
        node = operation._nodes[0]
        described = {
            "module": f"keras.src.ops.{_file_of(operation.op.name)}",
            "class_name": _class_name(operation.op.name),
            "config": {"name": operation.name, **_op_data(model, node, in_call=False)},
            "registered_name": _class_name(operation.op.name),
        }
    else:
        described = serialize(operation)
    mine = [node for node in model._graph.nodes if node.operation is operation]
    nodes = sorted(mine, key=operation._nodes.index)
    is_op = isinstance(operation, GraphOp)
    in_a_list = is_op and operation.op.variadic  # Keras's op takes one list of tensors
    described["name"] = operation.name
    described["inbound_nodes"] = [
        {
            "args": _data(model, [
                *([list(node.args)] if in_a_list else node.args),
                *(_op_data(model, node, in_call=True).values() if is_op else ()),
            ]),
            "kwargs": {} if is_op else _data(model, node.kwargs),
        }
        for node in nodes
    ]
    return described


def _op_data(model, node, in_call: bool) -> dict:
    """Return an op's parameters that Keras keeps as its settings, or those that it takes as arguments of the call."""
    return {k: _data(model, v) for k, v in node.kwargs.items() if (k in _CALL_ARGUMENTS) is in_call}


def _file_of(name: str) -> str:
    return "nn" if name in _NN else "core" if name in _CORE else "math" if name in _MATH else "numpy"


def _class_name(name: str) -> str:
    return "Concatenate" if name == "join" else "".join(part.capitalize() for part in name.split("_"))


def _data(model, value: object) -> object:
    """Return an argument of a call as JSON data."""
    if isinstance(value, SymbolicTensor):
        config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": list(model._history(value))}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, slice):
        config = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": config}
    if isinstance(value, dict):
        return {key: _data(model, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(model, item) for item in value]
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    return plain(value if not hasattr(value, "data") or isinstance(value, np.ndarray) else np.asarray(value.data))


# --- back ------------------------------------------------------------------------------------------------------------


def graph_from_config(cls: type, config: dict, custom_objects: dict | None = None):
    """Build the model that :func:`graph_config` described.

    Raises:
        ArgumentError: a call refers to a layer that never comes, or the calls go in a circle.
    """
    with CustomObjectScope(custom_objects or {}):
        made = {described["name"]: _operation(described) for described in config["layers"]}
        waiting = [
            (made[described["name"]], node) for described in config["layers"] for node in described["inbound_nodes"]
        ]
        base = {name: len(operation._nodes) - len(_own_nodes(operation)) for name, operation in made.items()}
        while waiting:
            left = [(operation, node) for operation, node in waiting if not _called(operation, node, made, base)]
            if len(left) == len(waiting):
                names = ", ".join(sorted({operation.name for operation, _ in left}))
                raise ArgumentError(
                    "model config", expected="calls that lead from the inputs to the outputs",
                    got=f"calls of {names} that wait for each other, or for a layer that is not there",
                )  # fmt: skip
            waiting = left
    ends = [_resolved(config[key], made, base) for key in ("input_layers", "output_layers")]
    more = {} if config.get("trainable") is None else {"trainable": config["trainable"]}
    return cls(inputs=ends[0], outputs=ends[1], name=config.get("name"), **more)


def _own_nodes(operation: object) -> list:
    from teachkeras.layers.core.input_layer import InputLayer

    return operation._nodes if isinstance(operation, InputLayer) else []


def _operation(described: dict) -> object:
    """Return the layer, or the op under its name."""
    module = described.get("module") or "keras.layers"
    if module.startswith(("keras.src.ops", "keras.ops")):
        name = snake_case(described["class_name"])
        name = "join" if name == "concatenate" else name
        found = OPS.get(name) or OPS.get(name.replace("_", "")) or _loaded(name)
        if found is None:
            raise UnknownNameError("model config", expected="a known op", got=repr(name), fix=did_you_mean(name, OPS))
        operation = GraphOp(found, described["config"].get("name", described["name"]))
        operation.params = {k: _value(v) for k, v in described["config"].items() if k in found.params}
        return operation
    layer = deserialize({"module": module, **described})
    if not isinstance(layer, Layer):
        raise ArgumentError("model config", expected="a layer", got=repr(described["class_name"]))
    return layer


def _loaded(name: str) -> object:
    from teachkeras import ops

    found = ops.names().get(name)
    return found if getattr(type(found), "is_op", False) else None


def _called(operation: object, node: object, made: dict, base: dict) -> bool:
    """Make one call if all that it needs is there."""
    try:
        if isinstance(node, dict):
            args, kwargs = (_filled(node[part], made, base) for part in ("args", "kwargs"))
        else:
            args, kwargs = _keras2_call(node, made, base)
    except LookupError:
        return False
    if isinstance(operation, GraphOp):
        extra = [n for n in operation.op.params if n in _CALL_ARGUMENTS]
        if operation.op.variadic:
            args = (*args[0], *args[1:])
        count = len(args) - len(extra)
        outputs = operation.op(*args[:count], **operation.params, **dict(zip(extra, args[count:], strict=True)))
        first = tree.flatten(outputs)[0]
        first.node.operation = operation
        operation._nodes.append(first.node)
    else:
        operation(*args, **kwargs)
    return True


def _keras2_call(node: list, made: dict, base: dict) -> tuple[tuple, dict]:
    """Read a call as Keras 2 wrote it: a list of [layer, call, output, keywords], or one such entry."""
    entries = [node] if node and isinstance(node[0], str) else node
    tensors = [_tensor(entry[:3], made, base) for entry in entries]
    keywords = entries[0][3] if len(entries[0]) > 3 and isinstance(entries[0][3], dict) else {}
    return (tensors[0] if len(tensors) == 1 else tensors,), {k: v for k, v in keywords.items() if v is not None}


def _tensor(history: list, made: dict, base: dict) -> SymbolicTensor:
    name, call, index = history
    if name not in made:
        raise LookupError(name)
    return made[name]._nodes[base[name] + call].outputs[index]


def _filled(value: object, made: dict, base: dict) -> object:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return _tensor(value["config"]["keras_history"], made, base)
        if is_serialized(value):
            return _value(value)
        return {key: _filled(item, made, base) for key, item in value.items()}
    if isinstance(value, list):
        items = [_filled(item, made, base) for item in value]
        return tuple(items) if any(isinstance(item, slice) for item in items) else items
    return value


def _value(value: object) -> object:
    """Return what a plain description of an argument stands for."""
    if isinstance(value, dict) and value.get("class_name") == "__slice__":
        config = value["config"]
        return slice(config["start"], config["stop"], config["step"])
    if isinstance(value, dict) and value.get("class_name") == "__ellipsis__":
        return Ellipsis
    return tuple(value) if isinstance(value, list) else deserialize(value)


def _resolved(ends: object, made: dict, base: dict) -> object:
    """Return the tensors at the model's ends, in their nesting; ``["input", 0, 0]`` stands for one tensor."""
    if isinstance(ends, (list, tuple)) and len(ends) == 3 and isinstance(ends[0], str):
        return _tensor(list(ends), made, base)
    if isinstance(ends, dict):
        return {key: _resolved(end, made, base) for key, end in ends.items()}
    return [_resolved(end, made, base) for end in ends]
