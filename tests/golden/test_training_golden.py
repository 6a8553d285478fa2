"""Loss by loss the same run as real Keras: same weights and batches, 200 steps, each optimizer of the documents."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

import teachkeras

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("make_training", HERE / "make_training.py")
make_training = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_training)
GOLDEN = json.loads((HERE / "training.json").read_text())


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("optimizer", make_training.OPTIMIZERS)
def test_same_losses_as_keras(optimizer, backend):
    before = teachkeras.config.backend()
    teachkeras.config.set_backend(backend)
    try:
        ours = make_training.losses_of(teachkeras, optimizer)
    finally:
        teachkeras.config.set_backend(before)
    np.testing.assert_allclose(ours, GOLDEN["losses"][optimizer], rtol=1e-4)
    assert ours[-1] < ours[0]


def test_golden_file_names_its_maker():
    assert GOLDEN["made_with"]["keras"].startswith("3.")
    assert set(GOLDEN["losses"]) == set(make_training.OPTIMIZERS)
