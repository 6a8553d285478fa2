"""Initializers: the numbers that weights start from. Names, arguments and configs are those of ``keras.initializers``.

Symbols: d_in (fan in) is how many inputs reach a unit, d_out (fan out) how many units an input reaches. A variance of
about 1/d keeps the size of signals from layer to layer, and that of gradients on the way back. An initializer draws its
seed once, when it is made: called twice it returns the same numbers, unless its seed is a ``SeedGenerator``.

Source: Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; LeCun et al., "Efficient BackProp", 1998.

Files: ``base``, ``constant`` (no randomness), ``scaling`` (random numbers whose size suits the layer), ``fourier``.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import serial
from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__, helpers="typed aliases_of")


def get(identifier: object) -> Callable | None:
    """Return the initializer that a name, a config, a class or a callable stands for.

    Raises:
        UnknownNameError: no initializer has that name.

    >>> get("zeros"), get("glorot_uniform").get_config()
    (<Zeros>, {'seed': None, 'input_axes': None, 'output_axes': None})
    """
    return serial.resolve(identifier, "initializer", __name__)


def serialize(initializer: object) -> dict:
    """Return an initializer as plain data."""
    return serial.plain(initializer)


def deserialize(config: object, custom_objects: dict | None = None) -> Callable | None:
    """Return the initializer that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)
