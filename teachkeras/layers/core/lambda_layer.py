"""Lambda: a function of yours as a layer."""

import codecs
import inspect
import marshal
import types

from teachkeras import ops, serial
from teachkeras.errors import ArgumentError, ArgumentTypeError, UnknownNameError
from teachkeras.layers.layer import Layer


class Lambda(Layer):
    """Run a function as a layer without weights.

    Args:
        function: From the inputs to the output; it may take ``mask`` and ``training`` too.
        output_shape: The output's shape without the batch axis, or a function of the input's shape; by default found by
            running the function on shapes alone.
        mask: The output's mask, or a function of (inputs, mask).
        arguments: Further keyword arguments of the function.

    Raises:
        ArgumentTypeError: `function` can't be called.

    A file can't hold a ``lambda`` safely: what is to be saved and read again is a named function, registered with
    ``register_keras_serializable``, or a layer class of your own.

    Example:
        >>> import numpy as np
        >>> Lambda(lambda x: x**2)(np.array([2.0, 3.0])).numpy()
        array([4., 9.], dtype=float32)
    """

    config_omits_none = frozenset({"output_shape", "mask"})

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        if not callable(function):
            raise ArgumentTypeError("Lambda", expected="a function", got=f"{function!r}")
        self.function = function
        self.arguments = arguments or {}
        self.mask = mask
        self.supports_masking = mask is not None
        self._output_shape = tuple(output_shape) if isinstance(output_shape, list) else output_shape
        self._takes = frozenset(_parameters(function)) & {"mask", "training"}

    def call(self, inputs, mask=None, training=None):
        """Return what the function makes of the inputs."""
        given = {"mask": mask, "training": training}
        return self.function(inputs, **self.arguments, **{name: given[name] for name in self._takes})

    def compute_output_shape(self, input_shape):
        """Return the shape that was given, or the one found by tracing."""
        if self._output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        first = input_shape[0] if isinstance(input_shape, list) else input_shape
        return (first[0], *self._output_shape)

    def compute_mask(self, inputs, mask=None):
        """Return the mask that was given, or made by the function that was."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict:
        """Return the constructor's arguments; functions by name, a ``lambda`` by its code as Keras writes it."""
        config = {k: v for k, v in super().get_config().items() if k not in ("function", "output_shape", "mask")}
        config["function"] = _described(self.function)
        for name, value in (("output_shape", self._output_shape), ("mask", self.mask)):
            if value is not None:
                config[name] = _described(value) if callable(value) else serial.plain(value)
        return config | {"arguments": serial.plain(self.arguments)}

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """Build the layer that :meth:`get_config` described.

        Raises:
            ArgumentError: the function is a ``lambda``; code out of a file is never run.
            UnknownNameError: no function of that name is known.
        """
        config = dict(config)
        with serial.CustomObjectScope(custom_objects or {}):
            for name in ("function", "output_shape", "mask"):
                if serial.is_serialized(config.get(name)):
                    config[name] = _found(config[name])
        return cls(**config)


def _parameters(function):
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # some built-in functions have none to show
        return ()


def _described(function):
    """Describe a function as Keras does."""
    if isinstance(function, types.FunctionType) and function.__name__ == "<lambda>":
        cells = function.__closure__
        code = codecs.encode(marshal.dumps(function.__code__), "base64").decode("ascii")
        kept = {"code": code, "defaults": function.__defaults__,
                "closure": tuple(c.cell_contents for c in cells) if cells else None}  # fmt: skip
        return {"class_name": "__lambda__", "config": kept}
    name = getattr(function, "__name__", type(function).__name__)
    registered = serial.get_registered_name(function) or "function"
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": registered}


def _found(described):
    """Return the function that a config describes."""
    if described["class_name"] == "__lambda__":
        raise ArgumentError(
            "Lambda: function", expected="a named function", got="the code of a lambda",
            fix="write a named function, register it with register_keras_serializable, and build the layer from it",
        )  # fmt: skip
    name = described["config"]
    for candidate in (described.get("registered_name"), name):
        if (function := serial.get_registered_object(candidate)) is not None:
            return function
    if name in ops.names():
        return getattr(ops, name)
    raise UnknownNameError(f"Lambda: could not locate function {name!r}", fix="pass it in custom_objects")
