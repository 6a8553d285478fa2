"""Data to learn on: small real sets that ship with the package; Keras's full-size ones, downloaded once and checked.

``digits``, ``iris`` and ``wine`` are embedded, ``toys`` are made up; the others come from Keras's public locations into
Keras's cache folder.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from teachkeras.errors import did_you_mean


def __getattr__(name: str) -> ModuleType:
    if name in __dir__():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"teachkeras.datasets has no {name!r}; {did_you_mean(name, __dir__())}")


def __dir__() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
