"""A model as a scikit-learn estimator: ``fit``, ``predict``, ``score``, in a pipeline or a grid search."""

from __future__ import annotations

import copy

import numpy as np

from teachkeras.errors import ArgumentError, MissingPackageError, NotCompiledError
from teachkeras.models.cloning import clone_model
from teachkeras.models.model import Model

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:  # the classes then say so when somebody makes one
    BaseEstimator = ClassifierMixin = RegressorMixin = TransformerMixin = None

_HERE = BaseEstimator is not None
_Base, _Classifier, _Regressor, _Transformer = (
    (BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin)
    if _HERE
    else [type("Absent", (), {}) for _ in range(4)]
)


class _NotReady(NotCompiledError, RuntimeError):
    """A model that can't be fitted."""


class _Estimator(_Base):
    """What the three wrappers share.

    Args:
        model: A compiled model, copied for every fit; or a function ``(X, y, **model_kwargs)`` that returns one.
        warm_start: Taken for compatibility.
        model_kwargs: Passed to that function.
        fit_kwargs: Passed to ``model.fit``.

    After ``fit``: ``model_`` is the trained model, ``history_`` what its ``fit`` returned.
    """

    def __init__(self, model, warm_start=False, model_kwargs=None, fit_kwargs=None):
        if not _HERE:
            raise MissingPackageError(
                type(self).__name__, expected="scikit-learn", got="no module 'sklearn'",
                fix="python -m pip install scikit-learn",
            )  # fmt: skip
        self.model, self.warm_start = model, warm_start
        self.model_kwargs, self.fit_kwargs = model_kwargs, fit_kwargs

    def __sklearn_tags__(self):
        """Tell scikit-learn that two fits give two results."""
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags

    def __sklearn_clone__(self):
        """Return an unfitted estimator with a model of its own."""
        model = copy.deepcopy(self.model) if isinstance(self.model, Model) else self.model
        return type(self)(model, self.warm_start, self.model_kwargs, self.fit_kwargs)

    def fit(self, X, y, **kwargs):
        """Train a model on X and y; `kwargs` go to the model's ``fit``.

        Raises:
            NotCompiledError: the model is not compiled.
            ValueError: data that scikit-learn refuses.
        """
        X, y = validate_data(self, X, y)
        y = self._learnt_targets(y)
        model = (
            _copied(self.model) if isinstance(self.model, Model) else self.model(X=X, y=y, **self.model_kwargs or {})
        )
        if not model.compiled or not getattr(model, "loss", None) or not model.optimizer:
            raise _NotReady(
                type(self).__name__, expected="a compiled model with a loss and an optimizer", got=model.name,
                fix='model.compile(optimizer="adam", loss="...")',
            )  # fmt: skip
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_ = model
        return self

    def _outputs(self, X):
        """Return the trained model's outputs for checked data."""
        check_is_fitted(self)
        return self.model_.predict(validate_data(self, X, reset=False), verbose=0)

    def predict(self, X):
        """Return a prediction per row of X, shaped like the targets of ``fit``."""
        return self._as_targets(self._outputs(X))

    def _learnt_targets(self, y):
        """Return the targets as the model takes them; note what they looked like."""
        if type_of_target(y) == "unknown":
            raise ArgumentError(
                f"{type(self).__name__}.fit", expected="numbers or labels", got=f"Unknown label type: {y!r:.40}"
            )
        self._flat = y.ndim == 1
        return y[:, None] if self._flat else y

    def _as_targets(self, outputs):
        """Return the model's outputs as targets look."""
        return outputs[:, 0] if self._flat and outputs.ndim == 2 else outputs


def _copied(model: Model) -> Model:
    """Return a freshly started model, compiled in the same way."""
    fresh = clone_model(model)
    if model.compiled:
        fresh.compile_from_config(model.get_compile_config())
    return fresh


class SKLearnClassifier(_Classifier, _Estimator):
    """A model as a scikit-learn classifier: labels of any kind become one-hot rows and back.

    Args:
        model: A compiled model, or a function ``(X, y, **model_kwargs)`` that returns one; y is one-hot.
        warm_start: Taken for compatibility.
        model_kwargs: Passed to that function.
        fit_kwargs: Passed to ``model.fit``.

    Raises:
        MissingPackageError: scikit-learn is not installed.
        ArgumentError: targets that are no classes, or one class alone.

    Example:
        >>> from teachkeras import layers, models
        >>> def net(X, y):
        ...     model = models.Sequential([layers.Dense(y.shape[1], "softmax", kernel_initializer="zeros")])
        ...     model.compile("adam", "categorical_crossentropy")
        ...     return model
        >>> X, y = np.array([[0.0, 1.0], [1.0, 0.0]] * 8), np.array(["cat", "dog"] * 8)
        >>> SKLearnClassifier(net, fit_kwargs={"epochs": 9, "verbose": 0}).fit(X, y).predict(X[:2]).tolist()
        ['cat', 'dog']
    """

    def __sklearn_tags__(self):
        """Tell scikit-learn not to expect good scores of a few epochs."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags

    def decision_function(self, X):
        """Return the model's outputs: one number per class."""
        return self._outputs(X)

    def _learnt_targets(self, y):
        if (kind := type_of_target(y)) not in ("binary", "multiclass"):
            raise ArgumentError(
                "SKLearnClassifier.fit", expected="classes: Only binary and multiclass target types are supported.",
                got=f"Unknown label type: {kind}",
            )  # fmt: skip
        y = super()._learnt_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise ArgumentError(
                "SKLearnClassifier.fit", expected="two classes or more",
                got=f"Classifier can't train when only one class is present: {self.classes_[0]!r}",
            )  # fmt: skip
        return np.eye(len(self.classes_))[numbers.reshape(-1)]

    def _as_targets(self, outputs):
        labels = self.classes_[np.argmax(outputs, axis=-1)]
        return labels if self._flat else labels[:, None]


class SKLearnRegressor(_Regressor, _Estimator):
    """A model as a scikit-learn regressor.

    Args:
        model: A compiled model, or a function ``(X, y, **model_kwargs)`` that returns one.
        warm_start: Taken for compatibility.
        model_kwargs: Passed to that function.
        fit_kwargs: Passed to ``model.fit``.

    Raises:
        MissingPackageError: scikit-learn is not installed.

    Example:
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> found = SKLearnRegressor(model).fit(np.ones((8, 2)), np.ones(8), epochs=200, verbose=0)
        >>> found.predict(np.ones((1, 2))).round(2).tolist()
        [1.0]
    """

    def __sklearn_tags__(self):
        """Tell scikit-learn not to expect good scores of a few epochs."""
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags


class SKLearnTransformer(_Transformer, _Estimator):
    """A model as a scikit-learn transformer: a step of a pipeline whose outputs feed the next.

    Args:
        model: A compiled model, or a function ``(X, y, **model_kwargs)`` that returns one.
        warm_start: Taken for compatibility.
        model_kwargs: Passed to that function.
        fit_kwargs: Passed to ``model.fit``.

    Raises:
        MissingPackageError: scikit-learn is not installed.

    Example:
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> SKLearnTransformer(model).fit(np.ones((8, 2)), np.ones(8), verbose=0).transform(np.ones((4, 2))).shape
        (4, 1)
    """

    def __sklearn_tags__(self):
        """Tell scikit-learn that outputs come in the model's own number type."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def transform(self, X):
        """Return the model's outputs for X."""
        return self._outputs(X)
