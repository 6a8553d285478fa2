"""The same seed gives the same bits, run after run, whichever core did which part."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.kernels import blas

layers = tk.layers
MODELS = {
    "dense, products in parts": (
        [layers.Dense, {"units": 600, "activation": "relu"}], [layers.Dropout, {"rate": 0.3}], (160, 200)),
    "convolution, pooling, normalisation": (
        [layers.Conv2D, {"filters": 24, "kernel_size": 3, "padding": "same"}], [layers.BatchNormalization, {}],
        [layers.MaxPooling2D, {}], [layers.Flatten, {}], (64, 12, 12, 8)),
    "LSTM in halves": ([layers.LSTM, {"units": 24, "dropout": 0.2, "recurrent_dropout": 0.2}], (64, 9, 5)),
    "GRU in halves": ([layers.GRU, {"units": 24, "recurrent_dropout": 0.2}], (64, 9, 5)),
}  # fmt: skip


def trained(stack, shape):
    tk.utils.set_random_seed(7)
    rng = np.random.default_rng(0)
    x, y = rng.random(shape, dtype="float32"), rng.integers(0, 3, shape[0])
    made = [kind(**arguments) for kind, arguments in stack]
    model = tk.Sequential([tk.Input(shape[1:]), *made, layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=32, epochs=2, verbose=0)
    return model.get_weights()


@pytest.mark.parametrize("name", MODELS)
def test_training_twice_gives_the_same_bits(name, monkeypatch):
    monkeypatch.setattr(blas, "SPLIT", 500_000)  # so that these small products too are cut and shared
    *stack, shape = MODELS[name]
    first, second = trained(stack, shape), trained(stack, shape)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
