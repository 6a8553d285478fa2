"""``keras.backend``: settings and dtypes under their old roof; ``K.mean`` and the like are ``teachkeras.ops``."""

from __future__ import annotations

from teachkeras import dtypes
from teachkeras.config import (  # noqa: F401 (re-exports)
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from teachkeras.dtypes import result_type  # noqa: F401
from teachkeras.errors import did_you_mean
from teachkeras.naming import next_number
from teachkeras.symbolic import SymbolicTensor
from teachkeras.utils.session import clear_session  # noqa: F401


def is_float_dtype(dtype):
    """Tell whether a dtype is a floating-point type."""
    return "float" in standardize_dtype(dtype)


def is_int_dtype(dtype):
    """Tell whether a dtype is a type of whole numbers."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def is_keras_tensor(x):
    """Tell whether `x` is a symbolic tensor."""
    return isinstance(x, SymbolicTensor)


def standardize_dtype(dtype):
    """Return the standard name of a dtype; None is ``floatx``."""
    return dtypes.name_of(dtype)


def get_uid(prefix=""):
    """Return a number that was not yet given to `prefix` in this process, from 1 on."""
    return next_number(prefix)


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    from teachkeras import ops

    if (found := ops.names().get(name)) is None:
        raise AttributeError(
            f"module 'teachkeras.backend' has no attribute {name!r}; {did_you_mean(name, ops.names())}"
        )
    return found
