"""The scikit-learn wrappers under scikit-learn's own checks of estimators."""

import numpy as np
import pytest

from teachkeras import layers, models, optimizers, wrappers
from teachkeras.errors import NotCompiledError

sklearn = pytest.importorskip("sklearn")
pytestmark = pytest.mark.filterwarnings("ignore")


def net(X, y, loss="mse", end=None):
    model = models.Sequential([layers.Dense(10, "relu"), layers.Dense(y.shape[1] if y.ndim > 1 else 1, end)])
    model.compile(optimizers.RMSprop(0.05), loss)
    return model


ESTIMATORS = {
    "classifier": lambda: wrappers.SKLearnClassifier(
        net, model_kwargs={"loss": "categorical_crossentropy", "end": "softmax"}, fit_kwargs={"verbose": 0}
    ),
    "regressor": lambda: wrappers.SKLearnRegressor(net, fit_kwargs={"verbose": 0}),
    "transformer": lambda: wrappers.SKLearnTransformer(net, fit_kwargs={"verbose": 0}),
}
RANDOM = {  # what a network that starts from random weights can't keep to; Keras's own wrappers except the same
    "check_fit_idempotent", "check_methods_subset_invariance", "check_methods_sample_order_invariance",
    "check_supervised_y_no_nan", "check_classifiers_one_label_sample_weights", "check_classifiers_train",
    "check_classifiers_regression_target", "check_supervised_y_2d", "check_regressors_int", "check_transformer_general",
    "check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data",
    "check_transformer_data_not_an_array", "check_regressors_train", "check_regressor_data_not_an_array",
    "check_classifier_data_not_an_array", "check_classifiers_classes",
}  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("kind", list(ESTIMATORS))
def test_every_check_of_scikit_learn(kind):
    from sklearn.utils.estimator_checks import check_estimator

    found = check_estimator(ESTIMATORS[kind](), on_fail=None)
    failed = [(r["check_name"], str(r["exception"])[:150]) for r in found if r["status"] == "failed"]
    assert len(found) > 30
    assert [f for f in failed if f[0] not in RANDOM] == []


def test_in_a_search():
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = np.where(X[:, 0] + X[:, 1] > 0, "up", "down")
    pipe = make_pipeline(StandardScaler(), ESTIMATORS["classifier"]())
    found = GridSearchCV(pipe, {"sklearnclassifier__fit_kwargs": [{"epochs": 20, "verbose": 0}]}, cv=2).fit(X, y)
    assert found.best_score_ > 0.7 and set(found.predict(X)) <= {"up", "down"}


def test_a_compiled_model_is_copied():
    model = models.Sequential([layers.Input((2,)), layers.Dense(1)])
    X, y = np.ones((8, 2)), np.ones(8)
    with pytest.raises(NotCompiledError, match="compiled"):
        wrappers.SKLearnRegressor(model).fit(X, y)
    model.compile("sgd", "mse")
    before = model.get_weights()[0].copy()
    found = wrappers.SKLearnRegressor(model).fit(X, y, epochs=2, verbose=0)
    assert found.model_ is not model and np.array_equal(model.get_weights()[0], before)
    assert found.predict(X).shape == (8,) and len(found.history_.history["loss"]) == 2
