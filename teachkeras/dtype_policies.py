"""Dtype policies: in which number type a layer computes, and in which it keeps its weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping

import numpy as np

from teachkeras import config, dtypes
from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.left_out import stand_in
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

    quantization_mode: str | None = None  # "int8" in QuantizedDTypePolicy

    def convert_input(self, x: object, autocast: bool, dtype: object) -> object:
        """Return floats as `dtype`, if `autocast` says so; whole numbers stay."""
        from teachkeras.ops.elementwise import cast
        from teachkeras.tensor import Operators, Tensor

        if not isinstance(x, Operators):
            if not hasattr(x, "__array__"):
                return x
            x = Tensor(np.asarray(x))
        wrong = dtypes.is_float(x.dtype) and dtypes.name_of(x.dtype) != dtypes.name_of(dtype)
        return cast(x, dtype=dtypes.name_of(dtype)) if autocast and wrong else x

    def get_config(self) -> dict:
        """Return the name."""
        return {"name": self.name}

    def __eq__(self, other: object) -> bool:
        plain = (DTypePolicy, FloatDTypePolicy)
        kind = type(other) in plain if type(self) in plain else type(other) is type(self)
        return kind and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self.name}">'


class QuantizedDTypePolicy(DTypePolicy):
    """The policy of a layer whose big weight is kept as bytes.

    Args:
        mode: ``"int8"``.
        source_name: The policy of everything else; that in force by default.

    Raises:
        ArgumentError: another mode, or float16.

    >>> QuantizedDTypePolicy("int8", "float32").name
    'int8_from_float32'
    """

    def __init__(self, mode: str, source_name: str | None = None):
        source = dtype_policy().name if source_name is None else source_name
        super().__init__(source)
        if mode != "int8" or self.compute_dtype == "float16":
            raise ArgumentError(
                "QuantizedDTypePolicy", expected='mode "int8" and a policy that computes in float32 or bfloat16',
                got=f"{mode!r} from {source!r}",
            )  # fmt: skip
        self.name, self.quantization_mode, self._source = f"{mode}_from_{source}", mode, source

    def get_config(self) -> dict:
        """Return mode and source."""
        return {"mode": self.quantization_mode, "source_name": self._source}


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """Policies by layer: paths, or patterns that match a whole path, and their policies.

    Args:
        default_policy: For layers that nothing matches; that in force by default.
        policy_map: A dict from a path or pattern (``"encoder/.*"``) to a policy.

    Raises:
        ArgumentTypeError: policy_map is no dict.
        ArgumentError: a key twice, a path that two patterns match, a value that is no policy.

    >>> policies = DTypePolicyMap("float32", {"encoder/.*": DTypePolicy("bfloat16")})
    >>> policies["encoder/dense"].name, policies["head"].name
    ('bfloat16', 'float32')
    """

    def __init__(self, default_policy: object = None, policy_map: dict | None = None):
        if policy_map is not None and not isinstance(policy_map, dict):
            raise ArgumentTypeError("DTypePolicyMap", expected="policy_map, a dict", got=repr(policy_map))
        self._given_default, self.default_policy, self.policy_map = (
            default_policy,
            get(default_policy),
            policy_map or {},
        )
        self.name = f"map_{self.default_policy.name}"
        self.compute_dtype, self.variable_dtype = self.default_policy.compute_dtype, self.default_policy.variable_dtype
        self.quantization_mode = self.default_policy.quantization_mode

    def __getitem__(self, key: str) -> DTypePolicy:
        """Return the policy of a layer's path: an exact key first, then a pattern, then the default."""
        if key in self.policy_map:
            return self.policy_map[key]
        found = [pattern for pattern in self.policy_map if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ArgumentError(
                "DTypePolicyMap", expected=f"one pattern that matches {key!r}", got=", ".join(found),
                fix="make the patterns narrower",
            )  # fmt: skip
        return self.policy_map[found[0]] if found else self.default_policy

    def __setitem__(self, key: str, policy: object) -> None:
        """Name the policy of a path or pattern."""
        if key in self.policy_map:
            raise ArgumentError(f"DTypePolicyMap: {key!r}", expected="a new key", got="one that is there already")
        try:
            self.policy_map[key] = get(policy)
        except TypeError as error:
            raise ArgumentError("DTypePolicyMap", expected="a policy", got=repr(policy)) from error

    def __delitem__(self, key: str) -> None:
        """Take a key out."""
        del self.policy_map[key]

    def __len__(self) -> int:
        return len(self.policy_map)

    def __iter__(self) -> Iterator[str]:
        return iter(self.policy_map)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def get_config(self) -> dict:
        """Return the default and the policies."""
        default = self._given_default
        return {
            "default_policy": _described(default) if isinstance(default, DTypePolicy) else default,
            "policy_map": {key: _described(policy) for key, policy in self.policy_map.items()},
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> DTypePolicyMap:
        """Build a map from what ``get_config`` returned."""
        default = config["default_policy"]
        return cls(get(default) if default is not None else None,
                   {key: _built(policy, custom_objects) for key, policy in config["policy_map"].items()})  # fmt: skip


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
    if isinstance(identifier, str) and (parts := identifier.partition("_from_"))[1]:
        return QuantizedDTypePolicy(parts[0], parts[2])
    return DTypePolicy(identifier if identifier in _MIXED else dtypes.name_of(identifier))


def serialize(dtype_policy: DTypePolicy) -> dict:
    """Return a policy as plain data."""
    return _described(dtype_policy)


def deserialize(config: dict, custom_objects: dict | None = None) -> DTypePolicy:
    """Build a policy from what :func:`serialize` returned."""
    return _built(config, custom_objects)


FloatDTypePolicy = DTypePolicy


def __getattr__(name: str) -> object:
    if name.startswith("__") or (found := stand_in("dtype_policies", name)) is None:
        raise AttributeError(f"module 'teachkeras.dtype_policies' has no attribute {name!r}")
    return found
