"""Models are pickled and copied whole: weights, optimizer state, classes of one's own."""

import copy
import pickle

import numpy as np
import pytest

from teachkeras import Model, Sequential, layers


class Times(layers.Layer):
    def __init__(self, k=2, **kwargs):
        super().__init__(**kwargs)
        self.k = k

    def call(self, x):
        return x * self.k


class Own(Model):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.units, self.dense = units, layers.Dense(units)

    def call(self, x):
        return self.dense(x)


@pytest.mark.parametrize("make", [lambda: Sequential([layers.Dense(3), Times(), layers.Dense(1)]), Own])
@pytest.mark.parametrize("way", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_a_copy_goes_on_alike(make, way):
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    model = make()
    model.compile("adam", "mse")
    model.fit(x, x[:, :1], verbose=0)
    again = way(model)
    for one in (model, again):
        one.fit(x, x[:, :1], shuffle=False, verbose=0)
    assert np.array_equal(*[one.predict(x, verbose=0) for one in (model, again)])
    assert int(again.optimizer.iterations) == 2
