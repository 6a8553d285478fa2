"""A NaN or an infinity in a training step: noticed here. Where it came from is found by running the step again.

The loss shows most of them. One that arises on the way back, in a gradient, would only show in the next step's loss; it
nearly always reaches the first layer, so one small gradient there is looked at too. Nothing is updated before the
report. Who finds the place stands above this file (``tracing/finite.py``) and listens on ``events.trouble``.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from teachkeras import config, events
from teachkeras.batches import flatten
from teachkeras.errors import NonFiniteError, NonFiniteWarning
from teachkeras.kernels import device
from teachkeras.tensor import plain_array


def first_bad_entry(array: np.ndarray) -> tuple[tuple[int, ...], float] | None:
    """Return (index, value) of the first entry that is NaN or infinite, or None.

    >>> first_bad_entry(np.array([[1.0, np.inf]]))
    ((0, 1), inf)
    """
    if array.dtype.kind != "f":
        return None
    bad = ~np.isfinite(array)
    if not bad.any():
        return None
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), array.shape))
    return index, float(array[index])


def sound(model: object, gradients: Sequence) -> bool:
    """Tell whether the gradients look finite: the smallest of the first few is summed; all of them when strict.

    An optimizer that leaves out steps with bad gradients (loss scaling) needs no telling.
    """
    if hasattr(model.optimizer, "inner_optimizer") or (device.xp is not None and not config.is_strict()):
        return True  # on a GPU each look would wait for the card
    found = [g for g in gradients if g is not None]
    if not config.is_strict():
        found = sorted(found[:4], key=lambda g: g.size)[:1]
    return all(math.isfinite(float(g.sum())) for g in found)


def report(model: object, loss: float, data: tuple, run: Callable) -> None:
    """Say where a loss or a gradient that is not finite came from.

    A NaN in the data can't be trained on, and raises. A run that diverged by itself goes on, as in Keras, after one
    warning per fit; under ``config.strict()`` it raises too. The error's ``recording`` is the step, to be looked into.

    Args:
        model: The model.
        loss: The step's loss.
        data: ``(x, y, sample_weight)`` of the batch.
        run: Runs the step forward again and returns its loss.

    Raises:
        NonFiniteError: the data are bad, or ``config.strict()`` is on.
    """
    x, y, sample_weight = data
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for array in flatten(part):
            if (bad := first_bad_entry(device.host(plain_array(array)))) is not None:
                raise _from_data(name, bad, events.trouble.emit(model, run), loss)
    if not config.is_strict() and getattr(model, "_warned_of_nonfinite", False):
        return
    place = events.trouble.emit(model, run)
    error = NonFiniteError(
        "a gradient is not finite" if math.isfinite(loss) else f"the loss became {loss}",
        expected="finite numbers in every step",
        got="a place that could not be found again" if place is None else f"{place.value}, first seen in {place}",
        fix="lower the learning rate, scale the inputs, or clip gradients (clipnorm=1.0)",
    )
    error.recording = None if place is None else place.recording
    if config.is_strict():
        raise error
    model._warned_of_nonfinite = True
    warnings.warn(str(error), NonFiniteWarning, stacklevel=6)


def _from_data(name: str, bad: tuple, place: object, loss: float) -> NonFiniteError:
    index, value = bad
    error = NonFiniteError(
        f"the loss is {loss}", expected="finite numbers in the data",
        got=f"{name}[{', '.join(map(str, index))}] of this batch is {value}{f'; it reached {place}' if place else ''}",
        fix=f"clean the data first, for example with np.isfinite({name}).all(axis=-1)",
    )  # fmt: skip
    error.recording = None if place is None else place.recording
    return error
