"""Errors that say where, what was expected, what came, and what to do.

Every error the library raises on purpose is a :class:`TeachKerasError`. Each also derives from the built-in exception
that Keras raises in the same place (mostly ``ValueError``), so that code written for Keras catches it unchanged.

>>> print(describe("sequential/dense_1", "last axis 784", "x of shape (32, 28, 28)", "put Flatten() before this layer"))
sequential/dense_1
  expected: last axis 784
  got:      x of shape (32, 28, 28)
  fix:      put Flatten() before this layer
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def describe(where: str, expected: str = "", got: str = "", fix: str = "") -> str:
    """Lay out a message: the place first, then one line each for what was expected, what came and what to do."""
    lines = [where]
    for label, text in (("expected:", expected), ("got:", got), ("fix:", fix)):
        if text:
            lines.append(f"  {label:<9} {text}")
    return "\n".join(lines)


def did_you_mean(name: object, choices: Iterable[str]) -> str:
    """Return ``"did you mean 'x'?"`` for the nearest of `choices`, or the list of them where none is near.

    >>> did_you_mean("sofmax", ["relu", "softmax", "tanh"])
    "did you mean 'softmax'?"
    """
    choices = sorted(choices)
    by_lower = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(str(name).lower(), by_lower, n=1, cutoff=0.6)
    if near:
        return f"did you mean {by_lower[near[0]]!r}?"
    return "use one of " + ", ".join(choices)


class TeachKerasError(Exception):
    """Base of every error raised on purpose.

    Args:
        message: The whole message, or the place (`where`) if any of the other arguments is given.
        expected: What would have been right.
        got: What came instead, with the offending value.
        fix: What to do about it, in the user's terms.
    """

    def __init__(self, message: str = "", *, expected: str = "", got: str = "", fix: str = ""):
        self.where, self.expected, self.got, self.fix = message, expected, got, fix
        super().__init__(describe(message, expected, got, fix))

    def located(self, scope: str) -> TeachKerasError:
        """Return the same error with `scope` (a layer's address) put in front, unless a deeper layer already did so."""
        if scope and not getattr(self, "scope", ""):
            self.scope = scope
            self.where = f"{type(self).__name__} in {scope}: {self.where}"
            self.args = (describe(self.where, self.expected, self.got, self.fix),)
        return self


class ShapeError(TeachKerasError, ValueError):
    """Axes that do not fit."""


class ArgumentError(TeachKerasError, ValueError):
    """An argument outside its range, or arguments that contradict each other."""


class ArgumentTypeError(TeachKerasError, TypeError):
    """An argument of a kind that can't be used here."""


class UnknownNameError(TeachKerasError, ValueError):
    """A string that names nothing; the message holds the nearest name."""


class NotBuiltError(TeachKerasError, ValueError):
    """Weights were asked for before the input shape was known."""


class NotCompiledError(TeachKerasError, ValueError):
    """Training was asked for before ``compile``."""


class DataError(TeachKerasError, ValueError):
    """Data that can't be trained on: empty, of unequal lengths, or with labels out of range."""


class NonFiniteError(TeachKerasError, ArithmeticError):
    """A NaN or an infinity; the message names layer, op and entry."""


class StaleVariableError(TeachKerasError, RuntimeError):
    """A backward pass over a variable that was changed since the forward pass."""


class NoGradientError(TeachKerasError, TypeError):
    """A path on which no gradient can flow."""


class UnknownObjectError(UnknownNameError, TypeError):
    """A file or config that asks for a class or function that nobody made known."""


class CorruptFileError(TeachKerasError, OSError, ValueError):
    """A file that is not what it says it is."""


class DownloadError(TeachKerasError, OSError):
    """A file that could not be fetched."""


class MissingPackageError(TeachKerasError, ImportError):
    """An optional package that is not installed; the message holds the command that installs it."""


class DeviceError(TeachKerasError, RuntimeError):
    """A GPU that is asked for and is not there, or does not work."""


class DeviceMemoryError(TeachKerasError, MemoryError):
    """A GPU whose memory is full; the message names the layer and the sizes."""


class ConcurrentFitError(TeachKerasError, RuntimeError):
    """A second ``fit`` on a model whose first has not ended."""


class NonFiniteWarning(UserWarning):
    """A loss that became NaN or infinite during training."""


class BroadcastWarning(UserWarning):
    """Targets and predictions of different shapes that broadcasting bends to one: nearly always a mistake."""
