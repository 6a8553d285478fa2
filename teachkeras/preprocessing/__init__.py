"""Preparing data: sequences of equal length, words as numbers, pictures. Names are those of ``keras.preprocessing``."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from teachkeras.errors import did_you_mean


def __getattr__(name: str) -> ModuleType:
    if name in __dir__():
        return importlib.import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        from teachkeras import utils

        if name in ("image_dataset_from_directory", "text_dataset_from_directory", "timeseries_dataset_from_array"):
            return getattr(utils, name)
    raise AttributeError(f"teachkeras.preprocessing has no {name!r}; {did_you_mean(name, __dir__())}")


def __dir__() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
