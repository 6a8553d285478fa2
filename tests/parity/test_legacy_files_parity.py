"""Files in the layout of Keras 2: published weights by layer name, the pair of JSON and HDF5, whole models."""

import json

import h5py
import numpy as np
import pytest

import teachkeras as tk

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]
NAMES = ["block1_conv1", "block1_conv2", "block1_pool", "block2_conv1", "block2_pool"]


def write_published(path, layers):
    """Write weights as the published VGG16 files hold them: ``block1_conv1/block1_conv1_W_1:0``, names as bytes."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name, _ in layers]
        for name, weights in layers:
            group = file.create_group(name)
            names = [f"{name}_{letter}_1:0".encode() for letter in "Wb"[: len(weights)]]
            group.attrs["weight_names"] = names
            for key, value in zip(names, weights, strict=True):
                group[key.decode()] = value


def numbers(shape, seed=0, scale=0.1):
    return np.random.default_rng(seed).normal(size=shape, scale=scale).astype("float32")


def small_vgg(e, more=()):
    L = e.layers
    conv = lambda n, name: L.Conv2D(n, 3, padding="same", activation="relu", name=name)  # noqa: E731
    pool = lambda name: L.MaxPooling2D(2, name=name)  # noqa: E731
    stack = [conv(3, NAMES[0]), conv(3, NAMES[1]), pool(NAMES[2]), conv(4, NAMES[3]), pool(NAMES[4])]
    return e.Sequential([L.Input((8, 8, 3)), *stack, *more])


def small_weights():
    shapes = {NAMES[0]: (3, 3, 3, 3), NAMES[1]: (3, 3, 3, 3), NAMES[3]: (3, 3, 3, 4)}
    return [
        (n, [numbers(shapes[n], i), numbers(shapes[n][-1:], i + 9)] if n in shapes else []) for i, n in enumerate(NAMES)
    ]


@pytest.mark.parametrize("by_name", [False, True])
def test_published_layout(keras, tmp_path, by_name):
    path, x = str(tmp_path / "vgg_notop.h5"), numbers((2, 8, 8, 3), 5, 1.0)
    write_published(path, small_weights())
    found = []
    for engine in (keras, tk):
        model = small_vgg(engine)
        model.load_weights(path, by_name=by_name)
        found.append(model.predict(x, verbose=0))
    np.testing.assert_allclose(*found, atol=1e-5)


def test_by_name_leaves_the_rest(keras, tmp_path):
    path = str(tmp_path / "vgg_notop.h5")
    write_published(path, small_weights())
    for engine in (keras, tk):
        more = [engine.layers.Flatten(name="flatten"), engine.layers.Dense(2, name="mine")]
        model = small_vgg(engine, more)
        before = model.layers[-1].get_weights()
        with pytest.raises(ValueError):
            model.load_weights(path)  # 4 layers with weights, 3 in the file
        model.load_weights(path, by_name=True)
        np.testing.assert_array_equal(before[0], model.layers[-1].get_weights()[0])
        np.testing.assert_array_equal(small_weights()[0][1][0], model.layers[0].get_weights()[0])


def test_by_name_of_another_shape(keras, tmp_path):
    path = str(tmp_path / "other.h5")
    write_published(path, [(NAMES[0], [numbers((3, 3, 3, 7)), numbers((7,))]), *small_weights()[1:]])
    for engine in (keras, tk):
        model = small_vgg(engine)
        with pytest.raises(ValueError):
            model.load_weights(path, by_name=True)
        model.load_weights(path, by_name=True, skip_mismatch=True)
        np.testing.assert_array_equal(small_weights()[1][1][0], model.layers[1].get_weights()[0])


@pytest.mark.full
def test_vgg16_without_its_top(keras, tmp_path):
    path, x = str(tmp_path / "vgg16_notop.h5"), numbers((2, 32, 32, 3), 5, 1.0)
    ours = tk.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    layers = [
        (layer.name, [numbers(w.shape, i, 0.05) for w in layer.get_weights()])
        for i, layer in enumerate(ours.layers[1:])
    ]
    write_published(path, layers)
    theirs = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    for by_name in (True, False):
        for model in (ours, theirs):
            model.set_weights([0 * w for w in model.get_weights()])
            model.load_weights(path, by_name=by_name)
        np.testing.assert_allclose(ours.predict(x, verbose=0), theirs.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


# --- the pair of JSON and HDF5 ---------------------------------------------------------------------------------------


def old_layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, "trainable": True, **config}}


def start(kind, **config):
    return {"class_name": kind, "config": config}


UNIFORM = start("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None)
GLOROT, ZEROS = start("GlorotUniform", seed=None), start("Zeros")
NOTHING = dict.fromkeys(
    ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"]
)
CONV = {"kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "data_format": "channels_last", "dilation_rate": [1, 1], "use_bias": True,
        "kernel_initializer": UNIFORM, "bias_initializer": ZEROS, **NOTHING}  # fmt: skip
DENSE = {"use_bias": True, "kernel_initializer": GLOROT, "bias_initializer": ZEROS, **NOTHING}
IMAGES = [
    old_layer("Conv2D", "conv2d_1", batch_input_shape=[None, 8, 8, 3], dtype="float32", filters=4, activation="relu", **CONV),
    old_layer("BatchNormalization", "batch_normalization_1", axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True,
              beta_initializer=ZEROS, gamma_initializer=start("Ones"), moving_mean_initializer=ZEROS,
              moving_variance_initializer=start("Ones"), beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None),
    old_layer("MaxPooling2D", "max_pooling2d_1", pool_size=[2, 2], padding="valid", strides=[2, 2], data_format="channels_last"),
    old_layer("Dropout", "dropout_1", rate=0.25, noise_shape=None, seed=None), old_layer("Flatten", "flatten_1", data_format="channels_last"),
    old_layer("Dense", "dense_1", units=3, activation="softmax", **DENSE),
]  # fmt: skip
WORDS = [
    old_layer("Embedding", "embedding_1", batch_input_shape=[None, 6], dtype="float32", input_dim=9, output_dim=4, input_length=6, mask_zero=False,
              embeddings_initializer=start("RandomUniform", minval=-0.05, maxval=0.05, seed=None), embeddings_regularizer=None,
              activity_regularizer=None, embeddings_constraint=None),
    old_layer("SpatialDropout1D", "spatial_dropout1d_1", rate=0.2, noise_shape=None, seed=None),
    old_layer("LSTM", "lstm_1", units=3, activation="tanh", recurrent_activation="sigmoid", use_bias=True, unit_forget_bias=True, dropout=0.2,
              recurrent_dropout=0.2, implementation=2, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
              time_major=False, kernel_initializer=GLOROT, recurrent_initializer=start("Orthogonal", gain=1.0, seed=None), bias_initializer=ZEROS),
    old_layer("Dense", "dense_1", units=2, activation="softmax", **DENSE),
]  # fmt: skip
WEIGHTS = {"Conv2D": ["kernel", "bias"], "Dense": ["kernel", "bias"], "Embedding": ["embeddings"],
           "BatchNormalization": ["gamma", "beta", "moving_mean", "moving_variance"], "LSTM": ["kernel", "recurrent_kernel", "bias"]}  # fmt: skip


def sequential(layers, version):
    """Return the JSON text of a Sequential of Keras 2.2 or later, or of one before, whose config is a list."""
    config = layers if version < "2.2.3" else {"name": "sequential_1", "layers": layers}
    return json.dumps({"class_name": "Sequential", "config": config, "keras_version": version, "backend": "tensorflow"})


def write_old(file, layers, weights):
    """Write arrays as Keras 2 named them: ``conv2d_1/conv2d_1/kernel:0``."""
    file.attrs["layer_names"] = [layer["config"]["name"].encode() for layer in layers]
    file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.2.4"
    weights = list(weights)
    for layer in layers:
        name = layer["config"]["name"]
        group, names = file.create_group(name), [f"{name}/{w}:0" for w in WEIGHTS.get(layer["class_name"], [])]
        group.attrs["weight_names"] = [n.encode() for n in names]
        for n in names:
            group[n] = weights.pop(0)


@pytest.mark.parametrize("version", ["2.1.6", "2.2.4"])
@pytest.mark.parametrize("layers", [IMAGES, WORDS], ids=["images", "words"])
def test_the_pair_of_json_and_hdf5(keras, tmp_path, layers, version):
    model = tk.models.model_from_json(sequential(layers, version))
    weights = [np.abs(numbers(w.shape, i, 0.4)) for i, w in enumerate(model.get_weights())]
    with h5py.File(tmp_path / "w.h5", "w") as file:
        write_old(file, layers, weights)
    model.load_weights(tmp_path / "w.h5")
    for a, b in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    x = numbers((3, 8, 8, 3), 5, 1.0) if layers is IMAGES else np.arange(18).reshape(3, 6) % 9
    theirs = keras.models.model_from_json(model.to_json())  # as we put it: Keras 3 no longer reads those texts
    theirs.load_weights(str(tmp_path / "w.h5"))
    np.testing.assert_allclose(model.predict(x, verbose=0), theirs.predict(x, verbose=0), atol=1e-5)


def test_a_whole_model_of_keras_2(tmp_path):
    model = tk.models.model_from_json(sequential(IMAGES, "2.2.4"))
    weights = [np.abs(numbers(w.shape, i, 0.4)) for i, w in enumerate(model.get_weights())]
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"], file.attrs["keras_version"] = sequential(IMAGES, "2.2.4").encode(), b"2.2.4"
        optimizer = {"class_name": "SGD", "config": {"lr": 0.125, "momentum": 0.9, "decay": 0.0, "nesterov": True}}
        told = {
            "optimizer_config": optimizer,
            "loss": "categorical_crossentropy",
            "metrics": ["accuracy"],
            "sample_weight_mode": None,
            "loss_weights": None,
        }
        file.attrs["training_config"] = json.dumps(told).encode()
        write_old(file.create_group("model_weights"), IMAGES, weights)
        file.create_group("optimizer_weights").attrs["weight_names"] = [b"SGD/iterations:0"]
        file["optimizer_weights/SGD/iterations:0"] = np.int64(7)
    with pytest.warns(UserWarning, match="optimizer starts anew"):
        found = tk.models.load_model(tmp_path / "m.h5")
    for a, b in zip(weights, found.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert (
        float(found.optimizer.learning_rate) == 0.125
        and found.optimizer.nesterov
        and found.loss == "categorical_crossentropy"
    )
    found.fit(numbers((2, 8, 8, 3)), np.eye(3)[:2], verbose=0)
