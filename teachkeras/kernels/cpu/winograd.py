"""Winograd's way to convolve with 3×3 weights: each 2×2 outputs take 16 products per channel instead of 36.

    u = Bᵀ d B      a tile d of 4×4 entries of the image, every second place along both axes
    v = G w Gᵀ      the 3×3 weights, also 4×4 now
    M = Σ_c u_c v_c per place of the 4×4: sixteen matrix products (tiles, c)·(c, o)
    z = Aᵀ M A + b  back to 2×2 outputs

The sums around the products cost time of their own, so it pays for many channels and many places: measured against
windows and one product, VGG16's layers on images of 28 places a side and more are 1.1 to 2 times as fast.

Letters: t tile, c input channel, o output channel; p, q rows, j columns of a tile.

Source: Lavin & Gray, "Fast algorithms for convolutional neural networks", 2016, section 4.1.
"""

import functools

import numpy as np

from teachkeras.kernels.blas import share
from teachkeras.kernels.cpu import jit
from teachkeras.kernels.cpu.depthwise import bordered

f = np.float32
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], f)
TOGETHER = 1 << 19  # entries of u that are formed at a time
CHANNELS, PLACES = 64, 28 * 28  # from how many on it pays


def pays(g, c, o):
    """Tell whether this is a convolution for which Winograd's way is there, and faster."""
    plain = g.size == (3, 3) and g.strides == g.dilation == (1, 1) and not any(n % 2 for n in g.windows)
    return plain and min(c, o) >= CHANNELS and g.windows[0] * g.windows[1] >= PLACES


@jit("void(f4[:,:,::1], f4[:,:,:,::1])")
def _forward(x, u):
    # Bᵀ: row k of the tile becomes d_p + s·d_q with (p, q, s) = (0, 2, -), (1, 2, +), (2, 1, -), (1, 3, -); B alike
    across = x.shape[1] // 2 - 1
    for t in range(u.shape[2]):
        i, j = 2 * (t // across), 2 * (t % across)
        for k in range(4):
            p, q, s = (0, 1, 2, 1)[k], (2, 2, 1, 3)[k], f(1) if k == 1 else f(-1)
            one, two = x[i + p], x[i + q]
            for c in range(x.shape[2]):
                d0, d1 = one[j, c] + s * two[j, c], one[j + 1, c] + s * two[j + 1, c]
                d2, d3 = one[j + 2, c] + s * two[j + 2, c], one[j + 3, c] + s * two[j + 3, c]
                u[k, 0, t, c], u[k, 1, t, c], u[k, 2, t, c], u[k, 3, t, c] = d0 - d2, d1 + d2, d2 - d1, d1 - d3


@jit("void(f4[:,:,:,::1], f4[::1], f4[:,:,::1])")
def _back(m, b, z):
    # Aᵀ: m_0 + m_1 + m_2 and m_1 - m_2 - m_3, along the rows and along the columns
    across = z.shape[1] // 2
    for t in range(m.shape[2]):
        i, j = 2 * (t // across), 2 * (t % across)
        for k in range(2):
            p, s = (0, 3)[k], f(1) if k == 0 else f(-1)
            row = z[i + k]
            for o in range(z.shape[2]):
                m0 = s * (m[p, 0, t, o] + m[2, 0, t, o]) + m[1, 0, t, o]
                m1 = s * (m[p, 1, t, o] + m[2, 1, t, o]) + m[1, 1, t, o]
                m2 = s * (m[p, 2, t, o] + m[2, 2, t, o]) + m[1, 2, t, o]
                m3 = s * (m[p, 3, t, o] + m[2, 3, t, o]) + m[1, 3, t, o]
                row[j, o], row[j + 1, o] = m0 + m1 + m2 + b[o], m1 - m2 - m3 + b[o]


def conv(x, w, b, g):
    """z[n,i,o] = Σ_a Σ_c x[n, i + a - p, c]·w[a,c,o] + b[o] by tiles, a few rows of tiles of one image at a time."""
    c, o = w.shape[-2:]
    image, z = bordered(x, g), np.empty((len(x), *g.windows, o), f)
    v = np.matmul(np.kron(G, G), w.reshape(9, c * o)).reshape(16, c, o)
    bias, across = np.zeros(o, f) if b is None else b, g.windows[1] // 2
    high = max(1, TOGETHER // (16 * across * max(c, o)))

    def part(n, i):
        rows = min(high, g.windows[0] // 2 - i)
        u = np.empty((4, 4, rows * across, c), f)
        _forward(image[n, 2 * i : 2 * (i + rows) + 2], u)
        m = np.matmul(u.reshape(16, -1, c), v).reshape(4, 4, -1, o)
        _back(m, bias, z[n, 2 * i : 2 * (i + rows)])

    share([functools.partial(part, n, i) for n in range(len(x)) for i in range(0, g.windows[0] // 2, high)])
    return z
