"""Model: a layer made of layers that can be compiled, trained, evaluated and asked."""

from __future__ import annotations

import io
import re

from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.layers.core._int8 import quantize_layers
from teachkeras.layers.layer import Layer
from teachkeras.saving import archive
from teachkeras.saving.savable import Savable
from teachkeras.training.trainer import Trainer


def _is_graph(args: tuple, kwargs: dict) -> bool:
    """Tell whether a model is given as a graph, by its inputs and outputs."""
    return len(args) == 2 or (len(args) == 1 and "outputs" in kwargs) or {"inputs", "outputs"} <= set(kwargs)


def _unpickled(file: bytes, classes: dict) -> Model:
    """Return the model that was pickled."""
    return archive.load(io.BytesIO(file), classes, True)


class Model(Trainer, Savable, Layer):
    """Base of all models: ``Model(inputs, outputs)`` is a graph; or subclass it and write ``call``.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers
        >>> class Two(Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden, self.out = layers.Dense(4, "relu"), layers.Dense(1)
        ...     def call(self, x):
        ...         return self.out(self.hidden(x))
        >>> Two()(np.zeros((3, 2))).shape
        (3, 1)
    """

    untracked = Layer.untracked | Trainer.untracked

    def __new__(cls, *args, **kwargs):
        """Make a functional model of ``Model(inputs, outputs)``."""
        if cls is Model and _is_graph(args, kwargs):
            from teachkeras.models.functional import Functional

            return super().__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args, **kwargs):
        if _is_graph(args, kwargs):  # a subclass that hands its graph to super().__init__
            from teachkeras.models.functional import Functional

            own = type(self)
            self.__class__ = type(own.__name__, (own, Functional), {"__module__": own.__module__})
            Functional.__init__(self, *args, **kwargs)
            return
        if args:
            raise ArgumentError(
                type(self).__name__, expected="keyword arguments, such as name=", got=f"{len(args)} positional ones",
                fix="stack layers in a Sequential, or subclass Model and write call()",
            )  # fmt: skip
        Layer.__init__(self, **kwargs)
        self._init_trainer()

    @property
    def layers(self) -> list:
        """The layers, in the order in which they were set."""
        return self._layers

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""
        return ["output"]

    def get_layer(self, name=None, index=None):
        """Return a layer by name or by number.

        Raises:
            UnknownNameError: no layer has that name or number.
            ArgumentError: both are given, or neither.
        """
        if (name is None) == (index is None):
            raise ArgumentError(
                f"get_layer of {self.name!r}", expected="a name or an index", got="both" if name else "neither"
            )
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise UnknownNameError(
                    f"get_layer of {self.name!r}", expected=f"a number below {len(self.layers)}", got=str(index)
                )
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        known = [layer.name for layer in self.layers]
        raise UnknownNameError(
            f"get_layer of {self.name!r}", expected="a layer's name", got=repr(name), fix=did_you_mean(name, known)
        )

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False,
                layer_range=None):  # fmt: skip
        """Print a table of the layers: name, output shape, number of weights."""
        from teachkeras.models.summary import summary_text

        text = summary_text(self, line_length, show_trainable, expand_nested, layer_range)
        (print_fn or print)(text)

    def quantize(self, mode=None, config=None, filters=None, **kwargs):
        """Keep the big weights of Dense, EinsumDense and Embedding layers as bytes; they no longer train.

        Args:
            mode: ``"int8"``.
            config: An :class:`~teachkeras.quantizers.Int8QuantizationConfig`.
            filters: Which layers: a pattern or patterns found in their names, or a function of the layer.
            kwargs: ``type_check=False`` quantizes subclasses of those layers too.

        Layers with other weights stay as they are; a warning names them.

        Raises:
            ArgumentError: another mode, or filters of another kind.
        """
        type_check = kwargs.pop("type_check", True)
        mode = getattr(config, "mode", None) if mode is None else mode
        if (
            kwargs
            or mode != "int8"
            or not (filters is None or callable(filters) or isinstance(filters, (str, list, tuple)))
        ):
            raise ArgumentError(
                f"quantize of {self.name!r}", expected='mode "int8", filters by name or function',
                got=f"mode={mode!r}, filters={filters!r}{''.join(f', {k}' for k in kwargs)}",
                fix='model.quantize("int8"), the one low-bit format here',
            )  # fmt: skip
        patterns = [filters] if isinstance(filters, str) else filters or [""]
        wanted = filters if callable(filters) else lambda layer: any(re.search(p, layer.name) for p in patterns)
        quantize_layers(self._flat_layers(), mode, config, wanted, type_check)

    def __reduce__(self):
        """Pickle and copy a model as the file that ``save`` would write, optimizer state included."""
        file = io.BytesIO()
        archive.save(self, file)
        own = {
            type(layer)
            for layer in (self, *self._flat_layers())
            if not type(layer).__module__.startswith("teachkeras.")
        }
        return _unpickled, (file.getvalue(), {cls.__name__: cls for cls in own})

    def build(self, input_shape):
        """Make the weights by running ``call`` on shapes alone."""
        if type(self).call is not Layer.call:
            self.compute_output_shape(input_shape)
        self.built = True

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return super().get_config()

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Build a model from what ``get_config`` returned."""
        from teachkeras.serial import CustomObjectScope

        if {"layers", "input_layers", "output_layers"} <= set(config):
            from teachkeras.models.functional import Functional
            from teachkeras.models.graph_config import graph_from_config

            return graph_from_config(Functional if cls is Model else cls, config, custom_objects)
        with CustomObjectScope(custom_objects or {}):
            return super().from_config(config)
