"""The steps of recurrent layers, between two products: one pass from sums to gates to states, and one back.

A step goes through the sequences n of the batch; its inner loops, over one row of one gate each, are the small
functions. They read few arrays and neighbouring numbers: only such loops does LLVM vectorise. ``bar`` is the gradient
that a loop writes.
"""

import numpy as np

from teachkeras.kernels.cpu import inlined, jit

f = np.float32
DUST = np.float32(1e-30)


@inlined
def tanh(x):
    # a quotient of polynomials in x², within 3e-7 of tanh; Source: Eigen, MathFunctionsImpl.h, generic_fast_tanh_float
    x = min(max(x, f(-7.90531110763549805)), f(7.90531110763549805))
    s = x * x
    p = f(-2.76076847742355e-16) * s + f(2.00018790482477e-13)
    p = (p * s + f(-8.60467152213735e-11)) * s + f(5.12229709037114e-08)
    p = (p * s + f(1.48572235717979e-05)) * s + f(6.37261928875436e-04)
    p = p * s + f(4.89352455891786e-03)
    q = f(1.19825839466702e-06) * s + f(1.18534705686654e-04)
    q = (q * s + f(2.26843463243900e-03)) * s + f(4.89352518554385e-03)
    return x * p / q


@inlined
def activate(z, zx, scale):
    # scale 1: tanh(z + zx);   scale ½: σ(z + zx) = ½ + ½·tanh(½(z + zx))
    for j in range(z.size):
        s = scale[j]
        z[j] = f(1) - s + s * tanh(s * (z[j] + zx[j]))


@inlined
def new_cell(i, keep, g, old, c):
    for j in range(c.size):
        c[j] = keep[j] * old[j] + i[j] * g[j]


@inlined
def new_state(o, c, h):
    for j in range(c.size):
        h[j] = o[j] * tanh(c[j])


@inlined
def dust_off(a):
    # numbers below DUST become 0: they would soon be denormal, and a processor takes ten times longer over those
    for j in range(a.size):
        a[j] = f(0) if abs(a[j]) < DUST else a[j]


@inlined
def add_to(a, b):
    for j in range(a.size):
        a[j] += b[j]


@inlined
def through_output(h_bar, o, c, c_bar, o_bar):
    # o_bar = h_bar∘tanh c∘o(1-o);   c_bar += h_bar∘o∘(1 - tanh²c)
    for j in range(c.size):
        s = tanh(c[j])
        o_bar[j] = h_bar[j] * s * o[j] * (f(1) - o[j])
        c_bar[j] += h_bar[j] * o[j] * (f(1) - s * s)


@inlined
def through_sigmoid(d, other, y, bar):
    for j in range(d.size):
        bar[j] = d[j] * other[j] * y[j] * (f(1) - y[j])


@inlined
def through_tanh(d, other, y, bar):
    for j in range(d.size):
        bar[j] = d[j] * other[j] * (f(1) - y[j] * y[j])


@inlined
def multiply_by(a, b):
    for j in range(a.size):
        a[j] *= b[j]


@inlined
def sum_to(a, b, out):
    for j in range(a.size):
        out[j] = a[j] + b[j]


@inlined
def candidate(r, v, zx, g):
    for j in range(r.size):
        g[j] = tanh(zx[j] + r[j] * v[j])


@inlined
def blend(z, old, g, h):
    for j in range(z.size):
        h[j] = z[j] * old[j] + (f(1) - z[j]) * g[j]


@inlined
def through_candidate(h_bar, z, g, a):
    for j in range(z.size):
        a[j] = h_bar[j] * (f(1) - z[j]) * (f(1) - g[j] * g[j])


@inlined
def through_update(h_bar, old, g, z, bar):
    for j in range(z.size):
        bar[j] = h_bar[j] * (old[j] - g[j]) * z[j] * (f(1) - z[j])


@inlined
def product_of(a, b, out):
    for j in range(a.size):
        out[j] = a[j] * b[j]


@jit("void(f4[:,:,::1], f4[:,:,::1], f4[::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1], i8)", contract=True)
def lstm_step(gates, zx, scale, cells, hidden, live, t):
    u = hidden.shape[2]
    for n in range(gates.shape[1]):
        z, c, h = gates[t, n], cells[t + 1, n], hidden[t + 1, n]
        activate(z, zx[t, n], scale)
        if live.size > 0 and not live[t, n]:
            c[:], h[:] = cells[t, n], hidden[t, n]
        else:
            new_cell(z[:u], z[u : 2 * u], z[2 * u : 3 * u], cells[t, n], c)
            new_state(z[3 * u :], c, h)


@jit("void(f4[:,:,::1], f4[:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1], f4[:,::1], f4[:,:,::1], i8)",
     contract=True)  # fmt: skip
def lstm_step_back(y_bar, h_bar, c_bar, gates, cells, live, rest, z_bar, t):
    u = h_bar.shape[1]
    for n in range(h_bar.shape[0]):
        h, d, z = h_bar[n], c_bar[n], gates[t, n]
        i, keep, g, o = z[:u], z[u : 2 * u], z[2 * u : 3 * u], z[3 * u :]
        dust_off(h)
        if y_bar.size > 0:
            add_to(h, y_bar[t, n])
        if live.size > 0 and not live[t, n]:
            rest[n] = h
            z_bar[t, n] = f(0)
        else:
            dust_off(d)
            through_output(h, o, cells[t + 1, n], d, z_bar[t, n, 3 * u :])
            through_sigmoid(d, g, i, z_bar[t, n, :u])
            through_sigmoid(d, cells[t, n], keep, z_bar[t, n, u : 2 * u])
            through_tanh(d, i, g, z_bar[t, n, 2 * u : 3 * u])
            multiply_by(d, keep)
            rest[n] = f(0)


@jit("void(f4[:,::1], f4[::1], f4[:,:,::1], f4[::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1], i8)",
     contract=True)  # fmt: skip
def gru_step(product, bias, zx, scale, gates, inner, hidden, live, t):
    u = hidden.shape[2]
    for n in range(product.shape[0]):
        z, h = gates[t, n], hidden[t + 1, n]
        sum_to(product[n, : 2 * u], bias[: 2 * u], z[: 2 * u])
        sum_to(product[n, 2 * u :], bias[2 * u :], inner[t, n])
        activate(z[: 2 * u], zx[t, n, : 2 * u], scale)
        candidate(z[u : 2 * u], inner[t, n], zx[t, n, 2 * u :], z[2 * u :])
        if live.size > 0 and not live[t, n]:
            h[:] = hidden[t, n]
        else:
            blend(z[:u], hidden[t, n], z[2 * u :], h)


@jit("void(f4[:,:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1], f4[:,:,::1], f4[:,:,::1], i8)",
     contract=True)  # fmt: skip
def gru_step_back(y_bar, h_bar, gates, inner, hidden, live, zx_bar, v_bar, t):
    u = h_bar.shape[1]
    for n in range(h_bar.shape[0]):
        h, x, v = h_bar[n], zx_bar[t, n], v_bar[t, n]
        z, r, g = gates[t, n, :u], gates[t, n, u : 2 * u], gates[t, n, 2 * u :]
        dust_off(h)
        if y_bar.size > 0:
            add_to(h, y_bar[t, n])
        if live.size > 0 and not live[t, n]:
            x[:] = f(0)
            v[:] = f(0)
        else:
            through_candidate(h, z, g, x[2 * u :])
            through_sigmoid(x[2 * u :], inner[t, n], r, x[u : 2 * u])
            through_update(h, hidden[t, n], g, z, x[:u])
            v[: 2 * u] = x[: 2 * u]
            product_of(x[2 * u :], r, v[2 * u :])
            multiply_by(h, z)
