"""Other people's imports: after :func:`install_as_keras`, ``import keras`` and ``tensorflow.keras`` mean teachkeras."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
import warnings

ROOTS = {  # how a script may begin the name of a module of Keras
    "keras": "teachkeras",
    "tf_keras": "teachkeras",
    "tensorflow.keras": "teachkeras",
    "tensorflow.python.keras": "teachkeras",
}
EMPTY = ("tensorflow", "tensorflow.python")  # stand-ins that hold ``keras`` and nothing else


class KerasAlias(types.ModuleType):
    """A module under Keras's name that hands out what teachkeras has under the same one."""

    def __init__(self, name: str, target: str):
        super().__init__(name, f"Stands for {target}.")
        self.__path__: list[str] = []
        self.__dict__["_target"] = importlib.import_module(target)
        self.__dict__["__all__"] = [n for n in dir(self._target) if not n.startswith("_")]

    def __getattr__(self, name: str) -> object:
        if name == "__version__":
            return "3.15.1"  # the version whose interface this is
        return getattr(self._target, name)

    def __dir__(self) -> list[str]:
        return dir(self._target)


class _StandIn(types.ModuleType):
    """``tensorflow``, as far as ``tensorflow.keras`` goes."""

    __version__ = "2.20.0"

    def __init__(self, name: str):
        super().__init__(name, "Stands in for TensorFlow: only tensorflow.keras is here, and it is teachkeras.")
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> object:
        if name == "keras":
            return importlib.import_module(f"{self.__name__}.keras")
        if name == "GradientTape":
            return importlib.import_module("teachkeras").GradientTape
        raise AttributeError(
            f"module {self.__name__!r} has no attribute {name!r}: TensorFlow is not here, only tensorflow.keras "
            "(teachkeras); use teachkeras.ops"
        )


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds Keras's modules in teachkeras."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name in EMPTY or _ours(name):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name) if spec.name in EMPTY else KerasAlias(spec.name, _ours(spec.name))

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def _ours(name: str) -> str | None:
    """Return our module for one of Keras's: its own, or its family's (``keras.layers.core`` → ``layers``)."""
    root = max((r for r in ROOTS if name == r or name.startswith(f"{r}.")), key=len, default=None)
    if root is None:
        return None
    parts = name.removeprefix(root).strip(".").split(".") if name != root else []
    if parts[:1] == ["layers"]:  # older Keras sorted layers into other files than ours
        return "teachkeras.layers"
    while parts:
        candidate = ".".join(["teachkeras", *parts])
        try:
            importlib.import_module(candidate)
        except ModuleNotFoundError as error:
            if not candidate.startswith(error.name or " "):
                raise
        else:
            return candidate
        if len(parts) == 1:
            return None
        parts.pop()
    return "teachkeras"


def install_as_keras() -> None:
    """Make ``import keras`` and ``from tensorflow.keras import …`` mean teachkeras, from here on in this process.

    Call it before the script's own imports. A Keras or TensorFlow that was imported before stays what it is for those
    who hold it; a warning says so.

        import teachkeras
        teachkeras.install_as_keras()
        from tensorflow.keras.layers import Dense       # teachkeras.layers.Dense
    """
    known = (*ROOTS, *EMPTY)
    real = [n for n, m in sys.modules.items() if n in known and not isinstance(m, (KerasAlias, _StandIn))]
    if real:
        warnings.warn(
            f"install_as_keras: {', '.join(sorted(real))} was imported before; what holds it keeps it. Call "
            "install_as_keras() first.",
            stacklevel=2,
        )
        for name in [n for n in sys.modules if n.split(".")[0] in ("keras", "tf_keras", "tensorflow")]:
            del sys.modules[name]
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def uninstall_as_keras() -> None:
    """Take :func:`install_as_keras` back."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    for name in [n for n, module in sys.modules.items() if isinstance(module, (KerasAlias, _StandIn))]:
        del sys.modules[name]
