"""Users' classes and functions in files: what is registered, and any object as plain data. Names are Keras's."""

from __future__ import annotations

from teachkeras import serial
from teachkeras.serial import CustomObjectScope, register_keras_serializable

aliases = {
    "CustomObjectScope": CustomObjectScope,
    "custom_object_scope": CustomObjectScope,
    "register_keras_serializable": register_keras_serializable,
}


def serialize_keras_object(obj: object) -> object:
    """Return an object as plain data: a layer, a function, an array, a list of them.

    >>> from teachkeras import initializers
    >>> serialize_keras_object(initializers.Zeros())["class_name"]
    'Zeros'

    Raises:
        ArgumentTypeError: it has no ``get_config``.
    """
    return serial.plain(obj)


def deserialize_keras_object(config: object, custom_objects: dict | None = None, safe_mode: bool = True, **kwargs):
    """Return the object that :func:`serialize_keras_object` described.

    Args:
        config: The description.
        custom_objects: Name → class or function, beside those that are registered.
        safe_mode: Taken for compatibility: code inside a config is never run here.
        kwargs: ``module_objects`` and ``printable_module_name`` of older Keras.

    >>> deserialize_keras_object({"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}}).units
    2

    Raises:
        UnknownObjectError: a class or function that is not known.
    """
    objects = {**(kwargs.get("module_objects") or {}), **(custom_objects or {})}
    with CustomObjectScope(objects):
        if isinstance(config, (list, tuple)):
            return type(config)(deserialize_keras_object(item) for item in config)
        if isinstance(config, dict) and not serial.is_serialized(config):
            return {key: deserialize_keras_object(value) for key, value in config.items()}
        return serial.deserialize(config)


def get_custom_objects() -> dict:
    """Return the dict of everything that is registered; what is put into it is known from then on."""
    return serial._registered


def get_registered_name(obj: object) -> str:
    """Return the name under which a class or function is registered; of others, its own name."""
    return serial.get_registered_name(obj) or obj.__name__


def get_registered_object(name: str, custom_objects: dict | None = None, module_objects: dict | None = None):
    """Return the class or function of that name, None if there is none."""
    for known in (custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return serial.get_registered_object(name)
