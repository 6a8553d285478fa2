"""What the checks share: compare an answer with the right one and, where it differs, say how.

Each returns None for a right answer, else a hint. ``known`` lists wrong answers that have a reason, as (answer, hint).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np


def plain(value: object) -> np.ndarray:
    """Return an array of float64 for a number, list, array or tensor."""
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value, "float64")


def number(answer: object, right: float, known: Iterable = (), otherwise: str = "", within: float = 2e-3) -> str | None:
    """Compare a number.

    >>> number(0.5, 0.25, [(0.5, "square it.")])
    'square it.'
    >>> number(-3, 3)
    'the size is right, the sign is not.'
    """
    if isinstance(answer, (bool, str)) or np.size(plain(answer)) != 1:
        return "one number is asked for."
    value = float(plain(answer).reshape(()))
    close = lambda other: abs(value - other) <= within * max(1.0, abs(other))  # noqa: E731
    if close(right):
        return None
    for wrong, hint in known:
        if close(wrong):
            return hint
    if close(-right):
        return "the size is right, the sign is not."
    return otherwise or "work it out once more, one term after the other."


def array(answer: object, right: object, known: Iterable = (), otherwise: str = "", within: float = 2e-3) -> str | None:
    """Compare an array: its shape, known mistakes, the sign, then the first entry that differs.

    >>> array([1, 2, 3], [[1, 2, 3]])
    'its shape is (3,); it should be (1, 3).'
    >>> array([1, 5], [1, 2])
    'entry 1 is 5; look at it once more.'
    """
    got, right = plain(answer), plain(right)
    if got.shape != right.shape:
        return f"its shape is {got.shape}; it should be {right.shape}."
    close = lambda other: np.allclose(got, other, rtol=within, atol=within)  # noqa: E731
    if close(right):
        return None
    for wrong, hint in known:
        if np.shape(wrong) == got.shape and close(plain(wrong)):
            return hint
    if close(-right):
        return "the sizes are right, the sign is not."
    if otherwise:
        return otherwise
    index = tuple(int(i) for i in np.argwhere(~np.isclose(got, right, rtol=within, atol=within))[0])
    place = index[0] if len(index) == 1 else index
    return f"entry {place} is {got[index]:.4g}; look at it once more."


def shape(answer: object, right: tuple, known: Iterable = (), otherwise: str = "") -> str | None:
    """Compare a shape.

    >>> shape((3, 2), (2, 3))
    'the axes are there, but not in this order.'
    """
    if not isinstance(answer, (tuple, list)) or not all(isinstance(n, (int, np.integer)) for n in answer):
        return "a shape is asked for, such as (32, 10)."
    got = tuple(int(n) for n in answer)
    if got == tuple(right):
        return None
    for wrong, hint in known:
        if got == tuple(wrong):
            return hint
    if len(got) != len(right):
        return f"it has {len(got)} axes; it should have {len(right)}."
    if sorted(got) == sorted(right):
        return "the axes are there, but not in this order."
    return otherwise or f"axis {next(i for i, (a, b) in enumerate(zip(got, right, strict=True)) if a != b)} is wrong."


def choice(answer: object, right: str, known: dict[str, str], otherwise: str = "") -> str | None:
    """Compare a word.

    >>> choice("MAE", "mse", {"mae": "that one does not square."})
    'that one does not square.'
    """
    if not isinstance(answer, str):
        return "a word in quotes is asked for."
    word = answer.strip().lower()
    if word == right:
        return None
    return known.get(word, otherwise or f"one of these: {', '.join(sorted([right, *known]))}.")


def function(answer: object) -> str | None:
    """Refuse what can't be called."""
    return None if isinstance(answer, Callable) else "a function is asked for: def name(...): return ..."


def model_of(answer: object) -> str | None:
    """Refuse what is no model."""
    return (
        None
        if hasattr(answer, "layers") and hasattr(answer, "fit")
        else "a model is asked for: keras.Sequential([...])."
    )


def activation_of(layer: object) -> str:
    """Return the name of a layer's activation."""
    return getattr(getattr(layer, "activation", None), "__name__", "linear")
