"""The half of a layer that works on shapes alone: symbolic calls, and the graph that they leave."""

from __future__ import annotations

from teachkeras import events, tree
from teachkeras.errors import ArgumentError, NotBuiltError, TeachKerasError
from teachkeras.layers._calling import (
    face_of,
    hand_in_masks,
    pass_on_masks,
    shapes_for,
    symbols_for,
)
from teachkeras.layers._trying import tried, untouched
from teachkeras.symbolic import Node, SymbolicTensor, symbolic_in


class Graphed:
    """Calls a layer on symbolic tensors; nothing is computed."""

    def _called_on_symbols(self, args: tuple, kwargs: dict):
        """Return symbolic outputs and note the call in the graph."""
        outer, face = events.scope.get(), face_of(type(self))
        token = events.scope.set(f"{outer}/{self.name}" if outer else self.name)
        try:
            if kwargs.get("training", 0) is None:
                del kwargs["training"]
            previous = hand_in_masks(face, args, kwargs)
            if not self.built:
                self._build_for(args, kwargs)
            if self.input_spec is not None:
                self._check_spec(args[0])
            outputs = self._own(self.compute_output_spec(*args, **kwargs), args)
            if previous is not None or face.makes_masks:
                pass_on_masks(self, args[0] if args else None, previous, outputs)
        except TeachKerasError as error:
            raise error.located(events.scope.get()) from None
        finally:
            events.scope.reset(token)
        node = Node(self, args, kwargs)
        node.outputs = list(symbolic_in(outputs))
        for output in node.outputs:
            output.node = node
        self._nodes.append(node)
        return outputs

    def _own(self, outputs: object, args: tuple) -> object:
        """Return the outputs as tensors of this call: one that came in, or that an op inside made, gets a double."""

        def owned(t: object) -> object:
            if not isinstance(t, SymbolicTensor) or (t.node is None and all(t is not a for a in symbolic_in(args))):
                return t
            made = SymbolicTensor(t.shape, t.dtype)
            made.mask = t.mask
            return made

        return tree.map_structure(owned, outputs)

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs."""
        if type(self).compute_output_shape is not Graphed.compute_output_shape:
            given = shapes_for(face_of(type(self)).shape_rule, self._shapes(args, kwargs))
            return symbols_for(self.compute_output_shape(**given), self.compute_dtype)
        return self._traced(args, kwargs)

    def compute_output_shape(self, *args, **kwargs):
        """Return the output's shape for inputs of this shape; by default found by running ``call`` on shapes alone."""
        inputs = [symbols_for(shape, self.compute_dtype) for shape in args]
        named = {k.removesuffix("_shape"): symbols_for(shape, self.compute_dtype) for k, shape in kwargs.items()}
        return tree.map_structure(lambda t: t.shape, self._traced(tuple(inputs), named))

    def _traced(self, args: tuple, kwargs: dict):
        """Run ``call`` on shapes alone; where it needs lengths that are not known, try it on small arrays."""
        names = face_of(type(self)).names
        kwargs = {k: v for k, v in kwargs.items() if k in names}
        with untouched(self):
            try:
                return self.call(*args, **kwargs)
            except NotImplementedError:
                raise
            except Exception as error:
                return tried(self, args, kwargs, error)

    @property
    def input(self):
        """The symbolic tensor(s) that the layer was first called on."""
        inputs = self._first_node("input").inputs
        return inputs[0] if len(inputs) == 1 else inputs

    @property
    def output(self):
        """The symbolic tensor(s) that its first call gave."""
        outputs = self._first_node("output").outputs
        return outputs[0] if len(outputs) == 1 else outputs

    def _first_node(self, what: str) -> Node:
        if not self._nodes:
            raise NotBuiltError(
                f"{what} of layer {self.name!r}", expected="a layer that was called on Input(...)",
                got="one that was never called on a symbolic tensor",
                fix="call it (or its model) on Input(shape=...), or give the first layer input_shape=",
            )  # fmt: skip
        return self._nodes[0]

    def symbolic_call(self, *args, **kwargs):
        """Call the layer on symbolic tensors."""
        if next(symbolic_in((args, kwargs)), None) is None:
            raise ArgumentError(f"symbolic_call of {self.name!r}", expected="symbolic tensors", got="none")
        return self(*args, **kwargs)
