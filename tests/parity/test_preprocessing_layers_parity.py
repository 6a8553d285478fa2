"""Layers that prepare data, beside Keras's: outputs, configs, shapes, what they learn from data."""

import numpy as np
import pytest
from layer_twins import same_layer
from twins import assert_alike

from teachkeras import layers

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

SAME = [
    ("Rescaling", (0.5,), {}, (2, 3)), ("Rescaling", (1 / 127.5,), {"offset": -1.0}, (2, 4, 4, 3)),
    ("Rescaling", ([1.0, 2.0, 3.0],), {"offset": [0.5, 0.0, 1.0]}, (2, 4, 4, 3)),
    ("Normalization", (), {"mean": 1.0, "variance": 4.0, "axis": None}, (2, 3)),
    ("Normalization", (), {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0]}, (2, 3)),
    ("Normalization", (), {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0], "invert": True}, (2, 5, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "more", "shape"), SAME, ids=str)
def test_layer(keras, name, args, more, shape):
    same_layer(keras, name, args, more, shape)


@pytest.mark.parametrize("axis", [-1, None, 1, (1, 2)], ids=str)
def test_normalization_adapts(keras, axis):
    x = np.random.default_rng(1).normal(3, 2, (40, 3, 2)).astype("float32")
    theirs, ours = (module.Normalization(axis=axis) for module in (keras.layers, layers))
    theirs.adapt(x), ours.adapt(x)
    assert_alike(np.asarray(theirs(x)), ours(x).numpy(), 1e-4, 1e-4)
    ours.adapt(part for part in (x[:7], x[7:]))
    assert_alike(np.asarray(theirs(x)), ours(x).numpy(), 1e-4, 1e-4)


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("x", [[[0, 2, 2], [1, 3, 0]], [1, 0, 3], [[1], [2]]], ids=str)
def test_category_encoding(keras, mode, x):
    theirs, ours = (module.CategoryEncoding(4, mode, name="mine") for module in (keras.layers, layers))
    x = np.array(x)
    assert_alike(np.asarray(theirs(x)), ours(x).numpy())
    assert theirs.get_config() == ours.get_config()
    assert tuple(theirs.compute_output_shape(x.shape)) == ours.compute_output_shape(x.shape)


def test_words_by_hand():
    """Keras's need TensorFlow: these are the values its documents give."""
    lookup = layers.StringLookup(vocabulary=["a", "b", "c", "d"])
    assert lookup([["a", "c", "d"], ["d", "z", "b"]]).tolist() == [[1, 3, 4], [4, 0, 2]]
    counted = layers.StringLookup()
    counted.adapt(np.array([["a", "c", "d"], ["d", "z", "b"]]))
    assert counted.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    hot = layers.StringLookup(vocabulary=["a", "b", "c", "d"], output_mode="one_hot")
    assert hot(np.array(["a", "b", "c", "d", "z"])).tolist() == np.eye(5)[[1, 2, 3, 4, 0]].tolist()
    numbers = layers.IntegerLookup(vocabulary=[12, 36, 1138, 42])
    assert numbers(np.array([[12, 1138, 42], [42, 1000, 36]])).tolist() == [[1, 3, 4], [4, 0, 2]]
    idf = layers.StringLookup(output_mode="tf_idf", vocabulary=["a", "b", "c", "d"], idf_weights=[0.25, 0.75, 0.6, 0.4])
    found = idf(np.array([["a", "c", "d", "d"], ["d", "z", "b", "z"]])).numpy()
    np.testing.assert_allclose(found, [[0, 0.25, 0, 0.6, 0.8], [1.0, 0, 0.75, 0, 0.4]], rtol=1e-6)
    text = layers.TextVectorization(max_tokens=5000, output_sequence_length=4)
    text.adapt(["foo bar", "bar baz", "baz bada boom"])
    assert text([["foo qux bar"], ["qux baz"]]).tolist() == [[4, 1, 3, 0], [1, 2, 0, 0]]


IMAGES = [
    ("Resizing", (3, 5), {}), ("Resizing", (9, 4), {"interpolation": "nearest"}),
    ("Resizing", (4, 4), {"crop_to_aspect_ratio": True}), ("CenterCrop", (3, 4), {}), ("CenterCrop", (9, 4), {}),
    ("RandomFlip", (), {}), ("RandomContrast", (0.5,), {}), ("RandomBrightness", (0.3,), {}),
    ("RandomRotation", (0.25,), {}), ("RandomTranslation", (0.2, 0.1), {}), ("RandomZoom", (0.2,), {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "more"), IMAGES, ids=str)
def test_image_layer(keras, name, args, more):
    x = np.random.default_rng(2).random((2, 6, 7, 3)).astype("float32")
    theirs, ours = (getattr(module, name)(*args, name="mine", **more) for module in (keras.layers, layers))
    for images in (x, x[0]):
        assert_alike(np.asarray(theirs(images, training=False)), ours(images, training=False).numpy(), 1e-5, 1e-5)
        assert ours(images, training=True).shape == theirs(images, training=True).shape
    assert {k: list(v) if isinstance(v, tuple) else v for k, v in theirs.get_config().items()} == {
        k: list(v) if isinstance(v, tuple) else v for k, v in ours.get_config().items()
    }


@pytest.mark.parametrize(("name", "args"), [
    ("RandomRotation", ((0.1, 0.1),)), ("RandomTranslation", ((0.2, 0.2), (0.1, 0.1))),
    ("RandomZoom", ((0.2, 0.2), (-0.3, -0.3))), ("RandomBrightness", ((0.3, 0.3),)),
], ids=str)  # fmt: skip
@pytest.mark.parametrize("fill_mode", ["reflect", "constant"])
def test_change_of_a_known_size(keras, name, args, fill_mode):
    x = np.random.default_rng(2).random((2, 6, 7, 3)).astype("float32")
    more = {"value_range": (0, 1)} if name == "RandomBrightness" else {"fill_mode": fill_mode}
    theirs, ours = (getattr(module, name)(*args, **more)(x, training=True) for module in (keras.layers, layers))
    assert_alike(np.asarray(theirs), ours.numpy(), 1e-4, 1e-4)
