r"""Connectionist temporal classification: the chance of a text whatever the times at which its letters are spoken.

Index letters: n the sample, t the time, s the place in the text with a blank before, between and after its letters.
α_t(s) is the log-chance of having reached place s at time t:

    α_t(s) = ln p_t(l_s) + ln Σ e^{α_{t-1}}  over s, s-1, and s-2 where l_s is neither blank nor equal to l_{s-2}

Source: Graves et al. 2006, equations 6 and 7.
"""

import math

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
_UNLIKELY = (
    -1e5
)  # for what no text may do: start in its middle, run two like letters into one. A finite loss, as in Keras


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
    """The likeliest text that a model's outputs spell.

    Args:
        inputs: Outputs (N, T, K) for each time and class.
        sequence_lengths: How many times count, (N,).
        strategy: ``"greedy"`` takes the likeliest class at each time, merges repeats and drops blanks;
            ``"beam_search"`` adds up the chances of all ways to speak a text, and follows the best texts.
        beam_width: How many texts are followed.
        top_paths: How many texts are returned, the best first.
        merge_repeated: Whether greedy decoding merges repeats.
        mask_index: The class that means blank.

    Returns:
        Class numbers ``(top_paths, N, T)``, -1 filling up, and scores ``(N, top_paths)``: minus the sum of the outputs
        taken for greedy decoding, the log-chance of the text for beam search.

    Raises:
        ArgumentError: another strategy.

    >>> p = np.log([[[0.6, 0.4], [0.6, 0.4]]])  # two blanks are likeliest, but three ways together spell "1"
    >>> [ctc_decode(p, [2], strategy=s)[0].tolist() for s in ("greedy", "beam_search")]
    [[[[-1, -1]]], [[[1, -1]]]]

    Source: Graves, *Supervised sequence labelling with recurrent neural networks*, 2012, section 7.5.
    """
    if strategy not in ("greedy", "beam_search"):
        raise ArgumentError("ops.ctc_decode", expected="strategy 'greedy' or 'beam_search'", got=repr(strategy))
    x, lengths = arrays(inputs, sequence_lengths)
    if strategy == "beam_search":
        return _beam_search(log_softmax(x, axis=-1).data, lengths, beam_width, top_paths, mask_index)
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


def _beam_search(log_p, lengths, width, top, blank):
    """Return the best texts of each sample and their log-chances."""
    n, times, _ = log_p.shape
    found, scores = np.full((top, n, times), -1, "int32"), np.full((n, top), -np.inf, log_p.dtype)
    for row in range(n):
        ranked = _texts(log_p[row, : max(int(lengths[row]), 1)].tolist(), width, blank)[:top]
        for place, (text, score) in enumerate(ranked):
            found[place, row, : len(text)], scores[row, place] = text, score
    return Tensor(found), Tensor(scores)


def _texts(log_p, width, blank):
    """Return pairs of a text and its log-chance, the best first.

    Of each text two chances are kept: that its last time was a blank, and that it was the text's last letter. Only from
    the first may the same letter come a second time.
    """
    beams = {(): (0.0, -math.inf)}
    for step in log_p:
        grown: dict[tuple, list] = {}
        for text, (after_blank, after_letter) in beams.items():
            whole = _either(after_blank, after_letter)
            for k, p in enumerate(step):
                if k == blank:
                    _add(grown, text, 0, whole + p)
                elif text and text[-1] == k:
                    _add(grown, text, 1, after_letter + p)
                    _add(grown, (*text, k), 1, after_blank + p)
                else:
                    _add(grown, (*text, k), 1, whole + p)
        best = sorted(grown, key=lambda text: -_either(*grown[text]))[:width]
        beams = {text: grown[text] for text in best}
    return [(text, _either(*pair)) for text, pair in beams.items()]


def _add(chances, text, which, value):
    """Add a way to speak a text."""
    pair = chances.setdefault(text, [-math.inf, -math.inf])
    pair[which] = _either(pair[which], value)


def _either(a, b):
    """Return ln(eᵃ + eᵇ)."""
    high, low = (a, b) if a > b else (b, a)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
