"""Random graphs of mixed layers beside Keras: same weights, outputs, gradients (one SGD step shows them), three steps."""

import numpy as np
import pytest
from random_models import Recipe

import teachkeras

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras's variables


def close(a, b, what, rtol=1e-4, atol=2e-5):
    scale = max(1.0, float(np.abs(a).max(initial=0.0)))
    np.testing.assert_allclose(b / scale, a / scale, rtol=rtol, atol=atol, err_msg=what)


def compare(keras, seed):
    recipe = Recipe(seed)
    theirs, ours = recipe.build(keras), recipe.build(teachkeras)
    assert [w.shape for w in theirs.weights] == [w.shape for w in ours.weights]
    ours.set_weights(theirs.get_weights())
    x, y = recipe.data()
    many = len(recipe.outputs) > 1
    for training in (False, True):
        a, b = theirs(x, training=training), ours(x, training=training)
        for one, other in zip(a if many else [a], b if many else [b], strict=True):
            close(np.asarray(one), np.asarray(other), f"output, training={training}")
    ours.set_weights(theirs.get_weights())
    for model in (theirs, ours):
        model.compile("sgd", "mse")
        model.optimizer.learning_rate = 0.01
    for step in range(3):
        losses = [float(np.ravel(m.train_on_batch(x, y))[0]) for m in (theirs, ours)]
        np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4 * 10**step, err_msg=f"loss of step {step}")
        for variable, a, b in zip(ours.weights, theirs.get_weights(), ours.get_weights(), strict=True):
            close(a, b, f"{variable.path} after step {step}", atol=2e-5 * 3**step)


@pytest.mark.parametrize("seed", range(10))
def test_random_model(keras, seed):
    compare(keras, seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10, 210))
def test_two_hundred_random_models(keras, seed):
    compare(keras, seed)


def test_a_planted_difference_is_seen(keras, monkeypatch):
    """The comparison can fail: a model whose layer is off by 0.1 % is caught."""
    plain = teachkeras.layers.Dense.call
    monkeypatch.setattr(teachkeras.layers.Dense, "call", lambda self, x, training=None: plain(self, x) * 1.001)
    with pytest.raises(AssertionError, match="output"):
        compare(keras, 0)
