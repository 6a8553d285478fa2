"""Hooks: look at what flows through a model while it runs, and change it if you like.

A place is a layer, a kind of op or a weight; it is named by the object itself, by an address with ``*`` in it, or by a
function that says yes or no. What a hook returns takes the place of what it saw; None leaves that as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from contextvars import ContextVar

from teachkeras import events, ops
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.layers._hooks import LayerHooks, fitted, fitted_gradient, guarded
from teachkeras.layers.layer import Layer
from teachkeras.ops.op import OPS, Op
from teachkeras.tape import vjp_of
from teachkeras.tracing.addresses import Address
from teachkeras.variable import Variable


class Handles:
    """Several handles as one."""

    def __init__(self, handles: list):
        self.handles = handles

    def remove(self) -> None:
        """End every subscription."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> Handles:
        """Return the handles."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End every subscription."""
        self.remove()


def hook(
    model: Layer,
    address: object = "*",
    *,
    before: Callable | None = None,
    forward: Callable | None = None,
    backward: Callable | None = None,
    gradient: Callable | None = None,
    update: Callable | None = None,
) -> Handles:
    """Watch layers, ops or weights of a model; each function may return a replacement for what it sees.

    Args:
        model: The model (or layer).
        address: A layer, an op (``ops.relu``), a weight, an address such as ``"dense*"``, ``"relu"``,
            ``"dense_1/affine"`` or ``"dense/kernel"``, a function of a layer (for `gradient` and `update`: of a
            weight) that says yes or no, or a list of these.
        before: ``f(layer, inputs)`` before a layer runs. An op with replaced inputs is run again on those.
        forward: ``f(layer, inputs, output)`` after a layer, or an op, ran.
        backward: ``f(layer, output_gradient)`` when the gradient comes back to a layer's, or an op's, output.
        gradient: ``f(variable, gradient)`` before the update.
        update: ``f(variable, gradient, before)`` after the update; its answer is not used.

    A replaced output that is computed from the old one stays on the tape, so gradients flow through the change; a
    plain array cuts them, as a patched activation should. For an op, `before`, `forward` and `backward` get the op
    in place of the layer. An error in an `update` hook takes the whole update back.

    Returns:
        Handles with ``remove()``, which also work as a ``with`` block.

    Raises:
        UnknownNameError: nothing is at that address.
        HookError: during training, when a hook fails or its replacement does not fit; the message names the hook.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(2, kernel_initializer="ones", input_shape=(3,))])
        >>> with hook(model, "dense*", forward=lambda layer, x, y: y * 0):
        ...     silenced = model(np.ones((1, 3))).numpy()
        >>> silenced, model(np.ones((1, 3))).numpy()
        (array([[0., 0.]], dtype=float32), array([[3., 3.]], dtype=float32))
    """
    if not any((before, forward, backward, gradient, update)):
        raise ArgumentError("hook", expected="before=, forward=, backward=, gradient= or update=", got="no function")
    with ExitStack() as undo:
        handles: list = []
        for place in address if isinstance(address, (list, tuple)) else [address]:
            flowing = {"before": before, "forward": forward, "backward": backward}
            for kind, function in flowing.items():
                if function is not None:
                    handles += _flow_hooks(model, place, kind, function)
            for chain, function in ((_GRADIENT, gradient), (_UPDATE, update)):
                if function is not None:
                    chosen = {v.uid for v in weights_at(model, place)}
                    handles.append(chain.add(lambda variable, chosen=chosen: variable.uid in chosen, function, model))
            undo.callback(Handles(handles).remove)  # one bad place: none is hooked
        undo.pop_all()
    return Handles(handles)


def _flow_hooks(model: Layer, place: object, kind: str, function: Callable) -> list:
    """Subscribe to what flows through layers or ops."""
    matches = _op_matcher(model, place)
    if matches is None:
        layers = layers_at(model, place)
        for layer in layers:
            layer._hooks = layer._hooks or LayerHooks()
        return [layer._hooks.add(kind, function) for layer in layers]
    return [(_BACKWARD if kind == "backward" else _FORWARD).add(matches, function, kind)]


# --- which place is meant -------------------------------------------------------------------------------------------


def layers_at(model: Layer, address: object) -> list[Layer]:
    """Return the layers of `model` that an address, a name pattern, a predicate or a layer object means."""
    if isinstance(address, Layer):
        return [address]
    everything = [model, *model._flat_layers()]
    if isinstance(address, str):
        wanted = Address.parse(address)
        if wanted.path == "*":
            return everything[1:] or everything
        found = [layer for layer in everything if wanted.matches(layer.path) or wanted.matches(layer.name)]
        hint = did_you_mean(wanted.path, [layer.name for layer in everything])
    else:
        found, hint = _chosen_by(address, everything), "let the function return True for one of the layers"
    if not found:
        raise UnknownNameError("address", expected=f"a layer or op of {model.name!r}", got=repr(address), fix=hint)
    return found


def weights_at(model: Layer, address: object) -> list[Variable]:
    """Return the weights that an address, a predicate, a layer or a weight object means."""
    if isinstance(address, Variable):
        return [address]
    if isinstance(address, Layer):
        return address.weights
    if isinstance(address, str):
        wanted = Address.parse(address)
        found = [v for v in model.weights if wanted.path == "*" or wanted.matches(v.path)]
        if not found:
            found = [v for layer in layers_at(model, address) for v in layer.weights]
        return found
    found = _chosen_by(address, model.weights)
    if not found:
        raise UnknownNameError("address", expected=f"a weight of {model.name!r}", got=repr(address))
    return found


def _chosen_by(predicate: object, things: Sequence) -> list:
    if not callable(predicate):
        raise ArgumentError(
            "address", expected="a layer, an op, a weight, an address or a function", got=f"{predicate!r:.60}"
        )
    return [thing for thing in things if guarded(predicate, thing)]


def _op_matcher(model: Layer, place: object) -> Callable | None:
    """Return which records are meant, where the place is an op: by object, by name, or as ``layer/op``."""
    if isinstance(place, Op):
        return lambda record: record.op is place and _inside(model, record.scope)
    if not isinstance(place, str) or (wanted := Address.parse(place)).path == "*":
        return None
    everything = [model, *model._flat_layers()]
    if any(wanted.matches(layer.path) or wanted.matches(layer.name) for layer in everything):
        return None
    if not OPS or wanted.path.rsplit("/", 1)[-1] not in OPS:
        ops.names()  # every family of ops registers when it is imported
    if not any(Address(wanted.path.rsplit("/", 1)[-1]).matches(name) for name in OPS):
        return None
    return lambda record: wanted.matches(f"{record.scope}/{record.op.name}") and _inside(model, record.scope)


def _inside(model: Layer, scope: str) -> bool:
    return scope.split("/")[0] == model.name or scope.startswith(model.path)


# --- listeners ------------------------------------------------------------------------------------------------------


class Chain:
    """Hooks of one kind, in the order in which they were set: each sees what the one before it made of it."""

    def __init__(self, channel: events.Channel, listen: Callable):
        self.channel, self.listen = channel, listen
        self.entries: list[tuple[Callable, Callable, object]] = []  # (does it mean this one?, the hook, what it needs)
        self.handle: events.Handle | None = None

    def add(self, matches: Callable, function: Callable, needs: object = None) -> _ChainHandle:
        """Add a hook; listen to the channel from the first one on."""
        if not self.entries:
            self.handle = self.channel.subscribe(self.listen)
        self.entries.append((matches, function, needs))
        return _ChainHandle(self, self.entries[-1])


class _ChainHandle(events.Handle):
    def __init__(self, chain: Chain, entry: tuple):
        super().__init__(chain.entries, entry)
        self._chain = chain

    def remove(self) -> None:
        """End the subscription, and with the last one the chain's own; calling it again does nothing."""
        super().remove()
        if not self._chain.entries and self._chain.handle is not None:
            self._chain.handle.remove()
            self._chain.handle = None


_busy: ContextVar[bool] = ContextVar("inside an op's hook", default=False)


def _on_forward(record, inputs, outputs, kept):
    meant = [] if _busy.get() else [(f, kind) for matches, f, kind in _FORWARD.entries if matches(record)]
    if not meant:  # ops that a hook itself runs are not shown to hooks
        return None
    token = _busy.set(True)
    try:
        given = _shown_to([f for f, kind in meant if kind == "before"], record, inputs)
        first = made = _one_or_list(outputs)
        if given is not inputs:  # what came in was replaced: the op runs again on that
            made = record.op(*given, **record.params)
        for function in [f for f, kind in meant if kind == "forward"]:
            replaced = guarded(function, record.op, _one_or_list(given), made)
            made = made if replaced is None else fitted(function, replaced, made)
    finally:
        _busy.reset(token)
    return None if made is first else made


def _shown_to(hooks: Sequence, record: object, inputs: Sequence) -> Sequence:
    """Show an op's inputs to ``before`` hooks; return them, or what the hooks made of them."""
    for function in hooks:
        seen = _one_or_list(inputs)
        replaced = guarded(function, record.op, seen)
        if replaced is not None:
            fitting = fitted(function, replaced, seen)
            inputs = list(fitting) if len(inputs) > 1 else [fitting]
    return inputs


def _one_or_list(tensors: Sequence) -> object:
    return tensors[0] if len(tensors) == 1 else list(tensors)


def _on_backward(record, y_bar, input_bars):
    seen = y_bar
    for matches, function, _ in tuple(_BACKWARD.entries):
        if matches(record):
            seen = fitted_gradient(function, guarded(function, record.op, seen), seen)
    return None if seen is y_bar else vjp_of(record, seen, any(hasattr(bar, "uid") for bar in input_bars))


def _on_gradients(model, pairs):
    gradients = [gradient for _, gradient in pairs]
    for matches, function, _ in tuple(_GRADIENT.entries):
        for index, (variable, _) in enumerate(pairs):
            if matches(variable) and gradients[index] is not None:
                seen = gradients[index]
                gradients[index] = fitted_gradient(function, guarded(function, variable, seen), seen)
    return gradients


def _on_update(variable, gradient, before, slots):
    if gradient is None and not variable.trainable:
        return
    if variable.uid in _updated:  # a new update begins
        _updated.clear(), _undo.clear()
    _undo.setdefault(variable.uid, (variable, before))
    if gradient is None:
        return  # decay, a constraint: a part of the update that no hook is shown
    _updated.add(variable.uid)
    try:
        for matches, function, model in tuple(_UPDATE.entries):
            _undo.update(_slots_before(model, variable, slots))
            if matches(variable):
                guarded(function, variable, gradient, before)
    except Exception:
        for changed, value in list(_undo.values()):
            changed.assign(value)
        _updated.clear(), _undo.clear()
        raise


def _slots_before(model: object, variable: Variable, slots: dict) -> dict:
    """Return the slots of a weight with their values before its update, for taking it back."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or not slots:
        return {}
    return {slot.uid: (slot, slots[name]) for name, slot in optimizer.state_of(variable).items() if name in slots}


_updated: set[int] = set()  # weights whose update was seen, since the present update began
_undo: dict[int, tuple] = {}  # uid -> (what it has changed, its value before)
_FORWARD, _BACKWARD = Chain(events.forward, _on_forward), Chain(events.backward, _on_backward)
_GRADIENT, _UPDATE = Chain(events.gradients, _on_gradients), Chain(events.update, _on_update)
