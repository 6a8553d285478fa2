"""Finding what a view shall show: a built model, one of its layers, finite numbers; or saying what is wrong."""

import numpy as np

from teachkeras.errors import ArgumentError, DataError, NotBuiltError, ShapeError, UnknownNameError, did_you_mean


def built(where, model):
    """``model``, if it is one and has weights."""
    if not hasattr(model, "layers"):
        fix = f"{where}(model)"
        raise ArgumentError(where, expected="a teachkeras model", got=f"a {type(model).__name__}", fix=fix)
    if not getattr(model, "built", False):
        raise NotBuiltError(
            where,
            expected="a built model",
            got=f"{model.name!r}, which has no weights yet",
            fix="begin it with Input(shape), or call model.build(input_shape) or fit first",
        )
    return model


def layers_of(model):
    """Every layer that computes something, those of inner models too, in order."""
    found = []
    for layer in model.layers:
        inner = getattr(layer, "layers", None)
        found += layers_of(layer) if isinstance(inner, list) else [layer]
    return [layer for layer in found if type(layer).__name__ != "InputLayer"]


def layer_of(where, model, layer):
    """The layer object: given as such or by name."""
    layers = layers_of(model)
    for each in layers:
        if each is layer or each.name == layer:
            return each
    names, name = [each.name for each in layers], getattr(layer, "name", layer)
    fix = did_you_mean(name, names) if isinstance(name, str) else "give the layer's name"
    raise UnknownNameError(f"{where}, layer", expected=f"a layer of {model.name!r}", got=repr(name), fix=fix)


def array(where, values, name="x", ndim=None):
    """``values`` as an array of finite numbers, not empty."""
    values = plain(values)
    if values.dtype.kind not in "fiub":
        raise ArgumentError(where, expected=f"{name} made of numbers", got=f"dtype {values.dtype}", fix="np.asarray(…)")
    if values.size == 0:
        raise ShapeError(where, expected=f"at least one number in {name}", got=f"shape {values.shape}", fix="add data")
    if ndim is not None and values.ndim not in np.atleast_1d(ndim):
        wanted = " or ".join(map(str, np.atleast_1d(ndim)))
        raise ShapeError(where, expected=f"{name} with {wanted} axes", got=f"shape {values.shape}", fix="reshape it")
    finite(where, values, name)
    return values


def finite(where, values, name="x"):
    """Refuse NaN and infinity, and say where the first one is."""
    bad = np.argwhere(~np.isfinite(values)) if values.dtype.kind == "f" else ()
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        raise DataError(
            f"{where}, {name}",
            expected="finite numbers",
            got=f"{values[at]} at entry {at if len(at) > 1 else at[0] if at else 0} ({len(bad)} such in all)",
            fix="look for the division or logarithm that made it",
        )


def plain(tensor):
    """A tensor, variable, list or array as a NumPy array; one on a GPU is copied, now that it is shown."""
    if hasattr(tensor, "__cuda_array_interface__"):
        return tensor.get()
    return np.asarray(tensor.numpy() if hasattr(tensor, "numpy") else tensor)


def refuse(where, wrong, got, expected, fix):
    """Raise if ``wrong``: where, expected, got, what to do."""
    if wrong:
        raise ArgumentError(where, expected=expected, got=got, fix=fix)
