"""ReversibleEmbedding: numbers to vectors, and vectors back to a score for each number."""

from teachkeras import ops
from teachkeras.layers.core._int8 import NotQuantizable
from teachkeras.layers.core.embedding import Embedding
from teachkeras.symbolic import SymbolicTensor


class ReversibleEmbedding(Embedding):
    """An embedding that also works backwards, as language models need at their end.

    Math:
        forwards ``y = E_i``; backwards ``z = x Eᵀ``, or ``x R`` with a table of its own; with a cap c,
        ``c · tanh(z / c)``.

    Args:
        input_dim: How many different numbers there are.
        output_dim: The length of the vectors.
        tie_weights: Whether the way back uses Eᵀ.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: As in :class:`Embedding`.
        mask_zero: Whether 0 means "nothing here".
        reverse_dtype: The number type of the way back.
        logit_soft_cap: c.

    Shapes:
        i (n, …), E (input_dim, output_dim), y (n, …, output_dim); backwards x (n, …, output_dim), z (n, …, input_dim)

    Example:
        >>> import numpy as np
        >>> layer = ReversibleEmbedding(5, 2)
        >>> layer(layer(np.array([[1, 4]])), reverse=True).shape
        (1, 2, 5)

    Source: Press & Wolf, "Using the output embedding to improve language models", EACL 2017.
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        tie_weights=True,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        reverse_dtype=None,
        logit_soft_cap=None,
        **kwargs,
    ):
        super().__init__(
            input_dim, output_dim, embeddings_initializer, embeddings_regularizer, embeddings_constraint, mask_zero,
            **kwargs,
        )  # fmt: skip
        self.tie_weights, self.reverse_dtype, self.logit_soft_cap = tie_weights, reverse_dtype, logit_soft_cap

    def build(self, input_shape=None):
        """Make the table E, and R where it has one of its own."""
        if self.built:
            return
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim), self.embeddings_initializer, name="reverse_embeddings"
            )

    def call(self, inputs, reverse=False):
        """Return the vectors of numbers or, backwards, a score of every number for each vector."""
        if not reverse:
            return super().call(inputs)
        logits = self._scores(inputs)
        cap = self.logit_soft_cap
        return logits if cap is None else ops.tanh(logits / cap) * cap

    def _scores(self, x):
        """Return x Eᵀ or x R."""
        if self.quantization_mode:
            batch = "abcdefgh"[: len(x.shape) - 1]
            return self.byte_product(x, f"{batch}o,io->{batch}i")
        kernel = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        if self.reverse_dtype is not None:
            x, kernel = ops.cast(x, self.reverse_dtype), ops.cast(kernel, self.reverse_dtype)
        return ops.matmul(x, kernel)

    def quantize(self, mode=None, type_check=True, config=None):
        """Turn E into bytes.

        Raises:
            NotQuantizable: the way back has a table of its own.
        """
        if not self.tie_weights:
            raise NotQuantizable(f"quantize of {self.name!r}", expected="tie_weights=True", got="tie_weights=False")
        super().quantize(mode, type_check, config)

    def compute_mask(self, inputs, mask=None):
        """Return where the numbers are not 0, if 0 is to be skipped; the way back makes none."""
        whole = str(inputs.dtype).startswith(("int", "uint"))
        return super().compute_mask(inputs, mask) if whole else None

    def compute_output_shape(self, input_shape, reverse=False):
        """Return (n, …, output_dim), or backwards (n, …, input_dim)."""
        return (*input_shape[:-1], self.input_dim) if reverse else (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs, reverse=False):
        """Return a symbolic tensor of that shape."""
        return SymbolicTensor(self.compute_output_shape(inputs.shape, reverse), self.compute_dtype)
