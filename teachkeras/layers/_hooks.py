"""What a layer's hooks do: look at, and may replace, what goes in, what comes out and the gradient that comes back.

A backward hook is a step on the tape like any other: an identity whose gradient goes through the hook.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras.errors import TeachKerasError
from teachkeras.events import Handle
from teachkeras.layers._tracking import changed
from teachkeras.ops.op import op
from teachkeras.tensor import Operators, Tensor, as_array, tapes


class HookError(TeachKerasError, RuntimeError):
    """An error inside a user's hook, or a replacement that does not fit."""


@op(tex="y = x", spec="x", shape=lambda x, watch=None: x, reason="identity; its gradient passes a hook")
def probe(x, watch=None):
    """The tensor itself; the gradient that comes back is shown to `watch`."""
    return x


@probe.vjp(tex=r"\bar x = \bar y\text{, or what the hook makes of it}", spec="y_bar")
def probe_vjp(y_bar, watch):
    return watch(y_bar)


class LayerHooks:
    """The hooks of one layer: they stand around its ``call``."""

    def __init__(self):
        self.before: list[Callable] = []
        self.forward: list[Callable] = []
        self.backward: list[Callable] = []

    def add(self, kind: str, hook: Callable) -> Handle:
        """Add a hook; the handle removes it."""
        hooks = getattr(self, kind)
        hooks.append(hook)
        changed()
        return Handle(hooks, hook)

    def __bool__(self) -> bool:
        return bool(self.before or self.forward or self.backward)

    def around(self, layer: object, args: tuple, kwargs: dict) -> object:
        """Run the layer's ``call`` between its hooks."""
        for hook in tuple(self.before):
            inputs = args[0] if len(args) == 1 else args
            replaced = guarded(hook, layer, inputs)
            if replaced is not None:
                args = (fitted(hook, replaced, inputs),) if len(args) == 1 else tuple(fitted(hook, replaced, args))
        return self.after(layer, args, layer.call(*args, **kwargs))

    def after(self, layer: object, args: tuple, outputs: object) -> object:
        """Show the outputs to the forward hooks; put a probe on them for the backward hooks."""
        for hook in tuple(self.forward):
            replaced = guarded(hook, layer, args[0] if len(args) == 1 else args, outputs)
            if replaced is not None:
                outputs = fitted(hook, replaced, outputs)
        if self.backward and tapes.get():
            outputs = self._probed(layer, outputs)
        return outputs

    def _probed(self, layer: object, outputs: object) -> object:
        if isinstance(outputs, (list, tuple)):
            return type(outputs)(self._probed(layer, o) for o in outputs)
        if not isinstance(outputs, Operators):
            return outputs
        seen = probe(outputs, watch=lambda y_bar: self._seen(layer, y_bar))
        seen.mask = outputs.mask
        return seen

    def _seen(self, layer: object, y_bar: object) -> object:
        for hook in tuple(self.backward):
            y_bar = fitted_gradient(hook, guarded(hook, layer, y_bar), y_bar)
        return y_bar


def guarded(hook: Callable, *args: object) -> object:
    """Call a hook; an error inside it names the hook."""
    try:
        return hook(*args)
    except HookError:
        raise
    except Exception as error:
        raise HookError(
            f"hook {name_of(hook)}",
            expected="a hook that runs",
            got=f"{type(error).__name__}: {error}",
            fix="mend the hook, or remove its handle",
        ) from error


def name_of(hook: Callable) -> str:
    """Return what a hook is called in messages."""
    return getattr(hook, "__qualname__", repr(hook))


def fitted(hook: Callable, replaced: object, like: object) -> object:
    """Return a hook's replacement for `like` as tensors of its dtype; its batch and features must be the same."""
    if isinstance(like, (list, tuple)):
        if not isinstance(replaced, (list, tuple)) or len(replaced) != len(like):
            raise _misfit(hook, f"{len(like)} tensors", f"{replaced!r:.60}")
        return type(like)(fitted(hook, r, part) for r, part in zip(replaced, like, strict=True))
    if not isinstance(like, Operators):
        return replaced
    tensor = replaced if isinstance(replaced, Operators) else Tensor(as_array(replaced, like.dtype))
    if tuple(tensor.shape) != tuple(like.shape):
        raise _misfit(hook, f"shape {tuple(like.shape)}", f"shape {tuple(tensor.shape)}")
    if tensor.mask is None:
        tensor.mask = like.mask
    return tensor


def fitted_gradient(hook: Callable, replaced: object, like: object) -> object:
    """Return a hook's replacement for a gradient, or the gradient itself if the hook only looked."""
    if replaced is None:
        return like
    if not isinstance(like, Operators):
        replaced = as_array(replaced, like.dtype)
    if replaced.shape != like.shape:
        raise _misfit(hook, f"shape {like.shape}", f"shape {replaced.shape}")
    return replaced


def _misfit(hook: Callable, expected: str, got: str) -> HookError:
    return HookError(
        f"hook {name_of(hook)}", expected=f"a replacement of {expected}", got=got,
        fix="return what has the shape of what came, or None to change nothing",
    )  # fmt: skip
