"""A model as Keras code that a person would write: only what differs from the defaults."""

from __future__ import annotations

import inspect
import keyword
import re

from teachkeras import serial, tree
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.layers.layer import Layer
from teachkeras.models.functional import Functional
from teachkeras.models.sequential import Sequential
from teachkeras.symbolic import SymbolicTensor

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
            self.lines.append(
                f"{name} = {type(model).__name__}()  # a class of your own: its code is where you wrote it"
            )

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
        calls = [node for node in model._graph.nodes if not isinstance(node.operation, InputLayer)]
        for node in calls:
            operation = node.operation
            if isinstance(operation, Layer):
                if sum(n.operation is operation for n in calls) > 1 and id(operation) not in self.known:
                    made, label = self.layer(operation), self.fresh(f"{operation.name}_layer")
                    if id(operation) not in self.known:
                        self.lines.append(f"{label} = {made}")
                        self.known[id(operation)] = label
                function = self.layer(operation)
            else:
                function = f"ops.{operation.op.name}"
            arguments = [_argument(a, variables) for a in node.args]
            arguments += [f"{k}={_argument(v, variables)}" for k, v in node.kwargs.items() if v is not None]
            for t in node.outputs:
                variables[t.uid] = self.fresh(operation.name)
            targets = ", ".join(variables[t.uid] for t in node.outputs)
            self.lines.append(f"{targets} = {function}({', '.join(arguments)})")
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
    usual = type(layer)(**given, name=layer.name).get_config()
    parts = [_value(config[n]) for n in needed if n in config]
    changed = [n for n, value in config.items() if n not in needed and n != "name" and usual.get(n) != value]
    parts += [f"{n}={_value(config[n])}" for n in changed] + [f"name={_value(layer.name)}"]
    family = "layers." if type(layer).__module__.startswith("teachkeras.") else ""
    return f"{family}{type(layer).__name__}({', '.join(parts)})"


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
