import numpy as np
import pytest

from teachkeras import events, metrics
from teachkeras.errors import ArgumentError, NotBuiltError, ShapeError, UnknownNameError
from teachkeras.metrics.base import Metric
from teachkeras.tensor import Tensor

CLASSES = sorted(
    n
    for n, t in metrics.names().items()
    if isinstance(t, type) and issubclass(t, Metric) and n not in ("Metric", "MeanMetricWrapper")
)
RNG = np.random.default_rng(0)
P = RNG.random((12, 3)).astype("float32")
LABELS = RNG.integers(0, 3, 12)
ONE_HOT = np.eye(3, dtype="float32")[LABELS]


NEEDED = {
    "RecallAtPrecision": {"precision": 0.5}, "PrecisionAtRecall": {"recall": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5}, "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]}, "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 2]}, "OneHotMeanIoU": {"num_classes": 3},
}  # fmt: skip


def made(name, **more):
    """Return a metric, with the arguments that it can't do without."""
    return getattr(metrics, name)(**NEEDED.get(name, {}), **more)


def arguments(name, rows=slice(None)):
    if name in ("Mean", "Sum"):
        return (P[rows, 0],)
    if name in ("IoU", "MeanIoU"):
        return LABELS[rows], P[rows].argmax(axis=-1)
    return (LABELS if name.startswith("Sparse") else ONE_HOT)[rows], P[rows]


@pytest.mark.parametrize("name", CLASSES)
def test_two_halves_give_what_the_whole_gives(name):
    whole, halves = made(name), made(name)
    whole.update_state(*arguments(name))
    halves.update_state(*arguments(name, slice(0, 5)))
    halves.update_state(*arguments(name, slice(5, None)))
    assert np.allclose(whole.result().numpy(), halves.result().numpy(), rtol=1e-5)
    assert whole.result().dtype == np.float32


@pytest.mark.parametrize("name", CLASSES)
def test_reset_starts_anew(name):
    metric = made(name)
    metric.update_state(*arguments(name, slice(0, 5)))
    metric.reset_state()
    assert all(not v.numpy().any() for v in metric.variables)
    metric.update_state(*arguments(name, slice(5, None)))
    again = made(name)
    again.update_state(*arguments(name, slice(5, None)))
    assert np.array_equal(metric.result().numpy(), again.result().numpy())


@pytest.mark.parametrize("name", CLASSES)
def test_a_result_handed_out_does_not_change(name):
    metric = made(name)
    metric.update_state(*arguments(name, slice(0, 5)))
    before = metric.result()
    kept = before.numpy()
    metric.update_state(*arguments(name, slice(5, None)))
    assert np.array_equal(before.numpy(), kept)


@pytest.mark.parametrize("name", CLASSES)
def test_stateless_calls_change_nothing(name):
    metric = made(name)
    metric.update_state(*arguments(name, slice(0, 5)))
    state = [v.numpy() for v in metric.variables]
    after = metric.stateless_update_state(state, *arguments(name, slice(5, None)))
    assert all(np.array_equal(v.numpy(), s) for v, s in zip(metric.variables, state, strict=True))
    told = metric.stateless_result(after)
    metric.update_state(*arguments(name, slice(5, None)))
    assert np.allclose(told.numpy(), metric.result().numpy())


def test_state_changes_are_heard_as_assigns():
    heard = []
    metric = metrics.Mean()
    with events.update.subscribe(lambda variable, *rest: heard.append(variable.path)):
        metric.update_state(3.0)
        metric.update_state([1.0, 2.0])
    assert heard == ["mean/total", "mean/count"] * 2
    assert float(metric.result()) == 2.0


def test_mean_of_nothing_is_zero():
    assert float(metrics.Mean().result()) == 0.0
    assert float(metrics.Precision().result()) == 0.0


def test_mask_and_weights():
    p = Tensor(P)
    p.mask = LABELS != 0
    metric = metrics.CategoricalAccuracy()
    metric.update_state(ONE_HOT, p)
    right = P.argmax(-1) == LABELS
    assert np.isclose(float(metric.result()), right[p.mask].mean())
    w = RNG.random(12)
    metric.reset_state()
    metric.update_state(ONE_HOT, P, w)
    assert np.isclose(float(metric.result()), (right * w).sum() / w.sum())


@pytest.mark.parametrize("curve", ["ROC", "PR"])
def test_auc_against_all_thresholds(curve):
    """A thousand thresholds come near the area over every threshold, computed by hand."""
    y, p = RNG.integers(0, 2, 300), RNG.random(300)
    p = 0.5 * p + 0.4 * y
    metric = metrics.AUC(num_thresholds=1000, curve=curve)
    metric.update_state(y, p)
    order = np.argsort(-p)
    hits, alarms = np.cumsum(y[order]), np.cumsum(1 - y[order])
    recall = hits / hits[-1]
    if curve == "ROC":
        area = np.sum(np.diff(alarms / alarms[-1], prepend=0) * recall)
    else:
        area = np.sum(np.diff(recall, prepend=0) * hits / (hits + alarms))
    assert abs(float(metric.result()) - area) < 0.01


def test_bad_arguments():
    with pytest.raises(ArgumentError, match=r"\[1.5\]"):
        metrics.Precision(thresholds=1.5)
    with pytest.raises(ArgumentError, match="ROC, PR"):
        metrics.AUC(curve="RC")
    with pytest.raises(ArgumentError, match="average"):
        metrics.F1Score(average="makro")
    with pytest.raises(ShapeError, match=r"\(12, 3\)"):
        metrics.Precision()(LABELS, P)
    with pytest.raises(ShapeError, match="class 7"):
        metrics.Recall(class_id=7)(ONE_HOT, P)
    with pytest.raises(ShapeError, match="top_k=5"):
        metrics.Recall(top_k=5)(ONE_HOT, P)
    with pytest.raises(NotBuiltError):
        metrics.F1Score().result()
    with pytest.raises(UnknownNameError, match="did you mean 'Precision'"):
        metrics.get("precison")


def test_names_number_themselves():
    first, second = metrics.Precision(), metrics.Precision()
    assert first.name != second.name and first.name.startswith("precision")


def test_own_metric_of_metrics():
    class Both(Metric):
        def __init__(self, name="both"):
            super().__init__(name=name)
            self.mean = metrics.Mean()
            self.seen = self.add_weight(name="seen", initializer="zeros")

        def update_state(self, values):
            self.mean.update_state(values)
            self.seen.assign_add(1)

        def result(self):
            return self.mean.result()

    metric = Both()
    metric.update_state([1.0, 3.0])
    assert [v.name for v in metric.variables] == ["seen", "total", "count"]
    assert float(metric.result()) == 2.0
    metric.reset_state()
    assert float(metric.result()) == 0.0


@pytest.mark.parametrize("name", CLASSES)
def test_config_round_trip(name):
    metric = made(name)
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric) and again.get_config() == metric.get_config()


def test_wrapped_function_survives_a_config():
    metric = metrics.MeanMetricWrapper(metrics.binary_accuracy, name="b", threshold=0.3)
    again = metrics.deserialize(metrics.serialize(metric))
    assert float(again([1, 0], [0.4, 0.2])) == 1.0
