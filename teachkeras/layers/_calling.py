"""What happens around a layer's ``call``: its arguments sorted out, masks handed in and passed on."""

from __future__ import annotations

import functools
import inspect
import warnings

import numpy as np

from teachkeras import tree
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Operators, Tensor


class Face:
    """What a layer class's ``call`` takes, looked up once per class.

    Attributes:
        names: Its parameters, without ``self``.
        takes_training: Whether one of them is ``training``.
        masks: Those that take masks: ``mask``, or ``query_mask`` for an argument ``query``.
        makes_masks: Whether the class makes masks of its own, so that it is asked even without one coming in.
        build, shape_rule: The parameters of ``build`` and of ``compute_output_shape``.
    """

    def __init__(self, cls: type):
        self.names = _parameters(cls.call)
        self.takes_training = "training" in self.names
        self.masks = tuple(n for n in self.names if n == "mask" or n.endswith("_mask"))
        self.makes_masks = not getattr(cls.compute_mask, "is_default", False)
        self.build, self.shape_rule = _parameters(cls.build), _parameters(cls.compute_output_shape)

    def tensors(self, args: tuple, kwargs: dict) -> dict[str, object]:
        """Return by name the arguments that are tensors, or lists and dicts of them; masks aside."""
        given = {**dict(zip(self.names, args, strict=False)), **kwargs}
        return {name: v for name, v in given.items() if name not in self.masks and holds_tensors(v)}


@functools.cache
def face_of(cls: type) -> Face:
    """Return the face of a layer class."""
    return Face(cls)


def _parameters(method: object) -> tuple[str, ...]:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(n for n, p in inspect.signature(method).parameters.items() if p.kind not in kinds and n != "self")


def holds_tensors(value: object) -> bool:
    """Tell whether `value` is a tensor, or a list or dict of tensors (and Nones)."""
    if not isinstance(value, (list, tuple, dict)):
        return isinstance(value, Operators)
    leaves = tree.flatten(value)
    return any(isinstance(leaf, Operators) for leaf in leaves) and all(
        leaf is None or isinstance(leaf, Operators) for leaf in leaves
    )


def shape_of(value: object) -> object:
    """Return the shape of a tensor, or the shapes in a structure of them; real data leave the batch length open."""
    if isinstance(value, (list, tuple, dict)):
        shapes = tree.map_structure(shape_of, value)
        return list(shapes) if isinstance(value, tuple) else shapes
    shape = getattr(value, "shape", None)
    return None if shape is None else (None, *shape[1:]) if isinstance(value, Tensor) else tuple(shape)


def shapes_for(parameters: tuple, shapes: dict[str, object]) -> dict[str, object]:
    """Return which of the shapes (``{"query_shape": …}``) a method of these parameters is given, and as what.

    A method of one shape gets the first, whatever it calls it; one of several gets those that it names.
    """
    if len(parameters) == 1 or not set(parameters) & set(shapes):
        return {parameters[0]: next(iter(shapes.values()), None)} if parameters else {}
    return {name: shape for name, shape in shapes.items() if name in parameters}


# --- masks ----------------------------------------------------------------------------------------------------------


def mask_of(value: object) -> object:
    """Return the mask(s) of a tensor or a structure of them; None where there is none at all."""
    if not isinstance(value, (list, tuple, dict)):
        return getattr(value, "mask", None)
    masks = tree.map_structure(lambda leaf: getattr(leaf, "mask", None), value)
    return masks if any(m is not None for m in tree.flatten(masks)) else None


def hand_in_masks(face: Face, args: tuple, kwargs: dict) -> object:
    """Fill ``mask=`` (one input) or ``query_mask=`` and the like from the masks that inputs carry.

    Returns the mask of the first input, for :func:`pass_on_masks`.
    """
    tensors = face.tensors(args, kwargs)
    given = {**dict(zip(face.names, args, strict=False)), **kwargs}
    for name, value in tensors.items():
        wanted = "mask" if len(tensors) == 1 else f"{name}_mask"
        if wanted in face.masks and given.get(wanted) is None and (mask := mask_of(value)) is not None:
            kwargs[wanted] = mask
    return kwargs["mask"] if kwargs.get("mask") is not None else mask_of(args[0]) if args else None


def pass_on_masks(layer: object, first: object, previous: object, outputs: object) -> None:
    """Put masks on the outputs: those that ``compute_mask`` makes of the first input's."""
    if not layer.supports_masking:
        if previous is not None:
            warnings.warn(
                f"Layer '{layer.name}' (of type {type(layer).__name__}) was passed an input with a mask attached to "
                "it. However, this layer does not support masking and will therefore destroy the mask information. "
                "Downstream layers will not see the mask.",
                stacklevel=4,
            )
        return
    flat = [out for out in tree.flatten(outputs) if isinstance(out, Operators)]
    if all(out.mask is not None for out in flat):
        return
    masks = layer.compute_mask(first, previous)
    if masks is not None:
        for out, mask in zip(flat, tree.flatten(masks), strict=False):
            if out.mask is None:
                out.mask = mask


# --- numbers --------------------------------------------------------------------------------------------------------


def numeric_list(value: object) -> bool:
    """Tell whether `value` is nested lists of Python numbers, to be taken as one array."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def symbols_for(shape: object, dtype: str) -> object:
    """Return symbolic tensors of these shapes."""
    return tree.map_shape_structure(lambda s: SymbolicTensor(s, dtype), shape)
