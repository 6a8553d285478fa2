"""ImageDataGenerator beside the one that Keras keeps for old code: the same seeds, the same pictures."""

import importlib

import numpy as np
import pytest
from beside import signature

import teachkeras
from teachkeras.preprocessing import image

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

X = np.random.default_rng(0).integers(0, 256, (7, 9, 8, 3)).astype("float32")
Y = np.arange(7)
SETTINGS = [
    {}, {"rotation_range": 40}, {"width_shift_range": 0.2, "height_shift_range": 0.3}, {"width_shift_range": 3.0},
    {"width_shift_range": [1, 2], "height_shift_range": 2}, {"shear_range": 20}, {"zoom_range": 0.3},
    {"zoom_range": [0.5, 1.5], "rotation_range": 10}, {"channel_shift_range": 50.0}, {"brightness_range": [0.3, 1.7]},
    {"horizontal_flip": True, "vertical_flip": True}, {"rescale": 1 / 255}, {"preprocessing_function": lambda x: x - 1},
    {"samplewise_center": True}, {"samplewise_std_normalization": True}, {"featurewise_center": True},
    {"featurewise_std_normalization": True}, {"zca_whitening": True, "zca_epsilon": 1e-2, "rescale": 1 / 255},
    *[{"rotation_range": 40, "zoom_range": 0.5, "fill_mode": mode, "cval": 7.0} for mode in ("constant", "reflect", "nearest")],
    {"rotation_range": 40, "interpolation_order": 0}, {"rotation_range": 30, "width_shift_range": 0.1, "shear_range": 9,
     "height_shift_range": 0.1, "zoom_range": 0.2, "horizontal_flip": True, "channel_shift_range": 20.0, "rescale": 0.5,
     "brightness_range": (0.8, 1.2)},
]  # fmt: skip


@pytest.fixture
def old(keras):
    pytest.importorskip("scipy")
    return importlib.import_module("keras.src.legacy.preprocessing.image")


def same(theirs, ours, atol=2e-3):
    if isinstance(theirs, (tuple, list)):
        assert len(theirs) == len(ours)
        for a, b in zip(theirs, ours, strict=True):
            same(a, b, atol)
    else:
        theirs, ours = np.asarray(theirs), np.asarray(ours)
        assert theirs.shape == ours.shape and theirs.dtype == ours.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=atol)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: ", ".join(s) or "plain")
def test_flow(old, settings):
    flows = []
    for module in (old, image):
        generator = module.ImageDataGenerator(**settings)
        generator.fit(X)
        flows.append(generator.flow(X, Y, batch_size=3, seed=5))
    rough = 1.01 if "brightness_range" in settings else 0.05 if "zca_whitening" in settings else 2e-3  # bytes; an SVD
    for _ in range(4):
        same(next(flows[0]), next(flows[1]), rough)
    assert len(flows[0]) == len(flows[1]) == 3
    same(flows[0][1], flows[1][1], rough)


def test_augmented_fit(old):
    found = []
    for module in (old, image):
        generator = module.ImageDataGenerator(featurewise_center=True, rotation_range=20)
        generator.fit(X, augment=True, rounds=2, seed=3)
        found.append(generator.mean)
    same(*found)


@pytest.mark.parametrize(
    "more", [{"sample_weight": Y * 0.5}, {"y": None}, {"subset": "training"}, {"subset": "validation"}], ids=str
)
def test_parts_of_arrays(old, more):
    flows = [
        m.ImageDataGenerator(validation_split=0.3).flow(
            X, **{"y": Y, "shuffle": False, "ignore_class_split": True, **more}
        )
        for m in (old, image)
    ]
    same(next(flows[0]), next(flows[1]))


@pytest.fixture
def folder(tmp_path):
    for name, count in (("cats", 4), ("dogs", 3)):
        (tmp_path / name).mkdir()
        for i in range(count):
            image.save_img(tmp_path / name / f"{i}.png", X[i], scale=False)
    (tmp_path / "cats" / "notes.txt").write_text("no picture")
    return tmp_path


@pytest.mark.parametrize("more", [
    {}, {"class_mode": "sparse"}, {"class_mode": "binary", "shuffle": False}, {"class_mode": None}, {"class_mode": "input"},
    {"color_mode": "grayscale"}, {"classes": ["dogs"]}, {"subset": "training"}, {"subset": "validation"},
    {"interpolation": "bilinear", "keep_aspect_ratio": True},
], ids=str)  # fmt: skip
def test_flow_from_directory(old, folder, more, capsys):
    flows = [
        m.ImageDataGenerator(rotation_range=20, validation_split=0.4).flow_from_directory(
            str(folder), **{"target_size": (6, 5), "batch_size": 3, "seed": 2, **more})
        for m in (old, image)
    ]  # fmt: skip
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1]
    same(next(flows[0]), next(flows[1]))
    for name in ("filenames", "class_indices", "samples", "image_shape"):
        assert getattr(flows[0], name) == getattr(flows[1], name), name
    assert list(flows[0].classes) == list(flows[1].classes)


@pytest.mark.parametrize("more", [{}, {"class_mode": "sparse", "shuffle": False}, {"class_mode": "raw", "y_col": "age"},
                                  {"class_mode": "multi_output", "y_col": ["age", "size"]}, {"class_mode": None},
                                  {"weight_col": "age"}, {"class_mode": "input"}], ids=str)  # fmt: skip
def test_flow_from_dataframe(old, folder, more):
    names = [f"cats/{i}.png" for i in range(4)] + [f"dogs/{i}.png" for i in range(3)] + ["cats/none.png"]
    table = {
        "filename": names,
        "class": ["cat"] * 4 + ["dog"] * 3 + ["cat"],
        "age": np.arange(8.0),
        "size": np.arange(8) * 2,
    }
    pandas = pytest.importorskip("pandas")
    flows = [
        m.ImageDataGenerator(horizontal_flip=True).flow_from_dataframe(
            pandas.DataFrame(table), str(folder), **{"target_size": (6, 5), "seed": 2, **more})
        for m in (old, image)
    ]  # fmt: skip
    same(next(flows[0]), next(flows[1]))


def test_table_without_pandas(folder):
    table = {"filename": ["cats/0.png", "dogs/1.png", "dogs/none.png"], "class": ["cat", "dog", "dog"]}
    flow = image.ImageDataGenerator().flow_from_dataframe(table, str(folder), target_size=(9, 8), shuffle=False)
    x, t = next(flow)
    np.testing.assert_array_equal(x, X[:2])
    assert t.tolist() == [[1, 0], [0, 1]] and flow.class_indices == {"cat": 0, "dog": 1}


def test_functions(old):
    x = X[0]
    axes = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
    for name, arguments, more in (
        ("random_rotation", (30,), axes), ("random_shift", (0.2, 0.1), axes), ("random_shear", (20,), axes),
        ("random_zoom", ((0.5, 1.5),), axes), ("random_channel_shift", (30.0,), {"channel_axis": 2}),
        ("random_brightness", ((0.5, 1.5),), {}),
    ):  # fmt: skip
        found = []
        for module in (old, image):
            np.random.seed(1)  # noqa: NPY002
            found.append(getattr(module, name)(x, *arguments, **more))
        same(*found, atol=1.01 if name == "random_brightness" else 2e-3)
        assert signature(getattr(old, name)) == signature(getattr(image, name)), name
    for name in ("__init__", "flow", "flow_from_directory", "flow_from_dataframe", "fit", "random_transform"):
        assert signature(getattr(old.ImageDataGenerator, name)) == signature(getattr(image.ImageDataGenerator, name)), (
            name
        )


def test_fit_takes_a_flow(folder):
    flow = image.ImageDataGenerator(rescale=1 / 255).flow_from_directory(str(folder), (6, 5), batch_size=3, seed=1)
    model = teachkeras.Sequential([teachkeras.layers.Flatten(), teachkeras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    assert len(model.fit(flow, epochs=2, verbose=0).history["loss"]) == 2
    assert model.predict(flow, verbose=0).shape == (7, 2)


@pytest.mark.parametrize(
    "wrong",
    [{"zoom_range": [1, 2, 3]}, {"brightness_range": [1]}, {"validation_split": 2}, {"data_format": "x"}],
    ids=str,
)
def test_wrong_settings(old, wrong):
    for module in (old, image):
        with pytest.raises(ValueError):
            module.ImageDataGenerator(**wrong)
