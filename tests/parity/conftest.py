"""Real Keras on JAX, run beside teachkeras: a daily half dozen of each test's cases, and all of them with ``-m full``."""

import importlib.util
import os
import warnings

import pytest

DAILY = 6  # cases of a test that run every day, evenly picked; the rest runs with `-m full`


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the daily run short: Keras compiles each case anew, which takes longer than the comparison."""
    tests = {}
    for item in items:
        if "tests/parity/" in item.nodeid and not item.get_closest_marker("full"):
            tests.setdefault(item.nodeid.split("[")[0], []).append(item)
    for cases in tests.values():
        daily = {round(i * (len(cases) - 1) / (DAILY - 1)) for i in range(DAILY)}
        for number, item in enumerate(cases):
            if len(cases) > DAILY and number not in daily:
                item.add_marker(pytest.mark.full)


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
