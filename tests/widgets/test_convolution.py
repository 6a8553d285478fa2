"""Convolution and pooling without a browser: what the page computes is what the engine computes."""

import itertools
import json
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, DataError, ShapeError
from teachkeras.tape import GradientTape
from teachkeras_widgets import Convolution
from teachkeras_widgets.view import asset

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.normal(size=(7, 9, 2)).astype("float32")
KERNEL = RANDOM.normal(size=(3, 2, 2, 3)).astype("float32")


def page(tmp_path, view, script):
    setup = view.setup
    image, kernel = (np.frombuffer(setup[key], "float32").tolist() for key in ("image", "kernel"))
    options = {key: setup[key] for key in ("mode", "size", "stride", "padding", "dilation")}
    make = f"new Slide({image}, {setup['shape']}, {kernel}, {setup['window']}, {setup['bias']}, {json.dumps(options)})"
    file = tmp_path / "check.mjs"
    file.write_text(
        asset("slide.js") + f"const slide = {make};\nconsole.log(JSON.stringify({script}));", encoding="utf-8"
    )
    return np.array(json.loads(subprocess.run(["node", file], capture_output=True, check=True, text=True).stdout))


CASES = list(itertools.product(("conv", "max", "average"), ("valid", "same"), (1, 2), (1, 2)))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("mode, padding, stride, dilation", CASES)
def test_the_page_computes_what_the_engine_computes(tmp_path, mode, padding, stride, dilation):
    stride = 1 if dilation > 1 else stride  # Keras's own rule
    view = Convolution(IMAGE, KERNEL, mode=mode, padding=padding, stride=stride, dilation=dilation, size=3)
    expected = view.output()
    for index in range(2):
        got = page(tmp_path, view, f"[...slide.all({index}, {index})]").reshape(expected.shape[:2])
        np.testing.assert_allclose(got, expected[..., index], rtol=1e-4, atol=1e-5)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("mode", ["conv", "max", "average"])
def test_the_way_back_is_the_engines_gradient(tmp_path, mode):
    view = Convolution(IMAGE, KERNEL, mode=mode, padding="same", size=3, stride=2)
    with GradientTape() as tape:
        x = tk.Tensor(IMAGE[None])
        tape.watch(x)
        if mode == "conv":
            y = tk.ops.conv(x, KERNEL, 2, "same", "channels_last")
        else:
            y = (tk.ops.max_pool if mode == "max" else tk.ops.average_pool)(x, 3, 2, "same", "channels_last")
        entry = y[0, 1, 2, 1]
    expected = tape.gradient(entry, x).numpy()[0, :, :, 1]
    got = page(tmp_path, view, "[...slide.gradient(1, 2, 1, 1)]").reshape(expected.shape)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_shows_a_layer():
    layer = tk.layers.Conv2D(4, 3, strides=2, padding="same", name="c", bias_initializer="ones")
    y = layer(IMAGE[None]).numpy()[0]
    view = Convolution(IMAGE, layer=layer)
    assert (view.setup["layer"], view.setup["stride"], view.setup["padding"]) == ("c", 2, "same")
    np.testing.assert_allclose(view.output(), y, rtol=1e-4, atol=1e-5)


def test_large_images_are_cut_and_figures_drawn():
    assert Convolution(np.zeros((200, 300))).setup["shape"] == [32, 32, 1]
    assert Convolution(mode="max", language="zh").png().startswith(b"\x89PNG")
    assert len(Convolution().figure().axes) == 3


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda: Convolution(np.zeros((3, 3)), np.zeros((3, 3, 2, 1))), ArgumentError, "channels"),
        (lambda: Convolution(np.zeros(4)), ShapeError, "2 or 3 axes"),
        (lambda: Convolution([[np.nan, 1]]), DataError, "nan"),
        (lambda: Convolution(mode="mean"), ArgumentError, "average"),
        (lambda: Convolution(layer=tk.layers.Dense(2)), ArgumentError, "Conv2D"),
    ],
)
def test_says_what_is_wrong(make, error, says):
    with pytest.raises(error, match=says):
        make()
