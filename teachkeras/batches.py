"""Batches: from the arrays a user has to the pieces that training eats.

A source knows how many batches an epoch has (``steps``, None if unknown) and yields ``(x, y, sample_weight)`` for
each, with None for what is not there. Structures (lists, tuples, dicts of arrays) are kept.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from teachkeras import config, dtypes
from teachkeras.errors import ArgumentError, ArgumentTypeError, DataError
from teachkeras.kernels import device
from teachkeras.tensor import Operators


class MissingClassWarning(UserWarning):
    """A class that ``class_weight`` does not name: nearly always forgotten."""


def map_structure(function: Callable, structure: object) -> object:
    """Apply `function` to every array inside nested lists, tuples and dicts; None stays None."""
    if structure is None:
        return None
    if isinstance(structure, dict):
        return {key: map_structure(function, value) for key, value in structure.items()}
    if isinstance(structure, tuple) or (isinstance(structure, list) and any(hasattr(s, "shape") for s in structure)):
        return type(structure)(map_structure(function, value) for value in structure)
    return function(structure)


def flatten(structure: object) -> list:
    """Return the arrays inside a structure, in order."""
    found: list = []
    map_structure(found.append, structure)
    return found


def to_array(name: str) -> Callable[[object], np.ndarray]:
    """Return a function that makes an array of numbers; floats become ``floatx``, as in Keras."""

    def convert(value: object) -> np.ndarray:
        if hasattr(value, "tocsr"):  # a SciPy sparse array: batches of it become dense
            return value.tocsr().astype(dtypes.as_numpy(dtypes.name_of(None)))
        if hasattr(value, "detach"):  # a PyTorch tensor
            value = value.detach().cpu().numpy()
        if hasattr(value, "to_numpy"):  # a pandas table, or one column of it
            value = value.to_numpy()[:, None] if value.ndim == 1 else value.to_numpy()
        array = value.data if isinstance(value, Operators) else value if device.is_array(value) else np.asarray(value)
        if array.dtype == object or array.dtype.kind in "USO":
            raise ArgumentError(
                f"data {name!r}",
                expected="numbers in a regular nesting",
                got=f"{type(value).__name__} of {array.dtype}",
                fix="pad rows of unequal length; turn words into numbers",
            )
        wanted = dtypes.as_numpy(dtypes.name_of(None))
        return array.astype(wanted) if array.dtype.kind == "f" and array.dtype != wanted else array

    return convert


def densified(structure: object, name: str) -> object:
    """Return a batch's arrays as arrays of numbers, sparse ones included."""
    return map_structure(lambda value: _dense(to_array(name)(value)), structure)


def _dense(rows: object) -> np.ndarray:
    """Return rows as an array where the back end computes."""
    return device.put(rows.toarray() if hasattr(rows, "toarray") else rows)


class ArrayBatches:
    """Arrays cut into batches, in order or shuffled anew each epoch (by ``np.random``, as Keras does).

    Args:
        x, y, sample_weight: Arrays, or structures of them, all with the same first axis.
        batch_size: Rows per batch; the last batch may be smaller.
        shuffle: True, False, or ``"batch"`` to shuffle inside each batch only.
        class_weight: Class number → weight of its samples.
    """

    def __init__(self, x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None):
        self.x, self.y = map_structure(to_array("x"), x), map_structure(to_array("y"), y)
        self.sample_weight = weights_of(self.y, sample_weight, class_weight)
        self.rows = _equal_lengths(self.x, self.y, self.sample_weight)
        self.batch_size, self.shuffle = _positive(32 if batch_size is None else batch_size), shuffle
        self.steps = math.ceil(self.rows / self.batch_size)

    def __iter__(self) -> Iterator[tuple]:
        """Yield the batches of one epoch."""
        order = np.random.permutation(self.rows) if self.shuffle and self.shuffle != "batch" else None  # noqa: NPY002
        whole = (self.x, self.y, self.sample_weight)
        simple = all(part is None or isinstance(part, np.ndarray) for part in whole)
        for start in range(0, self.rows, self.batch_size):
            rows: object = slice(start, min(start + self.batch_size, self.rows))
            if order is not None:
                rows = order[rows]
            elif self.shuffle == "batch":
                rows = np.random.permutation(np.arange(rows.start, rows.stop))  # noqa: NPY002
            if simple:
                yield tuple([None if part is None else device.put(part[rows]) for part in whole])
            else:
                yield tuple([map_structure(lambda a, rows=rows: _dense(a[rows]), part) for part in whole])


class NumberedBatches:
    """Batches of a :class:`~teachkeras.utils.PyDataset`, each asked for by its number.

    Args:
        dataset: The data set; it is told when an epoch begins and ends.
        shuffle: Whether each epoch asks in a new order.
        class_weight: Class number → weight of its samples.
    """

    def __init__(self, dataset, shuffle=False, class_weight=None):
        self.dataset, self.shuffle, self.class_weight = dataset, shuffle, class_weight
        self.steps = dataset.num_batches

    def __iter__(self) -> Iterator[tuple]:
        """Yield the batches of one epoch."""
        self.dataset.on_epoch_begin()
        order = range(self.steps) if self.steps is not None else itertools.count()
        if self.shuffle and self.steps is not None:
            order = np.random.permutation(self.steps).tolist()  # noqa: NPY002
        for batch in self.dataset.in_order(order):
            x, y, weight = unpack(batch)
            x, y = densified(x, "x"), densified(y, "y")
            yield x, y, weights_of(y, weight, self.class_weight)
        self.dataset.on_epoch_end()


class StreamBatches:
    """Batches from an iterable or a generator: tuples ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Args:
        stream: What yields the batches. A sequence (``len`` and ``[i]``) is asked anew each epoch.
        steps: How many make an epoch.
        class_weight: Class number → weight of its samples.
    """

    def __init__(self, stream, steps=None, class_weight=None):
        self.stream, self.class_weight = stream, class_weight
        self.once = iter(stream) if hasattr(stream, "__next__") else None
        self.steps = steps if steps is not None else len(stream) if hasattr(stream, "__len__") else None

    def __iter__(self) -> Iterator[tuple]:
        """Yield the batches of one epoch."""
        source = self.once or (
            self.stream if hasattr(self.stream, "__iter__") else (self.stream[i] for i in range(self.steps))
        )
        for batch in itertools.islice(source, self.steps):
            x, y, weight = unpack(batch)
            x, y = densified(x, "x"), densified(y, "y")
            yield x, y, weights_of(y, weight, self.class_weight)


class LimitedBatches:
    """`steps` batches of an array source: in `fit`, each epoch goes on where the last one stopped.

    An epoch that reaches the end of the data ends there, as in Keras, and the next one begins anew.
    """

    def __init__(self, source, steps, resume):
        self.source, self.steps, self.resume = source, steps, resume
        self._going, self._left = None, 0

    def __iter__(self) -> Iterator[tuple]:
        """Yield up to `steps` batches."""
        if not self._left or not self.resume:
            self._going, self._left = iter(self.source), self.source.steps
        if self._left < self.steps:
            warnings.warn(
                f"an epoch of {self.steps} steps ran out of data after {self._left}: ask for fewer steps_per_epoch, "
                "or a smaller batch_size",
                stacklevel=2,
            )
        for batch in itertools.islice(self._going, min(self.steps, self._left)):
            self._left -= 1
            yield batch


def batches(x, y=None, sample_weight=None, batch_size=None, shuffle=False, class_weight=None, steps=None,
            resume=False):  # fmt: skip
    """Return the source of batches for whatever a user passes as data."""
    if class_weight is not None and sample_weight is not None:
        raise ArgumentError(
            "class_weight", expected="class_weight or sample_weight", got="both",
            fix="multiply the weights yourself and pass sample_weight",
        )  # fmt: skip
    if hasattr(x, "shape") or isinstance(x, (dict, tuple)) or _is_nested_numbers(x) or hasattr(x, "to_numpy"):
        if batch_size is None and steps:
            first = flatten(x)[0]
            batch_size = math.ceil((first.shape[0] if hasattr(first, "shape") else len(first)) / steps)
        source = ArrayBatches(x, y, sample_weight, batch_size, shuffle, class_weight)
        return source if steps is None else LimitedBatches(source, steps, resume)
    if x is None:
        raise DataError("fit", expected="data as x", got="None")
    if y is not None or sample_weight is not None:
        raise ArgumentError(
            f"data of type {type(x).__name__}",
            expected="y and sample_weight inside the batches it yields",
            got="them as arguments",
        )
    if not hasattr(x, "__iter__") and not hasattr(x, "__getitem__"):
        raise ArgumentTypeError(
            "data", expected="an array, a list or dict of arrays, or an iterable of batches", got=type(x).__name__
        )
    if hasattr(x, "num_batches"):
        source = NumberedBatches(x, shuffle, class_weight)
        return source if steps is None or source.steps is None else LimitedBatches(source, steps, resume)
    if class_weight is not None and hasattr(x, "__next__"):
        raise ArgumentError(
            "class_weight", expected="arrays, or a sequence of batches", got="a generator",
            fix="yield (x, y, sample_weight)",
        )  # fmt: skip
    return StreamBatches(x, steps, class_weight)


def pack(x, y=None, sample_weight=None):
    """Pack what there is into a tuple; `x` alone stays itself unless it is a list or tuple.

    Example:
        >>> pack(1, 2)
        (1, 2)

    Source: ``keras.utils.pack_x_y_sample_weight``.
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack(data):
    """Return (x, y, sample_weight), with None for what is not there.

    Raises:
        ArgumentError: a tuple longer than three.

    Example:
        >>> unpack((1, 2))
        (1, 2, None)

    Source: ``keras.utils.unpack_x_y_sample_weight``.
    """
    if not isinstance(data, (tuple, list)):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ArgumentError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, "
            f"found: {len(data)} items"
        )  # fmt: skip
    return (*data, *(None,) * (3 - len(data)))


def split_off(arrays: tuple, share: float) -> tuple[tuple, tuple]:
    """Cut the last `share` of the rows off for validation; returns (rest, cut off).

    Raises:
        ArgumentError: the share leaves nothing to train on, or nothing to validate on.
    """
    arrays = tuple(
        map_structure(to_array(name), a) for name, a in zip(("x", "y", "sample_weight"), arrays, strict=True)
    )
    rows = _equal_lengths(*arrays)
    cut = math.floor(rows * (1.0 - share))
    if not 0 < cut < rows:
        raise ArgumentError(
            "validation_split", expected="a share that leaves samples on both sides", got=f"{share} of {rows} samples"
        )
    first = tuple(map_structure(lambda a: a[:cut], a) for a in arrays)
    return first, tuple(map_structure(lambda a: a[cut:], a) for a in arrays)


def weights_of(y, sample_weight, class_weight) -> object:
    """Return the weight of each sample: as given, or that of its class, 1 where a class has none."""
    weights = map_structure(to_array("sample_weight"), sample_weight)
    if class_weight is None:
        return weights
    if not isinstance(y, np.ndarray):
        raise ArgumentError("class_weight", expected="one array of targets", got=type(y).__name__)
    classes = (
        np.argmax(y, axis=-1)
        if y.ndim > 1 and y.shape[-1] > 1
        else np.round(y.reshape(len(y), -1)[:, 0]).astype("int64")
    )
    missing = sorted(set(np.unique(classes).tolist()) - {int(k) for k in class_weight})
    table = np.ones(int(classes.max(initial=0)) + 1, dtypes.as_numpy(dtypes.name_of(None)))
    for number, weight in class_weight.items():
        if int(number) < len(table):
            table[int(number)] = weight
    if missing:
        _report_missing(missing[0])
    return table[classes]


def _report_missing(number: int) -> None:
    """Say that a class has no weight: a warning, as Keras goes on with 1; an error under ``strict``."""
    error = DataError(
        "class_weight", expected="a weight for each class in y", got=f"none for class {number}, which counts 1",
        fix=f"add {number}: 1.0 to the dict",
    )  # fmt: skip
    if config.is_strict():
        raise error
    warnings.warn(str(error), MissingClassWarning, stacklevel=4)


def _equal_lengths(*structures) -> int:
    lengths = {}
    for name, structure in zip(("x", "y", "sample_weight"), structures, strict=False):
        for index, array in enumerate(flatten(structure)):
            if not array.ndim:
                raise DataError(
                    f"data {name!r}", expected="an array with a first axis of samples", got="a single number"
                )
            lengths[f"{name}[{index}]" if index else name] = array.shape[0]
    if len(set(lengths.values())) > 1:
        raise DataError(
            "Data cardinality is ambiguous",
            expected="the same number of samples in every array",
            got=", ".join(f"{name}: {n}" for name, n in lengths.items()),
            fix="cut or join the arrays so that row i of each belongs to sample i",
        )
    rows = next(iter(lengths.values()), 0)
    if rows == 0:
        raise DataError(
            "data", expected="at least one sample", got="an empty array", fix="check how the data was loaded or split"
        )
    return rows


def _positive(batch_size) -> int:
    if not isinstance(batch_size, (int, np.integer)) or batch_size <= 0:
        raise ArgumentError("batch_size", expected="a positive integer", got=repr(batch_size))
    return int(batch_size)


def _is_nested_numbers(x) -> bool:
    first = x
    while isinstance(first, list) and first:
        first = first[0]
    return isinstance(x, list) and (
        isinstance(first, (int, float, np.generic)) or hasattr(first, "shape") or first == []
    )
