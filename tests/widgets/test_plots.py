"""The plots beside the explain functions: each takes what its function returns and draws those very numbers."""

import inspect
import io

import numpy as np
import pytest
from matplotlib.figure import Figure

import teachkeras as keras
import teachkeras_widgets
from teachkeras import explain, layers
from teachkeras.errors import ShapeError
from teachkeras_widgets import plots

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 8, 8, 1)).astype("float32")
TRUE, CLAIMED = RNG.integers(0, 3, 40), RNG.dirichlet(np.ones(3), 40)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    made = keras.Sequential([
        layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1), name="conv"), layers.Flatten(),
        layers.Dense(3, "softmax", name="out"),
    ])  # fmt: skip
    made.compile("adam", "sparse_categorical_crossentropy")
    return made


def lstm():
    made = keras.Sequential([layers.LSTM(4, input_shape=(6, 3), name="lstm")])
    return explain.gate_traces(made, RNG.normal(size=(2, 6, 3)).astype("float32"), "lstm")


def attention():
    x = keras.Input((5, 8))
    made = keras.Model(x, layers.MultiHeadAttention(2, 4, name="mha")(x, x))
    return explain.attention_maps(made, RNG.normal(size=(2, 5, 8)).astype("float32"), "mha")


DRAWN = {
    "activations": lambda m: plots.activations(explain.activations(m, IMAGES, "conv")),
    "activations of Dense": lambda m: plots.activations(explain.activations(m, IMAGES, "out")),
    "filters": lambda m: plots.filters(explain.filters(m.get_layer("conv"))),
    "maximise_activation": lambda m: plots.maximise_activation(explain.maximise_activation(m, "conv", 1, (8, 8, 1), steps=3)),
    "saliency": lambda m: plots.saliency(IMAGES, explain.saliency(m, IMAGES)),
    "integrated_gradients": lambda m: plots.integrated_gradients(IMAGES, explain.integrated_gradients(m, IMAGES, 0.0, steps=4)),
    "grad_cam": lambda m: plots.grad_cam(IMAGES, explain.grad_cam(m, IMAGES, "conv")),
    "occlusion": lambda m: plots.occlusion(IMAGES, explain.occlusion(m, IMAGES, 4, 4)),
    "attribution": lambda m: plots.attribution(RNG.random((2, 4)), RNG.normal(size=(2, 4)), "abcd"),
    "counterfactual": lambda m: plots.counterfactual(IMAGES, explain.counterfactual(m, IMAGES, 1, steps=20)),
    "counterfactual of a table": lambda m: plots.counterfactual(RNG.random((2, 4)), RNG.random((2, 4))),
    "neighbours": lambda m: plots.neighbours(explain.neighbours(RNG.normal(size=(9, 4)), 3), list("abcdefghi")),
    "attention_maps": lambda m: plots.attention_maps(attention(), queries="abcde", keys="abcde"),
    "gate_traces": lambda m: plots.gate_traces(lstm(), sample=1),
    "confusion_matrix": lambda m: plots.confusion_matrix(explain.confusion_matrix(TRUE, CLAIMED), ["cat", "dog", "bird"]),
    "calibration": lambda m: plots.calibration(explain.calibration(TRUE, CLAIMED)),
    "error_rates": lambda m: plots.error_rates(explain.error_rates(TRUE % 2, CLAIMED[:, 0], ["a", "b"] * 20)),
    "loss_landscape": lambda m: plots.loss_landscape(explain.loss_landscape(m, IMAGES, TRUE[:3], points=3)),
    "learning_rate_test": lambda m: plots.learning_rate_test(explain.learning_rate_test(m, IMAGES, TRUE[:3], steps=9)),
    "optimizer_race": lambda m: plots.optimizer_race(explain.optimizer_race(m, IMAGES, TRUE[:3], steps=3)),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_each_draws_what_its_function_returns(model, name):
    figure = DRAWN[name](model)
    assert isinstance(figure, Figure) and any(axes.has_data() for axes in figure.axes)
    picture = io.BytesIO()
    figure.savefig(picture, dpi=40)
    assert len(picture.getvalue()) > 1000


def test_every_explain_function_that_returns_arrays_has_its_plot():
    public = {n for n, thing in vars(plots).items() if inspect.isfunction(thing) and not n.startswith("_")}
    seeing = {
        "activations", "filters", "maximise_activation", "saliency", "integrated_gradients", "grad_cam", "occlusion",
        "neighbours", "attention_maps", "gate_traces", "counterfactual", "confusion_matrix", "calibration", "error_rates",
        "loss_landscape", "learning_rate_test", "optimizer_race",
    }  # fmt: skip
    assert seeing <= public and all(hasattr(explain, name) for name in seeing)


def test_the_numbers_in_the_picture_are_the_numbers():
    table = explain.confusion_matrix([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])
    assert [t.get_text() for t in plots.confusion_matrix(table).axes[0].texts] == ["1", "1", "1", "2"]
    lines = plots.optimizer_race({"slow": [3.0, 2.0], "fast": [3.0, 1.0]}).axes[0].lines
    assert [list(line.get_ydata()) for line in lines] == [[3.0, 2.0], [3.0, 1.0]]
    bars = plots.neighbours([(4, 0.9), (2, 0.5)]).axes[0].patches
    assert [bar.get_width() for bar in bars] == [0.9, 0.5]
    with pytest.raises(ShapeError, match="attribution"):
        plots.saliency(IMAGES, IMAGES[:1])


def test_they_speak_the_language_chosen():
    before = teachkeras_widgets.set_language("zh")
    try:
        said = plots.confusion_matrix([[1]]).axes[0].get_xlabel()
    finally:
        teachkeras_widgets.set_language(before)
    assert said in ("预测类别", "predicted class")  # English where no font here has the Chinese
