"""The event spine: everything that can be observed passes here, and nothing is paid while nobody looks.

A :class:`Channel` is a list of listeners. The engine guards every emission with ``if channel.listeners:``, which is one
attribute read and one truth test; no event object is made for nobody.

    forward     an op ran                     (record, inputs, outputs)         may return replaced outputs
    backward    an op's gradient ran          (record, y_bar, input gradients)
    gradients   before the update             (model, [(variable, gradient)])   may return replaced gradients
    update      an optimizer changed a weight (variable, gradient, before, slots)
    phase       a training step moves on      (model, "forward" | "loss" | "backward" | "update" | "metrics" | "end")
    batch       a training batch has ended    (model, batch, logs)
    idle        the loop waits, paused        (model,)
    trouble     a number is not finite        (model, run the step again)       answers with the place

The *scope* is the address of the layer at work, such as ``sequential/dense_1``; it lives in a context variable, so two
threads or two tasks never see each other's.
"""

from __future__ import annotations

import contextvars
import importlib
from collections.abc import Callable


class Handle:
    """What ``subscribe`` returns: ``remove()`` ends the subscription; a ``with`` block does so on leaving."""

    def __init__(self, listeners: list, listener: Callable):
        self._listeners, self._listener = listeners, listener

    def remove(self) -> None:
        """End the subscription; calling it again does nothing."""
        for index, listener in enumerate(self._listeners):
            if listener is self._listener:
                del self._listeners[index]
                return

    def __enter__(self) -> Handle:
        """Return the handle itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the subscription."""
        self.remove()


class Channel:
    """One kind of event and who listens to it.

    Args:
        name: What it is called.
        home: Who is told anyway, as ``module:function``; imported only when there is something to tell.

    >>> seen = []
    >>> channel = Channel("demo")
    >>> with channel.subscribe(lambda x: seen.append(x)):
    ...     if channel.listeners: channel.emit(1)
    >>> seen, channel.listeners
    ([1], [])
    """

    __slots__ = ("home", "listeners", "name")

    def __init__(self, name: str, home: str | None = None):
        self.name, self.home = name, home
        self.listeners: list[Callable] = []

    def subscribe(self, listener: Callable) -> Handle:
        """Call `listener` at every event of this channel until the returned handle is removed."""
        self.listeners.append(listener)
        return Handle(self.listeners, listener)

    def emit(self, *event: object) -> object:
        """Tell every listener; return the last answer that is not None (a replacement), or None."""
        answer = None
        if self.home is not None:
            module, function = self.home.split(":")
            answer = getattr(importlib.import_module(module), function)(*event)
        for listener in tuple(self.listeners):
            replacement = listener(*event)
            if replacement is not None:
                answer = replacement
        return answer


forward = Channel("forward")
backward = Channel("backward")
gradients = Channel("gradients")
update = Channel("update")
phase = Channel("phase")
batch = Channel("batch")
idle = Channel("idle")
trouble = Channel("trouble", home="teachkeras.tracing.finite:find")


def watched() -> bool:
    """Tell whether anybody follows the ops of a training step; the other channels tell of what comes between them."""
    return bool(forward.listeners or backward.listeners)


scope: contextvars.ContextVar[str] = contextvars.ContextVar("scope", default="")
