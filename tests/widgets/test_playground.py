"""The playground without a browser: a real model learns, states and code say what it is."""

import numpy as np
import pytest

import teachkeras
from teachkeras.errors import ArgumentError
from teachkeras_widgets import Playground, planar, playground


def test_learns_xor_with_hidden_units_and_not_without():
    network = Playground(data="xor", noise=0.0, units=[4], rate=0.1).train(300)
    assert network.frame["accuracy"] > 0.95 and network.frame["steps"] == 300
    perceptron = Playground(data="xor", noise=0.0, units=[], rate=0.1).train(300)
    assert perceptron.frame["accuracy"] < 0.75 and perceptron.frame["units"] == [2, 1]


def test_maps_are_the_models_outputs():
    view = Playground(units=[3])
    edge = 12 / playground.GRID
    corner = np.array([[-6 + edge / 2, 6 - edge / 2]], "float32")  # the top left square
    np.testing.assert_allclose(view.maps()[-1][0, 0, 0], view.model(corner).numpy()[0, 0], rtol=1e-5)
    np.testing.assert_allclose(view.maps()[0][0, 0], view.model.layers[0](corner).numpy()[0], rtol=1e-5)


def test_state_is_a_text_that_makes_the_same_again():
    view = Playground("data=spiral&units=8,8&rate=0.1").train(20)
    again = Playground(view.state).train(20)
    assert view.state == "data=spiral&units=8,8&rate=0.1"
    assert all(np.array_equal(a, b) for a, b in zip(view.model.get_weights(), again.model.get_weights(), strict=True))
    assert Playground("xor").state == "data=xor"


def test_code_is_the_model():
    view = Playground(units=[5, 2], optimizer="SGD", rate=0.1)
    names = {"x": view.x, "y": view.y}
    exec(view.code().replace("epochs=100", "epochs=1, verbose=0"), names)
    assert [w.shape for w in names["model"].weights] == [w.shape for w in view.model.weights]
    assert type(names["model"].optimizer) is teachkeras.optimizers.SGD


def test_page_steps_changes_draws_and_is_refused():
    view, sent = Playground(), []
    view.send = sent.append
    for message in ({"type": "train", "steps": 10**9}, {"type": "draw", "own": [[99.0, 0.0, 1]]}):
        view._receive(view, message, [])
    assert view.steps == playground.BUDGET and view.x[-1].tolist() == [6.0, 0.0] and view.frame["answer"] == 3
    weights = view.model.get_weights()
    view._receive(view, {"type": "change", "settings": {"rate": 0.5}}, [])
    assert np.array_equal(weights[0], view.model.get_weights()[0])  # a new rate goes on
    assert float(view.model.optimizer.learning_rate) == 0.5
    view._receive(view, {"type": "change", "settings": {"units": "9"}}, [])
    assert sent[-1]["type"] == "refused" and "1 to 8 units" in sent[-1]["text"]
    assert view.frame["answer"] == 5  # answered all the same
    view._receive(view, {"type": "reset", "clear": True}, [])
    assert len(view.x) == planar.POINTS and view.steps == 0


def test_points_of_ones_own_travel_with_the_state():
    view = Playground(data="own", points=[(1, 2, 1), (-1, -2, 0)])
    assert view.x.tolist() == [[1, 2], [-1, -2]] and "points=1,2,1;-1,-2,0" in view.state
    again = Playground(view.state).train(5)
    assert again.x.tolist() == view.x.tolist() and again.y.tolist() == [[1], [0]] and again.state == view.state
    empty = Playground("own").train(3)
    assert empty.steps == 0 and empty.frame["loss"] == 0.0 and empty.png().startswith(b"\x89PNG")


def test_state_is_bounded():
    view = Playground(units=[8, 8, 8, 8])
    view._losses = [(i, 1.0) for i in range(10_000)]
    for _ in range(6):
        view._show()
    size = sum(map(len, view.frame["maps"])) + len(view.frame["curve"]) + len(view.frame["points"])
    assert size < 70_000


@pytest.mark.parametrize("name", planar.DATA)
def test_data_have_two_even_classes(name):
    points, labels = planar.make(name)
    assert points.shape == (planar.POINTS, 2) and 0.35 < labels.mean() < 0.65 and np.abs(points).max() <= 6


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(language):
    assert Playground(language=language).png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "settings, says",
    [
        ({"data": "donut"}, "circles"),
        ({"units": [9]}, "8 units"),
        ({"rate": -1}, "above 0"),
        ({"unit": 3}, "units"),
        ({"noise": "a"}, "numbers"),
    ],
)
def test_says_what_is_wrong(settings, says):
    with pytest.raises(ArgumentError, match=says):
        Playground(**settings)
