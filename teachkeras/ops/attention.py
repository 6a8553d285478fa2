"""Attention: each place asks all others, and takes their values by how well the answers fit.

Index letters: n samples, h heads, t places that ask (queries), s places that answer (keys, values), d features.
"""

import math

import numpy as np

from teachkeras import dtypes, kernels
from teachkeras.errors import ShapeError
from teachkeras.ops.creation import convert_to_tensor
from teachkeras.ops.elementwise import logical_and, multiply, tanh, where
from teachkeras.ops.nn import softmax
from teachkeras.ops.op import op
from teachkeras.ops.products import matmul
from teachkeras.ops.shapes import as_tensor, transpose


def lowest(dtype):
    """Return the score of what must not be seen: e to that power is 0, in half precision too."""
    return -3e4 if dtypes.name_of(dtype) == "float16" else -1e9


def _attended(query, key, value, *_, **__):
    if len(query) != 4 or len(key) != 4 or len(value) != 4:
        raise ShapeError(
            "attention", expected="query, key and value of shape (samples, places, heads, features)",
            got=f"shapes {query}, {key}, {value}",
        )
    known = [(query[3], key[3], "features of query and key"), (key[1], value[1], "places of key and value"),
             (query[2], key[2], "heads of query and key"), (key[2], value[2], "heads of key and value")]
    for a, b, what in known:
        if None not in (a, b) and a != b:
            raise ShapeError("attention", expected=f"as many {what}", got=f"{a} and {b}")
    return (*query[:3], value[3])


@op(tex=r"a_{nhts}=\mathrm{softmax}_s\Bigl(c\sum_d q_{nthd}k_{nshd}+b_{nhts}\Bigr)[\text{mask}],\quad y_{nthd}=\sum_s a_{nhts}v_{nshd}",
    spec=None, reason="einsum, softmax and einsum; tested equal to them, composed", shape=_attended, dtype=lambda q, *_, **__: q,
    optional=("bias", "mask"), keeps=("weights",))  # fmt: skip
def attend(query, key, value, bias=None, mask=None, scale=1.0):
    """Scaled dot-product attention of all heads.

    Args:
        query: q (n, t, h, d).
        key: k (n, s, h, d).
        value: v (n, s, h, e).
        bias: Added to the scores; repeats to (n, h, t, s).
        mask: True where a place may be seen; repeats to (n, h, t, s). Where a query sees none, it sees all alike.
        scale: c.

    Source: Vaswani et al., "Attention is all you need", 2017, equation 1.
    """
    _attended(query.shape, key.shape, value.shape)
    q, k, v = (np.swapaxes(x, 1, 2) for x in (query, key, value))
    scores = np.matmul(q * query.dtype.type(scale), np.swapaxes(k, -1, -2))
    if bias is not None:
        scores = scores + bias.astype(scores.dtype)
    if mask is not None:
        scores = np.where(mask, scores, scores.dtype.type(lowest(scores.dtype)))
    weights = kernels.softmax(scores, -1)
    return np.swapaxes(np.matmul(weights, v), 1, 2).copy(), weights


def _weights_again(query, key, value, bias, mask, scale):
    """The weights from the inputs, so that they can be differentiated."""
    q, k = np.swapaxes(query, 1, 2), np.swapaxes(key, 1, 2)
    scores = np.matmul(q * scale, np.swapaxes(k, -1, -2))
    scores = scores if bias is None else scores + bias
    return softmax(scores if mask is None else where(mask, scores, lowest(scores.dtype)))


def _composed_vjp(y_bar, query, key, value, bias, mask, weights, scale, want):
    """The same gradient with the weights taken anew from the inputs, so that it can be differentiated again."""
    weights = _weights_again(query, key, value, bias, mask, scale)
    return attend_vjp(y_bar, query, key, value, bias, mask, weights, scale, want)


@attend.vjp(
    tex=r"\bar v_{nshd}=\sum_t a_{nhts}\bar y_{nthd},\;\bar a_{nhts}=\sum_d\bar y_{nthd}v_{nshd},\;"
    r"\bar b_{nhts}=a_{nhts}\Bigl(\bar a_{nhts}-\sum_r\bar a_{nhtr}a_{nhtr}\Bigr)[\text{mask}],\;"
    r"\bar q=c\,\bar b\,k,\;\bar k=c\,\bar b^{\top}q",
    spec=None,
    twin=_composed_vjp,
)
def attend_vjp(y_bar, query, key, value, bias, mask, weights, scale, want):
    q, k, v, bar = (np.swapaxes(x, 1, 2) for x in (query, key, value, y_bar))
    a_bar = np.matmul(bar, np.swapaxes(v, -1, -2))
    score_bar = weights * (a_bar - np.sum(a_bar * weights, axis=-1, keepdims=True))
    if mask is not None:
        score_bar = np.where(mask, score_bar, 0.0)
    q_bar = np.swapaxes(np.matmul(score_bar, k) * scale, 1, 2) if want[0] else None
    k_bar = np.swapaxes(np.matmul(np.swapaxes(score_bar, -1, -2), q) * scale, 1, 2) if want[1] else None
    v_bar = np.swapaxes(np.matmul(np.swapaxes(weights, -1, -2), bar), 1, 2) if want[2] else None
    return q_bar, k_bar, v_bar, score_bar if want[3] else None, None


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    """Scaled dot-product attention: each query takes the values by the softmax of its products with the keys.

    Args:
        query, key, value: Of shape (samples, places, heads, features).
        bias: Added to the scores.
        mask: True where a place may be seen.
        scale: A factor of the products, by default 1/√features.
        is_causal: Whether a place sees only itself and what comes before.
        flash_attention: Taken for compatibility; there is one routine.
        attn_logits_soft_cap: c, where the scores z are to be ``c tanh(z / c)``.

    >>> import numpy as np
    >>> x = np.ones((1, 2, 1, 4), "float32")
    >>> dot_product_attention(x, x, x).shape
    (1, 2, 1, 4)

    Source: Vaswani et al., "Attention is all you need", 2017.
    """
    query, key, value = as_tensor(query), as_tensor(key), as_tensor(value)
    _attended(tuple(query.shape), tuple(key.shape), tuple(value.shape))
    scale = 1.0 / math.sqrt(query.shape[3]) if scale is None else scale
    if is_causal:
        earlier = convert_to_tensor(np.tri(query.shape[1], key.shape[1], dtype=bool))
        mask = earlier if mask is None else logical_and(mask, earlier)
    if attn_logits_soft_cap is None:
        return attend(query, key, value, bias, mask, scale=float(scale))
    q, k, v = (transpose(x, axes=(0, 2, 1, 3)) for x in (query, key, value))
    scores = multiply(matmul(q, transpose(k, axes=(0, 1, 3, 2))), scale)
    scores = tanh(scores / attn_logits_soft_cap) * attn_logits_soft_cap
    scores = scores if bias is None else scores + bias
    scores = scores if mask is None else where(mask, scores, lowest(scores.dtype))
    return transpose(matmul(softmax(scores), v), axes=(0, 2, 1, 3))
