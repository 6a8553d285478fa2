"""Real Keras on JAX, run beside teachkeras."""

import importlib.util
import os
import warnings

import pytest


@pytest.fixture(scope="session")
def keras():
    """Return Keras on its JAX back end; skip where it is not installed."""
    for package in ("keras", "jax"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: python -m pip install -e '.[test]'")
    os.environ["KERAS_BACKEND"] = "jax"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras
    if keras.backend.backend() != "jax":
        pytest.skip(f"keras was imported on {keras.backend.backend()} before these tests ran")
    return keras
