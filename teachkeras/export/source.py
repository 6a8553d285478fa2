"""A model as Keras code that a person would write: only what differs from the defaults."""

from __future__ import annotations

import importlib
import inspect
import keyword
import re

from teachkeras import serial, tree
from teachkeras.errors import ArgumentError, TeachKerasError
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.layers.layer import Layer
from teachkeras.models.functional import Functional
from teachkeras.models.sequential import Sequential
from teachkeras.symbolic import Node, SymbolicTensor, symbolic_in

HEAD = "import keras\nfrom keras import layers, ops\n\n"
COMPILED = ("loss", "loss_weights", "metrics", "weighted_metrics")


def model_source(model, name="model"):
    """Return Keras code that builds the model, without its weights.

    Args:
        model: A Sequential or functional model.
        name: What it is called in the code.

    Raises:
        ArgumentError: a subclassed model: its code is the class itself.

    Example:
        >>> from teachkeras import layers
        >>> model = Sequential([layers.Dense(2, activation="relu", input_shape=(3,), name="hidden")], name="tiny")
        >>> print(model_source(model))
        import keras
        from keras import layers, ops
        <BLANKLINE>
        model = keras.Sequential(
            [
                keras.Input((3,)),
                layers.Dense(2, activation="relu", name="hidden"),
            ],
            name="tiny",
        )
        <BLANKLINE>
    """
    writer = _Writer()
    writer.model(model, name)
    if config := model.get_compile_config():
        parts = [f"optimizer={_value(config['optimizer'])}"]
        parts += [f"{key}={_value(config[key])}" for key in COMPILED if config.get(key) is not None]
        writer.lines.append(f"{name}.compile({', '.join(parts)})")
    return HEAD + "\n".join(writer.lines) + "\n"


class _Writer:
    """Collects lines; a model or shared layer is written once and then referred to by its name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[int, str] = {}
        self.used = {"keras", "layers", "ops", "model"}

    def fresh(self, name: str) -> str:
        """Return an unused Python name near `name`."""
        name = re.sub(r"\W", "_", name)
        name = f"x_{name}" if not name or name[0].isdigit() or keyword.iskeyword(name) else name
        number, found = 1, name
        while found in self.used:
            number, found = number + 1, f"{name}_{number}"
        self.used.add(found)
        return found

    def model(self, model: Layer, name: str) -> None:
        """Write the lines that build a model and call it `name`."""
        if isinstance(model, Functional):
            self._functional(model, name)
        elif isinstance(model, Sequential):
            self._sequential(model, name)
        else:
            raise ArgumentError(
                f"export as source: {model.name!r}", expected="a Sequential or functional model",
                got=f"the class {type(model).__name__}",
                fix="its code is the class itself: keep the file that defines it",
            )  # fmt: skip

    def layer(self, layer: Layer) -> str:
        """Return the code that makes a layer, or the name of a model written before."""
        if id(layer) in self.known:
            return self.known[id(layer)]
        if isinstance(layer, (Sequential, Functional)):
            name = self.known[id(layer)] = self.fresh(layer.name)
            self.model(layer, name)
            return name
        return layer_source(layer)

    def _sequential(self, model: Sequential, name: str) -> None:
        inner = [] if model._input is None else [_input(model._input, named=False)]
        inner += [self.layer(layer) for layer in model.layers]
        body = "".join(f"        {line},\n" for line in inner)
        self.lines.append(f"{name} = keras.Sequential(\n    [\n{body}    ],\n    name={_value(model.name)},\n)")

    def _functional(self, model: Functional, name: str) -> None:
        variables: dict[int, str] = {}
        for t in model.inputs:
            variables[t.uid] = self.fresh(t.name)
            layer = model.get_layer(t.name) if any(o.name == t.name for o in model.operations) else None
            made = _input(layer, named=True) if layer else f"keras.Input({_value(tuple(t.shape[1:]))})"
            self.lines.append(f"{variables[t.uid]} = {made}")
        calls = _told(model)
        for node in calls:
            operation = node.operation
            if isinstance(operation, Layer):
                if sum(n.operation is operation for n in calls) > 1 and id(operation) not in self.known:
                    made, label = self.layer(operation), self.fresh(f"{operation.name}_layer")
                    if id(operation) not in self.known:
                        self.lines.append(f"{label} = {made}")
                        self.known[id(operation)] = label
                call = f"{self.layer(operation)}({_arguments(node, variables)})"
            else:
                call = _op_source(operation.op.name, node, variables)
            for t in node.outputs:
                variables[t.uid] = self.fresh(operation.name)
            targets = ", ".join(variables[t.uid] for t in node.outputs)
            self.lines.append(f"{targets} = {call}")
        ends = [_argument(ends, variables) for ends in (model._inputs_struct, model._outputs_struct)]
        self.lines.append(f"{name} = keras.Model({ends[0]}, {ends[1]}, name={_value(model.name)})")


def layer_source(layer: Layer) -> str:
    """Return the code that makes a layer, without what is as it is by default.

    >>> from teachkeras import layers
    >>> layer_source(layers.Dropout(0.5, seed=1, name="d"))
    'layers.Dropout(0.5, seed=1, name="d")'
    """
    config = layer.get_config()
    needed = [n for n, p in inspect.signature(type(layer).__init__).parameters.items()
              if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD and n != "self"]  # fmt: skip
    given = {n: serial._revived(config[n]) for n in needed if n in config}
    try:
        usual = type(layer)(**given, name=layer.name).get_config()
    except TeachKerasError:  # the defaults alone make no such layer
        usual = {}
    parts = [_value(config[n]) for n in needed if n in config]
    changed = [n for n, value in config.items() if n not in needed and n != "name" and usual.get(n) != value]
    parts += [f"{n}={_value(config[n])}" for n in changed] + [f"name={_value(layer.name)}"]
    name = vars(type(layer)).get("public_name", type(layer).__name__)
    return f"{'layers.' if type(layer).__module__.startswith('teachkeras.') else ''}{name}({', '.join(parts)})"


def _told(model: Functional) -> list[Node]:
    """Return the calls that a person would write: those that the outputs need, without masks, which layers hand on."""
    needed, calls = {t.uid for t in model.outputs}, []
    for node in reversed([n for n in model._graph.nodes if not isinstance(n.operation, InputLayer)]):
        if any(t.uid in needed for t in node.outputs):
            calls.append(node)
            needed |= {t.uid for t in symbolic_in((node.args, _said(node)))}
    return calls[::-1]


def _said(node: Node) -> dict:
    """Return a call's named arguments, without the masks that its inputs brought along."""
    brought = {id(t.mask) for t in node.inputs if t.mask is not None}

    def is_brought(value: object) -> bool:
        return any(id(m) in brought for m in symbolic_in(value)) or (
            tree.is_nested(value) and not any(tree.flatten(value))
        )

    return {k: v for k, v in node.kwargs.items() if v is not None and not ("mask" in k and is_brought(v))}


def _arguments(node: Node, variables: dict[int, str]) -> str:
    parts = [_argument(a, variables) for a in node.args]
    return ", ".join([*parts, *[f"{k}={_argument(v, variables)}" for k, v in _said(node).items()]])


SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@"}


def _op_source(name: str, node: Node, variables: dict[int, str]) -> str:
    """Return the code of a call of an op: by its sign where it has one, else by its name in ``keras.ops``.

    Raises:
        ArgumentError: an op that Keras does not have.
    """
    given = [_argument(a, variables) for a in node.args]
    if name in SIGNS and len(given) == 2 and all(isinstance(a, (SymbolicTensor, int, float)) for a in node.args):
        return f"{given[0]} {SIGNS[name]} {given[1]}"
    if name == "get_item":
        return f"{given[0]}[{_key(node.kwargs.get('key', node.args[-1]))}]"
    if name == "join":
        return f"ops.concatenate([{', '.join(given)}], axis={node.kwargs.get('axis', 0)})"
    if name == "affine":
        return f"ops.matmul({given[0]}, {given[1]})" + (f" + {given[2]}" if len(given) > 2 else "")
    if name.startswith("_") or name not in dir(importlib.import_module("teachkeras.ops")):
        raise ArgumentError("export as source", expected="an op that Keras has", got=f"ops.{name}")
    return f"ops.{name}({_arguments(node, variables)})"


def _key(key: object) -> str:
    """Return an index as one writes it between brackets."""
    if isinstance(key, tuple):
        return ", ".join(map(_key, key)) + ("," if len(key) == 1 else "")
    if isinstance(key, slice):
        start, stop, step = ("" if v is None else str(v) for v in (key.start, key.stop, key.step))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return "..." if key is Ellipsis else repr(key)


def _input(layer: InputLayer, named: bool) -> str:
    parts = [_value(tuple(layer.batch_shape[1:]))]
    parts += [f"batch_size={layer.batch_shape[0]}"] if layer.batch_shape[0] is not None else []
    parts += [f"dtype={_value(layer.dtype)}"] if layer.dtype != "float32" else []
    parts += [f"name={_value(layer.name)}"] if named else []
    return f"keras.Input({', '.join(parts)})"


def _argument(value: object, variables: dict[int, str]) -> str:
    if isinstance(value, SymbolicTensor):
        return variables[value.uid]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {_argument(v, variables)}" for k, v in value.items()) + "}"
    if tree.is_nested(value):
        inner = ", ".join(_argument(v, variables) for v in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    return _value(value)


def _value(value: object) -> str:
    """Return a config's value as Python code."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if serial.is_serialized(value):
        if value["class_name"] == "function":
            return value["config"]
        if value["class_name"] == "DTypePolicy":
            return _value(value["config"]["name"])
        module = value.get("module") or ""
        inner = value["config"]
        parts = ", ".join(f"{k}={_value(v)}" for k, v in inner.items() if v is not None)
        return f"{module}.{value['class_name']}({parts})" if module else f"{value['class_name']}({parts})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_value(k)}: {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(_value, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(serial.plain(value) if not isinstance(value, (int, float, type(None))) else value)
