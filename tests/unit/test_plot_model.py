"""plot_model: one box per layer, one arrow per tensor, nothing on top of anything."""

import re
from xml.etree import ElementTree

import pytest

from teachkeras import Input, Model, Sequential, layers, utils

SVG = "{http://www.w3.org/2000/svg}"


def branching():
    a, b = Input((8, 8, 1), name="a"), Input((4,), name="b")
    x = layers.MaxPooling2D(name="pool")(a)
    x = layers.Add(name="add")([x, layers.Conv2D(1, 3, padding="same", name="conv")(x)])
    z = layers.Concatenate(name="join")([layers.Flatten(name="flat")(x), b])
    return Model([a, b], [layers.Dense(2, "softmax", name="o")(z), layers.Dense(1, name="p")(z)], name="net")


def boxes(svg):
    found = [[float(r.get(k)) for k in ("x", "y", "width", "height")] for r in svg.iter(f"{SVG}rect") if r.get("x")]
    return [(x, y, x + w, y + h) for x, y, w, h in found]


@pytest.mark.parametrize("rankdir", ["TB", "BT", "LR", "RL"])
def test_boxes_and_arrows(rankdir):
    model = branching()
    svg = ElementTree.fromstring(
        utils.plot_model(model, None, show_shapes=True, show_layer_names=True, rankdir=rankdir).svg
    )
    found = boxes(svg)
    assert len(found) == len(model.layers)
    for i, a in enumerate(found):
        for b in found[:i]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
    arrows = [p for p in svg.iter(f"{SVG}path") if p.get("marker-end")]
    assert len(arrows) == 9
    x_end, y_end = float(svg.get("width")), float(svg.get("height"))
    assert all(0 <= a[0] and a[2] <= x_end and 0 <= a[1] and a[3] <= y_end for a in found)
    for arrow in arrows:  # it ends on the edge of a box
        x, y = map(float, re.findall(r"(-?\d+),(-?\d+)", arrow.get("d"))[-1])
        assert any(a[0] - 1 <= x <= a[2] + 1 and a[1] - 1 <= y <= a[3] + 1 for a in found)


def test_what_stands_in_the_boxes():
    drawing = utils.plot_model(branching(), None, show_shapes=True, show_dtype=True, show_layer_names=True,
                               show_layer_activations=True, show_trainable=True)  # fmt: skip
    for text in ("o (Dense)", "activation: softmax", "(None, 2)", "float32", "trainable"):
        assert text in drawing.svg
    assert "o (Dense)" not in utils.plot_model(branching(), None).svg


def test_files(tmp_path):
    model = Sequential([layers.Dense(1, input_dim=2, name='<"a">')])
    drawing = utils.plot_model(model, tmp_path / "one.svg", show_layer_names=True)
    assert drawing.path.read_text() == drawing.svg and "&lt;&quot;a&quot;&gt;" in drawing.svg
    with pytest.warns(UserWarning, match="written to two.svg"):
        assert utils.plot_model(model, tmp_path / "two.png").path.name == "two.svg"


def test_dot_text():
    text = utils.model_to_dot(branching(), rankdir="LR")
    assert text.count("->") == 9 and 'rankdir="LR"' in text and "join (Concatenate)" in text


def test_errors():
    with pytest.raises(ValueError, match="built"):
        utils.plot_model(Sequential([layers.Dense(1)]), None)
    with pytest.raises(ValueError, match="rankdir"):
        utils.plot_model(branching(), None, rankdir="XX")
