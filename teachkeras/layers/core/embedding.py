"""Embedding: whole numbers become vectors that are learned."""

import warnings

from teachkeras import constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras.layers.core._int8 import Int8
from teachkeras.layers.layer import Layer
from teachkeras.symbolic import SymbolicTensor


class _EmbeddingNotBuilt(NotBuiltError, AttributeError):
    """The table was asked for before there was one."""


class Embedding(Int8):
    """Look up a learned vector for each whole number: word 7 becomes row 7 of a table.

    Math:
        y_no = E_{i_n o}; the gradient of a row is the sum over the places where its number stands.

    Args:
        input_dim: How many different numbers there are (the largest one plus 1).
        output_dim: The length of the vectors.
        embeddings_initializer: First values of the table E.
        embeddings_regularizer, embeddings_constraint: A cost for its size; applied after each update.
        mask_zero: Whether 0 means "nothing here", to be skipped by the layers that follow.
        weights: A first table, (input_dim, output_dim).

    Shapes:
        i (n, …), E (input_dim, output_dim), y (n, …, output_dim)

    Raises:
        ArgumentError: input_dim or output_dim is not a positive integer.
        DataError: a number in the data is below 0 or not below input_dim.

    Example:
        >>> import numpy as np
        >>> layer = Embedding(3, 2, weights=np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]]))
        >>> layer(np.array([[2, 1]])).numpy()
        array([[[3., 4.],
                [1., 2.]]], dtype=float32)

    Source: Bengio et al., "A neural probabilistic language model", JMLR 2003.
    """

    config_skips = Layer.config_skips | {"weights", "lora_rank", "lora_alpha"}

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        weights=None,
        lora_rank=None,
        lora_alpha=None,
        quantization_config=None,
        **kwargs,
    ):
        for name, value in (("input_dim", input_dim), ("output_dim", output_dim)):
            if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
                raise ArgumentError(
                    f"`{name}` must be a positive integer. Received: {name}={value} (of type {type(value).__name__})."
                )
        if lora_rank or lora_alpha:
            raise ArgumentError(
                "Embedding", expected="no lora_rank or lora_alpha", got="one of them",
                fix="teachkeras has no low-rank adapters; train the layer itself",
            )  # fmt: skip
        length = kwargs.pop("input_length", None)
        super().__init__(**kwargs)
        if length is not None:  # Keras 2 took it; it only says how long the rows of the data are
            warnings.warn("Argument `input_length` is deprecated. Just remove it.", stacklevel=2)
            self.input_shape_argument = self.input_shape_argument or (None, length)
        self.input_dim, self.output_dim, self.mask_zero = input_dim, output_dim, mask_zero
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.take_config(quantization_config, "Embedding")
        self.supports_masking, self.autocast = mask_zero, False
        if weights is not None:
            self._given_weights = weights if isinstance(weights, list) and len(weights) == 1 else [weights]
            self._build_at(None, self.name)

    def build(self, input_shape=None):
        """Make the table E."""
        if self.built:
            return
        shape = (self.input_dim, self.output_dim)
        self._embeddings = self.add_bytes(shape) if self.quantization_mode else self.add_weight(
            shape=shape, initializer=self.embeddings_initializer, name="embeddings",
            regularizer=self.embeddings_regularizer, constraint=self.embeddings_constraint,
        )  # fmt: skip
        self.built = True

    @property
    def embeddings(self):
        """The table E."""
        if not self.built:
            raise _EmbeddingNotBuilt("You must build the layer before accessing `embeddings`.")
        return self._embeddings

    def call(self, inputs):
        """Return the rows that the numbers name."""
        if inputs.dtype not in ("int32", "int64"):
            inputs = ops.cast(inputs, dtype="int32")
        if self.quantization_mode:
            rows = ops.cast(ops.take(self._embeddings, inputs, axis=0), dtype=self.compute_dtype)
            return rows / ops.expand_dims(ops.take(self.embeddings_scale, inputs, axis=0), axis=-1)
        y = ops.embed(inputs, self._embeddings)
        return y if y.dtype == self.compute_dtype else ops.cast(y, dtype=self.compute_dtype)

    quantized_weight = "embeddings"

    def _attribute(self):
        return "_embeddings"

    def folded_axes(self):
        """Return the vectors' axis of E."""
        return (-1,)

    def scale_shape(self, shape):
        """Return (input_dim,)."""
        return (self.input_dim,)

    def compute_mask(self, inputs, mask=None):
        """Return where the numbers are not 0, if 0 is to be skipped."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape):
        """Return (n, …, output_dim)."""
        return (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs):
        """Return a symbolic tensor of that shape."""
        return SymbolicTensor(self.compute_output_shape(inputs.shape), self.compute_dtype)

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return {"activity_regularizer": regularizers.serialize(self.activity_regularizer), **super().get_config()}
