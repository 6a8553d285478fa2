"""Hooks: look at what flows through a model while it runs, and change it if you like."""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import events
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.layers._hooks import LayerHooks, guarded
from teachkeras.layers.layer import Layer
from teachkeras.tracing.addresses import Address


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
    forward: Callable | None = None,
    backward: Callable | None = None,
    gradient: Callable | None = None,
    update: Callable | None = None,
) -> Handles:
    """Watch layers or weights of a model; each function may return a replacement for what it sees.

    Args:
        model: The model (or layer).
        address: A layer, a layer's name, or a pattern such as ``"dense*"``; for `gradient` and `update` it picks
            weights by path.
        forward: ``f(layer, inputs, output)`` after a layer ran.
        backward: ``f(layer, output_gradient)`` when the gradient comes back to a layer's output.
        gradient: ``f(variable, gradient)`` before the update.
        update: ``f(variable, gradient, before)`` after the update; its answer is not used.

    Returns:
        Handles with ``remove()``, which also work as a ``with`` block.

    Raises:
        UnknownNameError: no layer is at that address.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(2, kernel_initializer="ones", input_shape=(3,))])
        >>> with hook(model, "dense*", forward=lambda layer, x, y: y * 0):
        ...     silenced = model(np.ones((1, 3))).numpy()
        >>> silenced, model(np.ones((1, 3))).numpy()
        (array([[0., 0.]], dtype=float32), array([[3., 3.]], dtype=float32))
    """
    if not any((forward, backward, gradient, update)):
        raise ArgumentError("hook", expected="forward=, backward=, gradient= or update=", got="no function")
    handles: list = []
    chosen = layers_at(model, address) if forward or backward else []
    for layer in chosen:
        layer._hooks = layer._hooks or LayerHooks()
        for kind, function in (("forward", forward), ("backward", backward)):
            if function is not None:
                handles.append(layer._hooks.add(kind, function))
    own = {v.uid for layer in layers_at(model, address) for v in layer.weights} if gradient or update else set()
    if gradient is not None:
        handles.append(events.gradients.subscribe(_gradient_listener(own, gradient)))
    if update is not None:
        handles.append(events.update.subscribe(_update_listener(own, update)))
    return Handles(handles)


def layers_at(model: Layer, address: object) -> list[Layer]:
    """Return the layers of `model` that an address, a name pattern or a layer object means."""
    if isinstance(address, Layer):
        return [address]
    everything = [model, *model._flat_layers()]
    wanted = Address.parse(address)
    if wanted.path == "*":
        return everything[1:] or everything
    found = [layer for layer in everything if wanted.matches(layer.path) or wanted.matches(layer.name)]
    if not found:
        names = [layer.name for layer in everything]
        raise UnknownNameError(
            "address", expected=f"a layer of {model.name!r}", got=repr(address), fix=did_you_mean(wanted.path, names)
        )
    return found


def _gradient_listener(own: set[int], function: Callable) -> Callable:
    def listen(model, pairs):
        gradients = [gradient for _, gradient in pairs]
        for index, (variable, gradient) in enumerate(pairs):
            if variable.uid in own and gradient is not None:
                replaced = guarded(function, variable, gradient)
                gradients[index] = gradient if replaced is None else replaced
        return gradients

    return listen


def _update_listener(own: set[int], function: Callable) -> Callable:
    def listen(variable, gradient, before, slots):
        if variable.uid in own:
            guarded(function, variable, gradient, before)

    return listen
