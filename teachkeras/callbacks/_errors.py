"""Errors of callbacks, caught as Keras's are."""

from teachkeras.errors import NonFiniteError, UnknownNameError


class NonFiniteLossError(NonFiniteError, RuntimeError):
    """A loss that became NaN or infinite, where the user asked for an error."""


class UnknownPlaceholderError(UnknownNameError, KeyError):
    """A name in braces that the logs do not hold."""

    __str__ = Exception.__str__  # a KeyError would show its message quoted
