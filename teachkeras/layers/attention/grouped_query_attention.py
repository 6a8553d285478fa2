"""Grouped-query attention: several heads share their keys and values."""

from teachkeras import ops
from teachkeras.errors import ArgumentError
from teachkeras.layers.attention._heads import Heads, positive


class GroupedQueryAttention(Heads):
    """Multi-head attention in which groups of query heads share one head of keys and values.

    Math:
        that of MultiHeadAttention with k_h and v_h those of group ⌊h · num_key_value_heads / num_query_heads⌋

    Args:
        head_dim: Features of each head.
        num_query_heads: Heads of the queries.
        num_key_value_heads: Heads of keys and values; divides num_query_heads.
        dropout: The share of the weights a that is dropped while training.
        use_bias: Whether the projections have biases.
        sliding_window: A place sees only those less than so many steps away.
        flash_attention: Taken for compatibility; there is one routine.
        kernel_initializer, bias_initializer: First values of the projections.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.
        use_gate: Whether what the heads find is multiplied by a sigmoid of another projection of the query.
        seed: Makes the dropout repeatable.

    Call arguments and shapes are those of MultiHeadAttention. Keras exports it as ``GroupQueryAttention``.

    Raises:
        ArgumentError: the heads don't divide; a number that must be positive is not.

    Example:
        >>> import numpy as np
        >>> layer = GroupedQueryAttention(head_dim=3, num_query_heads=4, num_key_value_heads=2)
        >>> layer(np.ones((1, 4, 5)), np.ones((1, 6, 5))).shape
        (1, 4, 5)

    Source: Ainslie et al., "GQA: training generalized multi-query transformer models", 2023.
    """

    public_name = "GroupQueryAttention"  # under which Keras files it

    def __init__(
        self,
        head_dim,
        num_query_heads,
        num_key_value_heads,
        dropout=0.0,
        use_bias=True,
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
        if num_query_heads % num_key_value_heads:
            raise ArgumentError(
                "GroupQueryAttention", expected="num_query_heads that num_key_value_heads divides",
                got=f"{num_query_heads} and {num_key_value_heads}",
            )  # fmt: skip
        self.head_dim, self.num_query_heads, self.num_key_value_heads = head_dim, num_query_heads, num_key_value_heads
        self.key_dim = self.value_dim = positive("head_dim", head_dim)
        self.keep_settings(use_bias, sliding_window, use_gate, dropout, seed, kernel_initializer, bias_initializer,
                           kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
                           bias_constraint)  # fmt: skip
        self.keep_axes(None, None)

    def build(self, query_shape, value_shape, key_shape=None):
        """Make the projections."""
        self.make_projections(
            query_shape, value_shape, key_shape or value_shape, self.num_query_heads, self.num_key_value_heads
        )

    def spread_heads(self, x):
        """Return keys or values once for each query head of their group."""
        times = self.num_query_heads // self.num_key_value_heads
        return x if times == 1 else ops.repeat(x, times, axis=2)


aliases = {"GroupQueryAttention": GroupedQueryAttention}
