"""Logs: the numbers of a batch, worked out only if somebody reads them."""

from __future__ import annotations

from collections.abc import Callable


class Logs(dict):
    """A dict that fills itself on first access.

    Args:
        fill: Returns the numbers by name.

    Attributes:
        batch_loss: The loss of this batch alone, free to read; ``logs["loss"]`` is the mean over the epoch so far.

    >>> logs = Logs(lambda: {"loss": 0.5})
    >>> logs["loss"], dict(logs)
    (0.5, {'loss': 0.5})
    """

    __slots__ = ("_fill", "batch_loss")

    def __init__(self, fill: Callable[[], dict], batch_loss: float = float("nan")):
        self._fill, self.batch_loss = fill, batch_loss

    def _filled(self) -> Logs:
        if self._fill is not None:
            fill, self._fill = self._fill, None
            for name, value in fill().items():
                if not super().__contains__(name):
                    super().__setitem__(name, value)
        return self

    def __missing__(self, name: str) -> float:
        if self._fill is None:
            raise KeyError(name)
        return self._filled()[name]


def as_numbers(logs: dict) -> dict:
    """Return what a step of the user's own returned as Keras hands it on: sorted, nested dicts taken apart, floats.

    >>> as_numbers({"loss": 1, "compile_metrics": {"mae": 2}})
    {'mae': 2.0, 'loss': 1.0}
    """
    if type(logs) is Logs:
        return logs
    found: dict = {}
    for name, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            found.update(as_numbers(value))
            continue
        try:
            found[name] = float(value)
        except (TypeError, ValueError):
            found[name] = value
    return found


def _after_filling(name: str) -> Callable:
    plain = getattr(dict, name)

    def method(self, *args, **kwargs):
        return plain(self._filled(), *args, **kwargs)

    method.__name__, method.__doc__ = name, plain.__doc__
    return method


for _name in (
    "__contains__",
    "__eq__",
    "__iter__",
    "__len__",
    "__repr__",
    "copy",
    "get",
    "items",
    "keys",
    "pop",
    "values",
):
    setattr(Logs, _name, _after_filling(_name))
