"""``keras.utils.legacy``: the functions that described and built objects in Keras 2, under their older arguments."""

from teachkeras import serial
from teachkeras.errors import UnknownNameError, did_you_mean

APART = True


def serialize_keras_object(instance):
    """Return an object as ``{"class_name": …, "config": …}``, a function as its name.

    Example:
        >>> from teachkeras import activations
        >>> serialize_keras_object(activations.relu)
        'relu'
    """
    if instance is None or isinstance(instance, str):
        return instance
    found = serial.plain(instance)
    return {name: found[name] for name in ("class_name", "config")} if serial.is_serialized(found) else found


def deserialize_keras_object(identifier, module_objects=None, custom_objects=None, printable_module_name="object"):
    """Return what a name or a dict of Keras 2 means.

    Args:
        identifier: A name, or ``{"class_name": …, "config": …}``.
        module_objects: Name → class or function.
        custom_objects: More of them.
        printable_module_name: What to call the kind in messages.

    Raises:
        UnknownNameError: nobody knows the name.

    Example:
        >>> from teachkeras.layers import Dense
        >>> deserialize_keras_object({"class_name": "Dense", "config": {"units": 2}}, {"Dense": Dense}).units
        2
    """
    known = {**(module_objects or {}), **(custom_objects or {})}
    name = identifier["class_name"] if isinstance(identifier, dict) else identifier
    if name is None or not isinstance(name, str):
        return identifier
    found = known.get(name, serial.get_registered_object(name))
    if found is None:
        raise UnknownNameError(f"Unknown {printable_module_name}: {name!r}", fix=did_you_mean(name, known))
    if not isinstance(identifier, dict):
        return found() if isinstance(found, type) else found
    with serial.CustomObjectScope(known):
        return found.from_config(identifier["config"])
