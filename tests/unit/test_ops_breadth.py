"""What samples do not show: rows of sparsemax sum to 1, gradients of the user's own, images beside Keras's."""

import os

import numpy as np
import pytest
from op_samples import reals

from teachkeras import ops
from teachkeras.tape import GradientTape

os.environ.setdefault("KERAS_BACKEND", "jax")
X = reals(3, 4).astype("float32")
IMAGES = reals(2, 6, 8, 3, low=0, high=1).astype("float32")
TURN = np.array([[0.9, 0.1, 0.3, -0.1, 1.1, 0.2, 0.0, 0.0]] * 2, "float32")
CORNERS = np.array([[[0, 0], [0, 7], [5, 0], [5, 7]]], "float32")


def test_rows_of_sparsemax_are_probabilities():
    y = ops.sparsemax(X).numpy()
    assert np.allclose(y.sum(axis=-1), 1.0, atol=1e-6)
    assert (y >= 0).all()
    assert (y == 0).any()


def test_a_gradient_of_the_users_own():
    @ops.custom_gradient
    def f(x):
        return x * x, lambda upstream: 5.0 * upstream

    x = ops.array(X)
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(f(x))
    assert np.allclose(tape.gradient(y, x).numpy(), 5.0)


def test_blur_spreads_a_point_both_ways():  # Keras 3.15 on JAX blurs along one axis only
    x = np.zeros((1, 5, 5, 1), "float32")
    x[0, 2, 2, 0] = 1.0
    y = ops.image.gaussian_blur(x).numpy()[0, ..., 0]
    assert np.allclose(y, y.T)
    assert np.isclose(y.sum(), 1.0)


CALLS = {
    **{f"resize-{k}": (lambda o, k=k: o.resize(IMAGES, (9, 5), interpolation=k)) for k in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")},
    "antialias": lambda o: o.resize(IMAGES, (3, 4), antialias=True),
    "crop_ratio": lambda o: o.resize(IMAGES, (4, 4), crop_to_aspect_ratio=True),
    "pad_ratio": lambda o: o.resize(IMAGES, (4, 4), pad_to_aspect_ratio=True),
    "grey": lambda o: o.rgb_to_grayscale(IMAGES), "hsv": lambda o: o.rgb_to_hsv(IMAGES), "rgb": lambda o: o.hsv_to_rgb(IMAGES),
    "crop": lambda o: o.crop_images(IMAGES, 1, 2, target_height=3, target_width=4),
    "pad": lambda o: o.pad_images(IMAGES, 1, 2, target_height=10, target_width=12),
    "patches": lambda o: o.extract_patches(IMAGES, (2, 3)), "patches_1": lambda o: o.extract_patches(IMAGES, 3, 1, padding="same"),
    "sobel": lambda o: o.sobel_edges(IMAGES),
    **{f"affine-{k}": (lambda o, k=k: o.affine_transform(IMAGES, TURN, fill_mode=k)) for k in ("constant", "nearest", "reflect", "wrap", "mirror")},
    "affine-0": lambda o: o.affine_transform(IMAGES, TURN, interpolation="nearest"),
    "perspective": lambda o: o.perspective_transform(IMAGES, np.repeat(CORNERS, 2, 0), np.repeat(CORNERS * 0.8 + 0.3, 2, 0)),
    "ssim": lambda o: o.ssim(IMAGES, IMAGES[::-1], filter_size=5),
    "scale": lambda o: o.scale_and_translate(IMAGES, (2, 9, 8, 3), np.array([1.5, 1.0], "float32"), np.array([0.5, 0.0], "float32"), (1, 2), "linear"),
}  # fmt: skip


@pytest.mark.parity
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLS)
def test_image_is_that_of_keras(name):
    keras = pytest.importorskip("keras")
    ours, theirs = CALLS[name](ops.image).numpy(), np.asarray(CALLS[name](keras.ops.image))
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, atol=2e-5)
