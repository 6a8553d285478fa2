"""The loop: epochs, batches, validation. ``fit`` and ``fit_async`` drive one and the same generator.

The generator yields how long to wait before going on: 0 between two batches, a nap while the run is paused. ``fit``
sleeps, ``fit_async`` awaits; neither changes a number.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from teachkeras import config, events
from teachkeras.batches import batches, flatten, map_structure, pack
from teachkeras.errors import ArgumentError, ConcurrentFitError, DataError
from teachkeras.kernels import blas, device
from teachkeras.tensor import Operators
from teachkeras.training.callback import CallbackList, flat
from teachkeras.training.logs import as_numbers


def level(verbose: object) -> int:
    """Return 0, 1 or 2 for what a user passes as `verbose`."""
    if verbose == "auto" and not config.is_interactive_logging_enabled():
        return 2
    if verbose in ("auto", True):
        return 1
    if verbose in (0, 1, 2):
        return int(verbose)
    raise ArgumentError("verbose", expected='"auto", 0, 1 or 2', got=repr(verbose))


def _on_host(output: object) -> np.ndarray:
    return device.host(output.data) if isinstance(output, Operators) else np.asarray(output)


class Loop:
    """One run of ``fit``; the arguments are fit's own."""

    def __init__(self, model, x, y, batch_size, epochs, verbose, callbacks, validation_split, validation_data, shuffle,
                 class_weight, sample_weight, initial_epoch, steps_per_epoch, validation_steps, validation_batch_size,
                 validation_freq):  # fmt: skip
        model._require_compiled("fit", optimizer=True)
        if not isinstance(epochs, (int, np.integer)) or epochs < 0:
            raise ArgumentError("fit: epochs", expected="a whole number, 0 or more", got=repr(epochs))
        epochs = min(epochs, config.max_epochs() or epochs)
        self.model, self.epochs, self.initial_epoch = model, epochs, initial_epoch
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = model.split_off((x, y, sample_weight), validation_split)
        self.source = batches(x, y, sample_weight, batch_size, shuffle, class_weight, steps_per_epoch, True)
        self.validation, self.validation_freq = None, validation_freq
        if validation_data is not None:
            size = validation_batch_size or batch_size
            self.validation = model.validation_source(validation_data, size, validation_steps)
        verbose = level(verbose)
        given = flat(callbacks)
        watchers = [w for w in model.watchers if not any(w is callback for callback in given)]
        self.callbacks = CallbackList(
            [*given, *watchers], add_history=True, add_progbar=verbose != 0, model=model,
            verbose=verbose, epochs=epochs, steps=self.source.steps,
        )  # fmt: skip

    def run(self):
        """Run to the end; returns the History."""
        self.model.control.awaiting = False
        with blas.managed():
            for wait in self._steps():
                if wait:
                    time.sleep(wait)
        return self.model.history

    async def run_async(self):
        """Run to the end, letting other tasks run between two batches; returns the History."""
        import asyncio  # only who awaits pays for it

        self.model.control.awaiting = True
        with blas.managed():
            for wait in self._steps():
                await asyncio.sleep(wait)
        return self.model.history

    def _steps(self) -> Iterator[float]:
        model, callbacks = self.model, self.callbacks
        self._claim()
        try:
            model.stop_training, model._warned_of_nonfinite = False, False
            model._shortcut.retry()
            model.history = callbacks._history
            model._initial_epoch = self.initial_epoch  # BackupAndRestore may move it on
            callbacks.on_train_begin()
            logs: dict = {}
            for epoch in range(model._initial_epoch, self.epochs):
                callbacks.on_epoch_begin(epoch)
                model.reset_metrics()
                logs = yield from self._epoch()
                if self.validation is not None and self._validates_after(epoch):
                    logs.update({f"val_{name}": value for name, value in self._validated().items()})
                logs = dict(sorted(logs.items()))  # Keras's order
                callbacks.on_epoch_end(epoch, logs)
                if model.stop_training:
                    break
            if self.model.optimizer is not None and self.epochs > self.initial_epoch:
                model.optimizer.finalize_variable_values(model.trainable_weights)
            callbacks.on_train_end(logs)
        finally:
            model._dismiss()
            model._control.end()

    def _epoch(self) -> Iterator[float]:
        """Train on every batch once; returns the epoch's logs."""
        model, callbacks, control = self.model, self.callbacks, self.model._control
        batch_logs: dict | None = None
        most = config.max_steps_per_epoch()
        for batch, data in enumerate(self.source):
            callbacks.on_train_batch_begin(batch)
            batch_logs = as_numbers(model.train_step(pack(*data)))
            if batch == 0:
                model._enrol()
            callbacks.on_train_batch_end(batch, batch_logs)
            if events.batch.listeners:
                events.batch.emit(model, batch, batch_logs)
            yield 0.0
            yield from control.between_batches(model)
            if model.stop_training or batch + 1 == most:
                break
        if batch_logs is None:
            raise DataError("fit", expected="at least one batch per epoch", got="a source that yields none")
        return dict(batch_logs)

    def _validates_after(self, epoch: int) -> bool:
        every = self.validation_freq
        return (epoch + 1) in every if isinstance(every, (list, tuple, set)) else (epoch + 1) % every == 0

    def _validated(self) -> dict:
        return self._evaluate(self.model, self.validation, self.callbacks)

    def _claim(self) -> None:
        """Begin, unless another fit of this model has not ended."""
        if self.model._control.running:
            raise ConcurrentFitError(
                "fit", expected="one fit of a model at a time", got="a second, while the first is running",
                fix="wait for it, or stop it with model.control.stop()",
            )  # fmt: skip
        self.model._control.begin()

    # --- evaluation and prediction -----------------------------------------------------------------------------------

    @staticmethod
    def _evaluate(model, source, callbacks) -> dict:
        model.reset_metrics()
        callbacks.on_test_begin()
        logs: dict = {}
        for batch, data in enumerate(source):
            callbacks.on_test_batch_begin(batch)
            logs = as_numbers(model.test_step(pack(*data)))
            callbacks.on_test_batch_end(batch, logs)
        logs = dict(logs)
        callbacks.on_test_end(logs)
        return logs

    @classmethod
    def evaluation(cls, model, source, callbacks, verbose) -> dict:
        """Return the logs of ``evaluate``."""
        verbose = level(verbose)
        told = CallbackList(
            callbacks, add_progbar=verbose != 0, model=model, verbose=verbose, epochs=1, steps=source.steps
        )
        with blas.managed():
            return cls._evaluate(model, source, told)

    @staticmethod
    def prediction(model, source, callbacks, verbose) -> object:
        """Return the outputs of ``predict``, all batches joined."""
        verbose = level(verbose)
        told = CallbackList(
            callbacks, add_progbar=verbose != 0, model=model, verbose=verbose, epochs=1, steps=source.steps
        )
        told.on_predict_begin()
        parts = []
        with blas.managed():
            for batch, data in enumerate(source):
                told.on_predict_batch_begin(batch)
                outputs = model.predict_step(pack(data[0]))
                parts.append(map_structure(_on_host, outputs))
                told.on_predict_batch_end(batch, {"outputs": outputs})
        told.on_predict_end()
        columns = [np.concatenate(column) for column in zip(*(flatten(p) for p in parts), strict=True)]
        return map_structure(lambda _: columns.pop(0), parts[0])
