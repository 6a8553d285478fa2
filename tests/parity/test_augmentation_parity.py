"""Layers that change images, beside Keras's: exactly where no draw is left open, by what must hold where one is."""

import inspect

import numpy as np
import pytest

from teachkeras import layers

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
X = RNG.integers(0, 255, (3, 8, 9, 3)).astype("float32")
X[2] //= 3  # an image in the dark
HALF = {"factor": (0.5, 0.5)}
FIXED = [  # every draw has one outcome: equal to Keras, value for value
    ("AutoContrast", {}), ("AutoContrast", {"value_range": (0, 510)}),
    ("Equalization", {}), ("Equalization", {"bins": 64}), ("Equalization", {"value_range": (0, 510)}),
    ("ContrastLimitedAdaptiveHistogramEqualization", {}),
    ("ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": (2, 3), "clip_limit": 1.5}),
    ("ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": (2, 2), "clip_limit": 0.0}),
    ("Solarization", {}), ("Solarization", {"value_range": (0, 300)}), ("RandomInvert", {"factor": (1.0, 1.0)}),
    ("RandomInvert", {"factor": 0.0}), ("RandomGrayscale", {"factor": 1.0}), ("RandomGrayscale", {"factor": 0.0}),
    *[("RandomPosterization", {"factor": (b, b)}) for b in (1, 4, 8)],
    ("RandomPosterization", {"factor": (2, 2), "value_range": (0, 300)}),
    ("RandomHue", {"factor": (1.0, 1.0)}), ("RandomHue", {"factor": (0.0, 0.0)}),
    *[("RandomSaturation", {"factor": (f, f)}) for f in (0.0, 0.2, 0.5, 0.8, 1.0, -0.5)],
    *[("RandomSharpness", {"factor": (f, f)}) for f in (0.0, 0.25, 0.5, 1.0)],
    *[("RandomColorDegeneration", {"factor": (f, f)}) for f in (0.0, 0.3, 1.0, -0.4)],
    *[("RandomGaussianBlur", {"factor": (1.0, 1.0), "kernel_size": k, "sigma": (s, s)}) for k in (3, (3, 5)) for s in (0.5, 1.0)],
    ("RandomGaussianBlur", {"factor": 0.0}), ("RandomColorJitter", {}),
    ("RandomColorJitter", {"brightness_factor": (0.1, 0.1), "saturation_factor": (0.4, 0.4)}),
    ("RandomShear", {}), ("RandomPerspective", {"scale": 0.0}), ("RandomPerspective", {"factor": 0.0}),
    ("RandomElasticTransform", {"scale": (0.0, 0.0)}), ("RandomErasing", {"factor": 0.0}), ("RandomCrop", {"height": 8, "width": 9}), 
    ("RandAugment", {"num_ops": 0}),
]  # fmt: skip
OPEN = [  # a draw is open: shape, type and range must agree
    ("RandomCrop", {"height": 4, "width": 5}), ("RandomCrop", {"height": 12, "width": 5}), ("RandomCrop", {"height": 12, "width": 9}), ("RandomErasing", {}), ("RandomErasing", {"fill_value": 7.0}),
    ("RandomElasticTransform", {}), ("RandomPerspective", {}), ("RandomShear", {"x_factor": 0.4, "y_factor": 0.2}),
    ("RandAugment", {}), ("AugMix", {}), ("RandomColorJitter", {"contrast_factor": 0.5, "hue_factor": 0.5}),
    ("Solarization", {"addition_factor": 0.3, "threshold_factor": (0.2, 0.5)}), ("MixUp", {}), ("CutMix", {}),
]  # fmt: skip
NEW = sorted({name for name, _ in FIXED + OPEN} | {"MaxNumBoundingBoxes"})


def plain(value):
    return list(map(plain, value)) if isinstance(value, (list, tuple)) else value


def both(keras, name, more):
    return [getattr(module, name)(name="mine", **more) for module in (keras.layers, layers)]


def same_config(theirs, ours):
    theirs, ours = theirs.get_config(), ours.get_config()
    theirs.pop("seed", None), ours.pop("seed", None)
    assert {k: plain(v) for k, v in theirs.items()} == {k: plain(v) for k, v in ours.items()}


@pytest.mark.parametrize(("name", "more"), FIXED, ids=str)
def test_nothing_left_to_chance(keras, name, more):
    theirs, ours = both(keras, name, more)
    for x in (X, X[0]):
        for training in (True, False):
            found = ours(x, training=training)
            level = 2.001 if name == "Equalization" else 2e-3  # half a level more or less, rounded
            np.testing.assert_allclose(found, np.asarray(theirs(x, training=training)), rtol=1e-4, atol=level)
            assert found.dtype == "float32"
    same_config(theirs, ours)


@pytest.mark.parametrize(("name", "more"), OPEN, ids=str)
def test_chance(keras, name, more):
    theirs, ours = both(keras, name, more)
    a, b = np.asarray(theirs(X, training=True)), ours(X, training=True)
    assert a.shape == b.shape and b.dtype == "float32"
    assert b.numpy().min() >= min(-1e-3, a.min()) and b.numpy().max() <= max(256, a.max())
    others = [ours(X, training=True).numpy() for _ in range(6)]  # a single draw may change nothing
    assert any(np.abs(b.numpy() - other).max() > 0 for other in others) or name == "RandomErasing"
    if name != "RandomCrop":
        np.testing.assert_array_equal(ours(X, training=False), X)
    same_config(theirs, ours)
    again = type(ours).from_config(ours.get_config())
    assert again(X[0], training=True).shape == tuple(theirs(X[0], training=True).shape)


@pytest.mark.parametrize("name", NEW)
def test_signature(keras, name):
    theirs, ours = (inspect.signature(getattr(module, name)).parameters.values() for module in (keras.layers, layers))
    assert [(p.name, p.default) for p in theirs] == [(p.name, p.default) for p in ours]


WRONG = [("RandomHue", 2.0), ("RandomHue", (0.1, 0.2, 0.3)), ("RandomSaturation", "a"), ("RandomPosterization", 0),
         ("RandomPosterization", 9), ("RandomGrayscale", -0.5), ("RandomErasing", -1), ("CutMix", 2.0), ("AugMix", -0.1)]  # fmt: skip


@pytest.mark.parametrize(("name", "factor"), WRONG, ids=str)
def test_wrong_factor(keras, name, factor):
    for module in (keras.layers, layers):
        with pytest.raises(ValueError, match="factor"):
            getattr(module, name)(factor=factor)


# --- ours: what must hold of every draw ---


def test_hue_turns_by_half_the_factor_either_way(keras):
    many = np.repeat(X[:1], 40, axis=0)
    hue = lambda x: np.asarray(keras.ops.image.rgb_to_hsv(np.asarray(x) / 255))[:, 0, 0, 0]  # noqa: E731
    for module in (keras.layers, layers):
        turned = (hue(module.RandomHue((0.4, 0.4))(many, training=True)) - hue(many)) % 1
        assert {round(float(t), 2) for t in turned} == {0.2, 0.8}


def test_shear_is_one_of_keras_s_two(keras):
    one = X[:1]
    more = {"x_factor": (0.5, 0.5), "fill_mode": "constant"}
    theirs = {np.asarray(keras.layers.RandomShear(**more)(one, training=True)).round(2).tobytes() for _ in range(8)}
    ours = {layers.RandomShear(**more)(one, training=True).numpy().round(2).tobytes() for _ in range(8)}
    assert len(ours) == 2 and (ours == theirs or len(theirs) == 1)


def test_solarization_and_posterization_draws():
    grey = np.full((300, 1, 1, 1), 100, "float32")
    added = 155 - layers.Solarization(addition_factor=(0.1, 0.2))(grey, training=True).numpy()
    assert 0 <= added.min() < 5 and 45 < added.max() <= 51.1
    ramp = np.tile(np.arange(256, dtype="float32").reshape(1, 16, 16, 1), (60, 1, 1, 1))
    shades = {len(np.unique(image)) for image in layers.RandomPosterization(4)(ramp, training=True).numpy()}
    assert shades == {2, 4, 8, 16}


def test_erased_rectangles():
    blank = np.zeros((200, 20, 20, 1), "float32")
    y = layers.RandomErasing((0.5, 0.5), scale=(0.1, 0.2), fill_value=1.0)(blank, training=True).numpy()[..., 0]
    erased = y.any((1, 2))
    assert 60 < erased.sum() < 140
    high, wide = y[erased].any(2).sum(1), y[erased].any(1).sum(1)
    assert ((high >= 6) & (high <= 9)).all() and (y[erased].sum((1, 2)) == high * wide).all()


def test_mixing_keeps_labels_and_images_together(keras):
    values = np.arange(4, dtype="float32")
    x, t = np.ones((4, 10, 10, 1), "float32") * values.reshape(4, 1, 1, 1), np.eye(4, dtype="float32")
    for name, more in (("MixUp", {"alpha": 0.5}), ("CutMix", {})):
        theirs, ours = both(keras, name, more)
        for layer in (theirs, ours):
            y = layer({"images": x, "labels": t, "segmentation_masks": x}, training=True)
            labels, images = np.asarray(y["labels"]), np.asarray(y["images"])
            np.testing.assert_allclose(labels.sum(1), 1, atol=1e-5)
        np.testing.assert_allclose(images.mean((1, 2, 3)), labels @ values, atol=1e-4)  # of ours
        np.testing.assert_allclose(y["segmentation_masks"], images, atol=1e-5)
        np.testing.assert_array_equal(ours({"images": x, "labels": t}, training=False)["images"], x)


@pytest.mark.parametrize("name", ["RandomFlip", "RandomRotation", "RandomCrop", "RandomShear", "RandomPerspective"])
def test_masks_move_with_images(name):
    arguments = {
        "RandomRotation": {"factor": 0.2},
        "RandomCrop": {"height": 4, "width": 4},
        "RandomShear": {"x_factor": 0.4},
    }
    layer = getattr(layers, name)(**arguments.get(name, {}), seed=3)
    if hasattr(layer, "interpolation"):
        layer.interpolation = "nearest"
    y = layer({"images": X, "segmentation_masks": X.copy(), "labels": np.arange(3)}, training=True)
    np.testing.assert_array_equal(y["images"], y["segmentation_masks"])
    assert y["labels"].tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="boxes"):
        layer({"images": X, "bounding_boxes": {}}, training=True)


def test_numbers_of_boxes(keras):
    boxes = {"boxes": RNG.random((3, 2, 4)).astype("float32"), "labels": np.ones((3, 2), "int32")}
    for number in (1, 2, 5):
        theirs, ours = both(keras, "MaxNumBoundingBoxes", {"max_number": number, "bounding_box_format": "xyxy"})
        a, b = (layer({"images": X, "bounding_boxes": boxes})["bounding_boxes"] for layer in (theirs, ours))
        for part in ("boxes", "labels"):
            np.testing.assert_array_equal(b[part], np.asarray(a[part]))
    with pytest.raises(ValueError, match="bounding box format"):
        layers.MaxNumBoundingBoxes(3)({"images": X, "bounding_boxes": boxes})


def test_outside_of_a_model_images_change_as_in_training(keras):
    for module in (keras.layers, layers):
        assert np.asarray(module.RandomInvert((1.0, 1.0))(X))[0, 0, 0, 0] == 255 - X[0, 0, 0, 0]
    import teachkeras

    for engine in (keras, teachkeras):
        model = engine.Sequential([engine.Input((8, 9, 3)), engine.layers.RandomInvert((1.0, 1.0))])
        model.compile("sgd", "mse")
        np.testing.assert_array_equal(model.predict(X, verbose=0), X)
        assert np.asarray(model(X))[0, 0, 0, 0] == 255 - X[0, 0, 0, 0], engine
