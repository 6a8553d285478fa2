"""Operation: a step of one's own that works on numbers and on symbolic tensors alike."""

from __future__ import annotations

from teachkeras import tree
from teachkeras.errors import ArgumentError
from teachkeras.naming import auto_name
from teachkeras.symbolic import Node, SymbolicTensor, symbolic_in


class Operation:
    """Base of steps without weights: write ``call``, and ``compute_output_spec`` where shapes alone can't run it.

    Args:
        name: Its name; by default the class name in snake case with a number.

    Raises:
        ArgumentError: a name that is no string, or has a slash in it.

    Example:
        >>> from teachkeras import ops
        >>> class Double(Operation):
        ...     def call(self, x):
        ...         return ops.multiply(x, 2.0)
        >>> Double()(ops.array([1.0])).tolist(), Double()(SymbolicTensor((None, 3))).shape
        ([2.0], (None, 3))
    """

    def __init__(self, name=None):
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ArgumentError(type(self).__name__, expected="name, a string without '/'", got=repr(name))
        self.name = name or auto_name(type(self).__name__)
        self._nodes: list[Node] = []

    def __call__(self, *args, **kwargs):
        """Run ``call`` on numbers; on symbolic tensors return symbolic tensors."""
        if next(symbolic_in((args, kwargs)), None) is not None:
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args, **kwargs):
        """Return symbolic outputs and note the call in the graph."""
        node = Node(self, args, kwargs)
        found = self.compute_output_spec(*args, **kwargs)
        outputs = tree.map_structure(lambda t: SymbolicTensor(t.shape, t.dtype, node=node), found)
        node.outputs = tree.flatten(outputs)
        self._nodes.append(node)
        return outputs

    def call(self, *args, **kwargs):
        """Compute the output; every operation defines it."""
        raise NotImplementedError(f"{type(self).__name__} must define call()")

    def compute_output_spec(self, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs: what ``call`` makes of them."""
        return self.call(*args, **kwargs)
