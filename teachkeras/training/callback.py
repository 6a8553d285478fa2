"""Callbacks: who is told what happens while a model trains. Names and moments are Keras's."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Callback:
    """Base of all callbacks: override the moments you want to be told of.

    Attributes:
        model: The model that trains.
        params: ``{"verbose": …, "epochs": …, "steps": …}``.

    Batch logs are worked out on first access, so a callback that reads none costs nothing; ``logs.batch_loss`` is free.
    """

    def __init__(self):
        self.params: dict = {}
        self._model = None
        self.validation_data = None

    @property
    def model(self):
        """The model that trains."""
        return getattr(self, "_model", None)

    def set_params(self, params):
        """Take the run's settings."""
        self.params = params

    def set_model(self, model):
        """Take the model."""
        self._model = model

    def on_batch_begin(self, batch, logs=None):
        """Old name of ``on_train_batch_begin``."""

    def on_batch_end(self, batch, logs=None):
        """Old name of ``on_train_batch_end``."""

    def on_epoch_begin(self, epoch, logs=None):
        """An epoch starts."""

    def on_epoch_end(self, epoch, logs=None):
        """An epoch, its validation included, has ended."""

    def on_train_batch_begin(self, batch, logs=None):
        """A training batch starts."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch, logs=None):
        """A training batch has ended."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch, logs=None):
        """A batch of ``evaluate``, or of validation, starts."""

    def on_test_batch_end(self, batch, logs=None):
        """A batch of ``evaluate``, or of validation, has ended."""

    def on_predict_batch_begin(self, batch, logs=None):
        """A batch of ``predict`` starts."""

    def on_predict_batch_end(self, batch, logs=None):
        """A batch of ``predict`` has ended; logs hold its outputs."""

    def on_train_begin(self, logs=None):
        """``fit`` starts."""

    def on_train_end(self, logs=None):
        """``fit`` has ended."""

    def on_test_begin(self, logs=None):
        """``evaluate``, or validation, starts."""

    def on_test_end(self, logs=None):
        """``evaluate``, or validation, has ended."""

    def on_predict_begin(self, logs=None):
        """``predict`` starts."""

    def on_predict_end(self, logs=None):
        """``predict`` has ended."""


class History(Callback):
    """The numbers of every epoch; ``fit`` returns one.

    Attributes:
        epoch: Epoch numbers.
        history: For each name (``loss``, ``accuracy``, ``val_loss``, …) its value after each epoch.
    """

    def __init__(self):
        super().__init__()
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs=None):
        """Start counting epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        """Note the epoch's numbers."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        self.model.history = self


_BATCH_MOMENTS = {
    "on_train_batch_begin": "on_batch_begin",
    "on_train_batch_end": "on_batch_end",
    "on_test_batch_begin": None,
    "on_test_batch_end": None,
    "on_predict_batch_begin": None,
    "on_predict_batch_end": None,
}


class CallbackList:
    """Several callbacks, told in order. A batch moment reaches only those that override it.

    Args:
        callbacks: The user's.
        add_history: Whether to add a :class:`History`.
        add_progbar: Whether to add a progress bar.
        model: Given to each.
        params: Given to each.
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        self.callbacks = flat(callbacks)
        if add_progbar and not any(type(c).__name__ == "ProgbarLogger" for c in self.callbacks):
            from teachkeras.training.progress import ProgbarLogger

            self.callbacks.append(ProgbarLogger())
        if add_history:
            self._history = next((c for c in self.callbacks if isinstance(c, History)), None) or History()
            if self._history not in self.callbacks:
                self.callbacks.append(self._history)
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)
            callback.set_model(model)
        self._who = {moment: self._overriders(moment, old) for moment, old in _BATCH_MOMENTS.items()}
        for moment, told in self._who.items():
            setattr(self, moment, _teller(told))
        self.on_batch_begin, self.on_batch_end = self.on_train_batch_begin, self.on_train_batch_end

    def _overriders(self, moment: str, old: str | None) -> list[Callable]:
        return [getattr(c, moment) for c in self.callbacks if _overrides(c, moment) or (old and _overrides(c, old))]

    def wants(self, moment: str) -> bool:
        """Tell whether anybody overrides a batch moment."""
        return bool(self._who[moment])

    def append(self, callback: Callback) -> None:
        """Add one more."""
        self.callbacks.append(callback)

    def __iter__(self):
        return iter(self.callbacks)

    def _tell(self, moment: str, *args, logs=None) -> None:
        for callback in self.callbacks:
            getattr(callback, moment)(*args, logs if logs is not None else {})

    def on_epoch_begin(self, epoch, logs=None):
        """Tell that an epoch starts."""
        self._tell("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch, logs=None):
        """Tell that an epoch has ended."""
        self._tell("on_epoch_end", epoch, logs=logs)

    def on_train_begin(self, logs=None):
        """Tell that fit starts."""
        self._tell("on_train_begin", logs=logs)

    def on_train_end(self, logs=None):
        """Tell that fit has ended."""
        self._tell("on_train_end", logs=logs)

    def on_test_begin(self, logs=None):
        """Tell that evaluate starts."""
        self._tell("on_test_begin", logs=logs)

    def on_test_end(self, logs=None):
        """Tell that evaluate has ended."""
        self._tell("on_test_end", logs=logs)

    def on_predict_begin(self, logs=None):
        """Tell that predict starts."""
        self._tell("on_predict_begin", logs=logs)

    def on_predict_end(self, logs=None):
        """Tell that predict has ended."""
        self._tell("on_predict_end", logs=logs)


def _overrides(callback: Callback, moment: str) -> bool:
    method = getattr(type(callback), moment, None)
    return method is not getattr(Callback, moment) or moment in vars(callback)


def _teller(told: Sequence[Callable]) -> Callable:
    def tell(batch, logs=None):
        for method in told:
            method(batch, logs)

    return tell


def flat(callbacks: object) -> list[Callback]:
    """Return callbacks as a list, given none, one, several, or a :class:`CallbackList`."""
    if callbacks is None:
        return []
    if isinstance(callbacks, CallbackList):
        return list(callbacks.callbacks)
    return list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
