"""Optimizers of one's own, written as for Keras; loss scaling that comes by itself."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import layers, ops, optimizers
from teachkeras.errors import NonFiniteWarning, ShapeError

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(16, 3)).astype("float32"), RNG.normal(size=(16, 2)).astype("float32")


class Heavy(optimizers.Optimizer):
    def __init__(self, learning_rate=0.1, momentum=0.9, name="heavy", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.m = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        learning_rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        m = self.m[self._get_variable_index(variable)]
        self.assign(m, ops.subtract(ops.multiply(m, self.momentum), ops.multiply(gradient, learning_rate)))
        self.assign_add(variable, m)


def trained(optimizer):
    tk.utils.set_random_seed(2)
    model = tk.Sequential([tk.Input((3,)), layers.Dense(2)])
    model.compile(optimizer, "mse")
    model.fit(X, Y, epochs=3, batch_size=8, verbose=0)
    return model


def test_momentum_written_by_hand_is_sgds():
    ours, theirs = trained(Heavy()), trained(optimizers.SGD(0.1, momentum=0.9))
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    assert [v.shape for v in ours.optimizer.variables] == [(), (), (3, 2), (2,)]


def test_its_state_is_set_and_stepped_from():
    optimizer = trained(Heavy()).optimizer
    state = [v.numpy() for v in optimizer.variables]
    optimizer.set_weights([np.zeros_like(s) for s in state])
    assert not optimizer.variables[2].numpy().any()
    with pytest.raises(ShapeError):
        optimizer.set_weights(state[:1])
    optimizer.set_weights(state)
    weights = optimizer._trainable
    gradients = [np.ones(w.shape, "float32") for w in weights]
    new, after = optimizer.stateless_apply(optimizer.variables, gradients, weights)
    assert all(np.array_equal(v.numpy(), s) for v, s in zip(optimizer.variables, state, strict=True))
    optimizer.apply(gradients)
    assert all(np.array_equal(v.numpy(), n.numpy()) for v, n in zip(weights, new, strict=True))
    assert all(np.array_equal(v.numpy(), n.numpy()) for v, n in zip(optimizer.variables, after, strict=True))


def test_mixed_float16_scales_the_loss():
    tk.config.set_dtype_policy("mixed_float16")
    try:
        model = trained("adam")
        assert type(model.optimizer) is optimizers.LossScaleOptimizer and np.isfinite(model.get_weights()[0]).all()
        model.compile("adam", "mse", auto_scale_loss=False)
        assert type(model.optimizer) is optimizers.Adam
    finally:
        tk.config.set_dtype_policy("float32")


def test_a_gradient_that_turns_nan_is_reported_before_the_update():
    inputs = tk.Input((3,))
    model = tk.Model(
        inputs, ops.sum(ops.sqrt(layers.Dense(2, use_bias=False, kernel_initializer="zeros")(inputs)), axis=-1)
    )
    model.compile("sgd", "mae")
    with np.errstate(divide="ignore", invalid="ignore"), pytest.warns(NonFiniteWarning, match="gradient of sqrt"):
        model.train_on_batch(np.ones((4, 3)), np.ones(4))
