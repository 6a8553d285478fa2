"""The pieces of recurrent steps between two products: loops over one row of one gate each.

They read few arrays and neighbouring numbers: only such loops does LLVM vectorise. ``bar`` is the gradient that a loop
writes. The steps that use them stand in ``scans.py``.
"""

import numpy as np

from teachkeras.kernels.cpu import inlined

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
def tanh_of(z, zx):
    for j in range(z.size):
        z[j] = tanh(z[j] + zx[j])


@inlined
def sigmoid_of(z, zx):
    # σ(x) = ½ + ½·tanh(½x)
    for j in range(z.size):
        z[j] = f(0.5) + f(0.5) * tanh(f(0.5) * (z[j] + zx[j]))


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
def add_product(a, b, out):
    for j in range(a.size):
        out[j] += a[j] * b[j]


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


@inlined
def through_step(y, h_bar, bar):
    for j in range(y.size):
        bar[j] = h_bar[j] * (f(1) - y[j] * y[j])
