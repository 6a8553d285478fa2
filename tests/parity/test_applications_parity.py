"""The published networks: layers, names, weights and outputs beside real Keras."""

import inspect
import re

import numpy as np
import pytest

import teachkeras
from teachkeras import applications

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

QUICK = ["MobileNet"]
FULL = [
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2", "InceptionV3",
    "Xception", "DenseNet121", "DenseNet169", "DenseNet201", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large",
    *[f"EfficientNetB{n}" for n in range(8)],
]  # fmt: skip
MODULES = {
    "vgg16": "caffe", "vgg19": "caffe", "resnet": "caffe", "resnet50": "caffe", "resnet_v2": "tf", "mobilenet": "tf",
    "mobilenet_v2": "tf", "mobilenet_v3": "", "inception_v3": "tf", "xception": "tf", "densenet": "torch",
    "efficientnet": "",
}  # fmt: skip
AUTOMATIC = re.compile(
    r"^(conv2d|batch_normalization|activation|re_lu|add|(global_)?(max|average)_pooling2d|concatenate|zero_padding2d"
    r"|rescaling|normalization|input_layer|dropout|flatten|reshape|multiply)_\d+$"
)


def names(model):
    """The layers' names; the numbers of automatic ones count everything made before, so they are left out."""
    return [AUTOMATIC.sub(r"\1", layer.name) for layer in model.layers]


def values(variables):
    """Weights that keep signals alive, as training would leave them."""
    rng = np.random.default_rng(0)
    for v in variables:
        shape, kind = tuple(v.shape), v.path.split("/")[-1]
        if kind in ("gamma", "moving_variance", "variance"):
            yield np.abs(rng.normal(1, 0.1, shape)).astype(v.dtype)
        else:
            scale = (2 / max(1, np.prod(shape[:-1]))) ** 0.5 if len(shape) > 1 else 0.1
            yield rng.normal(0, scale, shape).astype(v.dtype)


@pytest.mark.parametrize("name", [*QUICK, *[pytest.param(n, marks=pytest.mark.full) for n in FULL]])
def test_network(keras, name, monkeypatch):
    side = 75 if name in ("InceptionV3", "Xception") else 64 if name[0] in "RDE" else 32
    options = {"weights": None, "classes": 7, "input_shape": (side, side, 3), "classifier_activation": None}
    theirs, ours = getattr(keras.applications, name)(**options), getattr(applications, name)(**options)
    assert names(ours) == names(theirs) and ours.name == theirs.name
    assert ours.count_params() == theirs.count_params()
    weights = list(values(ours.weights))
    ours.set_weights(weights)
    theirs.set_weights(weights)
    x = np.random.default_rng(1).random((2, side, side, 3)).astype("float32")
    expected = np.asarray(theirs(x))
    np.testing.assert_allclose(ours(x).numpy(), expected, atol=1e-3 * max(1.0, np.abs(expected).max()))


@pytest.mark.parametrize("name", [*QUICK, *FULL])
def test_signature(keras, name):
    theirs = inspect.signature(getattr(keras.applications, name)).parameters
    ours = inspect.signature(getattr(applications, name)).parameters
    assert [(p.name, p.default) for p in ours.values()] == [(p.name, p.default) for p in theirs.values()]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("data_format", [None, "channels_first"])
def test_preprocess_input(keras, module, data_format):
    x = np.random.default_rng(0).uniform(0, 255, (2, 3, 3, 3)).astype("float32")
    theirs = getattr(keras.applications, module).preprocess_input(x.copy(), data_format=data_format)
    ours = getattr(applications, module).preprocess_input(x.copy(), data_format=data_format)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    tensor = getattr(applications, module).preprocess_input(teachkeras.ops.convert_to_tensor(x), data_format)
    np.testing.assert_allclose(tensor, theirs, atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"weights": "nowhere.h5"}, {"weights": "imagenet", "classes": 7}, {"weights": None, "input_shape": (31, 64, 3)},
     {"weights": None, "input_shape": (None, None, 3)}, {"weights": "imagenet", "input_shape": (64, 64, 3)}],
    ids=str,
)  # fmt: skip
def test_wrong_arguments(keras, options):
    for engine in (keras, teachkeras):
        with pytest.raises(ValueError):
            engine.applications.VGG16(**options)


def test_local_weights_and_a_tensor_to_start_from(tmp_path):
    start = teachkeras.Input((32, 32, 3))
    options = {"alpha": 0.25, "weights": None, "include_top": False, "pooling": "avg"}
    model = applications.MobileNet(input_shape=(32, 32, 3), input_tensor=start * 2.0, **options)
    path = str(tmp_path / "m.weights.h5")
    model.save_weights(path)
    again = applications.MobileNet(input_shape=(32, 32, 3), input_tensor=start * 2.0, **options | {"weights": path})
    x = np.ones((1, 32, 32, 3), "float32")
    np.testing.assert_array_equal(model(x), again(x))
