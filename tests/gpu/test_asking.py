"""Asking for the GPU: nothing imports CuPy before, and where it is missing the message says how to get it."""

import subprocess
import sys

import pytest

from teachkeras import config
from teachkeras.cli import doctor, probes
from teachkeras.errors import DeviceError, MissingPackageError

PATH_OF_A_FIT = """
import sys
import numpy as np
from teachkeras import layers, models
model = models.Sequential([layers.Dense(2, input_shape=(3,))])
model.compile("sgd", "mse")
model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
print("cupy" in sys.modules, any(name.startswith("teachkeras.kernels.gpu") for name in sys.modules))
"""


def python(code, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def test_a_fit_on_the_processor_imports_no_cupy():
    assert python(PATH_OF_A_FIT, TEACHKERAS_BACKEND="numpy").stdout.split() == ["False", "False"]


class NoCuPy:
    """A finder that knows of no CuPy."""

    def find_spec(self, name, path=None, target=None):
        if name == "cupy":
            raise ModuleNotFoundError("No module named 'cupy'", name=name)


@pytest.fixture
def without_cupy(monkeypatch):
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoCuPy(), *sys.meta_path])


def test_without_cupy_the_message_says_how_to_get_it(without_cupy):
    before = config.backend()
    with pytest.raises(MissingPackageError, match=r'(?s)CuPy.*pip install "teachkeras\[gpu\]".*teachkeras doctor'):
        config.set_backend("cupy")
    assert config.backend() == before, "a back end that can't run is not chosen"


def test_by_environment_variable_too():
    stub = "import sys; sys.modules['cupy'] = None\nfrom teachkeras import ops\nops.add(1, 2)"
    done = python(stub, TEACHKERAS_BACKEND="cupy")
    assert done.returncode and "teachkeras[gpu]" in done.stderr


def test_a_gpu_that_does_not_work_is_named(pretended, monkeypatch):
    def broken(*args):
        raise RuntimeError("CUDA driver version is insufficient")

    monkeypatch.setattr(sys.modules["cupy"], "zeros", broken)
    with pytest.raises(DeviceError, match=r"(?s)NVIDIA GPU.*driver version is insufficient.*numba"):
        config.set_backend("cupy")


def test_doctor_tells_the_gpu_s_state(pretended, monkeypatch):
    monkeypatch.setattr(probes, "installed", lambda package: "14.2.0" if package == "cupy-cuda12x" else None)
    assert probes.gpu()["works"] and probes.gpu()["why"] is None
    monkeypatch.setattr(sys.modules["cupy"], "zeros", lambda n: 1 / 0)
    found = probes.gpu()
    assert not found["works"] and "ZeroDivisionError" in found["why"]
    report = doctor.examine() | {"gpu": found}
    assert any("can't compute" in trouble["what"] for trouble in doctor.troubles(report))
    assert any("TEACHKERAS_BACKEND=cupy does not work" in line for line in doctor.lines(report | {"troubles": []}))
