"""Comparing one call on both sides."""

import warnings

import numpy as np

from teachkeras.tensor import Tensor


def outcome(call, *arguments):
    """Return what a call returns, as an array, or the exception it raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = call(*arguments)
    except Exception as error:  # any error counts as an outcome
        return error
    return found.data if isinstance(found, Tensor) else np.asarray(found)


def assert_same(theirs, ours, rtol=2e-6, atol=2e-6):
    """Hold two outcomes equal: both errors, or arrays of one shape, dtype and value."""
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        assert isinstance(theirs, Exception) and isinstance(ours, Exception), f"keras: {theirs!r}; ours: {ours!r}"
        return
    assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype)
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def signature(thing):
    """Return parameter names and defaults, without annotations."""
    import inspect

    parameters = inspect.signature(thing).parameters.values()
    return [(p.name, p.kind, p.default if not callable(p.default) else p.default.__name__) for p in parameters]
