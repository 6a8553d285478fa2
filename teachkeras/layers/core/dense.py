"""Dense: every unit sees every input."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.core._int8 import Int8
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class Dense(Int8):
    """A fully connected layer: ``y = f(xW + b)``.

    Math:
        z_o = Σ_i x_i w_io + b_o,  y_o = f(z_o)

    Args:
        units: How many outputs.
        activation: f; none by default.
        use_bias: Whether there is a b.
        kernel_initializer, bias_initializer: First values of W and b.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (…, d), W (d, units), b (units,), y (…, units)

    Raises:
        ArgumentError: units is not a positive integer.
        ShapeError: the last axis of x is not the d that the layer was built with.

    Example:
        >>> import numpy as np
        >>> layer = Dense(2, activation="relu", kernel_initializer="ones")
        >>> layer(np.array([[1.0, 2.0, -1.0]])).numpy()
        array([[2., 2.]], dtype=float32)

    Source: Rosenblatt, "The perceptron", 1958; Goodfellow, Bengio & Courville, *Deep Learning*, section 6.3.
    """

    config_skips = Layer.config_skips | {"lora_rank", "lora_alpha"}

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        lora_rank=None,
        lora_alpha=None,
        quantization_config=None,
        **kwargs,
    ):
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if not isinstance(units, int) or isinstance(units, bool) or units <= 0:
            raise ArgumentError(
                f"Received an invalid value for `units`, expected a positive integer. Received: units={units}",
                expected="a whole number above 0", got=repr(units), fix="Dense(10)",
            )  # fmt: skip
        if lora_rank or lora_alpha:
            raise ArgumentError(
                "Dense", expected="no lora_rank or lora_alpha", got="one of them",
                fix="teachkeras has no low-rank adapters; train the layer itself",
            )  # fmt: skip
        self.take_config(quantization_config, "Dense")
        self.units, self.use_bias = units, use_bias
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape):
        """Make the kernel W and the bias b."""
        d = input_shape[-1]
        if d is None:
            raise ShapeError(
                "Dense", expected="a known last axis", got=f"shape {tuple(input_shape)}",
                fix="give Input or input_shape= a number for the last axis",
            )  # fmt: skip
        shape = (d, self.units)
        self.kernel = self.add_bytes(shape) if self.quantization_mode else self.add_weight(
            shape, self.kernel_initializer, name="kernel", regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer=self.bias_initializer, name="bias",
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(min_ndim=2, axes={-1: d})

    def call(self, inputs, training=None):
        """Return f(xW + b)."""
        if self.quantization_mode:
            z = self._from_bytes(inputs)
        else:
            z = ops.affine(inputs, self.kernel, self.bias)
        return z if self.activation is None else self.activation(z)

    def _from_bytes(self, x):
        """Return xW + b, W kept as bytes."""
        batch = "abcdefgh"[: len(x.shape) - 1]
        z = self.byte_product(x, f"{batch}i,io->{batch}o")
        return z if self.bias is None else z + self.bias

    def folded_axes(self):
        """Return the inputs' axis of W."""
        return (0,)

    def scale_shape(self, shape):
        """Return (units,)."""
        return (self.units,)

    def compute_output_shape(self, input_shape):
        """Return (…, units)."""
        return (*input_shape[:-1], self.units)
