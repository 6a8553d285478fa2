"""What a layer's hooks do: look at, and may replace, what comes out of it and the gradient that comes back.

A backward hook is a step on the tape like any other: an identity whose gradient goes through the hook.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras.errors import TeachKerasError
from teachkeras.events import Handle
from teachkeras.ops.op import op
from teachkeras.tensor import Operators, Tensor, as_array, tapes


class HookError(TeachKerasError, RuntimeError):
    """An error inside a user's hook."""


@op(tex="y = x", spec="x", shape=lambda x, watch=None: x, reason="identity; its gradient passes a hook")
def probe(x, watch=None):
    """The tensor itself; the gradient that comes back is shown to `watch`."""
    return x


@probe.vjp(tex=r"\bar x = \bar y\text{, or what the hook makes of it}", spec="y_bar")
def probe_vjp(y_bar, watch):
    return watch(y_bar)


class LayerHooks:
    """The hooks of one layer."""

    def __init__(self):
        self.forward: list[Callable] = []
        self.backward: list[Callable] = []

    def add(self, kind: str, hook: Callable) -> Handle:
        """Add a hook; the handle removes it."""
        hooks = getattr(self, kind)
        hooks.append(hook)
        return Handle(hooks, hook)

    def __bool__(self) -> bool:
        return bool(self.forward or self.backward)

    def after(self, layer: object, args: tuple, outputs: object) -> object:
        """Show the outputs to the forward hooks; put a probe on them for the backward hooks."""
        for hook in tuple(self.forward):
            replaced = guarded(hook, layer, args[0] if len(args) == 1 else args, outputs)
            if replaced is not None:
                outputs = replaced if isinstance(replaced, Operators) else Tensor(as_array(replaced, outputs.dtype))
        if self.backward and tapes.get() and isinstance(outputs, Operators):
            outputs = probe(outputs, watch=lambda y_bar: self._seen(layer, y_bar))
        return outputs

    def _seen(self, layer: object, y_bar: object) -> object:
        for hook in tuple(self.backward):
            replaced = guarded(hook, layer, y_bar)
            if replaced is not None:
                y_bar = replaced
        return y_bar


def guarded(hook: Callable, *args: object) -> object:
    """Call a hook; an error inside it names the hook."""
    try:
        return hook(*args)
    except TeachKerasError:
        raise
    except Exception as error:
        name = getattr(hook, "__qualname__", repr(hook))
        raise HookError(
            f"hook {name}",
            expected="a hook that runs",
            got=f"{type(error).__name__}: {error}",
            fix="mend the hook, or remove its handle",
        ) from error
