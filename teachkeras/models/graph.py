"""The graph behind a functional model: which calls lead from its inputs to its outputs, and in which order they run."""

from __future__ import annotations

from dataclasses import dataclass

from teachkeras import tree
from teachkeras.errors import ArgumentError
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.naming import auto_name
from teachkeras.ops.op import Op
from teachkeras.symbolic import Node, SymbolicTensor


class GraphOp:
    """An op's place in a model. It has a name there, as a layer has.

    Attributes:
        op: The op.
        name: ``add``, ``add_1``, …
    """

    def __init__(self, op: Op, name: str | None = None):
        self.op, self.name = op, name or auto_name(op.name)
        self._nodes: list[Node] = []

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Run the op."""
        return self.op(*args, **kwargs)

    def compute_output_spec(self, *args: object, **kwargs: object) -> object:
        """Return symbolic outputs for symbolic inputs."""
        return self.op.symbolic(args, kwargs)

    def __repr__(self) -> str:
        return f"<GraphOp {self.op.name} name={self.name}>"


@dataclass
class Graph:
    """What a functional model runs.

    Attributes:
        nodes: The calls, in the order in which they run.
        operations: The layers and ops, each once: input first, farthest from the outputs first.
        stand_ins: For an input that is a tensor from inside another model, by its uid: the InputLayer in its place.
    """

    nodes: list[Node]
    operations: list
    stand_ins: dict[int, InputLayer]


def graph_between(inputs: list[SymbolicTensor], outputs: list[SymbolicTensor]) -> Graph:
    """Return the graph that leads from `inputs` to `outputs`.

    Raises:
        ArgumentError: an output needs an input that is not among `inputs`.
    """
    stand_ins = {}
    for t in inputs:
        if t.node is None or not isinstance(t.node.operation, InputLayer):
            stand_ins[t.uid] = InputLayer(batch_shape=t.shape, dtype=t.dtype, name=f"{t.name}CLONE")
    known = {t.uid for t in inputs}
    postorder, first_seen = _visit(outputs, known, stand_ins)
    depths = _depths(postorder, stand_ins)
    for t in inputs:  # those that no output needs stand last
        layer = stand_ins.get(t.uid) or t.node.operation
        first_seen.setdefault(id(layer), -1)
        depths.operations.setdefault(id(layer), (0, layer))
    place = {id(node): number for number, node in enumerate(postorder)}
    nodes = sorted(postorder, key=lambda node: (-depths.nodes[id(node)], place[id(node)]))
    ranked = sorted(depths.operations.values(), key=lambda pair: (-pair[0], first_seen[id(pair[1])]))
    return Graph([n for n in nodes if not isinstance(n.operation, InputLayer)], [op for _, op in ranked], stand_ins)


def parents(node: Node, stand_ins: dict) -> list[SymbolicTensor]:
    """Return the tensors that a call takes from other calls."""
    return [t for t in node.inputs if t.uid not in stand_ins]


def _visit(outputs: list, known: set, cut: dict) -> tuple[list[Node], dict[int, int]]:
    """Return the nodes before the outputs, each after those it needs, and the order in which operations were met."""
    postorder, done, ready, first_seen = [], set(), set(), {}
    for path, output in enumerate(outputs):
        if output.uid in cut:
            continue
        stack = [(_node_of(output, known, path), False)]
        while stack:
            node, expanded = stack.pop()
            if expanded:
                postorder.append(node)
                ready.add(id(node))
            elif id(node) not in done:
                done.add(id(node))
                first_seen.setdefault(id(node.operation), len(first_seen))
                stack.append((node, True))
                before = [_node_of(t, known, path) for t in reversed(parents(node, cut))]
                if any(id(n) in done and id(n) not in ready for n in before):
                    raise ArgumentError(
                        "model's graph", expected="calls that follow one another",
                        got=f"a cycle through {node.operation!r}",
                        fix="let no call take what follows from its own output; for a recurrence write an RNN cell",
                    )  # fmt: skip
                stack.extend((n, False) for n in before)
    return postorder, first_seen


def _node_of(t: SymbolicTensor, known: set, path: int) -> Node:
    node = t.node
    if node is None or (isinstance(node.operation, InputLayer) and t.uid not in known):
        raise ArgumentError(
            f"Output with path `{path}` is not connected to `inputs`", expected="outputs that follow from the inputs",
            got=f"it needs {t!r}", fix="give that tensor among the model's inputs, or compute the output from them",
        )  # fmt: skip
    if isinstance(node.operation, Op):
        node.operation = GraphOp(node.operation)
        node.operation._nodes.append(node)
    return node


@dataclass
class _Depths:
    nodes: dict[int, int]
    operations: dict[int, tuple]


def _depths(postorder: list[Node], stand_ins: dict) -> _Depths:
    """Return for each node and each operation how many calls lie, at most, between it and the outputs."""
    found = _Depths({}, {})
    for node in reversed(postorder):
        operation = node.operation
        depth = max(found.nodes.get(id(node), 0), found.operations.get(id(operation), (0,))[0])
        found.nodes[id(node)] = depth
        found.operations[id(operation)] = (depth, operation)
        for t in parents(node, stand_ins):
            found.nodes[id(t.node)] = max(depth + 1, found.nodes.get(id(t.node), 0))
        for t in node.inputs:
            if (layer := stand_ins.get(t.uid)) is not None:
                before = found.operations.get(id(layer), (0,))[0]
                found.operations[id(layer)] = (max(depth + 1, before), layer)
    return found


class Step:
    """One call of a functional model, ready to run: what fills its arguments, what it makes, what is done with after.

    Attributes:
        operation: The layer or op.
        node: The symbolic call that it repeats.
        done: The uids of the tensors that no later call needs.
    """

    __slots__ = ("args", "done", "kwargs", "node", "operation", "outputs", "single", "training")

    def __init__(self, node: Node):
        self.node, self.operation = node, node.operation
        self.kwargs = {k: v for k, v in node.kwargs.items() if k != "training"}
        self.training = node.kwargs.get("training")
        self.args = node.args
        self.outputs = [t.uid for t in node.outputs]
        plain = len(node.args) == 1 and isinstance(node.args[0], SymbolicTensor) and not self.kwargs
        self.single = node.args[0].uid if plain and len(self.outputs) == 1 else None
        self.done: tuple[int, ...] = ()

    def run(self, values: dict, call: object, mode: bool | None) -> None:
        """Call the operation on `values` (by uid) and put its outputs there; `mode` outweighs the call's training."""
        extra = {} if self.training is None or mode is not None else {"training": self.training}
        if self.single is not None:
            values[self.outputs[0]] = call(values[self.single], **extra)
            return
        args, kwargs = (_filled(part, values) for part in (self.args, self.kwargs))
        made = call(*args, **kwargs, **extra)
        flat = [t for t in tree.flatten(made) if t is not None] if tree.is_nested(made) else [made]
        for uid, value in zip(self.outputs, flat, strict=True):
            values[uid] = value


def _filled(part: object, values: dict) -> object:
    """Return arguments with values in the place of symbolic tensors."""
    if isinstance(part, SymbolicTensor):
        return values[part.uid]
    if isinstance(part, (list, tuple, dict)):
        parts = [part[k] for k in sorted(part)] if isinstance(part, dict) else part
        return tree.rebuilt(part, [_filled(p, values) for p in parts])
    return part


def plan(nodes: list[Node], keep: set[int]) -> list[Step]:
    """Return the steps that run these nodes; what no later step needs, and is not to `keep`, is let go."""
    steps = [Step(node) for node in nodes]
    seen = set(keep)
    for step in reversed(steps):
        uids = {t.uid for t in step.node.inputs} | set(step.outputs)
        step.done = tuple(uids - seen)
        seen |= uids
    return steps
