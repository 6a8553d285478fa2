import warnings

import numpy as np
import pytest

from teachkeras import config, events, losses
from teachkeras.errors import ArgumentError, BroadcastWarning, DataError, ShapeError, UnknownNameError
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

CLASSES = sorted(n for n, t in losses.names().items() if isinstance(t, type) and n not in ("Loss", "CTC"))
Q = np.random.default_rng(0).random((6, 4)).astype("float32")
ONE_HOT = np.eye(4, dtype="float32")[[0, 1, 2, 3, 0, 1]]


def target(name):
    if name == "Circle":  # each with its like, so that no loss is 0, which would not count in the mean
        return np.arange(6) % 2
    numbers = name.startswith("Sparse") or name == "CategoricalGeneralizedCrossEntropy"
    return ONE_HOT.argmax(-1) if numbers else ONE_HOT


@pytest.mark.parametrize("name", CLASSES)
def test_no_step_of_a_float32_loss_is_float64(name):
    seen = []
    watched = Tensor(Q)
    with (
        events.forward.subscribe(lambda record, args, outputs, kept: seen.extend(t.dtype for t in outputs)),
        GradientTape() as tape,
    ):
        tape.watch(watched)
        loss = getattr(losses, name)()(target(name), watched, np.arange(6.0))
        assert tape.gradient(loss, watched).dtype == np.float32
    assert loss.dtype == np.float32 and loss.shape == ()
    assert seen and np.dtype("float64") not in seen


@pytest.mark.parametrize("name", CLASSES)
def test_weights_multiply_each_sample(name):
    w = np.array([0.0, 1.0, 2.0, 0.5, 1.0, 3.0], "float32")
    loss = getattr(losses, name)
    each = loss(reduction="none")(target(name), Q).numpy()
    assert np.isclose(float(loss()(target(name), Q, w)), (each * w).mean(), rtol=1e-6)
    assert np.isclose(float(loss(reduction="mean_with_sample_weight")(target(name), Q, w)), (each * w).sum() / w.sum())


def test_a_mask_leaves_samples_out_of_the_mean():
    q = Tensor(Q)
    q.mask = np.array([True, True, False, False, True, True])
    each = losses.categorical_crossentropy(ONE_HOT, Q).numpy()
    assert np.isclose(float(losses.CategoricalCrossentropy()(ONE_HOT, q)), each[q.mask].mean(), rtol=1e-6)
    q.mask = np.zeros(6, bool)
    assert float(losses.CategoricalCrossentropy()(ONE_HOT, q)) == 0.0


def test_all_weights_zero_is_no_division_by_zero():
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    assert float(loss(ONE_HOT, Q, np.zeros(6))) == 0.0


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "fix"),
    [
        ("categorical_crossentropy", [0, 1], np.ones((2, 3)), "sparse_categorical_crossentropy"),
        ("sparse_categorical_crossentropy", np.eye(3)[[0, 1]], np.ones((2, 3)), "categorical_crossentropy"),
        ("mean_squared_error", np.ones((2, 3)), np.ones((2, 5)), "3 units"),
        ("mean_squared_error", np.ones((4, 3)), np.ones((2, 3)), "as many targets as samples"),
        ("binary_crossentropy", [0, 1], np.ones((2, 3)), "1 unit"),
    ],
)
def test_shapes_that_do_not_fit(loss, y_true, y_pred, fix):
    y_true, y_pred = np.asarray(y_true, "float32"), np.asarray(y_pred, "float32")
    with pytest.raises(ShapeError) as caught:
        losses.get(loss)(y_true, y_pred)
    message = str(caught.value)
    assert str(y_true.shape) in message and str(y_pred.shape) in message and fix in message


def test_stretched_targets_warn_and_raise_under_strict():
    column = np.zeros((6, 1), "float32")
    with pytest.warns(BroadcastWarning, match=r"\(6, 1\).*\(6, 4\)"):
        losses.MeanSquaredError()(column, Q)
    with config.strict(), pytest.raises(ShapeError):
        losses.MeanSquaredError()(column, Q)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses.MeanSquaredError()(np.zeros(6), np.zeros((6, 1)))  # (n,) and (n, 1) mean the same


@pytest.mark.parametrize("labels", [[0, 4], [-1, 0]])
def test_labels_out_of_range_raise(labels):
    with pytest.raises(DataError, match="0 to 3"):
        losses.SparseCategoricalCrossentropy()(labels, Q[:2])


def test_ignored_labels_may_be_out_of_range_and_do_not_count():
    labels = np.array([0, 1, -1, 3, -1, 1])
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    each = losses.sparse_categorical_crossentropy(np.where(labels < 0, 0, labels), Q).numpy()
    assert np.isclose(float(loss(labels, Q)), each[labels >= 0].mean(), rtol=1e-6)


def test_large_labels_are_not_blurred_by_a_float():
    wide = np.zeros((1, 3), "float32")
    wide[0, 2] = 1.0
    assert float(losses.SparseCategoricalCrossentropy()(np.array([2], "int64"), wide)) < 1e-6


def test_names():
    assert losses.get("MSE") is losses.mean_squared_error is losses.get("mean_squared_error")
    assert isinstance(losses.get("Huber"), losses.Huber)
    assert losses.get(None) is None
    with pytest.raises(UnknownNameError, match="did you mean 'mean_squared_error'"):
        losses.get("mean_square_error")
    with pytest.raises(ArgumentError, match="did you mean 'sum'"):
        losses.MeanSquaredError(reduction="sums")


def test_own_loss_by_subclass():
    class Distance(losses.Loss):
        def call(self, y_true, y_pred):
            return abs(y_true - y_pred).sum(axis=-1)

    loss = Distance(reduction="sum")
    assert float(loss([[1.0, 2.0], [0.0, 0.0]], [[0.0, 4.0], [1.0, 1.0]])) == 5.0
    assert loss.name.startswith("distance")
