"""The same model in both engines, and what comes out when both are told the same."""

import contextlib
import io
import warnings

import numpy as np

import teachkeras


def data(rows=50, classes=3, seed=0):
    """Return inputs and one-hot targets that can be learned."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 6)).astype("float32")
    return x, np.eye(classes, dtype="float32")[np.argmax(x[:, :classes], axis=-1)]


def stack(engine, outputs=3, last="softmax", regularizer=None):
    """Return a small Sequential with named layers."""
    return engine.Sequential(
        [
            engine.layers.Input((6,)),
            engine.layers.Dense(5, activation="tanh", kernel_regularizer=regularizer, name="hidden"),
            engine.layers.Dense(outputs, activation=last, name="out"),
        ],
        name="twin",
    )


def twins(keras, build=stack, **options):
    """Return (Keras's model, ours), built the same way, with the same weights."""
    theirs, ours = build(keras, **options), build(teachkeras, **options)
    rng = np.random.default_rng(7)
    weights = [rng.normal(size=w.shape, scale=0.5).astype("float32") for w in theirs.weights]
    assert [w.shape for w in weights] == [w.shape for w in ours.weights]
    theirs.set_weights(weights), ours.set_weights(weights)
    return theirs, ours


def outcome(run, *arguments):
    """Return what a run returns, or the exception that it raises; nothing is printed or warned."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            return run(*arguments)
    except Exception as error:  # any error counts as an outcome
        return error


BASES = (ValueError, TypeError, KeyError, IndexError, NotImplementedError, RuntimeError, AttributeError)


def kind(error):
    """Return the built-in exceptions that an `except` for Keras's error would name."""
    return [base for base in BASES if isinstance(error, base)]


def assert_alike(theirs, ours, rtol=1e-4, atol=1e-5):
    """Hold two results equal: kinds of containers, keys, numbers; errors by what catches them."""
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        assert isinstance(theirs, Exception) and isinstance(ours, Exception), f"keras: {theirs!r}; ours: {ours!r}"
        assert set(kind(theirs)) <= set(kind(ours)), f"keras: {theirs!r}; ours: {ours!r}"
    elif isinstance(theirs, dict):
        assert isinstance(ours, dict) and list(theirs) == list(ours), f"keras: {list(theirs)}; ours: {list(ours)}"
        for key in theirs:
            assert_alike(theirs[key], ours[key], rtol, atol)
    elif isinstance(theirs, (list, tuple)):
        assert type(theirs) is type(ours) and len(theirs) == len(ours), f"keras: {theirs}; ours: {ours}"
        for a, b in zip(theirs, ours, strict=True):
            assert_alike(a, b, rtol, atol)
    elif theirs is None or isinstance(theirs, str):
        assert theirs == ours
    else:
        a, b = np.asarray(theirs), np.asarray(ours)
        assert a.shape == b.shape and a.dtype.kind == b.dtype.kind, f"keras: {theirs!r}; ours: {ours!r}"
        np.testing.assert_allclose(b, a, rtol=rtol, atol=atol)
