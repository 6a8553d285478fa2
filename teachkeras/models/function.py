"""Function: a graph of ops and layers as one thing to call, without being a layer itself."""

from teachkeras import tree
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.models.graph import _visit, plan
from teachkeras.naming import auto_name
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Operators


class Function:
    """What leads from some symbolic tensors to others, to be run on numbers.

    Args:
        inputs: A symbolic tensor, or a structure of them.
        outputs: The same; they follow from the inputs.
        name: A name.

    Raises:
        ArgumentError: no inputs or outputs; an output that needs something else.
        ShapeError: a call on another number of tensors, or of another rank.

    Example:
        >>> import teachkeras as tk
        >>> a, b = tk.KerasTensor((None, 2)), tk.KerasTensor((None, 2))
        >>> Function([a, b], tk.ops.sum(a * b, axis=-1))([[[1.0, 2.0]], [[3.0, 4.0]]]).tolist()
        [11.0]
    """

    def __init__(self, inputs, outputs, name=None):
        self.name, self._into, self._out_of = name or auto_name("Function"), inputs, outputs
        self.inputs, self.outputs = tree.flatten(inputs), tree.flatten(outputs)
        if not self.inputs or not self.outputs:
            raise ArgumentError("Function", expected="inputs and outputs", got=f"{inputs!r}, {outputs!r}")
        known = {t.uid for t in self.inputs}
        nodes, _ = _visit(self.outputs, known, dict.fromkeys(known))
        self.operations = list({id(node.operation): node.operation for node in nodes}.values())
        self._steps = plan(nodes, {t.uid for t in self.outputs} | known)

    def __call__(self, inputs, **kwargs):
        """Run the graph on tensors, arrays or symbolic tensors."""
        values = {t.uid: x for t, x in zip(self.inputs, self._checked(self._each(inputs)), strict=True)}
        for step in self._steps:
            step.run(values, step.operation, kwargs.get("training"))
        found = [values[t.uid] for t in self.outputs]
        return tree.pack_sequence_as(self._out_of, found) if tree.is_nested(self._out_of) else found[0]

    def _each(self, inputs: object) -> list:
        """Return what is given for each input: lists of numbers count as one."""
        if not tree.is_nested(self._into):
            return [inputs]
        return tree.flatten(inputs) if isinstance(inputs, dict) else list(inputs)

    def _checked(self, given: list) -> list:
        """Return the inputs as tensors; refuse what does not fit."""
        from teachkeras.ops.creation import convert_to_tensor

        made = [x if isinstance(x, Operators) else convert_to_tensor(x) for x in given]
        if [len(x.shape) for x in made] != [len(t.shape) for t in self.inputs]:
            raise ShapeError(
                f"Function {self.name!r}", expected=", ".join(str(t.shape) for t in self.inputs),
                got=", ".join(str(tuple(x.shape)) for x in made),
            )  # fmt: skip
        return made

    def compute_output_shape(self, input_shape):
        """Return the shapes of the outputs for inputs of these shapes."""
        shapes = self._each(input_shape)
        symbols = [SymbolicTensor(s, t.dtype) for s, t in zip(shapes, self.inputs, strict=True)]
        found = self(symbols if tree.is_nested(self._into) else symbols[0])
        return tree.map_structure(lambda t: t.shape, found)
