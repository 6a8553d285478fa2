"""The classifier without a browser: the model's own answer, its gradient, its mistakes."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import layers
from teachkeras.errors import ArgumentError, DataError, NotBuiltError
from teachkeras_widgets import Classifier, classifier

X = np.random.default_rng(0).random((50, 8, 8)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 50)


@pytest.fixture
def model():
    tk.utils.set_random_seed(3)
    return tk.Sequential([tk.Input((8, 8)), layers.Flatten(), layers.Dense(3, activation="softmax", name="last")])


def test_answer_and_saliency_are_the_models(model):
    view = Classifier(model)
    probabilities = view.answer(X[0])
    expected = model(X[:1]).numpy()[0]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-5)
    kernel, winner = model.layers[-1].kernel.numpy(), int(expected.argmax())
    slope = expected[winner] * (kernel[:, winner] - kernel @ expected)  # softmax's own Jacobian
    saliency = np.frombuffer(view.frame["saliency"], "float32")
    np.testing.assert_allclose(saliency, np.abs(slope), rtol=1e-4, atol=1e-6)


def test_ink_is_as_bright_as_the_data(model):
    view = Classifier(model, X * 16, Y)
    np.testing.assert_allclose(
        view.answer(np.ones((8, 8))), model(np.full((1, 8, 8), X.max() * 16)).numpy()[0], rtol=1e-4
    )


def test_matrix_and_mistakes(model):
    view = Classifier(model, X, Y, classes=["a", "b", "c"])
    guessed = model(X).numpy().argmax(1)
    assert view.matrix.sum() == 50 and view.matrix[1, 2] == np.sum((Y == 1) & (guessed == 2))
    size = sum(len(image) for cell in view.setup["examples"].values() for image in cell)
    assert size <= classifier.BYTES + 64 and all(
        len(cell) <= classifier.EXAMPLES for cell in view.setup["examples"].values()
    )


def test_page_asks(model):
    view = Classifier(model)
    view._receive(view, {"type": "ask", "pixels": X[2].ravel().tolist()}, [])
    assert view.frame["answer"] == 1
    np.testing.assert_allclose(view.frame["probabilities"], model(X[2:3]).numpy()[0], rtol=1e-4)


@pytest.mark.parametrize("shape", [(64,), (8, 8, 1)])
def test_other_image_shapes(shape):
    model = tk.Sequential([tk.Input(shape), layers.Flatten(), layers.Dense(2, activation="softmax")])
    assert len(Classifier(model, X, Y % 2, language="zh").answer(X[0])) == 2


def test_figure(model):
    assert len(Classifier(model, X, Y).figure().axes) == 4
    assert Classifier(model).png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda m: Classifier(tk.Sequential([layers.Dense(2)])), NotBuiltError, "Input"),
        (
            lambda m: Classifier(tk.Sequential([tk.Input((8, 8, 3)), layers.Flatten(), layers.Dense(2)])),
            ArgumentError,
            r"\(h, w\)",
        ),
        (lambda m: Classifier(m, X, Y + 7), ArgumentError, "classes 0 to 2"),
        (lambda m: Classifier(m, X * np.nan, Y), DataError, "nan"),
        (lambda m: Classifier(m, classes=["a"]), ArgumentError, "one for each class"),
    ],
)
def test_says_what_is_wrong(model, make, error, says):
    with pytest.raises(error, match=says):
        make(model)
