"""Trainer: compile, fit, evaluate, predict. A model is a layer with these methods.

:meth:`Trainer.train_step` is the heart: forward, loss, backward, update, metrics, on one screen. Overriding it
changes how a model learns; everything around it stays.
"""

from __future__ import annotations

import math

from teachkeras import events, metrics, optimizers
from teachkeras.batches import batches, flatten, map_structure, pack, split_off, to_array, unpack
from teachkeras.errors import ArgumentError, NotCompiledError
from teachkeras.layers._tracking import Roster, held_by
from teachkeras.tape import Tape
from teachkeras.tensor import Tensor
from teachkeras.training import finite
from teachkeras.training.compiled import CompiledLoss, CompiledMetrics, add_up
from teachkeras.training.control import Control
from teachkeras.training.logs import Logs, as_numbers
from teachkeras.training.loop import Loop
from teachkeras.training.shortcut import Shortcut


class Trainer:
    """The methods that train a model; mixed into :class:`teachkeras.Model`."""

    untracked = frozenset({
        "optimizer", "history", "watchers", "_control", "_compile_loss", "_compile_metrics", "_loss_tracker",
        "_followed", "_compile_config", "_shortcut",
    })  # fmt: skip

    restless = frozenset({
        "stop_training", "history", "watchers", "optimizer", "compiled", "loss", "run_eagerly", "jit_compile",
    })  # fmt: skip

    def _init_trainer(self) -> None:
        self.optimizer, self.compiled, self.stop_training = None, False, False
        self.watchers: list = []  # callbacks of every later fit
        self._control = Control()
        self._compile_loss = self._compile_metrics = self._loss_tracker = None
        self._followed: list | None = None  # the metrics that the running loop follows
        self.run_eagerly, self._shortcut = False, Shortcut(self, self.forward_backward)

    # --- compile -----------------------------------------------------------------------------------------------------

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None,
                run_eagerly=False, steps_per_execution=1, jit_compile="auto", auto_scale_loss=True):  # fmt: skip
        """Set how the model learns.

        Args:
            optimizer: Its name, or an optimizer.
            loss: A name, a function, a Loss; a list or dict of them for several outputs.
            loss_weights: Factors of the losses.
            metrics: Names, functions or Metrics to follow; ``"accuracy"`` picks the variant that fits.
            weighted_metrics: Metrics that take sample weights into account.
            run_eagerly: Walk through the layers at every step, also where nobody watches (``training/shortcut.py``).
            auto_scale_loss: Whether ``mixed_float16`` wraps the optimizer in a ``LossScaleOptimizer``.
            steps_per_execution, jit_compile: Taken for compatibility.

        Raises:
            UnknownNameError: a name is not known; nothing of the earlier compile is lost.
        """
        from teachkeras import losses as known_losses

        new_optimizer = optimizers.get(optimizer)
        if auto_scale_loss and self.dtype_policy.name == "mixed_float16" and new_optimizer is not None:
            if not isinstance(new_optimizer, optimizers.LossScaleOptimizer):  # small gradients would round to 0
                new_optimizer = optimizers.LossScaleOptimizer(new_optimizer, name="loss_scale_optimizer")
        for entry in _names_in(loss):
            known_losses.get(entry)
        for what, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, (list, tuple, dict)):
                raise ArgumentError(f"compile: {what}", expected="a list, tuple or dict", got=repr(given),
                                    fix=f"{what}=[{given!r}]")  # fmt: skip
        for entry in _names_in(metrics) + _names_in(weighted_metrics):
            _check_metric(entry)
        self.optimizer = new_optimizer
        self.loss, self.run_eagerly, self.jit_compile = loss, run_eagerly, jit_compile
        self._compile_loss = None if loss is None else CompiledLoss(loss, loss_weights, self.output_names)
        given = metrics is not None or weighted_metrics is not None
        self._compile_metrics = CompiledMetrics(metrics, weighted_metrics, self.output_names) if given else None
        self._loss_tracker, self._shortcut = _loss_mean(), Shortcut(self, self.forward_backward)
        self._compile_config = {
            "optimizer": optimizer, "loss": loss, "loss_weights": loss_weights, "metrics": metrics,
            "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution, "jit_compile": jit_compile,
        }  # fmt: skip
        self.stop_training, self.compiled = False, True

    def get_compile_config(self):
        """Return what ``compile`` was given, as plain data."""
        from teachkeras.serial import plain

        if not self.compiled:
            return None
        return {**plain(self._compile_config), "optimizer": plain(self.optimizer)}

    def _require_compiled(self, method: str, optimizer: bool = False) -> None:
        if not self.compiled:
            raise NotCompiledError(
                "You must call `compile()` before using the model.", got=f"{method}() on a model that is not compiled",
                fix='model.compile(optimizer="adam", loss="...", metrics=["accuracy"])',
            )  # fmt: skip
        if (
            optimizer
            and self._compile_loss is None
            and type(self).compute_loss is Trainer.compute_loss
            and type(self).train_step is Trainer.train_step
            and not self.losses
        ):
            raise NotCompiledError(
                f"{method}()",
                expected="a loss to make small",
                got="a model compiled without loss",
                fix='compile(loss="mse")',
            )

    @property
    def control(self):
        """The levers of the running fit: ``pause()``, ``resume()``, ``step()``, ``stop()``, ``set_learning_rate()``."""
        return self._control

    @property
    def metrics(self) -> list:
        """The metrics that are followed, the mean loss first."""
        if self._followed is not None:
            return self._followed
        own = [] if self._loss_tracker is None else [self._loss_tracker]
        own += [] if self._compile_metrics is None else [self._compile_metrics]
        own += [] if self._compile_loss is None else self._compile_loss.metrics
        return own + held_by(self, metrics.Metric)

    @property
    def metrics_names(self) -> list[str]:
        """Their names."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Forget what the metrics have counted."""
        for metric in self.metrics:
            metric.reset_state()

    # --- one step ----------------------------------------------------------------------------------------------------

    def train_step(self, data):
        """One step of learning on one batch; returns the logs."""
        x, y, sample_weight = unpack(data)
        seeds = self._seeds()
        y_pred, loss, gradients = self._shortcut(x, y, sample_weight)  # what forward_backward returns, to the bit
        if not math.isfinite(value := float(loss.data)) or not finite.sound(self, gradients):
            self._report_nonfinite(value, (x, y, sample_weight), seeds)
        weights = self.roster.trainable
        if events.gradients.listeners:
            gradients = events.gradients.emit(self, list(zip(weights, gradients, strict=True))) or gradients
        self._now("update")
        self.optimizer.apply(gradients, weights)
        self._now("metrics")
        self._track_loss(value, x)
        logs = self.compute_metrics(x, y, y_pred, sample_weight)
        self._now("end")
        return logs

    def forward_backward(self, x, y, sample_weight) -> tuple:
        """Go forward through the layers to the loss, and back; returns (outputs, loss, gradients).

        A short step of plain layers that nobody watches is run as a list of its ops instead (``training/shortcut.py``).
        """
        self._now("forward")
        with Tape() as tape:
            y_pred = self(x, training=True)
            self._now("loss")
            loss = self.compute_loss(x, y, y_pred, sample_weight)
            scaled = self.optimizer.scale_loss(loss)
        self._now("backward")
        return y_pred, loss, tape.gradients(scaled, self.roster.trainable)

    def _now(self, phase: str) -> None:
        """Tell who listens which part of a step begins."""
        if events.phase.listeners:
            events.phase.emit(self, phase)

    def test_step(self, data):
        """Loss and metrics of one batch, without learning."""
        x, y, sample_weight = unpack(data)
        y_pred = self(x, training=False)
        loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        self._track_loss(float(loss.data), x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data):
        """The outputs for one batch."""
        return self(unpack(data)[0], training=False)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of a batch: that of ``compile``, plus what layers and regularizers add."""
        main = None
        if self._compile_loss is not None and y is not None:
            main = self._compile_loss(y, y_pred, sample_weight)
        total = add_up(main, self.losses)
        if total is None:
            raise NotCompiledError(
                "loss", expected="compile(loss=...) and targets y, or add_loss in a layer", got="neither"
            )
        return total

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Count a batch in the metrics; return the logs, worked out when they are read."""
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return Logs(lambda: dict(sorted(self.get_metrics_result().items())), self._batch_loss)

    def get_metrics_result(self):
        """Return every metric's value by name; logs hold them in alphabetical order, as Keras's do."""
        found: dict = {}
        for metric in self.metrics:
            result = metric.result()
            found.update(result if isinstance(result, dict) else {metric.name: result})
        return {name: float(value) for name, value in found.items()}

    def _track_loss(self, value: float, x: object) -> None:
        self._batch_loss = value
        self._loss_tracker.update_state(value, sample_weight=_rows(x))

    def _seeds(self) -> list:
        return [(generator, generator.counter) for generator in self.roster.generators]

    def _report_nonfinite(self, loss: float, data: tuple, seeds: list) -> None:
        """Run the step's forward pass again, with the same random numbers, to name the first bad number."""
        after = [(generator, generator.counter) for generator, _ in seeds]
        for generator, counter in seeds:
            generator.counter = counter
        x, y, sample_weight = data
        try:
            finite.report(self, loss, data, lambda: self.compute_loss(x, y, self(x, training=True), sample_weight))
        finally:
            for generator, counter in after:
                generator.counter = counter

    # --- fit ---------------------------------------------------------------------------------------------------------

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, validation_split=0.0,
            validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0,
            steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1):  # fmt: skip
        """Train for a number of epochs.

        Args:
            x, y: Inputs and targets: arrays, lists or dicts of arrays; or x alone, an iterable of batches.
            batch_size: Samples per step, 32 by default.
            epochs: Rounds through the data.
            verbose: 1 (or "auto") for a progress bar, 2 for a line per epoch, 0 for silence.
            callbacks: Told what happens along the way.
            validation_split: Share of the data, from its end, that is kept for validation.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to validate on after each epoch.
            shuffle: Whether the samples are put in a new order each epoch.
            class_weight: Class number → weight.
            sample_weight: A weight per sample.
            initial_epoch: Where to start counting.
            steps_per_epoch: Batches that make an epoch.
            validation_steps, validation_batch_size, validation_freq: The same for validation, and how often.

        Returns:
            A :class:`~teachkeras.training.callback.History`.

        Raises:
            NotCompiledError: ``compile`` was not called.
            DataError: empty data, unequal lengths, labels out of range.
            ConcurrentFitError: another fit of this model is running.
        """
        arguments = dict(locals())
        return Loop(arguments.pop("self"), **arguments).run()

    async def fit_async(self, *args, **kwargs):
        """``fit`` that hands over between batches: ``await model.fit_async(...)`` keeps a notebook responsive.

        Arguments and result are those of :meth:`fit`; the numbers are the same to the bit.
        """
        import inspect

        bound = inspect.signature(Trainer.fit).bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        return await Loop(arguments.pop("self"), **arguments).run_async()

    # --- evaluate and predict ----------------------------------------------------------------------------------------

    def evaluate(self, x=None, y=None, batch_size=None, verbose="auto", sample_weight=None, steps=None, callbacks=None,
                 return_dict=False, **kwargs):  # fmt: skip
        """Return the loss and the metrics on data, as a list (one number if there are no metrics) or a dict."""
        if kwargs:
            raise ArgumentError(f"Arguments not recognized: {kwargs}")
        self._require_compiled("evaluate")
        source = batches(x, y, sample_weight, batch_size, steps=steps)
        logs = Loop.evaluation(self, source, callbacks, verbose)
        return logs if return_dict else self._in_order(logs)

    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """Return the outputs for all of x as NumPy arrays."""
        return Loop.prediction(self, batches(x, batch_size=batch_size, steps=steps), callbacks, verbose)

    def _in_order(self, logs: dict):
        """Return the loss, then the metrics in the order of ``compile``."""
        names = ["loss"] if "loss" in logs else []
        each = [] if self._compile_loss is None else [m.name for m in self._compile_loss.metrics]
        labels = [label for label, *_ in (self._compile_metrics.entries or [])] if self._compile_metrics else []
        names += each or labels  # with several outputs Keras puts their losses first, then the rest by name
        names += [name for name in logs if name not in names]
        values = [logs[name] for name in names if name in logs]
        return values[0] if len(values) == 1 else values

    # --- single batches ----------------------------------------------------------------------------------------------

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """Learn from one batch; returns its loss and metrics."""
        self._require_compiled("train_on_batch", optimizer=True)
        data = self._one_batch(x, y, sample_weight, class_weight)
        self.reset_metrics()
        logs = dict(as_numbers(self.train_step(data)))
        return logs if return_dict else self._in_order(logs)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Return the loss and metrics of one batch."""
        self._require_compiled("test_on_batch")
        data = self._one_batch(x, y, sample_weight, None)
        self.reset_metrics()
        logs = dict(as_numbers(self.test_step(data)))
        return logs if return_dict else self._in_order(logs)

    def predict_on_batch(self, x):
        """Return the outputs for one batch as NumPy arrays."""
        outputs = self(map_structure(to_array("x"), x), training=False)
        return map_structure(lambda t: t.numpy() if isinstance(t, Tensor) else t, outputs)

    def _one_batch(self, x, y, sample_weight, class_weight) -> tuple:
        return pack(*next(iter(batches(x, y, sample_weight, batch_size=2**62, class_weight=class_weight))))

    def validation_source(self, validation_data, batch_size, steps):
        """Return the batches of ``validation_data``."""
        if isinstance(validation_data, (tuple, list)):
            x, y, sample_weight = unpack(validation_data)
            return batches(x, y, sample_weight, batch_size, steps=steps)
        return batches(validation_data, steps=steps)

    split_off = staticmethod(split_off)

    def _enrol(self) -> None:
        """Look up once, for a whole loop, what takes part in each step."""
        self._roster, self._followed = Roster(self), self.metrics

    def _dismiss(self) -> None:
        self._roster = self._followed = None


def _loss_mean() -> metrics.Metric:
    return metrics.Mean(name="loss")


def _rows(x: object) -> int:
    return len(flatten(x)[0]) if not hasattr(x, "shape") else x.shape[0]


def _names_in(given: object) -> list:
    if isinstance(given, dict):
        return [name for part in given.values() for name in _names_in(part)]
    if isinstance(given, (list, tuple)):
        return [name for part in given for name in _names_in(part)]
    return [] if given is None else [given]


def _check_metric(entry: object) -> None:
    if not (isinstance(entry, str) and entry.lower() in ("accuracy", "acc")):
        metrics.get(entry)
