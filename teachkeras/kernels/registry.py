"""The registry: which routine runs on which back end."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from teachkeras import config

FOLDERS = {"numpy": "reference", "numba": "cpu", "cupy": "gpu"}
ROUTINES: dict[str, Routine] = {}


class Routine:
    """One named computation with an implementation per back end.

    Attributes:
        name: What ``kernels`` knows it by.
        on: Implementations by folder: ``"reference"`` always, ``"cpu"`` where Numba is faster.
        run: The implementation in use; chosen at the first call and anew when the back end changes.
        tolerance: Largest relative error of a float32 implementation against the float64 reference.
    """

    __slots__ = ("family", "name", "on", "run", "tolerance")

    def __init__(self, name: str, family: str):
        self.name, self.family = name, family
        self.on: dict[str, Callable] = {}
        self.tolerance = 2e-6
        self.run = self._choose

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Run on the back end in use."""
        return self.run(*args, **kwargs)

    def _choose(self, *args: object, **kwargs: object) -> object:
        self.run = self.best(config.backend())
        return self.run(*args, **kwargs)

    def best(self, backend: str) -> Callable:
        """Return the implementation for `backend`, the reference where it has none of its own."""
        folder = FOLDERS[backend]
        if folder != "reference":
            _load(folder, self.family)
        return self.on.get(folder, self.on["reference"])

    def __repr__(self) -> str:
        return f"<routine {self.name} on {', '.join(self.on)}>"


def routine(name: str, on: str, tolerance: float | None = None) -> Callable:
    """Register a function as the implementation of routine `name` on ``"reference"``, ``"cpu"`` or ``"gpu"``."""

    def register(function: Callable) -> Callable:
        family = function.__module__.rsplit(".", 1)[1]
        entry = ROUTINES.setdefault(name, Routine(name, family))
        entry.on[on] = function
        if tolerance is not None:
            entry.tolerance = tolerance
        return function

    return register


def load_reference() -> None:
    """Import every file of reference routines."""
    from teachkeras.kernels import reference

    for module in pkgutil.iter_modules(reference.__path__):
        importlib.import_module(f"{reference.__name__}.{module.name}")


def _load(folder: str, family: str) -> None:
    name = f"teachkeras.kernels.{folder}.{family}"
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, f"teachkeras.kernels.{folder}", "numba"):
            raise


def implementations(backend: str) -> list[tuple[str, Callable]]:
    """Return (routine, function) for every routine that has an implementation of its own on `backend`."""
    load_reference()
    for entry in ROUTINES.values():
        entry.best(backend)
    folder = FOLDERS[backend]
    return [(name, entry.on[folder]) for name, entry in sorted(ROUTINES.items()) if folder in entry.on]


def warmup() -> list[str]:
    """Compile, or load from the cache, every Numba routine; return their names."""
    from teachkeras.kernels import cpu

    implementations("numba")
    return cpu.warmup()


def _forget_choices(_backend: str) -> None:
    for entry in ROUTINES.values():
        entry.run = entry._choose


config.on_backend_change.append(_forget_choices)
