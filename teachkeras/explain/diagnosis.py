"""Diagnosis: what is wrong with a model, a run or a recording, how that is known, and what to try.

A diagnosis is a list of small rules (``rules_data``, ``rules_network``, ``rules_training``), each a few lines over the
figures that a :class:`~teachkeras.explain.case.Case` gathers. A rule that lacks its figures says nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from teachkeras.errors import ArgumentError
from teachkeras.explain import rules_data, rules_network, rules_training
from teachkeras.explain.case import Case
from teachkeras.explain.findings import Finding, Report
from teachkeras.models.model import Model
from teachkeras.tracing.addresses import Address
from teachkeras.tracing.hooks import weights_at
from teachkeras.tracing.recording import Recording
from teachkeras.training.callback import Callback, History


def diagnose(
    what: object, x: object = None, y: object = None, validation_data: object = None, *, address: str | None = None
) -> Report:
    """Say in plain words what looks wrong, how that is known, and what to try.

    Args:
        what: A model, the History that ``fit`` returns, a dict of curves, or a recording of a training step.
        x, y: Training data: with a model or a history, a step on some of it is looked at, and a few are tried out and
            undone. No weight, slot or seed is changed.
        validation_data: ``(x, y)`` for what compares the two.
        address: Only what is found at these layers or weights, such as ``"dense*"``; also given in place of `x`.

    Returns:
        A :class:`~teachkeras.explain.findings.Report`: print it, loop over it, or ask ``"dead_relu" in report``.

    Example:
        >>> import numpy as np
        >>> import teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(3, input_shape=(2,)), tk.layers.Softmax(), tk.layers.Softmax()])
        >>> model.compile("adam", "sparse_categorical_crossentropy")
        >>> report = tk.diagnose(model, np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 3)
        >>> "softmax_twice" in report, "dead_relu" in report
        (True, False)
    """
    if isinstance(x, str):
        x, address = None, x
    recording = what if isinstance(what, Recording) else None
    history = what if isinstance(what, History) else None
    model = what if isinstance(what, Model) else getattr(what, "model", None)
    curves = history.history if history else what if isinstance(what, Mapping) else {}
    if isinstance(what, Model) and isinstance(getattr(what, "history", None), History):
        curves = what.history.history
    if recording is None and model is None and not curves:
        raise ArgumentError("diagnose", expected="a model, a history or a recording", got=f"{what!r:.60}")
    report = report_on(Case(model, recording, curves, x, y, validation_data))
    return report if address is None else _only_at(address, report, model)


def _only_at(address: str, report: Report, model: Model | None) -> Report:
    """Return the findings at an address.

    Raises:
        UnknownNameError: the model has no such layer or weight.
    """
    if model is not None:
        weights_at(model, address)
    wanted = Address.parse(address)
    return Report([f for f in report if f.where and wanted.matches(f.where)], report.looked_at)


def report_on(case: Case) -> Report:
    """Ask every rule about a case."""
    found: list[Finding] = []
    for rule in (*rules_data.RULES, *rules_network.RULES, *rules_training.RULES):
        found += list(rule(case))
    looked = [name for name in ("x", "y", "validation_data", "recording") if getattr(case, name) is not None]
    return Report(sorted(found, key=lambda f: f.severity != "trouble"), [*looked, *case.curves])


class Doctor(Callback):
    """A callback that looks at the run while it goes on and warns once of each thing it finds.

    Args:
        x, y, validation_data: Data for the rules that need some.
        every: Look after every n-th epoch, and at the end.

    Attributes:
        report: What was found so far.
    """

    def __init__(self, x=None, y=None, validation_data=None, every=1):
        super().__init__()
        self.x, self.y, self.validation_data_given, self.every = x, y, validation_data, every
        self.report = Report([])
        self._warned: set[tuple] = set()

    def on_epoch_end(self, epoch, logs=None):
        """Look, and warn of what is new."""
        if (epoch + 1) % self.every == 0:
            self._look()

    def on_train_end(self, logs=None):
        """Look once more."""
        self._look()

    def _look(self) -> None:
        curves = dict(self.model.history.history) if isinstance(self.model.history, History) else {}
        self.report = report_on(Case(self.model, None, curves, self.x, self.y, self.validation_data_given))
        for finding in self.report:
            if finding.name not in self._warned:
                self._warned.add(finding.name)
                warnings.warn(str(finding), DiagnosisWarning, stacklevel=2)


class DiagnosisWarning(UserWarning):
    """Something that :class:`Doctor` found during ``fit``."""
