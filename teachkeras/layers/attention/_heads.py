"""What multi-head attention layers share: projections, masks, the attention itself."""

import math

import numpy as np

from teachkeras import constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.activations.activation import Softmax
from teachkeras.layers.core.einsum_dense import EinsumDense
from teachkeras.layers.layer import Layer
from teachkeras.layers.regularization.dropout import Dropout
from teachkeras.symbolic import SymbolicTensor

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def positive(name: str, value: object) -> int:
    """Return an argument if it is a positive integer.

    Raises:
        ArgumentError: it is not.
    """
    if not isinstance(value, int) or value <= 0:
        raise ArgumentError(f"attention: {name}", expected="a positive integer", got=repr(value), fix=f"{name}=4")
    return value


class Heads(Layer):
    """Base of the layers with several heads of attention."""

    config_skips = Layer.config_skips | {"flash_attention"}
    uses_query_mask = True  # whether a masked query sees nothing

    def keep_settings(self, use_bias, sliding_window, use_gate, dropout, seed, kernel_initializer, bias_initializer,
                      kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
                      bias_constraint):  # fmt: skip
        """Take over the constructor's arguments that the layers share."""
        if sliding_window is not None and (not isinstance(sliding_window, int) or sliding_window <= 0):
            raise ArgumentError(
                "attention: sliding_window", expected="a positive integer or None", got=repr(sliding_window)
            )
        self.use_bias, self.sliding_window, self.use_gate = use_bias, sliding_window, use_gate
        self.dropout, self.seed = dropout, seed
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self._activity_regularizer = regularizers.get(activity_regularizer)  # of each projection, as in Keras
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.supports_masking = True

    def keep_axes(self, attention_axes, output_shape):
        """Take over which axes hold the places, and the shape of the output's features."""
        if output_shape is not None and not isinstance(output_shape, (int, list, tuple)):
            raise ArgumentError("attention: output_shape", expected="an integer or a list", got=repr(output_shape))
        self._output_shape = (output_shape,) if isinstance(output_shape, int) else output_shape and tuple(output_shape)
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        self._attention_axes = attention_axes if attention_axes is None else tuple(attention_axes)

    def make_projections(self, query_shape, value_shape, key_shape, heads, shared_heads):
        """Make the layers that project query, key, value (and gate) to heads, and the heads back."""
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ShapeError(
                type(self).__name__, expected="value and key of equal shape but for the features",
                got=f"shapes {tuple(value_shape)} and {tuple(key_shape)}",
            )  # fmt: skip
        rank = len(query_shape)
        if self._attention_axes is None:
            self._attention_axes = tuple(range(1, rank - 1))
        for axis in self._attention_axes:
            query_shape[axis]  # an IndexError, as in Keras, where there is none
        self._query_dense = self._to_heads("query", query_shape, heads, self.key_dim)
        self._key_dense = self._to_heads("key", key_shape, shared_heads, self.key_dim)
        if self.use_gate:
            self._gate_dense = self._to_heads("gate", query_shape, heads, self.value_dim)
        self._value_dense = self._to_heads("value", value_shape, shared_heads, self.value_dim)
        back = self._output_shape or (query_shape[-1],)
        letters = _LETTERS[rank + 1 : rank + 1 + len(back)]
        found = (*query_shape[:-1], heads, self.value_dim)
        ins, folded, rest = _LETTERS[: rank + 1], _LETTERS[rank - 1 : rank + 1], _LETTERS[: rank - 1]
        self._output_dense = self._projection(
            "attention_output", f"{ins},{folded}{letters}->{rest}{letters}",
            (*(None,) * (rank - 2), *back), letters, found,
        )  # fmt: skip
        self._softmax = Softmax(dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype_policy, seed=self.seed)

    def _to_heads(self, name, shape, heads, features):
        rank = len(shape)
        free, last, new = _LETTERS[: rank - 1], _LETTERS[rank - 1], _LETTERS[rank : rank + 2]
        equation = f"{free}{last},{last}{new}->{free}{new}"
        return self._projection(name, equation, (*(None,) * (rank - 2), heads, features), new, shape)

    def _projection(self, name, equation, output_shape, bias_axes, input_shape):
        """Make one projection, with initializers of its own, and build it."""
        layer = EinsumDense(
            equation, output_shape, bias_axes=bias_axes if self.use_bias else None, name=name, dtype=self.dtype_policy,
            kernel_initializer=_another(self.kernel_initializer), bias_initializer=_another(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer, bias_regularizer=self.bias_regularizer,
            kernel_constraint=self.kernel_constraint, bias_constraint=self.bias_constraint,
            activity_regularizer=self._activity_regularizer,
        )  # fmt: skip
        layer.supports_masking = True  # the masks are ours to use: no warning that they end here
        layer._build_at(tuple(input_shape), f"{self.path}/{name}")
        return layer

    def spread_heads(self, x):
        """Return keys or values once for each query head; here there are as many."""
        return x

    def call(self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
             return_attention_scores=False, training=None, use_causal_mask=False):  # fmt: skip
        """Return what the heads find, with their weights if asked for."""
        key = value if key is None else key
        mask = self._mask(query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask)
        gate = ops.sigmoid(self._gate_dense(query)) if self.use_gate else None
        q, k = self._query_dense(query), self.spread_heads(self._key_dense(key))
        v = self.spread_heads(self._value_dense(value))
        if self.dropout > 0 or return_attention_scores or len(q.shape) != 4:
            y, weights = self._step_by_step(q, k, v, mask, training)
        else:
            mask = None if mask is None else _with_heads(mask, 4, 1)
            y, weights = ops.attend(q, k, v, None, mask, scale=1.0 / math.sqrt(self.key_dim)), None
        y = self._output_dense(y if gate is None else y * gate)
        return (y, weights) if return_attention_scores else y

    def _step_by_step(self, q, k, v, mask, training):
        """Return what the heads find and their weights: scores, softmax, dropout, sum, each a step to look at."""
        places = self._attention_axes
        rest = tuple(a for a in range(len(q.shape) - 2) if a not in places)  # samples, and axes that stay apart
        first = (*rest, len(q.shape) - 2)
        order = (*first, *places, len(q.shape) - 1)  # (…, heads, places, features)
        q, k, v = (ops.transpose(x, axes=order) for x in (q, k, v))
        before, asking, answering = q.shape[: len(first)], q.shape[len(first) : -1], k.shape[len(first) : -1]
        q, k, v = (ops.reshape(x, newshape=(*before, -1, x.shape[-1])) for x in (q, k, v))
        scores = ops.matmul(q * (1.0 / math.sqrt(self.key_dim)), ops.swapaxes(k, -1, -2))
        scores = ops.reshape(scores, newshape=(*before, *asking, *answering)) if len(places) > 1 else scores
        folded = tuple(range(-len(places), 0))
        self._softmax.axis = folded if len(places) > 1 else -1
        weights = self._softmax(
            scores, mask=None if mask is None else _with_heads(mask, len(scores.shape), len(places))
        )
        dropped = self._dropout_layer(weights, training=training) if self.dropout > 0 else weights
        flat = ops.reshape(dropped, newshape=(*before, math.prod(asking), math.prod(answering)))
        found = ops.reshape(ops.matmul(flat, v), newshape=(*before, *asking, v.shape[-1]))
        return ops.transpose(found, axes=tuple(int(a) for a in np.argsort(order))), weights

    def _mask(self, query, value, query_mask, value_mask, key_mask, attention_mask, causal):
        """Return which place of the query may see which of the value, from all that was said; None for all."""
        masks = [] if attention_mask is None else [ops.cast(attention_mask, dtype="bool")]
        masks += [
            ops.expand_dims(ops.cast(m, dtype="bool"), axis=-1)
            for m in [query_mask]
            if m is not None and self.uses_query_mask
        ]
        masks += [ops.expand_dims(ops.cast(m, dtype="bool"), axis=-2) for m in (value_mask, key_mask) if m is not None]
        asking, answering = query.shape[1], value.shape[1]
        apart = np.arange(asking)[:, None] - np.arange(answering)
        if causal:
            masks.append(ops.convert_to_tensor(apart[None] >= 0))
        if self.sliding_window is not None:
            masks.append(ops.convert_to_tensor(np.abs(apart)[None] < self.sliding_window))
        seen = masks[0] if masks else None
        for mask in masks[1:]:
            seen = ops.logical_and(seen, mask)
        return seen

    def compute_output_shape(self, query_shape, value_shape, key_shape=None):
        """Return the query's shape, its features as many as asked for."""
        key_shape = value_shape if key_shape is None else key_shape
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ShapeError(
                type(self).__name__, expected="value and key of equal shape but for the features",
                got=f"shapes {tuple(value_shape)} and {tuple(key_shape)}",
            )  # fmt: skip
        return (*query_shape[:-1], *(self._output_shape or (query_shape[-1],)))

    def compute_output_spec(self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None,
                            attention_mask=None, return_attention_scores=False, training=None,
                            use_causal_mask=False):  # fmt: skip
        """Return symbolic outputs for symbolic inputs."""
        key_shape = None if key is None else key.shape
        y = SymbolicTensor(self.compute_output_shape(query.shape, value.shape, key_shape), self.compute_dtype)
        if not return_attention_scores:
            return y
        heads = getattr(self, "num_heads", None) or self.num_query_heads
        rest = [n for axis, n in enumerate(query.shape[:-1]) if axis not in self._attention_axes]
        asking, answering = ([x.shape[a] for a in self._attention_axes] for x in (query, value))
        return y, SymbolicTensor((*rest, heads, *asking, *answering), self.compute_dtype)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return super().get_config() | {"activity_regularizer": regularizers.serialize(self._activity_regularizer)}


def _with_heads(mask, rank, places):
    """Return a mask with axes of length 1 for the heads (and what else it lacks) before those of the places."""
    while len(mask.shape) < rank:
        mask = ops.expand_dims(mask, axis=-2 * places - 1)
    return mask


def _another(initializer):
    """Return an initializer of the same settings, so that no two projections start alike."""
    return (
        type(initializer).from_config(initializer.get_config()) if hasattr(initializer, "get_config") else initializer
    )
