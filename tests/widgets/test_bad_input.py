"""Every view and what it can't show: nothing, NaN, a model without weights. It says so, and never stands there blank."""

import numpy as np
import pytest

import teachkeras as tk
import teachkeras_widgets as views
from teachkeras import layers
from teachkeras.errors import TeachKerasError

MILLION = 10**6
NAN = np.full((4, 4), np.nan, "float32")
EMPTY = np.zeros((0, 4), "float32")


def unbuilt():
    model = tk.Sequential([layers.Dense(2)])
    model.compile("sgd", "mse")
    return model


def built(units=3, **options):
    model = tk.Sequential([tk.Input((4,)), layers.Dense(units, **options)])
    model.compile("sgd", "mse")
    return model


def images():
    return tk.Sequential([tk.Input((4, 4)), layers.Flatten(), layers.Dense(3, activation="softmax")])


def recurrent():
    return tk.Sequential([tk.Input((4, 4)), layers.LSTM(3)])


WRONG = {
    "Neuron": [lambda: views.Neuron(unbuilt()), lambda: views.Neuron(built(), x=NAN[0]), lambda: views.Neuron(w=[])],
    "ActivationCurves": [lambda: views.ActivationCurves(unbuilt()), lambda: views.ActivationCurves(built(), x=NAN),
                         lambda: views.ActivationCurves(built(), x=EMPTY)],
    "LiveTraining": [lambda: views.LiveTraining(7), lambda: views.LiveTraining(points=3)],
    "Activations": [lambda: views.Activations(unbuilt(), NAN), lambda: views.Activations(built(), NAN),
                    lambda: views.Activations(built(), EMPTY)],
    "Gradients": [lambda: views.Gradients(unbuilt()), lambda: views.Gradients([1])],
    "StepThrough": [lambda: views.StepThrough(unbuilt(), NAN, NAN), lambda: views.StepThrough(built(), NAN, NAN[:, :3]),
                    lambda: views.StepThrough(built(), EMPTY, EMPTY)],
    "ModelGraph": [lambda: views.ModelGraph(unbuilt()), lambda: views.ModelGraph(None)],
    "TensorView": [lambda: views.TensorView(EMPTY), lambda: views.TensorView(["a"]), lambda: views.TensorView(np.zeros((1,) * 5))],
    "Convolution": [lambda: views.Convolution(NAN), lambda: views.Convolution(EMPTY), lambda: views.Convolution(layer=layers.Conv2D(2, 3))],
    "Recurrence": [lambda: views.Recurrence(unbuilt(), NAN), lambda: views.Recurrence(recurrent(), NAN),
                   lambda: views.Recurrence(recurrent(), EMPTY), lambda: views.Recurrence(built(), NAN * 0 + 1)],
    "Attention": [lambda: views.Attention(NAN), lambda: views.Attention(EMPTY), lambda: views.Attention([[1.0, 2.0]]), views.Attention],
    "Playground": [lambda: views.Playground(points=[(np.nan, 0, 1)]), lambda: views.Playground(units=[MILLION]), lambda: views.Playground(rate=0)],
    "Optimizers": [lambda: views.Optimizers(unbuilt(), NAN, NAN), lambda: views.Optimizers(built(), NAN, NAN),
                   lambda: views.Optimizers(built(), EMPTY, EMPTY), lambda: views.Optimizers(rate=np.nan)],
    "Classifier": [lambda: views.Classifier(unbuilt()), lambda: views.Classifier(images(), NAN[None], [0]),
                   lambda: views.Classifier(images(), np.zeros((0, 4, 4)), [])],
}  # fmt: skip
CASES = [pytest.param(make, id=f"{name}-{i}") for name, makes in WRONG.items() for i, make in enumerate(makes)]


def test_every_view_is_here():
    assert {*WRONG, "View", "live", "set_language"} == set(views.__all__)


@pytest.mark.parametrize("make", CASES)
def test_says_what_is_wrong(make):
    with pytest.raises((TeachKerasError, ValueError)) as caught:
        make()
    text = str(caught.value)
    assert all(word in text for word in ("expected", "got", "fix")), text


def size(value):
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(size, value))
    return len(value) if isinstance(value, bytes | str) else 8


X = np.ones((2, 4), "float32")
LARGE = {
    "Neuron": lambda: views.Neuron(built(MILLION), unit=999_999),
    "ActivationCurves": lambda: views.ActivationCurves(built(MILLION, activation="tanh"), x=X),
    "Activations": lambda: views.Activations(built(MILLION), X),
    "Gradients": lambda: views.Gradients(built(MILLION)),
    "StepThrough": lambda: views.StepThrough(built(MILLION), X, np.ones((2, MILLION), "float32")),
    "ModelGraph": lambda: views.ModelGraph(built(MILLION)),
    "TensorView": lambda: views.TensorView(np.zeros((10, MILLION), "float32")),
    "Attention": lambda: views.Attention(np.full((1000, 1000), 1e-3)),
    "Convolution": lambda: views.Convolution(np.zeros((1000, 1000))),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_million_units_fit_on_a_page(name):
    state = LARGE[name]().get_state()
    assert sum(size(value) for key, value in state.items() if not key.startswith("_")) < 2_500_000
