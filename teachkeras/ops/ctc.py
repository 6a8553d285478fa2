r"""Connectionist temporal classification: the chance of a text whatever the times at which its letters are spoken.

Index letters: n the sample, t the time, s the place in the text with a blank before, between and after its letters.
α_t(s) is the log-chance of having reached place s at time t:

    α_t(s) = ln p_t(l_s) + ln Σ e^{α_{t-1}}  over s, s-1, and s-2 where l_s is neither blank nor equal to l_{s-2}

Source: Graves et al. 2006, equations 6 and 7.
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import arrange
from teachkeras.ops._numbers import arrays
from teachkeras.ops.elementwise import cast, negative, where
from teachkeras.ops.nn import log_softmax
from teachkeras.ops.norms import logsumexp
from teachkeras.ops.shapes import as_tensor, stack
from teachkeras.tensor import Tensor

_NEVER = -1e30
_UNLIKELY = -1e5  # for what no text may do: start in its middle, run two like letters into one. A finite loss, as in Keras


def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """The negative log-chance of each target under the model's outputs.

    A target that cannot be spoken in so few times costs about 1e5.

    Shapes: target ``(N, L)`` class numbers, output ``(N, T, K)`` logits, lengths ``(N,)``; the result ``(N,)``.
    """
    target, lengths, times = arrays(target, target_length, output_length)
    output = as_tensor(output)
    wide = dtypes.result_type(dtypes.name_of(output.dtype), "float32")  # half precision ends before 1e5
    log_p = log_softmax(cast(output, dtype=wide), axis=-1)
    kind = dtypes.as_numpy(dtypes.name_of(log_p.dtype))
    n, width = target.shape
    letters = np.full((n, 2 * width + 1), mask_index, "int32")
    letters[:, 1::2] = target
    skip = np.full(letters.shape, _NEVER, kind)  # what it costs to come from s-2
    skip[:, 2:] = np.where(letters[:, 2:] == letters[:, :-2], _UNLIKELY, 0.0)
    skip[letters == mask_index] = _NEVER
    never = np.asarray(_NEVER, kind)
    alpha = np.full(letters.shape, _UNLIKELY, kind)  # before the first time: at the first blank
    alpha[:, 0] = 0.0
    alpha = as_tensor(alpha)
    for t in range(log_p.shape[1]):
        one = arrange.pad(alpha[:, :-1], ((0, 0), (1, 0)), constant_values=_NEVER)
        two = arrange.pad(alpha[:, :-2], ((0, 0), (2, 0)), constant_values=_NEVER)
        reached = logsumexp(stack([alpha, one, two + skip], axis=0), axis=0)
        step = reached + arrange.take_along_axis(log_p[:, t], letters, axis=-1)
        alpha = where((t < times)[:, None], step, alpha)
    ends = np.stack([2 * lengths, np.maximum(2 * lengths - 1, 0)], axis=-1).astype("int32")
    last = arrange.take_along_axis(alpha, ends, axis=-1)
    last = where(np.stack([lengths >= 0, lengths > 0], axis=-1), last, never)
    return negative(logsumexp(last, axis=-1))


def ctc_decode(
    inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True, mask_index=0
):
    """The likeliest text: at each time the likeliest class, repeats merged, blanks dropped; -1 fills up.

    Returns ``(1, N, T)`` class numbers and ``(N, 1)`` scores. Beam search is not there yet.
    """
    if strategy != "greedy":
        raise ArgumentError("ops.ctc_decode", expected="strategy='greedy'", got=repr(strategy))
    x, lengths = arrays(inputs, sequence_lengths)
    best, found = x.argmax(axis=-1), np.full(x.shape[:2], -1, "int32")
    for row, (path, length) in enumerate(zip(best, lengths, strict=True)):
        path = path[:length]
        keep = path != mask_index
        if merge_repeated:
            keep[1:] &= path[1:] != path[:-1]
        found[row, : keep.sum()] = path[keep]
    inside = np.arange(x.shape[1]) < lengths[:, None]
    scores = -np.sum(np.where(inside, x.max(axis=-1), 0), axis=1, keepdims=True)
    return Tensor(found[None]), Tensor(scores.astype(x.dtype))
