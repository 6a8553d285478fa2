"""Configs: from a constructor's signature to a plain dict and back, in Keras 3's format.

An object is described by where its class lives, what it is called and what its constructor was given::

    {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, ...}, "registered_name": None}

:class:`Configurable` reads the config from the signature of ``__init__``: an argument ``units`` is stored as
``self.units``, so nobody writes ``get_config`` by hand. A user's class joins through
:func:`register_keras_serializable` or inside a :class:`CustomObjectScope`.
"""

from __future__ import annotations

import contextvars
import functools
import importlib
import inspect
import sys
from collections.abc import Callable

import numpy as np

from teachkeras.errors import ArgumentError, ArgumentTypeError, UnknownNameError, UnknownObjectError, did_you_mean

_registered: dict[str, object] = {}
_scope: contextvars.ContextVar[dict] = contextvars.ContextVar("custom_objects", default={})  # noqa: B039 (never mutated)
_TOP_LEVEL = ("models", "dtype_policies")  # Keras files these under plain "keras"
_FAMILIES = (
    "layers", "models", "optimizers", "losses", "metrics", "initializers", "regularizers", "constraints", "activations",
    "dtype_policies", "random", "ops", "optimizers.schedules", "distillation", "quantizers",
)  # fmt: skip
legacy: contextvars.ContextVar[bool] = contextvars.ContextVar("legacy_config", default=False)  # Keras 2: no "module"


def keras_module(thing: object) -> str | None:
    """Return the module under which Keras files a class of ours (``"keras.layers"``), or the class's own module."""
    parts = thing.__module__.split(".")
    if parts[0] != "teachkeras":
        return thing.__module__
    if thing.__name__ == "Functional":  # a class without a public name there
        return "keras.src.models.functional"
    if parts[1] in _TOP_LEVEL:
        return "keras"
    family = ".".join(parts[1:3])
    return f"keras.{family if family in _FAMILIES else parts[1]}"


@functools.cache
def signature_of(cls: type) -> dict[str, inspect.Parameter]:
    """Return the parameters that building a `cls` takes, its bases' first, ``**kwargs`` followed upwards."""
    chain = []
    for base in cls.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        parameters = list(inspect.signature(base.__init__).parameters.values())[1:]
        chain.append({p.name: p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)})
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
    accepted: dict[str, inspect.Parameter] = {}
    for named in reversed(chain):
        accepted.update(named)
    return accepted


class Configurable:
    """A thing whose config is its constructor's arguments.

    ``get_config`` reads, for each parameter of ``__init__``, the attribute of that name; ``config_skips`` names those
    that Keras leaves out, ``config_omits_none`` those it leaves out while they are None.
    """

    config_skips: frozenset[str] = frozenset()
    config_omits_none: frozenset[str] = frozenset()

    def __new__(cls, *args: object, **kwargs: object) -> Configurable:
        """Remember the constructor's arguments, for classes that keep them under other names."""
        self = super().__new__(cls)
        object.__setattr__(self, "_given", (args, kwargs))
        return self

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data; ``from_config`` builds an equal object from it."""
        config = {}
        for name in signature_of(type(self)):
            if name in self.config_skips:
                continue
            value = self._argument(name)
            if value is None and name in self.config_omits_none:
                continue
            config[name] = plain(value)
        return config

    def _argument(self, name: str) -> object:
        for candidate in (name, f"_{name}"):
            if hasattr(self, candidate):
                return getattr(self, candidate)
        args, kwargs = self._given
        if name in kwargs:
            return kwargs[name]
        bound = inspect.signature(type(self).__init__).bind_partial(self, *args, **kwargs)
        return bound.arguments.get(name, signature_of(type(self))[name].default)

    @classmethod
    def from_config(cls, config: dict) -> Configurable:
        """Build an object from what ``get_config`` returned."""
        return cls(**{name: _revived(value) for name, value in config.items()})


def _revived(value: object) -> object:
    """Return an argument of a config with the objects in it built."""
    if isinstance(value, list) and any(is_serialized(item) for item in value):
        return [_revived(item) for item in value]
    return deserialize(value)


def plain(value: object) -> object:
    """Return `value` as JSON data: numbers, strings, lists (tuples stay tuples), dicts, serialized objects."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if isinstance(value, (list, tuple)):
        return (tuple if isinstance(value, tuple) else list)(plain(item) for item in value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, slice):
        return {"class_name": "__slice__", "config": {k: plain(getattr(value, k)) for k in ("start", "stop", "step")}}
    if isinstance(value, bytes):
        return {"class_name": "__bytes__", "config": {"value": value.decode("utf-8", "surrogateescape")}}
    if inspect.isfunction(value) or getattr(type(value), "is_op", False):
        return serialize_function(value)
    return serialize(value)


def serialize_function(function: Callable) -> str | dict:
    """Return a function's name if the library can find it by that name, else a description of it."""
    name = getattr(function, "__name__", None) or function.name
    if function.__module__.startswith("teachkeras.") and not get_registered_name(function):
        return name
    return {
        "module": "builtins",
        "class_name": "function",
        "config": get_registered_name(function) or name,
        "registered_name": "function",
    }


def serialize(thing: object) -> dict:
    """Describe an object by its class and config, as ``keras.saving.serialize_keras_object`` does."""
    if not hasattr(thing, "get_config"):
        raise ArgumentTypeError(
            "serialize", expected="an object with get_config()", got=f"{thing!r} of type {type(thing).__name__}"
        )
    cls = type(thing)
    module, registered = keras_module(cls), get_registered_name(cls)
    if (module == cls.__module__ or module.startswith("keras.src")) and registered is None:
        registered = cls.__name__
    described = {
        "module": module,
        "class_name": vars(cls).get("public_name", cls.__name__),
        "config": thing.get_config(),
        "registered_name": registered,
    }
    if getattr(thing, "build_config", None) is not None:
        described["build_config"] = thing.build_config
    return described


def is_serialized(value: object) -> bool:
    """Tell whether `value` is a dict that :func:`deserialize` understands."""
    return isinstance(value, dict) and "class_name" in value and "config" in value


def deserialize(described: object, custom_objects: dict | None = None) -> object:
    """Build the object that :func:`serialize` described.

    Raises:
        UnknownNameError: no class of that name is built in, registered, or in `custom_objects`.
    """
    if not is_serialized(described):
        return described
    with CustomObjectScope(custom_objects or {}):
        name, config = described["class_name"], described["config"]
        if name in _VALUES:
            return _VALUES[name](config)
        if name == "function":
            return _find_function(config, described.get("registered_name"))
        cls = find_class(described)
        thing = cls.from_config(config) if isinstance(config, dict) else cls(config)
        build_config = described.get("build_config")
        if build_config and not getattr(thing, "built", True) and hasattr(thing, "build_from_config"):
            thing.build_from_config(build_config)
        return thing


def _lambda(config: object) -> Callable:
    """Return the function that stands in for a file's lambda; its code is never run."""
    known = get_registered_object("<lambda>")
    if known is not None:
        return known
    raise ArgumentError(
        "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. This carries a "
        "potential risk of arbitrary code execution and thus it is disallowed",
        fix='write the function anew and pass it: custom_objects={"<lambda>": function}',
    )


_VALUES: dict[str, Callable] = {
    "__numpy__": lambda config: np.asarray(config["value"], config["dtype"]),
    "__tensor__": lambda config: np.asarray(config["value"], config["dtype"]),
    "__bytes__": lambda config: config["value"].encode("utf-8", "surrogateescape"),
    "__ellipsis__": lambda config: Ellipsis,
    "__slice__": lambda config: slice(*(deserialize(config[key]) for key in ("start", "stop", "step"))),
    "__lambda__": _lambda,
}


def _find_function(name: object, registered: object) -> Callable:
    """Return a registered function, or one of the library's activations, losses or metrics."""
    found = get_registered_object(registered) or get_registered_object(name)
    for family in ("activations", "losses", "metrics") if found is None and isinstance(name, str) else ():
        found = found or importlib.import_module(f"teachkeras.{family}").names().get(name)
    return _unknown(name, []) if found is None else found


def find_class(described: dict) -> type:
    """Return the class a description names: a custom object, a registered one, or one of the library's."""
    name = described["class_name"]
    custom = get_registered_object(described.get("registered_name") or name) or get_registered_object(name)
    if custom is not None:
        return custom
    module = described.get("module")
    if not isinstance(name, str) or not isinstance(module, (str, type(None))):
        _unknown(name, [])
    pieces = [piece for piece in (module or "").split(".") if piece != "src"]
    if not module and legacy.get():
        families = _FAMILIES
    elif pieces[0] not in ("keras", "teachkeras", "tf_keras"):
        _unknown(name, [*_registered, *_scope.get()])
    else:
        families = ("models", "layers", "dtype_policies") if len(pieces) == 1 else (pieces[1],)
        if (nested := ".".join(pieces[1:3])) in _FAMILIES:
            families = (nested,)
    choices: list[str] = []
    for family in families:
        if family not in _FAMILIES:
            _unknown(f"{module}.{name}", [])
        namespace = importlib.import_module(f"teachkeras.{family}")
        found = getattr(namespace, name, None)
        if isinstance(found, type) and found.__module__.startswith("teachkeras.") and hasattr(found, "from_config"):
            return found
        choices += [n for n in dir(namespace) if isinstance(getattr(namespace, n, None), type)]
    return _unknown(name, choices)


def _unknown(name: object, choices: list[str]) -> None:
    raise UnknownObjectError(
        f"Could not locate class or function {name!r}",
        expected="one that is built in, registered, or passed in custom_objects",
        fix=(did_you_mean(name, choices) + " For your own: " if choices else "")
        + f"decorate it with @register_keras_serializable(), or pass custom_objects={{{name!r}: …}}",
    )


def resolve(identifier: object, kind: str, namespace: str) -> object:
    """Turn what a user passes for an activation, a loss, … into the thing itself.

    A name is looked up in `namespace` (``"relu"`` → ``teachkeras.activations.relu``), a dict is deserialized, a class
    is called, anything callable is taken as it is.

    Raises:
        UnknownNameError: the name is not known; the message holds the nearest one.
    """
    if identifier is None:
        return None
    if is_serialized(identifier):
        return deserialize(identifier)
    if isinstance(identifier, str):
        custom = get_registered_object(identifier)
        module = sys.modules.get(namespace) or importlib.import_module(namespace)
        known = module.names()
        if custom is None and identifier not in known:
            raise UnknownNameError(
                f"Could not interpret {kind} identifier: {identifier}", expected=f"a known name, or a {kind}",
                got=repr(identifier), fix=did_you_mean(identifier, known),
            )  # fmt: skip
        identifier = custom if custom is not None else known[identifier]
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier) or hasattr(identifier, "get_config"):
        return identifier
    raise ArgumentTypeError(
        f"Could not interpret {kind} identifier: {identifier!r}", expected="a name, a config dict or a callable"
    )


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable:
    """Class or function decorator: makes a user's object known under ``package>name`` when files are read."""

    def register(thing: object) -> object:
        registered = f"{package}>{name or thing.__name__}"
        _registered[registered] = thing
        thing.__keras_name__ = registered
        return thing

    return register


def get_registered_name(thing: object) -> str | None:
    """Return the name under which `thing` was registered, or None."""
    name = vars(thing).get("__keras_name__") if hasattr(thing, "__dict__") else None
    return name if name in _registered else None


def get_registered_object(name: object) -> object | None:
    """Return what was registered, or put into the current custom-object scope, under `name`."""
    return _scope.get().get(name, _registered.get(name)) if isinstance(name, str) else None


class CustomObjectScope:
    """``with CustomObjectScope({"MyLayer": MyLayer}):`` names mean these objects inside the block."""

    def __init__(self, custom_objects: dict):
        self.custom_objects = dict(custom_objects)

    def __enter__(self) -> CustomObjectScope:
        """Add the objects to the scope."""
        self._token = _scope.set({**_scope.get(), **self.custom_objects})
        return self

    def __exit__(self, *exc: object) -> None:
        """Restore the scope."""
        _scope.reset(self._token)
