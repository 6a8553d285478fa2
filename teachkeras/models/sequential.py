"""Sequential: one layer after the other."""

from __future__ import annotations

from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.layers.layer import Layer
from teachkeras.models.model import Model
from teachkeras.serial import serialize
from teachkeras.symbolic import SymbolicTensor


class Sequential(Model):
    """A stack of layers; the output of each is the input of the next.

    Args:
        layers: The layers, in order. More come with :meth:`add`.
        trainable: Whether training may change the weights.
        name: Its name.

    The weights are made at once if the input shape is known (an ``Input`` first, or ``input_shape=`` / ``input_dim=``
    in the first layer), else when the first data comes.

    Raises:
        ArgumentError: something that is not a layer is added.
        ShapeError: a layer does not fit the one before it; then nothing is built.

    Example:
        >>> from teachkeras import layers
        >>> model = Sequential([layers.Dense(32, activation="relu", input_shape=(784,)), layers.Dense(10)])
        >>> model.count_params(), model.output_shape
        (25450, (None, 10))
    """

    def __init__(self, layers=None, trainable=True, name=None):
        super().__init__(trainable=trainable, name=name)
        self._stack: list[Layer] = []
        self._input = None
        self.shapes: dict[str, tuple] = {}
        for layer in layers or []:
            self.add(layer, rebuild=False)
        self._maybe_rebuild()

    def add(self, layer, rebuild=True):
        """Put a layer on top."""
        if isinstance(layer, SymbolicTensor) and layer.node and isinstance(layer.node.operation, InputLayer):
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise ArgumentError(
                "Only instances of `keras.Layer` can be added to a Sequential model.",
                got=f"{layer!r} (of type {type(layer)})", fix="for example layers.Dense(10)",
            )  # fmt: skip
        if layer is self or any(part is self for part in layer._flat_layers()):
            raise ArgumentError(
                f"add to {self.name!r}", expected="a layer that does not hold this model",
                got=f"{layer.name!r}: a cycle",
                fix="build a new model around this one",
            )  # fmt: skip
        if any(layer is other for other in self._stack):
            raise ArgumentError("Sequential.add", expected="each layer once", got=f"{layer.name!r} a second time")
        if any(layer.name == other.name for other in self.layers):
            raise ArgumentError(
                "All layers added to a Sequential model should have unique names.", got=f"{layer.name!r} twice",
                fix="give one of them another name=",
            )  # fmt: skip
        if isinstance(layer, InputLayer):
            if self._stack or self._input is not None:
                raise ArgumentError(
                    "Sequential.add", expected="Input only as the first layer", got=f"{layer.name!r} after others"
                )
            self._input = layer
        else:
            if not self._stack and self._input is None and layer.input_shape_argument is not None:
                self._input = InputLayer(batch_shape=layer.input_shape_argument)
            self._stack.append(layer)
        if rebuild:
            try:
                self._maybe_rebuild()
            except Exception:
                self._stack = [other for other in self._stack if other is not layer]
                raise

    def pop(self, rebuild=True):
        """Take the top layer off and return it."""
        if not self._stack:
            raise ArgumentError("Sequential.pop", expected="at least one layer", got="none")
        layer = self._stack.pop()
        self.built = False
        if rebuild:
            self._maybe_rebuild()
        return layer

    def _maybe_rebuild(self) -> None:
        self.built = False
        if self._input is not None and self._stack:
            self.build(self._input.batch_shape)

    @property
    def layers(self) -> list:
        """The layers, without the input."""
        return list(self._stack)

    @property
    def output_names(self) -> list[str]:
        """The name of the top layer."""
        return [self._stack[-1].name] if self._stack else ["output"]

    def build(self, input_shape=None):
        """Make all weights for inputs of this shape; if a layer does not fit, none are kept."""
        shape = input_shape if input_shape is not None else self._input and self._input.batch_shape
        if shape is None:
            raise NotBuiltError(
                f"Sequential {self.name!r}", expected="an input shape", got="none", fix="add Input(shape=...) first"
            )
        if not self._stack:
            raise ArgumentError(
                f"Sequential model {self.name} cannot be built because it has no layers.",
                fix="Call `model.add(layer)`.",
            )
        fresh = [layer for layer in self._stack if not layer.built]
        self.path = self.name
        if self._input is None or self._input.batch_shape != tuple(shape):
            self._input = InputLayer(batch_shape=tuple(shape))
        x = self._input.output
        self.shapes = {}
        try:
            outputs = self._walk(x)
        except Exception:
            for layer in fresh:
                layer._unbuild()
            raise
        self.inputs, self.outputs, self.built = [x], [outputs], True
        self.build_config = {"input_shape": tuple(shape)}

    def _walk(self, x):
        from teachkeras import events

        token = events.scope.set(self.name)
        try:
            for layer in self._stack:
                x = layer(x)
                self.shapes[layer.name] = x.shape
            return x
        finally:
            events.scope.reset(token)

    def call(self, inputs, training=None, mask=None):
        """Run the layers one after the other."""
        x = inputs
        for layer in self._stack:
            x = layer(x)
        return x

    def _converted(self, args, kwargs):
        """As every layer's; a list of one input is that input."""
        if args and isinstance(args[0], (list, tuple)) and len(args[0]) == 1 and hasattr(args[0][0], "shape"):
            args = (args[0][0], *args[1:])
        return super()._converted(args, kwargs)

    def _build_at(self, shapes, path):
        self.build(next(iter(self._named(shapes).values()), None))

    def compute_output_spec(self, inputs, training=None, mask=None):
        """Return the symbolic output for a symbolic input; the layers inside note no call."""
        x = inputs
        for layer in self._stack:
            x = layer.compute_output_spec(x)
        return x

    def compute_output_shape(self, input_shape):
        """Return the shape after the last layer."""
        return self.compute_output_spec(SymbolicTensor(input_shape, "float32")).shape

    @property
    def input(self):
        """The symbolic tensor that comes in."""
        self._require_built("input")
        return self.inputs[0]

    @property
    def output(self):
        """The symbolic tensor that goes out."""
        self._require_built("output")
        return self.outputs[0]

    @property
    def input_shape(self):
        """The shape that comes in, None for an unknown length."""
        self._require_built("input_shape")
        return self.inputs[0].shape

    @property
    def output_shape(self):
        """The shape that goes out."""
        self._require_built("output_shape")
        return self.outputs[0].shape

    def get_config(self):
        """Return the layers' configs, Keras's way."""
        head = Layer.get_config(self)
        stack = [self._input, *self._stack] if self._input is not None else self._stack
        described = [serialize(layer) for layer in stack]
        config = {"name": self.name, "trainable": self._trainable, "dtype": head["dtype"], "layers": described}
        if self.built and self.build_config:
            config["build_input_shape"] = self.build_config["input_shape"]
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Build a model from what ``get_config`` returned."""
        from teachkeras.serial import deserialize

        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        for described in config["layers"]:
            model.add(deserialize(described, custom_objects), rebuild=False)
        model._maybe_rebuild()
        if not model.built and config.get("build_input_shape"):
            model.build(tuple(config["build_input_shape"]))
        return model
