"""Multi-head attention: several attentions side by side, each with its own view of the inputs."""

from teachkeras.layers.attention._heads import Heads, positive


class MultiHeadAttention(Heads):
    """Attention of several heads, each on projections of its own; what they find is projected back.

    Math:
        q_h = x W_h^Q + b_h^Q,  k_h = z' W_h^K + b_h^K,  v_h = z W_h^V + b_h^V
        a_h = softmax(q_h k_hᵀ / √key_dim) over the places that masks leave
        y = Σ_h a_h v_h W_h^O + b^O

    Args:
        num_heads: How many heads.
        key_dim: Features of each head's queries and keys.
        value_dim: Features of each head's values; as many as key_dim by default.
        dropout: The share of the weights a that is dropped while training.
        use_bias: Whether the projections have biases.
        output_shape: The features of the output; those of the query by default.
        attention_axes: The axes of the places; by default all but those of samples and features.
        sliding_window: A place sees only those less than so many steps away.
        flash_attention: Taken for compatibility; there is one routine.
        kernel_initializer, bias_initializer: First values of the projections.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.
        use_gate: Whether what the heads find is multiplied by a sigmoid of another projection of the query.
        seed: Makes the dropout repeatable.

    Call arguments:
        query, value, key: The key is the value where it is left out.
        query_mask, value_mask, key_mask: Places that count; masks that the inputs carry are taken by themselves.
        attention_mask: Which place of the query may see which of the value: (n, t, s), or what repeats to that.
        return_attention_scores: Whether the weights a are returned as well.
        use_causal_mask: Whether a place sees only itself and what comes before.

    Shapes:
        query (n, t, d), value (n, s, e), key (n, s, e'), y (n, t, d), weights (n, heads, t, s)

    Raises:
        ArgumentError: a number that must be positive is not.
        ShapeError: value and key have different places.

    Example:
        >>> import numpy as np
        >>> layer = MultiHeadAttention(num_heads=2, key_dim=3)
        >>> y, weights = layer(np.ones((1, 4, 5)), np.ones((1, 6, 5)), return_attention_scores=True)
        >>> y.shape, weights.shape
        ((1, 4, 5), (1, 2, 4, 6))

    Source: Vaswani et al., "Attention is all you need", 2017, section 3.2.2.
    """

    uses_query_mask = False  # as in Keras; the mask goes on with the output

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        output_shape=None,
        attention_axes=None,
        sliding_window=None,
        flash_attention=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        use_gate=False,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_heads, self.key_dim = positive("num_heads", num_heads), positive("key_dim", key_dim)
        self.value_dim = key_dim if value_dim is None else positive("value_dim", value_dim)
        self.keep_settings(use_bias, sliding_window, use_gate, dropout, seed, kernel_initializer, bias_initializer,
                           kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
                           bias_constraint)  # fmt: skip
        self.keep_axes(attention_axes, output_shape)

    @property
    def query_dense(self):
        """The projection of the queries."""
        return self._query_dense

    @property
    def key_dense(self):
        """The projection of the keys."""
        return self._key_dense

    @property
    def value_dense(self):
        """The projection of the values."""
        return self._value_dense

    @property
    def output_dense(self):
        """The projection of what the heads give."""
        return self._output_dense

    def build(self, query_shape, value_shape, key_shape=None):
        """Make the projections."""
        self.make_projections(query_shape, value_shape, key_shape or value_shape, self.num_heads, self.num_heads)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return super().get_config() | {"output_shape": self._output_shape, "attention_axes": self._attention_axes}
