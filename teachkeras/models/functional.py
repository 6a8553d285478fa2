"""Functional: a model that is a graph of layers, from its inputs to its outputs."""

from __future__ import annotations

import warnings

from teachkeras import dtypes, ops, tree
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.layer import Layer, training_mode
from teachkeras.models.graph import graph_between, plan
from teachkeras.models.model import Model
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Operators


class Functional(Model):
    """A graph of layers. ``Model(inputs, outputs)`` makes one.

    Args:
        inputs: A symbolic tensor (from ``Input``), or a list or dict of them.
        outputs: What layers and ops made of them, in any nesting.
        name: Its name.

    Raises:
        ArgumentError: an output that does not come from the inputs, or something that is no symbolic tensor.

    Example:
        >>> from teachkeras import Input, layers
        >>> a, b = Input((3,)), Input((3,))
        >>> shared = layers.Dense(4, activation="relu")
        >>> model = Model(inputs=[a, b], outputs=layers.Dense(1)(shared(a) + shared(b)))
        >>> model.count_params(), model.output_shape
        (21, (None, 1))
    """

    untracked = Model.untracked | {"_graph", "_plan", "_inputs_struct", "_outputs_struct", "inputs", "outputs"}

    def __init__(self, inputs, outputs, name=None, **kwargs):
        trainable = kwargs.pop("trainable", None)
        Layer.__init__(self, name=name or None, **kwargs)
        self._init_trainer()
        self._inputs_struct, self._outputs_struct = _struct(inputs), _struct(outputs)
        self.inputs, self.outputs = tree.flatten(inputs), tree.flatten(outputs)
        self._check_ends()
        self._graph = graph_between(self.inputs, self.outputs)
        self._operations = self._graph.operations
        self._plan = plan(self._graph.nodes, {t.uid for t in self.outputs})
        self.shapes = {node.operation.name: node.outputs[0].shape for node in self._graph.nodes if node.outputs}
        self.built = True
        if trainable is not None:
            self.trainable = trainable

    def _check_ends(self) -> None:
        for what, ends in (("inputs", self.inputs), ("outputs", self.outputs)):
            for t in ends:
                if not isinstance(t, SymbolicTensor):
                    raise ArgumentError(
                        f"All `{what}` values must be KerasTensors. Received: {what} including invalid value {t!r:.80} "
                        f"of type {type(t)}", fix="start from Input(shape=...) and call layers on it",
                    )  # fmt: skip
        if len({t.uid for t in self.inputs}) < len(self.inputs):
            raise ArgumentError("All `inputs` must be different.", got="one tensor twice")
        if isinstance(self._inputs_struct, dict):
            for key, t in self._inputs_struct.items():
                if isinstance(t, SymbolicTensor) and t.name != key:
                    warnings.warn(
                        "When providing `inputs` as a dict, all keys in the dict must match the names of the "
                        f"corresponding tensors. Received key '{key}' mapping to value {t} which has name '{t.name}'. "
                        f"Change the tensor name to '{key}' (via `Input(..., name='{key}')`)",
                        stacklevel=4,
                    )

    @property
    def operations(self) -> list:
        """The layers and ops of the graph."""
        return list(self._operations)

    @property
    def layers(self) -> list:
        """The layers, from the inputs to the outputs."""
        return [operation for operation in self._operations if isinstance(operation, Layer)]

    @property
    def input(self):
        """The symbolic inputs, in their nesting."""
        return self._inputs_struct

    @property
    def output(self):
        """The symbolic outputs, in their nesting."""
        return self._outputs_struct

    @property
    def input_shape(self):
        """The shapes that come in."""
        return tree.map_structure(lambda t: t.shape, self._inputs_struct)

    @property
    def output_shape(self):
        """The shapes that go out."""
        return tree.map_structure(lambda t: t.shape, self._outputs_struct)

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that make the outputs."""
        return [self._history(t)[0] for t in self.outputs]

    def _history(self, t: SymbolicTensor) -> tuple[str, int, int]:
        """Return (operation, which of its calls in this model, which of that call's outputs) that made a tensor."""
        if (stand_in := self._graph.stand_ins.get(t.uid)) is not None:
            return stand_in.name, 0, 0
        operation = t.node.operation
        calls = [n for n in operation._nodes if n in self._graph.nodes or n is t.node]
        index = next(i for i, output in enumerate(t.node.outputs) if output is t)
        return operation.name, calls.index(t.node), index

    def build(self, input_shape=None):
        """Do nothing: the weights were made when the layers were called."""

    def call(self, inputs, training=None, mask=None):
        """Run the graph."""
        flat = self._flat_inputs(inputs)
        if mask is not None:
            for x, m in zip(flat, tree.flatten(mask), strict=True):
                x.mask = m
        mode = training_mode.get()
        return self._run(flat, lambda operation: operation, mode)

    def _run(self, flat: list, face: object, mode: bool | None) -> object:
        values = {t.uid: x for t, x in zip(self.inputs, flat, strict=True)}
        for step in self._plan:
            step.run(values, face(step.operation), mode)
            for uid in step.done:
                values.pop(uid, None)
        if isinstance(self._outputs_struct, SymbolicTensor):
            return values[self.outputs[0].uid]
        return tree.pack_sequence_as(self._outputs_struct, [values[t.uid] for t in self.outputs])

    def compute_output_spec(self, inputs, training=None, mask=None):
        """Return symbolic outputs for symbolic inputs; the layers inside note no call."""
        return self._run(self._flat_inputs(inputs), lambda operation: operation.compute_output_spec, None)

    def compute_output_shape(self, input_shape):
        """Return the outputs' shapes for inputs of these shapes."""
        shapes: list = []
        tree.map_shape_structure(shapes.append, input_shape)
        flat = [SymbolicTensor(s, t.dtype) for s, t in zip(shapes, self.inputs, strict=True)]
        outputs = self._run(flat, lambda operation: operation.compute_output_spec, None)
        return tree.map_structure(lambda t: t.shape, outputs)

    # --- what may come in --------------------------------------------------------------------------------------------

    def _flat_inputs(self, inputs: object) -> list:
        """Return the inputs in order, each of the dtype and rank that its ``Input`` says."""
        struct = self._inputs_struct
        if isinstance(inputs, Operators) and len(self.inputs) == 1 and not isinstance(struct, dict):
            return [self._fitted(inputs, self.inputs[0], "0")]
        if isinstance(inputs, dict):
            names = list(struct) if isinstance(struct, dict) else [t.name for t in self.inputs]
            for name in names:
                if name not in inputs:
                    raise ArgumentError(
                        f'Missing data for input "{name}". You passed a data dictionary with keys {list(inputs)}. '
                        f"Expected the following keys: {names}"
                    )
            flat = (
                tree.flatten({n: inputs[n] for n in names}) if isinstance(struct, dict) else [inputs[n] for n in names]
            )
        else:
            flat = tree.flatten(inputs)
            if isinstance(struct, dict) and len(struct) > 1 and len(flat) != len(self.inputs):
                raise ArgumentError(
                    f'Layer "{self.name}" expects {len(struct)} named input(s) with keys {list(struct)}, but it '
                    f"received {len(flat)} input tensors.", fix="pass a dict"
                )  # fmt: skip
        if len(flat) != len(self.inputs):
            raise ArgumentError(
                f'Layer "{self.name}" expects {len(self.inputs)} input(s), but it received {len(flat)} input tensors.',
                expected=", ".join(str(t.shape) for t in self.inputs), got=f"{inputs!r:.120}",
                fix="pass a list with one array per input",
            )  # fmt: skip
        return [self._fitted(x, t, str(n)) for n, (x, t) in enumerate(zip(flat, self.inputs, strict=True))]

    def _fitted(self, x: object, t: SymbolicTensor, place: str) -> object:
        """Bring one input to its Input's dtype and rank, or say what does not fit."""
        if x is None and getattr(t.node and t.node.operation, "optional", False):
            return x
        mask = x.mask
        if t.dtype == "string":
            pass  # words go to the layer that reads them as they are
        elif dtypes.name_of(x.dtype) != t.dtype and not (dtypes.is_float(x.dtype) and dtypes.is_float(t.dtype)):
            x = ops.cast(x, dtype=t.dtype)
        if len(x.shape) == len(t.shape) + 1 and x.shape[-1] == 1:
            x = ops.squeeze(x, axis=-1)
        elif len(x.shape) == len(t.shape) - 1 and t.shape[-1] == 1:
            x = ops.expand_dims(x, axis=-1)
        if len(x.shape) != len(t.shape) or any(
            n not in (None, m) and m is not None for n, m in zip(t.shape[1:], x.shape[1:], strict=True)
        ):
            raise ShapeError(
                f"Input {place} with name '{t.name}' of layer '{self.name}' is incompatible with the layer",
                expected=f"shape={t.shape}", got=f"shape={tuple(x.shape)}", fix="check the input, or the model's Input",
            )  # fmt: skip
        if mask is not None:
            x.mask = mask
        return x

    def _converted(self, args, kwargs):
        """As every layer's; arrays in lists become tensors one by one."""
        if args and isinstance(args[0], (list, tuple)) and len(self.inputs) > 1 and len(args[0]) == len(self.inputs):
            args = ([self._convert(a) for a in args[0]], *args[1:])
        return super()._converted(args, kwargs)

    # --- configuration -----------------------------------------------------------------------------------------------

    def get_config(self):
        """Return the graph as plain data, Keras's way; a subclass with a constructor of its own, its arguments."""
        from teachkeras.models.graph_config import graph_config

        own = type(self).__init__
        if own is not Functional.__init__ and own is not Model.__init__:
            return Model.get_config(self)
        return graph_config(self)


def _struct(ends: object) -> object:
    """Return inputs or outputs in their nesting; a list of one stays a list."""
    return tree.map_structure(lambda t: t, ends)
