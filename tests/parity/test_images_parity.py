"""Pictures as arrays, arrays as pictures, and the small helpers of utils, beside Keras."""

import io

import numpy as np
import pytest
from beside import signature
from twins import outcome

from teachkeras import utils
from teachkeras.preprocessing import image

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)


def picture(*shape):
    return (RNG.random(shape) * 255).astype("float32")


def same(theirs, ours):
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception) and any(isinstance(ours, kind) for kind in type(theirs).__mro__[:1]), ours
        return
    theirs, ours = np.asarray(theirs), np.asarray(ours)
    assert theirs.dtype == ours.dtype and theirs.shape == ours.shape
    np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("settings", [{}, {"scale": False}, {"data_format": "channels_first"}], ids=str)
def test_array_to_img_and_back(keras, channels, settings):
    x = picture(*((channels, 4, 5) if "data_format" in settings else (4, 5, channels)))
    theirs, ours = (outcome(lambda m=m: m.array_to_img(x, **settings)) for m in (keras.utils, utils))
    same(theirs, ours)
    if not isinstance(ours, Exception):
        assert ours.mode == theirs.mode
        same(keras.utils.img_to_array(theirs, dtype="uint8"), utils.img_to_array(ours, dtype="uint8"))


@pytest.mark.parametrize("shape", [(4,), (4, 5), (4, 5, 3), (1, 4, 5, 3)], ids=str)
def test_img_to_array(keras, shape):
    for more in ({}, {"data_format": "channels_first"}):
        same(*(outcome(lambda m=m: m.img_to_array(np.ones(shape), **more)) for m in (keras.utils, utils)))  # noqa: B023


@pytest.mark.parametrize("mode", ["grayscale", "rgb", "rgba", "cmyk"])
@pytest.mark.parametrize("settings", [
    {}, {"target_size": (5, 3)}, {"target_size": (4, 8), "interpolation": "bilinear", "keep_aspect_ratio": True},
    {"target_size": (3, 3), "interpolation": "lanczos"}, {"target_size": (3, 3), "interpolation": "sharp"},
], ids=str)  # fmt: skip
def test_files(keras, tmp_path, mode, settings):
    path, x = tmp_path / "one.png", picture(9, 7, 3)
    utils.save_img(path, x)
    theirs, ours = (outcome(lambda m=m: m.load_img(path, color_mode=mode, **settings)) for m in (keras.utils, utils))
    same(theirs, ours)
    keras.utils.save_img(tmp_path / "two.png", x)
    assert path.read_bytes() == (tmp_path / "two.png").read_bytes()
    utils.save_img(str(tmp_path / "three.jpg"), picture(4, 4, 4))
    assert utils.load_img(io.BytesIO(path.read_bytes())).size == (7, 9)


@pytest.mark.parametrize(("shape", "size"), [
    ((9, 7, 3), (4, 4)), ((2, 6, 9, 1), (3, 5)), ((2, 6, 9, 1), (12, 5)), ((9, 7), (4, 4)), ((9, 7, 3), (4,)),
], ids=str)  # fmt: skip
def test_smart_resize(keras, shape, size):
    x = picture(*shape)
    for more in ({}, {"interpolation": "nearest"}):
        same(*(outcome(lambda m=m: m.smart_resize(x, size, **more)) for m in (keras.preprocessing.image, image)))  # noqa: B023


@pytest.mark.parametrize("data", [1, (1,), (1, 2), (1, 2, 3), [1, 2], (1, 2, 3, 4)], ids=str)
def test_packing(keras, data):
    theirs, ours = (outcome(lambda m=m: m.unpack_x_y_sample_weight(data)) for m in (keras.utils, utils))
    assert isinstance(ours, ValueError) if isinstance(theirs, Exception) else theirs == ours
    if isinstance(ours, tuple):
        assert utils.pack_x_y_sample_weight(*ours) == keras.utils.pack_x_y_sample_weight(*ours)


def test_signatures(keras):
    for name in ("load_img", "save_img", "img_to_array", "array_to_img", "pack_x_y_sample_weight",
                 "unpack_x_y_sample_weight", "is_keras_tensor", "standardize_dtype"):  # fmt: skip
        assert signature(getattr(utils, name)) == signature(getattr(keras.utils, name)), name
    utils.disable_interactive_logging()
    assert not utils.is_interactive_logging_enabled()
    utils.enable_interactive_logging()
    assert utils.is_interactive_logging_enabled()
