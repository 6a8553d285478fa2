"""Public namespaces that fill themselves: no hand-kept lists of names.

A package's ``__init__`` says ``names, __getattr__, __dir__ = lazy(__name__)``. The first time a name is asked for, the
package's modules are imported and everything public that they define is published: classes, functions and ops whose
home is that module, plus its ``aliases`` dict (short names such as ``"mse"``).
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable

from teachkeras.errors import did_you_mean
from teachkeras.left_out import stand_in
from teachkeras.taught import point


def public(module: object) -> dict[str, object]:
    """Return the public names that a module defines itself."""
    found = {}
    for name, thing in vars(module).items():
        ours = inspect.isclass(thing) or inspect.isfunction(thing) or getattr(type(thing), "is_op", False)
        internal = name.startswith("_") or name.endswith("_vjp")  # an op's gradient is found at op.gradient
        if ours and not internal and getattr(thing, "__module__", None) == module.__name__:
            found[name] = point(thing)
    found.update(getattr(module, "aliases", {}))
    return found


def lazy(package: str, *elsewhere: str, helpers: str = "") -> tuple[Callable, Callable, Callable]:
    """Return (names, __getattr__, __dir__) for a package, published from its own modules and those `elsewhere`.

    Args:
        package: Its name.
        elsewhere: Modules whose public things it shows too.
        helpers: Its modules, and names in them, that its files share and that are not for users.
    """
    inside = frozenset(helpers.split())

    @functools.cache
    def submodules() -> tuple[str, ...]:
        return tuple(m.name for m in pkgutil.iter_modules(sys.modules[package].__path__))

    @functools.cache
    def names() -> dict[str, object]:
        published: dict[str, object] = {}
        own = (m for m in submodules() if not m.startswith("_") and m not in inside)
        for name in (*(f"{package}.{m}" for m in own), *elsewhere):
            module = importlib.import_module(name)
            if not getattr(module, "APART", False):  # such a package is a namespace of its own, as optimizers.schedules
                published.update(module.names() if hasattr(module, "__path__") else public(module))
        return {name: thing for name, thing in published.items() if name not in inside}

    def __getattr__(name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in submodules():
            return importlib.import_module(f"{package}.{name}")
        found = names().get(name) or stand_in(package.removeprefix("teachkeras."), name)
        if found is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}; {did_you_mean(name, names())}")
        setattr(sys.modules[package], name, found)  # found without this function from now on
        return found

    def __dir__() -> list[str]:
        return sorted({*names(), *public(sys.modules[package])})

    return names, __getattr__, __dir__


def single(module: str) -> tuple[Callable, Callable, Callable]:
    """Return (names, __getattr__, __dir__) for a namespace that is one file: its public things and its ``aliases``."""

    @functools.cache
    def names() -> dict[str, object]:
        found = public(sys.modules[module])
        return {name: thing for name, thing in found.items() if name not in ("get", "serialize", "deserialize")}

    def __getattr__(name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found = names().get(name) or stand_in(module.removeprefix("teachkeras."), name)
        if found is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}; {did_you_mean(name, names())}")
        return found

    def __dir__() -> list[str]:
        return sorted(public(sys.modules[module]))

    return names, __getattr__, __dir__
