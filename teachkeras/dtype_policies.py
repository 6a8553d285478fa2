"""Dtype policies: in which number type a layer computes, and in which it keeps its weights."""

from __future__ import annotations

from teachkeras import config, dtypes
from teachkeras.serial import Configurable, is_serialized
from teachkeras.serial import deserialize as _built
from teachkeras.serial import serialize as _described

_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
_default: dict[str, DTypePolicy | None] = {"policy": None}


class DTypePolicy(Configurable):
    """A pair of number types.

    Args:
        name: A float type for both, or ``mixed_float16`` / ``mixed_bfloat16``: computing in 16 bits, weights in 32.

    >>> DTypePolicy("mixed_float16").compute_dtype, DTypePolicy("float32").variable_dtype
    ('float16', 'float32')
    """

    def __init__(self, name: str | None = None, source_name: str | None = None):
        self.name = name or config.floatx()
        mixed = _MIXED.get(self.name)
        self.compute_dtype = mixed or dtypes.name_of(self.name)
        self.variable_dtype = "float32" if mixed else self.compute_dtype

    def get_config(self) -> dict:
        """Return the name."""
        return {"name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


def dtype_policy() -> DTypePolicy:
    """Return the policy of layers that are given none."""
    return _default["policy"] or DTypePolicy(config.floatx())


def set_dtype_policy(policy: object) -> None:
    """Set the policy of layers that are given none; None restores ``floatx``."""
    _default["policy"] = None if policy is None else get(policy)


def get(identifier: object) -> DTypePolicy:
    """Return the policy that a name, a config or a policy means."""
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if is_serialized(identifier):
        return _built(identifier)
    return DTypePolicy(identifier if identifier in _MIXED else dtypes.name_of(identifier))


def serialize(dtype_policy: DTypePolicy) -> dict:
    """Return a policy as plain data."""
    return _described(dtype_policy)


def deserialize(config: dict, custom_objects: dict | None = None) -> DTypePolicy:
    """Build a policy from what :func:`serialize` returned."""
    return _built(config, custom_objects)


FloatDTypePolicy = DTypePolicy
