"""Nested lists, tuples and dicts of things: take them apart, change every leaf, put them together again.

A dict's leaves come in the order of its sorted keys, as in Keras; the keys keep their order in what comes back.

>>> flatten({"b": [1, 2], "a": 3})
[3, 1, 2]
>>> map_structure(lambda x: 10 * x, (1, [2]))
(10, [20])
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras.errors import ArgumentError, ArgumentTypeError


class MAP_TO_NONE:
    """What a function given to :func:`traverse` returns to put None in a leaf's place."""


def is_nested(structure: object) -> bool:
    """Tell whether `structure` is a list, a tuple or a dict."""
    return isinstance(structure, (list, tuple, dict))


def _parts(structure: object) -> list[tuple[object, object]]:
    """Return (key, part) for each part of a nested structure, a dict's by sorted key."""
    if isinstance(structure, dict):
        return [(key, structure[key]) for key in sorted(structure)]
    return list(enumerate(structure))


def rebuilt(structure: object, parts: list) -> object:
    """Return a structure of the same kind as `structure` with other `parts` (a dict's by sorted key)."""
    if isinstance(structure, dict):
        by_key = dict(zip(sorted(structure), parts, strict=True))
        return type(structure)((key, by_key[key]) for key in structure)
    if hasattr(structure, "_fields"):  # a named tuple
        return type(structure)(*parts)
    return type(structure)(parts)


def flatten(structure: object) -> list:
    """Return the leaves, in order."""
    if not is_nested(structure):
        return [structure]
    return [leaf for _, part in _parts(structure) for leaf in flatten(part)]


def flatten_with_path(structure: object) -> list[tuple[tuple, object]]:
    """Return (path, leaf) pairs, in order; a path is the keys and indices on the way.

    >>> flatten_with_path({"a": [7]})
    [(('a', 0), 7)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [((key, *path), leaf) for key, part in _parts(structure) for path, leaf in flatten_with_path(part)]


def map_structure(func: Callable, *structures: object, none_is_leaf: bool = True) -> object:
    """Apply `func` to the leaves of structures of one shape; return the results in that shape.

    Raises:
        ArgumentError: the structures differ.
        ArgumentTypeError: `func` can't be called.
    """
    if not callable(func):
        raise ArgumentTypeError("map_structure", expected="a function", got=repr(func))
    if not structures:
        raise ArgumentError("map_structure", expected="at least one structure", got="none")
    first, *others = structures
    for other in others:
        assert_same_structure(first, other)
    return _mapped(func, structures, none_is_leaf)


def _mapped(func: Callable, structures: tuple, none_is_leaf: bool) -> object:
    first = structures[0]
    if not is_nested(first):
        return None if first is None and not none_is_leaf else func(*structures)
    columns = zip(*[[part for _, part in _parts(s)] for s in structures], strict=True)
    return rebuilt(first, [_mapped(func, column, none_is_leaf) for column in columns])


def map_structure_up_to(shallow_structure: object, func: Callable, *structures: object) -> object:
    """Apply `func` at the leaves of `shallow_structure`, whatever the `structures` hold there."""
    if not is_nested(shallow_structure):
        return func(*structures)
    columns = zip(*[[part for _, part in _parts(s)] for s in structures], strict=True)
    keys = _parts(shallow_structure)
    parts = [map_structure_up_to(part, func, *column) for (_, part), column in zip(keys, columns, strict=True)]
    return rebuilt(shallow_structure, parts)


def assert_same_structure(a: object, b: object, check_types: bool | None = None) -> None:
    """Raise an ArgumentError unless `a` and `b` are nested the same way."""
    nested = is_nested(a), is_nested(b)
    if not any(nested):
        return
    same = all(nested) and (type(a) is type(b) or check_types is False) and len(a) == len(b)
    if same and isinstance(a, dict) and isinstance(b, dict):
        same = set(a) == set(b)
    if not same:
        raise ArgumentError(
            "`a` and `b` don't have the same structure.", expected=f"{a!r:.200}", got=f"{b!r:.200}",
            fix="nest both the same way",
        )  # fmt: skip
    for (_, left), (_, right) in zip(_parts(a), _parts(b), strict=True):
        assert_same_structure(left, right, check_types)


def assert_same_paths(a: object, b: object) -> None:
    """Raise an ArgumentError unless the leaves of `a` and `b` stand at the same paths."""
    paths = [{path for path, _ in flatten_with_path(s)} for s in (a, b)]
    if paths[0] != paths[1]:
        raise ArgumentError("`a` and `b` don't have the same paths.", expected=f"{a!r:.200}", got=f"{b!r:.200}")


def pack_sequence_as(structure: object, flat_sequence: list) -> object:
    """Return the leaves of `flat_sequence`, nested as `structure` is.

    Raises:
        ArgumentError: more or fewer leaves than `structure` has.
    """
    leaves = len(flatten(structure))
    if leaves != len(flat_sequence):
        raise ArgumentError("pack_sequence_as", expected=f"{leaves} leaves", got=str(len(flat_sequence)))
    remaining = iter(flat_sequence)

    def packed(part: object) -> object:
        return rebuilt(part, [packed(p) for _, p in _parts(part)]) if is_nested(part) else next(remaining)

    return packed(structure)


def lists_to_tuples(structure: object) -> object:
    """Return the structure with tuples in place of lists."""
    if not is_nested(structure):
        return structure
    parts = [lists_to_tuples(part) for _, part in _parts(structure)]
    return tuple(parts) if isinstance(structure, list) else rebuilt(structure, parts)


def is_shape(value: object) -> bool:
    """Tell whether `value` is one shape: a list or tuple of lengths and Nones."""
    return isinstance(value, (list, tuple)) and all(n is None or isinstance(n, int) for n in value)


def map_shape_structure(func: Callable, structure: object) -> object:
    """Apply `func` to every shape inside a structure.

    >>> map_shape_structure(len, {"a": (None, 3)})
    {'a': 2}
    """
    if is_shape(structure):
        return func(tuple(structure))
    if not is_nested(structure):
        raise ArgumentError("map_shape_structure", expected="shapes", got=repr(structure))
    return rebuilt(structure, [map_shape_structure(func, part) for _, part in _parts(structure)])


def traverse(func: Callable, structure: object, top_down: bool = True) -> object:
    """Let `func` see every part: what it returns replaces the part, None keeps it, MAP_TO_NONE puts None there."""
    if top_down and (found := func(structure)) is not None:
        return None if found is MAP_TO_NONE else found
    if is_nested(structure):
        structure = rebuilt(structure, [traverse(func, part, top_down) for _, part in _parts(structure)])
    if not top_down and (found := func(structure)) is not None:
        return None if found is MAP_TO_NONE else found
    return structure
