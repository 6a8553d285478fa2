"""Metrics beside Keras's: results over two batches, configs."""

import zlib

import numpy as np
import pytest
from beside import assert_same, outcome

from teachkeras import metrics, serial
from teachkeras.metrics.base import Metric

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

BASES = ("Metric", "MeanMetricWrapper", "Mean", "Sum")
NAMES = sorted(
    name
    for name, thing in metrics.names().items()
    if isinstance(thing, type) and issubclass(thing, Metric) and name not in BASES
)
AT = [{"thresholds": [0.2, 0.5, 0.9]}, {"thresholds": 0.3}, {"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}]
FOUND = [*AT[:1], {"top_k": 2}, {"class_id": 0}, {"top_k": 1, "class_id": 0}, *AT[2:]]
AREAS = [
    {"curve": curve, "summation_method": method, "num_thresholds": number}
    for curve in ("ROC", "PR", "PRGAIN")
    for method in ("interpolation", "majoring", "minoring")
    for number in (3, 50)
]
AVERAGES = [{"average": a, "threshold": t} for a in (None, "micro", "macro", "weighted") for t in (None, 0.5)]
OPTIONS = {
    "TruePositives": AT, "FalsePositives": AT, "TrueNegatives": AT, "FalseNegatives": AT,
    "Precision": FOUND, "Recall": FOUND,
    "AUC": [*AREAS, {"multi_label": True}, {"thresholds": [0.3, 0.6]}, {"from_logits": True},
            {"multi_label": True, "num_labels": 4, "label_weights": [0.1, 0.2, 0.3, 0.4]}],
    "BinaryIoU": [{"threshold": 0.3}, {"target_class_ids": [1]}],
    "F1Score": AVERAGES, "FBetaScore": [{**a, "beta": 2.0} for a in AVERAGES], "BinaryAccuracy": [{"threshold": 0.3}],
    "TopKCategoricalAccuracy": [{"k": 2}], "SparseTopKCategoricalAccuracy": [{"k": 2}],
    "BinaryCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.1}],
    "CategoricalCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.1}],
    "SparseCategoricalCrossentropy": [{"from_logits": True}, {"ignore_class": 1}],
}  # fmt: skip
NEEDED = {  # of the metrics that can't be built without arguments
    "RecallAtPrecision": [{"precision": 0.5}, {"precision": 0.9, "class_id": 1}],
    "PrecisionAtRecall": [{"recall": 0.5}, {"recall": 0.9, "num_thresholds": 20}],
    "SensitivityAtSpecificity": [{"specificity": 0.5}, {"specificity": 0.1, "class_id": 1}],
    "SpecificityAtSensitivity": [{"sensitivity": 0.5}, {"sensitivity": 0.9, "num_thresholds": 20}],
    "IoU": [{"num_classes": 3, "target_class_ids": [0]}, {"num_classes": 3, "target_class_ids": [0, 2]}],
    "MeanIoU": [{"num_classes": 3}, {"num_classes": 3, "ignore_class": 1}],
    "OneHotIoU": [{"num_classes": 4, "target_class_ids": [0, 2]}, {"num_classes": 4, "target_class_ids": [1]}],
    "OneHotMeanIoU": [{"num_classes": 4}],
}
CASES = [(name, o) for name in NAMES for o in NEEDED.get(name) or [{}, *OPTIONS.get(name, [])]]
full = pytest.mark.full
SHAPES = [(20, 4)] + [pytest.param(shape, marks=full) for shape in [(20, 1), (20,), (6, 3, 4)]]


def batch(name, shape, rng):
    """Return targets and predictions that suit a metric; some predictions lie on a threshold."""
    y_pred = rng.random(shape).astype("float32")
    if rng.random() < 0.5:
        y_pred = np.round(y_pred * 8) / 8
    if name in ("Accuracy", "IoU", "MeanIoU"):
        return rng.integers(0, 3, shape), rng.integers(0, 3, shape).astype("float32")
    if name.startswith("Sparse"):
        return rng.integers(0, shape[-1], shape[:-1]), y_pred
    if "Categorical" in name or "OneHot" in name:
        return np.eye(shape[-1], dtype="float32")[rng.integers(0, shape[-1], shape[:-1])], y_pred
    return rng.integers(0, 2, shape), y_pred


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_result(keras, name, options, shape):
    rng = np.random.default_rng(zlib.crc32(f"{name}{options}".encode()))
    if (name.startswith("Sparse") and len(shape) < 2) or (options.get("top_k", 0) > shape[-1]):
        pytest.skip("too few classes")
    if options.get("class_id", 0) >= shape[-1] or ("OneHot" in name and shape[-1] != options["num_classes"]):
        pytest.skip("no such class: Keras counts another one, ours says so")
    weights = (None, rng.random(shape[0]), rng.random(shape[:-1] or shape))[: len(shape)]
    if "IoU" in name:  # Keras's table holds whole numbers
        weights = (None, rng.integers(0, 3, shape[:-1] if "OneHot" in name else shape))
    for weight in weights:
        theirs, ours = getattr(keras.metrics, name)(**options), getattr(metrics, name)(**options)
        for _ in range(2):
            y_true, y_pred = batch(name, shape, rng)
            expected = outcome(theirs, y_true, y_pred, weight)
            if name == "PearsonCorrelation" and np.isnan(expected):
                break  # a constant row: Keras divides 0 by 0, ours says 0
            assert_same(expected, outcome(ours, y_true, y_pred, weight), rtol=3e-6, atol=2e-5)
            if isinstance(expected, Exception):
                break


@pytest.mark.parametrize("name", ["Mean", "Sum"])
@pytest.mark.parametrize("shape", [(), (5,), (5, 3), (5, 2, 3)], ids=str)
def test_mean_and_sum(keras, name, shape):
    rng = np.random.default_rng(0)
    theirs, ours = getattr(keras.metrics, name)(), getattr(metrics, name)()
    for weight in (None, 0.5, rng.random(shape[:1]), rng.random(shape[:2])):
        values = rng.random(shape).astype("float32")
        assert_same(outcome(theirs, values, weight), outcome(ours, values, weight))


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_config(keras, name, options):
    theirs, ours = getattr(keras.metrics, name)(name="m", **options), getattr(metrics, name)(name="m", **options)
    expected, got = dict(theirs.get_config()), ours.get_config()
    if name == "AUC":  # Keras leaves an array and NumPy numbers in its config
        expected["label_weights"] = got["label_weights"] = None
    assert got == serial.plain(expected)


@pytest.mark.parametrize("identifier", ["mse", "MAE", "bce", "mape", "MSLE", "categorical_accuracy", "AUC",
"precision", "mean"])
def test_get(keras, identifier):
    assert type(metrics.get(identifier)).__name__ == type(keras.metrics.get(identifier)).__name__
