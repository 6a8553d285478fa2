"""Attention as one op is what its parts compose; the soft cap bends the scores as tanh does."""

import numpy as np
import pytest
from op_samples import reals

from teachkeras import ops

Q, K, V = reals(2, 3, 2, 4), reals(2, 5, 2, 4, seed=1), reals(2, 5, 2, 3, seed=2)


def by_hand(scores):
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return np.einsum("nhts,nshd->nthd", weights / weights.sum(-1, keepdims=True), V)


def test_attend_is_its_parts():
    scores = np.einsum("nthd,nshd->nhts", Q, K) * 0.3
    np.testing.assert_allclose(ops.attend(Q, K, V, scale=0.3).numpy(), by_hand(scores), rtol=1e-12)


def test_soft_cap():
    scores = 0.7 * np.tanh(np.einsum("nthd,nshd->nhts", Q, K) * 0.5 / 0.7)
    got = ops.dot_product_attention(Q, K, V, attn_logits_soft_cap=0.7).numpy()
    np.testing.assert_allclose(got, by_hand(scores), rtol=1e-12)


def test_shapes_that_do_not_fit_are_named():
    for bad in ((Q, K[..., :3], V), (Q, K, V[:, :4]), (Q[:, :, :1], K, V), (Q[0], K[0], V[0])):
        with pytest.raises(ValueError, match="attention"):
            ops.dot_product_attention(*bad)
