"""Planted faults: what the diagnosis must find."""

import numpy as np
from diagnosis_cases import ask, blobs, cnn, fault, images, line, mlp, one_hot, with_loss

import teachkeras as keras
from teachkeras import initializers, layers, ops, optimizers


@fault("dead_relu")
def negative_bias(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, bias_initializer=initializers.Constant(-12.0)), x, y)


@fault("dead_relu")
def negative_bias_in_a_cnn(seed):
    x, y = images(seed)
    return ask(cnn(3, bias_initializer=initializers.Constant(-6.0)), x, y)


@fault("dead_relu", "learning_rate_too_high")
def killed_by_a_large_rate(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, hidden=(32, 32), optimizer=optimizers.SGD(8.0)), x, y, epochs=3)


@fault("saturated_units")
def wide_sigmoid(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, activation="sigmoid", kernel_initializer=initializers.RandomNormal(stddev=6.0)), x, y)


@fault("saturated_units")
def wide_tanh(seed):
    x, y = line(seed)
    init = initializers.RandomNormal(stddev=4.0)
    return ask(mlp(6, 1, activation="tanh", last=None, loss="mse", kernel_initializer=init), x, y)


@fault("saturated_units", "unscaled_input")
def tanh_on_pixels(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, activation="tanh"), 120 * x, y)


@fault("vanishing_gradient")
def ten_sigmoids(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, hidden=(16,) * 10, activation="sigmoid"), x, y)


@fault("vanishing_gradient")
def small_weights(seed):
    x, y = blobs(seed)
    init = initializers.RandomNormal(stddev=0.02)
    return ask(mlp(8, 4, hidden=(20,) * 6, activation="tanh", kernel_initializer=init), x, y)


@fault("vanishing_gradient")
def small_weights_with_relu(seed):
    x, y = line(seed)
    init = initializers.RandomUniform(-0.03, 0.03)
    return ask(mlp(6, 1, hidden=(24,) * 5, last=None, loss="mse", kernel_initializer=init), x, y)


@fault("exploding_gradient", "exploding_activations")
def large_weights(seed):
    x, y = blobs(seed)
    init = initializers.RandomNormal(stddev=1.5)
    return ask(mlp(8, 4, hidden=(40,) * 6, kernel_initializer=init), x, y)


@fault("exploding_gradient", "exploding_activations")
def large_weights_regression(seed):
    x, y = line(seed)
    init = initializers.RandomNormal(stddev=1.2)
    return ask(mlp(6, 1, hidden=(30,) * 5, last=None, loss="mse", kernel_initializer=init, optimizer="sgd"), x, y)


@fault("learning_rate_too_high")
def sgd_far_too_fast(seed):
    x, y = line(seed)
    return ask(mlp(6, 1, last=None, loss="mse", optimizer=optimizers.SGD(2.0)), x, y)


@fault("learning_rate_too_high")
def adam_far_too_fast(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, optimizer=optimizers.Adam(1.0)), x, y, epochs=6)


@fault("learning_rate_too_high")
def diverged_history(seed):
    x, y = line(seed)
    model = mlp(6, 1, last=None, loss="mse", optimizer=optimizers.SGD(0.9, momentum=0.95))
    ask(model, x, y, epochs=8)
    return (model.history, None, None, None)


@fault("learning_rate_too_low")
def sgd_far_too_slow(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, optimizer=optimizers.SGD(1e-7)), x, y)


@fault("learning_rate_too_low")
def adam_far_too_slow(seed):
    x, y = line(seed)
    return ask(mlp(6, 1, last=None, loss="mse", optimizer=optimizers.Adam(1e-8)), x, y)


@fault("learning_rate_too_low")
def slow_history(seed):
    x, y = blobs(seed)
    model = mlp(8, 4, optimizer=optimizers.SGD(2e-5))
    ask(model, x, y, epochs=8)
    return (model.history, None, None, None)


@fault("over_fitting")
def noise_learnt_by_heart(seed):
    x, y = blobs(seed, n=60, features=20, spread=4.0)
    other = blobs(seed, n=300, features=20, spread=4.0)
    rng = np.random.default_rng(seed + 1)
    return ask(
        mlp(20, 4, hidden=(128, 64)), x, y, epochs=60, validation=(other[0][60:], rng.permutation(other[1][60:]))
    )


@fault("over_fitting")
def too_large_for_the_data(seed):
    x, y = line(seed, n=100, features=20)
    y = y + 3 * np.random.default_rng(seed).normal(size=y.shape).astype("float32")
    model = mlp(20, 1, hidden=(128, 128), last=None, loss="mse", optimizer=optimizers.Adam(3e-3))
    return ask(model, x[:40], y[:40], epochs=80, validation=(x[40:], y[40:]))


@fault("under_fitting")
def labels_without_a_pattern(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(600, 5)).astype("float32"), rng.integers(0, 4, 600)
    return ask(mlp(5, 4, hidden=(4,), optimizer="sgd"), x, y, epochs=15)


@fault("under_fitting")
def a_line_for_a_ring(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(600, 2)).astype("float32")
    y = (np.sum(x**2, axis=1) > 1.4).astype("int64")
    return ask(mlp(2, 2, hidden=(), optimizer="sgd"), x, y, epochs=15)


@fault("unscaled_input")
def raw_pixels(seed):
    x, y = images(seed)
    return ask(cnn(3), 255 * x, y)


@fault("unscaled_input")
def one_giant_feature(seed):
    x, y = line(seed)
    x = x * np.array([1, 1, 1500, 1, 1, 1], "float32")
    return ask(mlp(6, 1, last=None, loss="mse"), x, y)


@fault("unscaled_input")
def years(seed):
    x, y = blobs(seed)
    x[:, 0] = 1990 + 10 * x[:, 0]
    return ask(mlp(8, 4), x, y)


@fault("labels_not_matching_loss")
def mse_on_classes(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, loss="mse"), x, one_hot(y))


@fault("labels_not_matching_loss")
def plus_and_minus_one(seed):
    x, y = blobs(seed, classes=2)
    return ask(mlp(8, 1, last="sigmoid", loss="binary_crossentropy"), x, 2.0 * y[:, None] - 1)


@fault("labels_not_matching_loss")
def sigmoid_for_prices(seed):
    x, y = line(seed)
    return ask(mlp(6, 1, last="sigmoid", loss="mse"), x, 3 * y)


@fault("labels_not_matching_loss")
def tanh_for_prices(seed):
    x, y = line(seed)
    return ask(mlp(6, 1, last="tanh", loss="mae"), x, 5 * y)


@fault("labels_not_matching_loss")
def relu_for_losses_and_gains(seed):
    x, y = line(seed)
    return ask(mlp(6, 1, last="relu", loss="mse"), x, y)


@fault("labels_not_matching_loss")
def labels_from_one(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4), x, y + 1)


@fault("logits_as_probabilities")
def no_softmax(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, last=None), x, y)


@fault("logits_as_probabilities")
def no_sigmoid(seed):
    x, y = blobs(seed, classes=2)
    return ask(mlp(8, 1, last=None, loss="binary_crossentropy"), x, y[:, None].astype("float32"))


@fault("softmax_of_one")
def softmax_of_one_unit(seed):
    x, y = blobs(seed, classes=2)
    return ask(mlp(8, 1, last="softmax", loss="binary_crossentropy"), x, y[:, None].astype("float32"))


@fault("softmax_twice")
def a_softmax_layer_after_softmax(seed):
    x, y = blobs(seed)
    model = keras.Sequential(
        [keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(4, "softmax"), layers.Softmax()]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return ask(model, x, y)


@fault("softmax_twice")
def softmax_andwith_loss(seed):
    x, y = blobs(seed)
    return ask(with_loss(mlp(8, 4), keras.losses.SparseCategoricalCrossentropy(from_logits=True)), x, y)


@fault("softmax_twice")
def sigmoid_andwith_loss(seed):
    x, y = blobs(seed, classes=2)
    model = mlp(8, 1, last="sigmoid", loss="binary_crossentropy")
    return ask(with_loss(model, keras.losses.BinaryCrossentropy(from_logits=True)), x, y[:, None].astype("float32"))


@fault("class_imbalance")
def nineteen_to_one(seed):
    x, y = blobs(seed, classes=2)
    keep = (y == 0) | (np.random.default_rng(seed).random(len(y)) < 0.06)
    return ask(mlp(8, 2), x[keep], y[keep])


@fault("class_imbalance")
def one_class_rules(seed):
    x, y = blobs(seed, n=900)
    keep = (y == 2) | (np.random.default_rng(seed).random(len(y)) < 0.05)
    return ask(mlp(8, 4, loss="categorical_crossentropy"), x[keep], one_hot(y[keep], 4))


@fault("data_leak")
def validated_on_training_samples(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4), x, y, validation=(x[::5], y[::5]))


@fault("data_leak")
def a_few_images_in_both(seed):
    x, y = images(seed)
    return ask(cnn(3), x[:150], y[:150], validation=(x[140:], y[140:]))


class Unused(keras.Model):
    """A layer that is built, and then forgotten."""

    def __init__(self, cut=False):
        super().__init__()
        self.cut, self.used, self.lost, self.out = (
            cut,
            layers.Dense(8, "relu"),
            layers.Dense(8),
            layers.Dense(4, "softmax"),
        )

    def call(self, x):
        h = self.used(x)
        lost = self.lost(h)
        return self.out(h + ops.stop_gradient(lost) if self.cut else h + 0 * ops.round(lost))


@fault("no_gradient")
def stopped_gradient(seed):
    x, y = blobs(seed)
    model = Unused(cut=True)
    model.compile("adam", "sparse_categorical_crossentropy")
    return ask(model, x, y)


@fault("no_gradient")
def rounded_away(seed):
    x, y = blobs(seed)
    model = Unused()
    model.compile("adam", "sparse_categorical_crossentropy")
    return ask(model, x, y)


@fault("no_gradient")
def all_weights_zero(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, kernel_initializer="zeros"), x, y)


@fault("same_units")
def all_weights_one(seed):
    x, y = blobs(seed)
    return ask(mlp(8, 4, activation="tanh", kernel_initializer=initializers.Constant(0.1)), x, y)


@fault("bad_numbers")
def a_hole_in_the_table(seed):
    x, y = line(seed)
    x[7, 3] = np.nan
    return ask(mlp(6, 1, last=None, loss="mse"), x, y)
