"""What tutorials write: train steps of their own, layers that ask for lengths which are not known yet."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import layers, ops
from teachkeras.errors import ShapeError

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 3)).astype("float32"), RNG.normal(size=(24, 1)).astype("float32")


class Stepping(tk.Model):
    """As in Keras's guide on customising fit: data is what was given, metrics come nested."""

    def train_step(self, data):
        x, y = data
        with tk.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return self.counted(y, y_pred, loss)

    def test_step(self, data):
        x, y = data
        y_pred = self(x, training=False)
        return self.counted(y, y_pred, self.compute_loss(y=y, y_pred=y_pred))

    def counted(self, y, y_pred, loss):
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def test_own_steps_train_as_the_built_in_ones_do():
    found = []
    for kind in (Stepping, tk.Model):
        tk.utils.set_random_seed(1)
        inputs = tk.Input((3,))
        model = kind(inputs, layers.Dense(1)(inputs))
        model.compile("adam", "mse", metrics=["mae"])
        history = model.fit(X, Y, epochs=2, batch_size=8, validation_data=(X, Y), verbose=0).history
        found.append((history, model.evaluate(X, Y, verbose=0), model.train_on_batch(X, Y)))
    for name, values in found[1][0].items():
        np.testing.assert_allclose(found[0][0][name], values, rtol=1e-6)
    np.testing.assert_allclose(found[0][1:], found[1][1:], rtol=1e-6)


def test_x_alone_is_the_data_and_no_loss_is_asked_for():
    seen = []

    class Looking(tk.Model):
        def train_step(self, data):
            seen.append(data)
            return {"size": np.float32(data.shape[0])}

    model = Looking()
    model.compile()
    assert model.fit(X, batch_size=8, verbose=0).history == {"size": [8.0]}
    assert all(isinstance(data, np.ndarray) for data in seen)


def test_weights_of_samples_come_third():
    class Three(tk.Model):
        def train_step(self, data):
            _, _, weight = data
            return {"total": weight.sum()}

    model = Three()
    model.compile()
    assert model.train_on_batch(X, Y, sample_weight=np.ones(24)) == 24.0


LENGTHS = {
    "noise": (lambda x: x + tk.random.normal(ops.shape(x)), (None, 3)),
    "zeros": (lambda x: ops.concatenate([x, ops.zeros((ops.shape(x)[0], 1))], axis=-1), (None, 4)),
    "broadcast": (lambda x: ops.broadcast_to(ops.ones((1, 3)), (ops.shape(x)[0], 3)) + x, (None, 3)),
    "tile": (lambda x: ops.tile(ops.ones((1, 2)), (ops.shape(x)[0], 1)), (None, 2)),
    "cond": (lambda x: ops.cond(ops.mean(x) > 0, lambda: x, lambda: -x), (None, 3)),
    "vectorized_map": (lambda x: ops.vectorized_map(lambda row: row * 2, x), (None, 3)),
    "square": (lambda x: ops.matmul(x, ops.transpose(x)), (None, None)),
    "several": (lambda x: (x, ops.zeros(ops.shape(x)[0])), [(None, 3), (None,)]),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_call_may_ask_for_lengths_that_are_not_known_yet(name):
    function, expected = LENGTHS[name]

    class Own(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(), initializer="ones")
            self.seed = tk.random.SeedGenerator(3)
            self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def call(self, x):
            self.calls.assign(self.calls + 1.0)
            tk.random.uniform((1,), seed=self.seed)
            return function(x * self.scale)

    layer = Own()
    output = layer(tk.Input((3,)))
    shapes = [t.shape for t in output] if isinstance(output, (tuple, list)) else output.shape
    assert shapes == expected
    assert float(layer.calls) == 0.0 and layer.seed.counter == 0  # trying left nothing behind
    assert np.asarray(tk.ops.convert_to_tensor(layer(X)[0] if isinstance(expected, list) else layer(X))).shape[0] == 24


def test_a_call_that_is_wrong_at_any_length_says_so():
    class Wrong(layers.Layer):
        def call(self, x):
            return ops.matmul(x, ops.ones((4, 2)))

    with pytest.raises(ShapeError, match="last axis"):
        Wrong()(tk.Input((3,)))
