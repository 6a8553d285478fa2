"""The HDF5 files of Keras 2: whole models (``model.h5``) and weights by layer name (``weights.h5``).

::

    attributes          keras_version, backend, model_config, training_config (JSON texts)
    model_weights       attribute layer_names; a group for each layer with the attribute weight_names:
      dense               dense/kernel, dense/bias: trainable weights first
      seed_states         seed and counter of each source of random numbers, written here only
    optimizer_weights   attribute weight_names, and the arrays

A file of weights alone is what stands under ``model_weights`` here.

Source: files that Keras 3.15 writes, looked into; of Keras 2, the published VGG16 weights and the tutorials' files.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from teachkeras import serial
from teachkeras.errors import ArgumentError, CorruptFileError, ShapeError, TeachKerasError
from teachkeras.kernels import device
from teachkeras.random import SeedGenerator
from teachkeras.saving import _opening, archive, store
from teachkeras.saving._legacy_config import modernised, old_fashioned, training_config
from teachkeras.saving.hdf5 import Node
from teachkeras.saving.store import Plan
from teachkeras.variable import Variable, room_for

if TYPE_CHECKING:
    import h5py

__all__ = ["load_model", "modernised", "save_model"]
TOP, SEEDS = "top_level_model_weights", "seed_states"  # the second is ours: Keras leaves seeds out
MOST_BYTES = 60_000  # of one attribute; longer lists are cut into name0, name1, …


# --- writing ---------------------------------------------------------------------------------------------------------


def save_model(model: object, file: BinaryIO, include_optimizer: bool = True) -> None:
    """Write a whole model into an open file."""
    import h5py

    config = archive.described(model)
    with h5py.File(file, "w", libver=("earliest", "v108")) as target:
        target.attrs["keras_version"], target.attrs["backend"] = archive.KERAS_VERSION, "numpy"
        target.attrs["model_config"] = json.dumps(old_fashioned(config))
        _write_layers(model, target.create_group("model_weights"))
        if include_optimizer and config["compile_config"]:
            target.attrs["training_config"] = json.dumps(training_config(config["compile_config"]))
            if model.optimizer is not None and model.optimizer.built:
                _write_group(target.create_group("optimizer_weights"), model.optimizer.variables)


def save_weights(model: object, file: BinaryIO) -> None:
    """Write the weights alone into an open file."""
    import h5py

    with h5py.File(file, "w", libver=("earliest", "v108")) as target:
        _write_layers(model, target)


def _write_layers(model: object, group: h5py.Group) -> None:
    group.attrs["keras_version"], group.attrs["backend"] = archive.KERAS_VERSION, "numpy"
    _note(group, "layer_names", [layer.name for layer in model.layers])
    for layer in model.layers:
        _write_group(group.create_group(layer.name), in_order(layer))
    _write_group(group.create_group(TOP), model._own_variables())
    for path, seeds in _seeds_of(model):
        group.create_dataset(f"{SEEDS}/{path}", data=seeds.state.numpy())


def _write_group(group: h5py.Group, variables: list[Variable]) -> None:
    names: list[str] = []
    for variable in variables:
        name, number = variable.path, 1
        while name in names:  # two layers of one name
            name, number = f"{variable.path}_{number}", number + 1
        names.append(name)
        group.create_dataset(name, data=device.host(variable.data))
    _note(group, "weight_names", names)


def _note(group: h5py.Group, name: str, texts: list[str]) -> None:
    """Write a list of texts as an attribute, in parts where it is long."""
    width = max([16, *[16 + len(text.encode()) for text in texts]])
    count = max(1, MOST_BYTES // width)
    if len(texts) <= count:
        group.attrs[name] = texts
        return
    for part, start in enumerate(range(0, len(texts), count)):
        group.attrs[f"{name}{part}"] = texts[start : start + count]


def _seeds_of(model: object) -> list[tuple[str, SeedGenerator]]:
    """Return (path, generator) of all sources of random numbers in a model."""
    return [(path, part) for path, part in store.walk(model) if isinstance(part, SeedGenerator)]


def in_order(layer: object) -> list[Variable]:
    """Return a layer's weights as these files order them: what trains, then what does not."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


# --- reading ---------------------------------------------------------------------------------------------------------


def holds_weights(root: Node) -> bool:
    """Tell whether a file has the layout of Keras 2."""
    return any(name in root.attrs for name in ("layer_names", "layer_names0", "model_config")) or (
        "model_weights" in root.children
    )


def weights_group(root: Node) -> Node:
    """Return the group that holds the layers."""
    return root.get("model_weights") or root


def _noted(node: Node, name: str) -> list[str]:
    """Return a list of texts that was written as one attribute or in parts."""
    attrs = node.attrs
    found = attrs.get(name)
    if found is None:
        found, part = [], 0
        while f"{name}{part}" in attrs:
            found, part = [*found, *attrs[f"{name}{part}"]], part + 1
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise node.file.broken(f"{name} of {node.name!r} is {str(found)[:80]}", "a list of names")
    return found


def _arrays_of(node: Node) -> list[np.ndarray]:
    found = []
    for name in _noted(node, "weight_names"):
        array = node.get(name)
        if array is None or array.is_group:
            raise node.file.broken(f"no array {name!r} in {node.name!r}")
        found.append(array.array())
    return found


def read_weights(model: object, group: Node, by_name: bool = False, skip_mismatch: bool = False) -> None:
    """Set a model's weights: layer by layer in order, or by the layers' names; all, or none.

    Raises:
        ShapeError: number or shapes of layers or weights differ.
    """
    saved = {name: group.get(name) for name in _noted(group, "layer_names")}
    if None in saved.values():
        raise group.file.broken("a layer that is named and not there")
    plan = Plan()
    for layer, node in _pairs(model, saved, by_name):
        variables, arrays = in_order(layer), _arrays_of(node)
        try:
            plan.set(layer, variables, arrays)
        except ShapeError as error:
            if not skip_mismatch:
                raise
            warnings.warn(f"Skipping loading weights for layer {layer.name!r}: {error}", stacklevel=4)
    if (top := group.get(TOP)) is not None and not by_name:
        arrays = _arrays_of(top)
        if arrays or model._own_variables():
            plan.set(model, model._own_variables(), arrays)
    if group.get(SEEDS) is not None and not by_name:
        for path, seeds in _seeds_of(model):
            if (node := group.get(f"{SEEDS}/{path}")) is not None:
                plan.set(seeds, [seeds.state], [node.array()])
    plan.carry_out()


def _pairs(model: object, saved: dict[str, Node], by_name: bool) -> list[tuple[object, Node]]:
    """Match layers that have weights to groups that have."""
    if by_name:
        return [(layer, saved[layer.name]) for layer in model.layers if layer.name in saved and in_order(layer)]
    layers = [layer for layer in model.layers if in_order(layer)]
    groups = [node for node in saved.values() if _noted(node, "weight_names")]
    if len(layers) != len(groups):
        raise ShapeError(
            "Layer count mismatch when loading weights from file.", expected=f"{len(layers)} layers with weights",
            got=f"{len(groups)} saved layers", fix="pass by_name=True to load the layers whose names agree",
        )  # fmt: skip
    return list(zip(layers, groups, strict=True))


def load_model(path: str, custom_objects: dict | None, compile: bool) -> object:
    """Return the model that a file holds.

    Raises:
        CorruptFileError: it is no such file, or not a whole one.
    """
    where = _opening.name_of(path)
    token = serial.legacy.set(True)
    try:
        with _opening.told_as_corrupt(where), serial.CustomObjectScope(custom_objects or {}):
            root = _opening.root_of(_opening.content(path), where)
            attrs = root.attrs
            if not isinstance(attrs.get("model_config"), str) or "model_weights" not in root.children:
                raise CorruptFileError(
                    where, expected="a whole model: model_config and model_weights", got=", ".join(attrs) or "neither",
                    fix="for a file of weights: build the model, then model.load_weights(...)",
                )  # fmt: skip
            config = modernised(_opening.parsed(attrs["model_config"], where))
            with room_for(_opening.room(len(root.file.data))):
                model = archive._rebuilt(config, custom_objects, where)
            read_weights(model, weights_group(root))
            if compile and isinstance(attrs.get("training_config"), str):
                _compile(model, _opening.parsed(attrs["training_config"], where), root)
            return model
    finally:
        serial.legacy.reset(token)


def _compile(model: object, given: dict, root: Node) -> None:
    """Compile as the file says; what can't be made out is left to the user, with a warning."""
    optimizer = given.pop("optimizer_config", None)
    known = ("loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly", "steps_per_execution")
    config = {name: given[name] for name in known if given.get(name) is not None}
    try:
        model.compile_from_config({"optimizer": modernised(optimizer) if optimizer else "rmsprop", **config})
    except (TeachKerasError, TypeError) as error:
        warnings.warn(f"The model was loaded but not compiled: {error}. Call compile().", stacklevel=5)
        return
    group = root.get("optimizer_weights")
    if group is None:
        return
    names, variables = _noted(group, "weight_names"), model.optimizer.variables
    plan = Plan()
    try:
        if not names or not names[0].endswith("iteration"):
            raise ArgumentError("optimizer of Keras 2", expected="the state in Keras 3's order", got=str(names[:3]))
        plan.set(model.optimizer, variables, _arrays_of(group))
    except (ArgumentError, ShapeError) as error:
        warnings.warn(f"The optimizer starts anew, its saved state does not fit: {error}", stacklevel=5)
        return
    plan.carry_out()
