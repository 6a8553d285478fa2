"""The CUDA kernels against the float64 reference: emulated on the processor, and on a GPU where there is one.

The same samples and tolerances as for the processor's routines (``tests/kernels``).
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "kernels"))
import test_routines as shared

from teachkeras.kernels import ROUTINES, device
from teachkeras.kernels import gpu as ours
from teachkeras.kernels.registry import implementations, load_reference

load_reference()
DAILY = {
    "lstm",
    "gru_vjp",
    "conv",
    "conv_image",
    "maxpool_vjp",
    "adam_many",
    "standardize",
    "keep",
    "logit_crossentropy",
}
FAMILIES = sorted(path.stem for path in ours.HERE.glob("*.py") if path.stem != "__init__")


def on_device(value):
    if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
        return type(value)(on_device(v) for v in value)
    return device.put(value.copy()) if isinstance(value, np.ndarray) else value


def outcome(function, arguments):
    """Run on the device; return the result, and the arrays among the arguments afterwards, on the host."""
    given = [on_device(a) for a in arguments]
    result = function(*given)
    results = list(result) if isinstance(result, tuple) else [] if result is None else [result]
    assert all(device.is_device_array(r) for r in results), "a result that is not on the device"
    for g, a in zip(given, arguments, strict=True):
        results += g if isinstance(a, list) else [g] if shared.is_float(a) else []
    return [device.host(r) for r in results]


def names():
    return sorted(name for name, entry in ROUTINES.items() if (ours.HERE / f"{entry.family}.py").exists())


def check(name, shapes=None):
    run = dict(implementations("cupy")).get(name)
    if run is None:
        pytest.skip(f"{name} has no kernel: CuPy runs the reference")
    sizes, make = shared.SAMPLES[name]
    for seed, shape in enumerate(shapes or sizes):
        arguments = make(np.random.default_rng(seed), shape)
        want = shared.outcome(ROUTINES[name].on["reference"], shared.prepared(arguments, "float64"))
        shared.assert_like(name, outcome(run, shared.prepared(arguments, "float32")), want)


@pytest.mark.parametrize("name", [n if n in DAILY else pytest.param(n, marks=pytest.mark.full) for n in names()])
def test_kernel_is_the_reference(pretended, name):
    check(name)


@pytest.mark.parametrize("name", names())
def test_kernel_is_the_reference_on_a_gpu(gpu, name):
    check(name)


@pytest.mark.parametrize("name", names())
def test_results_are_the_same_from_run_to_run_on_a_gpu(gpu, name):
    run = dict(implementations("cupy")).get(name) or pytest.skip(f"{name} has no kernel")
    sizes, make = shared.SAMPLES[name]
    arguments = make(np.random.default_rng(3), sizes[-3])
    first, second = (outcome(run, shared.prepared(arguments, "float32")) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_every_kernel_is_launched_somewhere():
    """No kernel without a routine that calls it, no call of a kernel that is not there."""
    import re

    import emulator

    for family in FAMILIES:
        cuda = ours.HERE / f"{family}.cu"
        text = (ours.HERE / f"{family}.py").read_text(encoding="utf-8")
        for name in emulator.kernels(cuda.read_text(encoding="utf-8")):
            assert re.search(rf'"{name}"', text), f"{family}.cu: nothing launches {name}"
