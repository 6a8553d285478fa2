"""Where a NaN or an infinity came from: the step runs again, watched, and the first one that shows is named."""

from __future__ import annotations

import warnings

import numpy as np

from teachkeras import config, events
from teachkeras.batches import flatten
from teachkeras.errors import NonFiniteError, NonFiniteWarning


class _Found(Exception):
    pass


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


def first_bad_op(run: object) -> tuple[str, str, tuple, float] | None:
    """Run a forward pass and return (layer, op, index, value) of the first output that is not finite."""
    found: list = []

    def look(record, inputs, outputs, kept):
        for output in outputs:
            if (bad := first_bad_entry(np.asarray(output.data))) is not None:
                found.append((record.scope or "the loss", record.op.name, *bad))
                raise _Found

    with events.forward.subscribe(look):
        try:
            run()
        except _Found:
            pass
    return found[0] if found else None


def report(model: object, loss: float, data: tuple, run: object) -> None:
    """Say where a loss that is not finite came from.

    A NaN in the data or in the weights' own numbers can't be trained on, and raises. A run that diverged by itself
    goes on, as in Keras, after one warning per fit; under ``config.strict()`` it raises too.
    """
    x, y, sample_weight = data
    for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for array in flatten(part):
            if (bad := first_bad_entry(np.asarray(getattr(array, "data", array)))) is not None:
                raise _from_data(name, bad, first_bad_op(run), loss)
    place = first_bad_op(run)
    where = "the loss" if place is None else f"layer {place[0]}, op {place[1]}, entry {place[2]}"
    error = NonFiniteError(
        f"the loss became {loss}", expected="finite numbers in every step",
        got=f"{place[3] if place else loss}, first seen in {where}",
        fix="lower the learning rate, scale the inputs, or clip gradients (clipnorm=1.0)",
    )  # fmt: skip
    if config.is_strict():
        raise error
    if not getattr(model, "_warned_of_nonfinite", False):
        model._warned_of_nonfinite = True
        warnings.warn(str(error), NonFiniteWarning, stacklevel=6)


def _from_data(name: str, bad: tuple, place: tuple | None, loss: float) -> NonFiniteError:
    index, value = bad
    through = f"; it reached layer {place[0]}, op {place[1]}, entry {place[2]}" if place else ""
    return NonFiniteError(
        f"the loss is {loss}", expected="finite numbers in the data",
        got=f"{name}[{', '.join(map(str, index))}] of this batch is {value}{through}",
        fix=f"clean the data first, for example with np.isfinite({name}).all(axis=-1)",
    )  # fmt: skip
