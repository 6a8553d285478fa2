"""The weights' place in a file: Keras's tree of layers, read and written.

Every layer is a group, named by the attribute that holds it; a list of layers is a group of groups named by class
(``dense``, ``dense_1``); its own weights are ``vars/0``, ``vars/1``, trainable ones first::

    layers/dense/vars/0            kernel of the first Dense
    layers/lstm/cell/vars/1        recurrent kernel
    layers/dropout/seed_generator/vars/0    seed and counter, written here; Keras 3.15 leaves generators out
    optimizer/vars/0               iteration, then the learning rate and the slots

Attributes are visited in alphabetical order, private ones last (of a graph or chain, its layers first), each layer
once: so both sides find the same path for a layer that stands in two places.

Source: files that Keras 3.15 writes, looked into.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator

import numpy as np

from teachkeras.errors import ArgumentError, CorruptFileError, ShapeError, TeachKerasError
from teachkeras.kernels import device
from teachkeras.layers._tracking import Holder
from teachkeras.layers.layer import Layer
from teachkeras.naming import snake_case
from teachkeras.optimizers.base import Optimizer
from teachkeras.random import SeedGenerator
from teachkeras.saving.hdf5 import Node
from teachkeras.variable import Keeper, Variable

KINDS = (Holder, Optimizer, SeedGenerator)


@functools.cache
def _base_attributes(kind: type) -> frozenset[str]:
    """Return what every layer (or optimizer) has: none of it is a part of its own."""
    example = Layer() if kind is Layer else Optimizer(0.0) if kind is Optimizer else SeedGenerator(0)
    return frozenset(dir(example))


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    """Yield the attributes that may hold parts, in order."""
    kind = Layer if isinstance(thing, Holder) else Optimizer if isinstance(thing, Optimizer) else SeedGenerator
    mine = set(vars(thing)) | {n for c in type(thing).__mro__ for n, v in vars(c).items() if isinstance(v, property)}
    mine -= getattr(type(thing), "untracked", frozenset()) - {"optimizer"} | {"_input"}  # a Sequential's, no layer
    first = "layers" if any(c.__name__ in ("Sequential", "Functional") for c in type(thing).__mro__) else None
    order = {name: (name != first, name.startswith("_"), name) for name in mine - _base_attributes(kind)}
    for name in sorted(order, key=order.get):
        try:
            yield name, getattr(thing, name)
        except (TeachKerasError, AttributeError, NotImplementedError):
            continue  # a property that has no value yet


def parts(thing: object) -> Iterator[tuple[str, object]]:
    """Yield (group name, part or list of parts) of a layer, a model or an optimizer."""
    for name, value in _attributes(thing):
        if isinstance(value, KINDS) or (isinstance(value, (list, tuple, dict, set)) and value):
            yield name, value


def members(container: object) -> Iterator[tuple[str, object]]:
    """Yield (group name, part) of a list or dict of parts: by class, numbered from the second on."""
    used: dict[str, int] = {}
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, KINDS):
            name = snake_case(type(item).__name__)
        elif isinstance(item, (list, tuple, dict, set)):
            name = "container"
        else:
            continue
        number = used[name] = used.get(name, -1) + 1
        yield (f"{name}_{number}" if number else name), item


def walk(thing: object, path: str = "", seen: dict | None = None) -> Iterator[tuple[str, object]]:
    """Yield (path, part) for a thing and everything in it, each once."""
    seen = {} if seen is None else seen
    if id(thing) in seen:
        return
    seen[id(thing)] = thing  # held, so that nothing else gets its number meanwhile
    if isinstance(thing, KINDS):
        yield path, thing
    for name, part in parts(thing) if isinstance(thing, KINDS) else members(thing):
        yield from walk(part, f"{path}/{name}" if path else name, seen)


def own_variables(thing: object) -> list[Variable]:
    """Return the variables that a part keeps itself, in the file's order."""
    return (
        [thing.state] if isinstance(thing, SeedGenerator) else getattr(thing, "filed_variables", thing._own_variables)()
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def write(model: object, group: object) -> None:
    """Write every variable of a model into an open h5py group."""
    for path, thing in walk(model):
        at = group.require_group(f"{path}/vars" if path else "vars")
        at.attrs["name"] = thing.name
        values: dict[str, np.ndarray] = {}
        if _is_overridden(thing, "save_own_variables"):
            thing.save_own_variables(values)
        else:
            values = {str(i): device.host(v.data) for i, v in enumerate(own_variables(thing))}
        for key, value in values.items():
            _put(at, str(key), np.asarray(value))


def _put(group: object, key: str, value: np.ndarray) -> None:
    """Write one array; bfloat16, which HDF5 lacks, as two raw bytes and a note."""
    if value.dtype.name == "bfloat16":
        group.create_dataset(key, data=value.view("V2"))
        group[key].attrs["dtype"] = "bfloat16"
    else:
        group.create_dataset(key, data=value)


# --- reading ---------------------------------------------------------------------------------------------------------


class Plan:
    """What reading a file will change; carried out as a whole, once everything has been found right."""

    def __init__(self) -> None:
        self.changes: list[tuple[Variable, np.ndarray]] = []
        self.kept: list[tuple[Variable, np.ndarray]] = []  # of parts that read themselves

    def set(self, thing: object, variables: list[Variable], arrays: list[np.ndarray]) -> None:
        """Note new values of a part's variables.

        Raises:
            ShapeError: their number or a shape differs.
        """
        label = f"{type(thing).__name__} {thing.name!r}"
        if len(variables) != len(arrays):
            raise ShapeError(label, expected=f"{len(variables)} variables", got=f"{len(arrays)} in the file")
        for variable, array in zip(variables, arrays, strict=True):
            if variable.shape != array.shape:
                raise ShapeError(
                    label, expected=f"{variable.name} of shape {variable.shape}", got=f"shape {array.shape}"
                )
        self.changes += zip(variables, arrays, strict=True)

    def run_own(self, thing: object, store: dict) -> None:
        """Let a part with a ``load_own_variables`` of its own read its arrays; remember what it had."""
        self.kept += [(v, v.numpy()) for v in own_variables(thing)]
        thing.load_own_variables(store)

    def undo(self) -> None:
        """Put back what parts had that read themselves."""
        for variable, value in reversed(self.kept):
            if variable.shape == value.shape:
                variable.assign(value)

    def carry_out(self) -> None:
        """Set all values."""
        for variable, array in self.changes:
            variable.assign(array)


def read(model: object, root: Node, skip_mismatch: bool = False) -> None:
    """Set a model's variables from a file; all of them, or, if something does not fit, none.

    Raises:
        ShapeError: a layer's weights are missing or of another shape (with `skip_mismatch`, a warning names it).
        CorruptFileError: the file is damaged.
    """
    plan, failed = Plan(), []
    try:
        for path, thing in walk(model):
            try:
                _plan_one(plan, root, path, thing)
            except CorruptFileError:
                raise
            except Exception as error:  # what a layer's own method raises counts as a mismatch
                failed.append((thing, error))
        if failed:
            _report(failed, skip_mismatch)
        plan.carry_out()
    except BaseException:
        plan.undo()
        raise


def _plan_one(plan: Plan, root: Node, path: str, thing: object) -> None:
    group = root.get(f"{path}/vars" if path else "vars")
    store = _arrays(group) if group is not None else {}
    if _is_overridden(thing, "load_own_variables"):
        plan.run_own(thing, store)
        return
    variables = own_variables(thing)
    if isinstance(thing, SeedGenerator) and not store:
        return  # Keras leaves them out
    if isinstance(thing, Optimizer) and len(store) != len(variables):
        if store:
            warnings.warn(
                f"Skipping variable loading for optimizer '{thing.name}', because it has {len(variables)} variables "
                f"whereas the saved optimizer has {len(store)} variables.", stacklevel=2,
            )  # fmt: skip
        return
    if variables or store:
        plan.set(thing, variables, [store[key] for key in sorted(store, key=_number)])


def _number(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdecimal() and len(key) < 9 else (10**9, key)


def _arrays(group: Node) -> dict[str, np.ndarray]:
    found = {}
    for name in group.children if group.is_group else ():
        node = group.get(name)
        array = node.array()
        if node.attrs.get("dtype") == "bfloat16":
            from teachkeras import dtypes

            array = array.view(dtypes.as_numpy("bfloat16"))
        elif array.dtype.kind == "V":
            raise node.file.broken(f"{node.name!r} of raw bytes", "numbers")
        found[name] = array
    return found


def _is_overridden(thing: object, method: str) -> bool:
    return getattr(type(thing), method, None) is not getattr(Keeper, method) and isinstance(thing, Keeper)


def _report(failed: list, skip_mismatch: bool) -> None:
    """Warn of, or raise, what could not be loaded."""
    thing, error = failed[0]
    names = ", ".join(f"{type(t).__name__} {t.name!r}" for t, _ in failed[:20])
    if skip_mismatch:
        warnings.warn(f"{len(failed)} objects could not be loaded: {names}. The first: {error}", stacklevel=4)
        return
    kind = ArgumentError if not isinstance(error, ShapeError) else ShapeError
    raise kind(
        f"A total of {len(failed)} objects could not be loaded: {names}; nothing was changed",
        expected=getattr(error, "expected", "") or f"weights that {type(thing).__name__} {thing.name!r} can load",
        got=getattr(error, "got", "") or f"{type(error).__name__}: {error}",
        fix="build the model that the file was saved from, or pass skip_mismatch=True",
    ) from error
