"""Names for things that were given none: the class in snake case, numbered from the second on.

>>> snake_case("CategoricalAccuracy"), snake_case("RMSprop"), snake_case("AUC")
('categorical_accuracy', 'rm_sprop', 'auc')
"""

from __future__ import annotations

import collections
import re

_given: collections.Counter[str] = collections.Counter()


def snake_case(name: str) -> str:
    """Return a class name in snake case, as Keras writes it."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(class_name: str) -> str:
    """Return a name that is new in this process: ``precision``, then ``precision_1``, then ``precision_2``."""
    prefix = snake_case(class_name)
    number = _given[prefix]
    _given[prefix] += 1
    return f"{prefix}_{number}" if number else prefix


def next_number(prefix: str) -> int:
    """Return how many names of `prefix` were asked for, this one included."""
    _given[prefix] += 1
    return _given[prefix]


def reset_names() -> None:
    """Start counting anew (``keras.utils.clear_session`` does so)."""
    _given.clear()


class name_scope:
    """``with name_scope("block"):`` taken for compatibility; layers name themselves by where they are.

    Args:
        name: The name.
    """

    def __init__(self, name: str, **kwargs: object):
        self.name = name

    def __enter__(self) -> name_scope:
        """Begin."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End."""
