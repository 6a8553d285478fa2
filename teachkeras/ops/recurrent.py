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

REASON = "a loop over the steps; held to those steps, one by one"


def _states(x, h, *rest, count=1, **_):
    """Return the shapes of all states, and of the last ones."""
    batch, units = x[0] if x[0] is not None else h[0], h[1]
    return [(batch, x[1], units)] + [(batch, units)] * count


def _check(where, x, h0, kernel, recurrent_kernel, gates):
    d, u = kernel.shape[0], recurrent_kernel.shape[0]
    if x.ndim != 3 or x.shape[-1] != d or not x.shape[1]:
        raise ShapeError(
            where, expected=f"x of shape (sequences, steps, {d}) with at least one step", got=f"x of shape {x.shape}"
        )
    if h0.shape != (len(x), u) or kernel.shape[1] != gates * u or recurrent_kernel.shape[1] != gates * u:
        raise ShapeError(
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
    return x_bar, kernel_bar, z_bar.sum(axis=(0, 1)) if want[2] else None


def _arrived(bar, like):
    """Return the gradient of a last state, zeros where none arrives."""
    return np.zeros(like.shape, like.dtype) if bar is None else bar


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
