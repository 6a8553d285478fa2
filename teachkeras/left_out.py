"""What Keras has and teachkeras leaves out on purpose, and what to use instead.

Such a name can be imported, so that a script's first lines run; using it says what to do.
"""

from __future__ import annotations

from teachkeras.errors import TeachKerasError

_OPS = "write the computation in teachkeras.ops (or NumPy) inside a layer of your own: it is differentiable there"
_DEVICES = "leave it out: teachkeras trains on the processor at hand; smaller batches and models fit one machine"
_LOW_BITS = 'model.quantize("int8"), the one low-bit format here'
_MEMORY = "call the function itself; smaller batches save memory"
INSTEAD = {
    "": {"distribution": _DEVICES, "device": _DEVICES, "remat": _MEMORY, "RematScope": _MEMORY},
    "layers": {
        "JaxLayer": _OPS, "FlaxLayer": _OPS, "TorchModuleWrapper": _OPS,
        "TFSMLayer": "load the model's .keras or .h5 file with teachkeras.saving.load_model",
        "Pipeline": "teachkeras.Sequential, whose layers run one after the other",
    },
    "callbacks": {"OrbaxCheckpoint": "callbacks.ModelCheckpoint, or BackupAndRestore to go on after a stop"},
    "dtype_policies": dict.fromkeys(
        ("QuantizedFloat8DTypePolicy", "GPTQDTypePolicy", "AWQDTypePolicy", "Int4DTypePolicy"), _LOW_BITS
    ),
    "quantizers": dict.fromkeys(
        ("AWQConfig", "GPTQConfig", "Float8QuantizationConfig", "Int4QuantizationConfig", "pack_int4", "unpack_int4",
         "compute_float8_amax_history", "compute_float8_scale", "quantize_and_dequantize",
         "abs_max_quantize_grouped_with_zero_point"), _LOW_BITS
    ),
    "utils": {
        "FeatureSpace": "layers.Normalization, StringLookup, CategoryEncoding and their like, one per column, then "
                        "layers.Concatenate",
    },
}  # fmt: skip


class LeftOutError(TeachKerasError, NotImplementedError):
    """A part of Keras that teachkeras leaves out; the message names what to use instead."""


class _LeftOut:
    """Base of the stand-ins: making or calling one says what to use."""

    place, fix = "", ""

    def __new__(cls, *args: object, **kwargs: object) -> object:
        """Say what to use instead."""
        raise LeftOutError(cls.place, expected="a part of Keras that teachkeras has", got=cls.__name__, fix=cls.fix)

    @classmethod
    def from_config(cls, config: dict) -> object:
        """Say what to use instead."""
        return cls()


def stand_in(namespace: str, name: str) -> type | None:
    """Return a class that says, when it is used, what to use in place of a name that is left out; None for others.

    >>> try:
    ...     stand_in("layers", "JaxLayer")(print)
    ... except LeftOutError as error:
    ...     print(error.where, error.got)
    teachkeras.layers.JaxLayer JaxLayer
    """
    fix = INSTEAD.get(namespace, {}).get(name)
    if fix is None:
        return None
    place = ".".join(filter(None, ["teachkeras", namespace, name]))
    return type(name, (_LeftOut,), {"place": place, "fix": fix, "__doc__": f"Left out. Instead: {fix}."})
