"""What an import loads: the engine comes without Numba, h5py, matplotlib and the notebook, until they are used."""

import json
import subprocess
import sys

import pytest

HEAVY = [
    "numba",
    "h5py",
    "matplotlib",
    "IPython",
    "ipywidgets",
    "anywidget",
    "pandas",
    "scipy",
    "keras",
    "jax",
    "sympy",
]


def loaded_by(statement):
    """Run a statement in a fresh interpreter; return which heavy packages it loaded."""
    code = f"{statement}\nimport sys, json; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "statement",
    [
        "import teachkeras",
        "import teachkeras.layers",
        "import teachkeras.ops; teachkeras.ops.add(1.0, 2.0)",
        "import teachkeras as tk; tk.layers.Dense; tk.Sequential",
        "import teachkeras.gradcheck",
    ],
)
def test_import_is_light(statement):
    assert loaded_by(statement) == []


def test_plain_numpy_work_never_loads_numba():
    assert "numba" not in loaded_by(
        "from teachkeras import config, ops; config.set_backend('numpy'); ops.softmax([[1.0, 2.0]])"
    )


def test_the_check_can_fail():
    assert loaded_by("import sympy") == ["sympy"]


@pytest.mark.parametrize("name", ["ops", "layers", "losses", "metrics", "optimizers", "activations", "initializers"])
def test_a_namespace_lists_what_it_has(name):
    statement = f"from teachkeras import {name} as n; assert len(dir(n)) > 3 and all(hasattr(n, x) for x in dir(n))"
    assert "keras" not in loaded_by(statement)
