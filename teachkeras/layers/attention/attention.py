"""Attention: each place of one sequence (the query) takes what it needs from another (the value)."""

import numpy as np

from teachkeras import ops, random
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.layer import Layer
from teachkeras.ops.attention import lowest
from teachkeras.symbolic import SymbolicTensor


class Attention(Layer):
    """Dot-product attention of one head (Luong).

    Math:
        score_ts = c Σ_d q_td k_sd  (score_mode "dot"), or w Σ_d tanh(c (q_td + k_sd))  ("concat")
        a_ts = softmax over s of the scores that masks leave,  y_td = Σ_s a_ts v_sd

    Args:
        use_scale: Whether the factor c is learned; 1 otherwise.
        score_mode: ``"dot"`` or ``"concat"``.
        dropout: The share of the weights a that is dropped while training.
        seed: Makes the dropout repeatable.

    Call arguments:
        inputs: The list [query, value] or [query, value, key]; the key is the value where it is left out.
        mask: The list [query_mask, value_mask]: the places of the query that count (others give 0), and those of the
            value that may be seen.
        return_attention_scores: Whether the weights a are returned as well.
        use_causal_mask: Whether a place sees only itself and what comes before.

    Shapes:
        query (n, t, d), value (n, s, e), key (n, s, d), y (n, t, e), weights (n, t, s)

    Raises:
        ArgumentError: another score_mode; inputs or masks that are no such list.

    Example:
        >>> query, value = np.ones((1, 2, 4)), np.ones((1, 3, 4))
        >>> Attention()([query, value]).shape
        (1, 2, 4)

    Source: Luong, Pham & Manning, "Effective approaches to attention-based neural machine translation", 2015.
    """

    def __init__(self, use_scale=False, score_mode="dot", dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ArgumentError("Attention: score_mode", expected='"dot" or "concat"', got=repr(score_mode))
        self.use_scale, self.score_mode, self.dropout, self.seed = use_scale, score_mode, dropout, seed
        self.supports_masking = True
        if dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)

    def build(self, input_shape):
        """Make the factors of the scores."""
        self._check(input_shape)
        self.scale = self.concat_score_weight = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(name="concat_score_weight", shape=(), initializer="ones")

    def scores(self, query, key):
        """Return how well each key answers each query."""
        if self.score_mode == "dot":
            found = ops.matmul(query, ops.transpose(key, axes=(0, 2, 1)))
            return found if self.scale is None else found * self.scale
        sums = ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3)
        sums = sums if self.scale is None else sums * self.scale
        return self.concat_score_weight * ops.sum(ops.tanh(sums), axis=-1)

    def call(self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False):
        """Return the attended values, with their weights if asked for."""
        self._check([x.shape for x in inputs] if isinstance(inputs, (list, tuple)) else inputs.shape, mask)
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        scores = self.scores(query, key)
        seen = self._seen(scores, mask[1] if mask else None, use_causal_mask)
        if seen is not None:
            scores = scores + (1.0 - ops.cast(seen, dtype=scores.dtype)) * lowest(scores.dtype)
        weights = ops.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        result = ops.matmul(weights, value)
        if mask and mask[0] is not None:
            result = result * ops.cast(ops.expand_dims(mask[0], axis=-1), dtype=result.dtype)
        return (result, weights) if return_attention_scores else result

    def _seen(self, scores, value_mask, causal):
        """Return which places each query may see: (n, t, s), or what repeats to that; None for all."""
        seen = None if value_mask is None else ops.expand_dims(ops.cast(value_mask, dtype="bool"), axis=-2)
        if not causal:
            return seen
        earlier = ops.convert_to_tensor(np.tri(*scores.shape[-2:], dtype=bool)[None])
        return earlier if seen is None else ops.logical_and(seen, earlier)

    def _check(self, shapes, mask=None):
        where = type(self).__name__
        if not isinstance(shapes, list):
            raise ArgumentError(where, expected="a list [query, value] or [query, value, key]", got=f"shape {shapes}")
        if len(shapes) not in (2, 3):
            raise ArgumentError(where, expected="[query, value] or [query, value, key]", got=f"{len(shapes)} inputs")
        if mask is None:
            return
        if not isinstance(mask, (list, tuple)):
            raise ArgumentError(f"{where}: mask", expected="a list [query_mask, value_mask]", got=type(mask).__name__)
        if len(mask) not in (2, 3):
            raise ArgumentError(f"{where}: mask", expected="a list of two or three", got=str(len(mask)))
        for what, one, shape in zip(("query", "value"), mask, shapes, strict=False):
            pairs = [] if one is None else zip(one.shape, shape[:-1], strict=False)
            if any(a != b and None not in (a, b) for a, b in pairs):
                raise ShapeError(
                    f"{where}: mask", expected=f"{tuple(shape[:-1])} for the {what}", got=f"shape {tuple(one.shape)}",
                    fix="one truth value for each place of each sample",
                )  # fmt: skip

    def compute_mask(self, inputs, mask=None):
        """Return the query's mask."""
        self._check([x.shape for x in inputs], mask)
        return None if mask is None or mask[0] is None else ops.convert_to_tensor(mask[0])

    def compute_output_shape(self, input_shape):
        """Return (n, t, e)."""
        self._check(list(input_shape))
        return (*input_shape[0][:-1], input_shape[1][-1])

    def compute_output_spec(
        self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False
    ):
        """Return symbolic outputs for symbolic inputs."""
        query, value = inputs[0].shape, inputs[1].shape
        y = SymbolicTensor(self.compute_output_shape([x.shape for x in inputs]), self.compute_dtype)
        if not return_attention_scores:
            return y
        return y, SymbolicTensor((*query[:-1], value[1]), self.compute_dtype)


class AdditiveAttention(Attention):
    """Additive attention of one head (Bahdanau): a place answers a query through tanh of their sum.

    Math:
        score_ts = Σ_d c_d tanh(q_td + k_sd),  a_ts = softmax over s of the scores that masks leave,
        y_td = Σ_s a_ts v_sd

    Args:
        use_scale: Whether the factors c are learned; 1 otherwise.
        dropout: The share of the weights a that is dropped while training.

    Shapes:
        query (n, t, d), value (n, s, e), key (n, s, d), c (d,), y (n, t, e)

    Call arguments are those of :class:`Attention`.

    Raises:
        ArgumentError: inputs or masks that are no such list.

    Example:
        >>> query, value = np.ones((1, 2, 4)), np.ones((1, 3, 4))
        >>> AdditiveAttention()([query, value]).shape
        (1, 2, 4)

    Source: Bahdanau, Cho & Bengio, "Neural machine translation by jointly learning to align and translate", 2015.
    """

    config_skips = Attention.config_skips | {"score_mode"}

    def __init__(self, use_scale=True, dropout=0.0, **kwargs):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape):
        """Make the factors of the scores, one per feature."""
        self._check(input_shape)
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(input_shape[0][-1],), initializer="glorot_uniform")

    def scores(self, query, key):
        """Return how well each key answers each query."""
        sums = ops.tanh(ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3))
        return ops.sum(sums if self.scale is None else sums * self.scale, axis=-1)
