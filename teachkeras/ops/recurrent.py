"""Recurrence: whole sequences as one op each, so that what is the same at every step is computed once.

Index letters: n the sequences, t the steps, d the inputs, u the units; k the gates. h₀, c₀ are the states before the
first step. The steps themselves stand in ``kernels/reference/recurrent.py``.

Every op returns the states of all steps, and the last ones. ``mask`` (n, t) is False where a step holds nothing: there
the states stay as they are. ``x_drop`` (k, n, d) and ``h_drop`` (k, n, u) are dropout masks of inputs and states, one
for each gate, the same at every step (Gal & Ghahramani, "A theoretically grounded application of dropout in recurrent
neural networks", 2016).
"""

import numpy as np

from teachkeras import kernels
from teachkeras.errors import ShapeError
from teachkeras.kernels.reference import recurrent as reference
from teachkeras.ops.op import op


class _MisfitError(ShapeError, TypeError):
    """Shapes that do not belong together; a TypeError too, as what Keras on JAX raises here."""


REASON = "a loop over the steps; held to those steps, one by one"


def _states(x, h, *rest, count=1, **_):
    """Return the shapes of all states, and of the last ones."""
    batch, units = x[0] if x[0] is not None else h[0], h[1]
    return [(batch, x[1], units)] + [(batch, units)] * count


def _check(where, x, h0, kernel, recurrent_kernel, gates):
    d, u = kernel.shape[0], recurrent_kernel.shape[0]
    if x.ndim != 3 or x.shape[-1] != d or not x.shape[1]:
        raise _MisfitError(
            where, expected=f"x of shape (sequences, steps, {d}) with at least one step", got=f"x of shape {x.shape}"
        )
    if h0.shape != (len(x), u) or kernel.shape[1] != gates * u or recurrent_kernel.shape[1] != gates * u:
        raise _MisfitError(
            where, expected=f"a state of shape {(len(x), u)} and kernels with {gates * u} columns",
            got=f"a state of shape {h0.shape}, kernels of shapes {kernel.shape} and {recurrent_kernel.shape}",
        )  # fmt: skip


def _by_step(a):
    """Exchange the axes of sequences and steps."""
    return None if a is None else a.swapaxes(0, 1)


def _projected_back(run, z_bar, x, kernel, bias, drop, want):
    """Return the gradients of x, kernel and bias (places 0, 1, 2 of `want`), for z = x·kernel + bias at every step."""
    x_bar = _by_step(run.project_back(z_bar, kernel, drop)) if want[0] else None
    kernel_bar = run.project_kernel(z_bar, _by_step(x), drop) if want[1] else None
    return x_bar, kernel_bar, kernels.channel_sums(z_bar) if want[2] else None


def _arrived(bar, like):
    """Return the gradient of a last state, zeros where none arrives."""
    return np.zeros(like.shape, like.dtype, like=like) if bar is None else bar


# --- LSTM -------------------------------------------------------------------------------------------------------------


@op(
    tex=r"\begin{aligned} i_t,f_t,o_t &= \sigma(x_tW + h_{t-1}U + b)\text{ (own columns each)}\\ g_t &= \tanh(x_tW_g + h_{t-1}U_g + b_g)\\"
    r"c_t &= f_t\circ c_{t-1} + i_t\circ g_t\\ h_t &= o_t\circ\tanh c_t\end{aligned}",
    shape=lambda x, h, *rest, **_: _states(x, h, count=2), reason=REASON, optional=("bias", "mask"),
    keeps=("input_gate", "forget_gate", "candidate", "output_gate", "cell", "gates", "cells", "hidden"),
)  # fmt: skip
def lstm(x, h0, c0, kernel, recurrent_kernel, bias=None, mask=None, x_drop=None, h_drop=None):
    """Long short-term memory over whole sequences: x (n, t, d) to [h of all steps (n, t, u), last h, last c].

    The columns of W (d, 4u), U (u, 4u) and b (4u) belong to the input gate i, the forget gate f, the candidate g and
    the output gate o, in this order. What it keeps for viewers: the four gates and the cell state c, each (n, t, u).

    Raises:
        ShapeError: the shapes do not belong together, or there is no step.

    >>> one = np.ones((1, 4), "float32")
    >>> h, last, c = lstm(np.ones((1, 3, 1), "float32"), one[:, :1], one[:, :1], one, one)
    >>> h.shape, last.shape, float(last[0, 0]) == float(h[0, 2, 0])
    ((1, 3, 1), (1, 1), True)

    Source: Hochreiter & Schmidhuber, 1997; the forget gate: Gers, Schmidhuber & Cummins, "Learning to forget", 2000.
    """
    _check("lstm", x, h0, kernel, recurrent_kernel, 4)
    zx = kernels.project(_by_step(x), kernel, bias, x_drop)
    gates, cells, hidden = kernels.lstm(zx, h0, c0, recurrent_kernel, _by_step(mask), h_drop)
    u = hidden.shape[-1]
    shown = [gates[..., k * u : (k + 1) * u].swapaxes(0, 1) for k in range(4)]
    return [_by_step(hidden[1:]), hidden[-1], cells[-1]], *shown, _by_step(cells[1:]), gates, cells, hidden


def _lstm_back(run, bars, x, c0, kernel, recurrent_kernel, bias, mask, x_drop, h_drop, gates, cells, hidden, want):
    y_bar, h_bar, c_bar = bars
    h_bar, c_bar = _arrived(h_bar, c0), _arrived(c_bar, c0)
    z_bar, h0_bar, c0_bar = run.lstm_vjp(
        _by_step(y_bar), h_bar, c_bar, recurrent_kernel, gates, cells, _by_step(mask), h_drop
    )
    x_bar, kernel_bar, bias_bar = _projected_back(run, z_bar, x, kernel, bias, x_drop, (want[0], want[3], want[5]))
    recurrent_bar = run.project_kernel(z_bar, hidden[:-1], h_drop) if want[4] else None
    return x_bar, h0_bar, c0_bar, kernel_bar, recurrent_bar, bias_bar, None


def _lstm_composed(bars, x, h0, c0, kernel, recurrent_kernel, bias, mask, x_drop, h_drop, gates, cells, hidden, want):
    """The gradient from states that are computed again, on tensors: an outer tape follows it back to every input."""
    zx = reference.project(_by_step(x), kernel, bias, x_drop)
    gates, cells, hidden = reference.lstm(zx, h0, c0, recurrent_kernel, _by_step(mask), h_drop)
    return _lstm_back(
        reference, bars, x, c0, kernel, recurrent_kernel, bias, mask, x_drop, h_drop, gates, cells, hidden, want
    )


@lstm.vjp(
    tex=r"\begin{aligned}\bar c_t &\mathrel{+}= \bar h_t\circ o_t\circ(1-\tanh^2 c_t)\\ \bar z_t &= (\bar c_t g_t i_t(1-i_t),\;"
    r"\bar c_t c_{t-1} f_t(1-f_t),\;\bar c_t i_t(1-g_t^2),\;\bar h_t \tanh(c_t)\,o_t(1-o_t))\\"
    r"\bar h_{t-1} &\mathrel{+}= \bar z_t U^{\top},\quad \bar c_{t-1} = \bar c_t\circ f_t\\"
    r"\bar W &= \textstyle\sum_t x_t^{\top}\bar z_t,\quad \bar U = \sum_t h_{t-1}^{\top}\bar z_t,\quad \bar b = \sum_t\bar z_t,"
    r"\quad \bar x_t = \bar z_t W^{\top}\end{aligned}",
    twin=_lstm_composed,
)
def lstm_vjp(bars, x, h0, c0, kernel, recurrent_kernel, bias, mask, x_drop, h_drop, gates, cells, hidden, want):
    return _lstm_back(
        kernels, bars, x, c0, kernel, recurrent_kernel, bias, mask, x_drop, h_drop, gates, cells, hidden, want
    )


# --- GRU --------------------------------------------------------------------------------------------------------------


def _biases(bias, reset_after):
    """Return the biases of the inputs' and of the states' product."""
    return (None, None) if bias is None else (bias[0], bias[1]) if reset_after else (bias, None)


def _gru_forward(run, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop):
    input_bias, recurrent_bias = _biases(bias, reset_after)
    zx, live = run.project(_by_step(x), kernel, input_bias, x_drop), _by_step(mask)
    if reset_after:
        return run.gru(zx, h0, recurrent_kernel, recurrent_bias, live, h_drop)
    return run.gru_before(zx, h0, recurrent_kernel, live, h_drop)


@op(
    tex=r"\begin{aligned} z_t, r_t &= \sigma(x_tW + h_{t-1}U + b)\text{ (own columns each)}\\"
    r"g_t &= \tanh(x_tW_g + b_g + r_t\circ(h_{t-1}U_g + b'_g))\text{, or } \tanh(x_tW_g + b_g + (r_t\circ h_{t-1})U_g)\\"
    r"h_t &= z_t\circ h_{t-1} + (1 - z_t)\circ g_t\end{aligned}",
    shape=lambda x, h, *rest, **_: _states(x, h), reason=REASON, optional=("bias", "mask"),
    keeps=("update_gate", "reset_gate", "candidate", "gates", "inner", "hidden"),
)  # fmt: skip
def gru(x, h0, kernel, recurrent_kernel, bias=None, mask=None, reset_after=True, x_drop=None, h_drop=None):
    """Gated recurrent unit over whole sequences: x (n, t, d) to [h of all steps (n, t, u), last h].

    The columns of W (d, 3u) and U (u, 3u) belong to the update gate z, the reset gate r and the candidate g, in this
    order. With `reset_after` r resets the product h·U (b is (2, 3u), for both products), else h itself (b is (3u,)).

    Raises:
        ShapeError: the shapes do not belong together, or there is no step.

    >>> one = np.ones((1, 3), "float32")
    >>> h, last = gru(np.ones((1, 2, 1), "float32"), one[:, :1], one, one)
    >>> h.shape, last.shape
    ((1, 2, 1), (1, 1))

    Source: Cho et al., 2014 (reset before); the reset after the product is that of cuDNN and of Keras.
    """
    _check("gru", x, h0, kernel, recurrent_kernel, 3)
    gates, inner, hidden = _gru_forward(
        kernels, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop
    )
    u = hidden.shape[-1]
    shown = [gates[..., k * u : (k + 1) * u].swapaxes(0, 1) for k in range(3)]
    return [_by_step(hidden[1:]), hidden[-1]], *shown, gates, inner, hidden


def _gru_back(run, bars, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop, gates, inner,
              hidden, want):  # fmt: skip
    y_bar, h_bar = _by_step(bars[0]), _arrived(bars[1], h0)
    live, recurrent_bar = _by_step(mask), None
    if reset_after:
        zx_bar, v_bar, h0_bar = run.gru_vjp(y_bar, h_bar, recurrent_kernel, gates, inner, hidden, live, h_drop)
        if want[3]:
            recurrent_bar = run.project_kernel(v_bar, hidden[:-1], h_drop)
    else:
        zx_bar, h0_bar = run.gru_before_vjp(y_bar, h_bar, recurrent_kernel, gates, hidden, live, h_drop)
        if want[3]:
            u = 2 * h0.shape[-1]
            first = run.project_kernel(zx_bar[..., :u], hidden[:-1], None if h_drop is None else h_drop[:2])
            recurrent_bar = np.concatenate([first, run.project_kernel(zx_bar[..., u:], inner, None)], axis=1)
    x_bar, kernel_bar, bias_bar = _projected_back(run, zx_bar, x, kernel, bias, x_drop, (want[0], want[2], want[4]))
    if want[4] and reset_after:
        bias_bar = np.stack([bias_bar, kernels.channel_sums(v_bar)])
    return x_bar, h0_bar, kernel_bar, recurrent_bar, bias_bar, None


def _gru_composed(bars, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop, gates, inner, hidden,
                  want):  # fmt: skip
    """The gradient from states that are computed again, on tensors."""
    weights = (x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop)
    return _gru_back(reference, bars, *weights, *_gru_forward(reference, *weights), want)


@gru.vjp(
    tex=r"\begin{aligned} a_t &= \bar h_t\circ(1-z_t)\circ(1-g_t^2)\\"
    r"\bar z_t &= \bar h_t(h_{t-1}-g_t)z_t(1-z_t),\quad \bar r_t = a_t(h_{t-1}U_g + b'_g)r_t(1-r_t)\\"
    r"\bar h_{t-1} &\mathrel{+}= \bar h_t\circ z_t + (\bar z_t, \bar r_t, a_t\circ r_t)U^{\top}\end{aligned}",
    twin=_gru_composed,
)
def gru_vjp(bars, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop, gates, inner, hidden, want):
    return _gru_back(
        kernels, bars, x, h0, kernel, recurrent_kernel, bias, mask, reset_after, x_drop, h_drop, gates, inner, hidden,
        want,
    )  # fmt: skip


# --- the simple cell --------------------------------------------------------------------------------------------------


@op(
    tex=r"h_t = \tanh(x_tW + h_{t-1}U + b)", shape=lambda x, h, *rest, **_: _states(x, h), reason=REASON,
    optional=("bias", "mask"), keeps=("hidden",),
)  # fmt: skip
def simple_rnn(x, h0, kernel, recurrent_kernel, bias=None, mask=None, h_drop=None):
    """The simple recurrent net over whole sequences: x (n, t, d) to [h of all steps (n, t, u), last h].

    Raises:
        ShapeError: the shapes do not belong together, or there is no step.

    >>> one = np.ones((1, 1), "float32")
    >>> h, last = simple_rnn(np.ones((1, 2, 1), "float32"), one, one, one)
    >>> h.shape, last.shape
    ((1, 2, 1), (1, 1))

    Source: Elman, 1990.
    """
    _check("simple_rnn", x, h0, kernel, recurrent_kernel, 1)
    zx = kernels.project(_by_step(x), kernel, bias, None)
    hidden = kernels.simple_rnn(zx, h0, recurrent_kernel, _by_step(mask), h_drop)
    return [_by_step(hidden[1:]), hidden[-1]], hidden


def _simple_back(run, bars, x, h0, kernel, recurrent_kernel, bias, mask, h_drop, hidden, want):
    z_bar, h0_bar = run.simple_rnn_vjp(
        _by_step(bars[0]), _arrived(bars[1], h0), recurrent_kernel, hidden, _by_step(mask), h_drop
    )
    x_bar, kernel_bar, bias_bar = _projected_back(run, z_bar, x, kernel, bias, None, (want[0], want[2], want[4]))
    recurrent_bar = run.project_kernel(z_bar, hidden[:-1], h_drop) if want[3] else None
    return x_bar, h0_bar, kernel_bar, recurrent_bar, bias_bar, None


def _simple_composed(bars, x, h0, kernel, recurrent_kernel, bias, mask, h_drop, hidden, want):
    """The gradient from states that are computed again, on tensors."""
    zx = reference.project(_by_step(x), kernel, bias, None)
    hidden = reference.simple_rnn(zx, h0, recurrent_kernel, _by_step(mask), h_drop)
    return _simple_back(reference, bars, x, h0, kernel, recurrent_kernel, bias, mask, h_drop, hidden, want)


@simple_rnn.vjp(
    tex=r"\bar z_t = \bar h_t\circ(1-h_t^2),\quad \bar h_{t-1} \mathrel{+}= \bar z_tU^{\top},\quad "
    r"\bar W = \textstyle\sum_t x_t^{\top}\bar z_t,\quad \bar U = \sum_t h_{t-1}^{\top}\bar z_t",
    twin=_simple_composed,
)
def simple_rnn_vjp(bars, x, h0, kernel, recurrent_kernel, bias, mask, h_drop, hidden, want):
    return _simple_back(kernels, bars, x, h0, kernel, recurrent_kernel, bias, mask, h_drop, hidden, want)
