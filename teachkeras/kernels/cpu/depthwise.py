"""Windows that do not mix channels: depthwise convolution, and with weights of one the sums that average pooling needs.

Letters as in ``kernels/geometry.py``; the image has its border, and every geometry is brought to three axes. Entry a of
a window is counted through. Channels stand side by side, so that several go at a time.
"""

import numpy as np

from teachkeras.kernels.cpu import jit

f = np.float32
_IMAGES, _WEIGHTS, _THREE = "f4[:,:,:,:,::1]", "f4[:,::1]", "UniTuple(i8, 3)"
_ARGUMENTS = f"{_IMAGES}, {_WEIGHTS}, {_IMAGES}, {_THREE}, {_THREE}, {_THREE}"


@jit(f"void({_ARGUMENTS})")
def _sums(x, w, z, size, strides, dilation):
    # z[n,i,c] += Σ_a x[n, i·s + a·d, c]·w[a,c]
    for n in range(z.shape[0]):
        for i0 in range(z.shape[1]):
            for i1 in range(z.shape[2]):
                out = z[n, i0, i1]
                for a in range(len(w)):
                    q0 = i0 * strides[0] + a // (size[1] * size[2]) * dilation[0]
                    q1 = i1 * strides[1] + a // size[2] % size[1] * dilation[1]
                    row = x[n, q0, q1]
                    for i2 in range(z.shape[3]):
                        q2 = i2 * strides[2] + a % size[2] * dilation[2]
                        for c in range(z.shape[4]):
                            out[i2, c] += row[q2, c] * w[a, c]


@jit(f"void({_ARGUMENTS})")
def _to_image(x, w, z, size, strides, dilation):
    # x[n,q,c] += Σ_(i,a: i·s + a·d = q) z[n,i,c]·w[a,c]
    for n in range(z.shape[0]):
        for i0 in range(z.shape[1]):
            for i1 in range(z.shape[2]):
                out = z[n, i0, i1]
                for a in range(len(w)):
                    q0 = i0 * strides[0] + a // (size[1] * size[2]) * dilation[0]
                    q1 = i1 * strides[1] + a // size[2] % size[1] * dilation[1]
                    row = x[n, q0, q1]
                    for i2 in range(z.shape[3]):
                        q2 = i2 * strides[2] + a % size[2] * dilation[2]
                        for c in range(z.shape[4]):
                            row[q2, c] += out[i2, c] * w[a, c]


@jit(f"void({_ARGUMENTS})")
def _to_weights(x, w, z, size, strides, dilation):
    # w[a,c] += Σ_n Σ_i x[n, i·s + a·d, c]·z[n,i,c]
    for n in range(z.shape[0]):
        for i0 in range(z.shape[1]):
            for i1 in range(z.shape[2]):
                out = z[n, i0, i1]
                for a in range(len(w)):
                    q0 = i0 * strides[0] + a // (size[1] * size[2]) * dilation[0]
                    q1 = i1 * strides[1] + a // size[2] % size[1] * dilation[1]
                    row = x[n, q0, q1]
                    for i2 in range(z.shape[3]):
                        q2 = i2 * strides[2] + a % size[2] * dilation[2]
                        for c in range(z.shape[4]):
                            w[a, c] += row[q2, c] * out[i2, c]


def across(image):
    """Return images on three axes."""
    return image.reshape(len(image), *(1,) * (5 - image.ndim), *image.shape[1:])


def bordered(x, g):
    """Return images with their padding, contiguous."""
    if not any(g.before) and not any(g.after):
        return np.ascontiguousarray(x)
    sizes = [p + length + more for p, length, more in zip(g.before, g.lengths, g.after, strict=True)]
    image = np.zeros((len(x), *sizes, x.shape[-1]), f)
    image[inside(g)] = x
    return image


def inside(g):
    """Return the index that takes the border off again."""
    return (slice(None), *[slice(p, p + length) for p, length in zip(g.before, g.lengths, strict=True)])


def sums(x, w, g):
    """z[n,i,c] = Σ_a x[n, i·s + a·d - p, c]·w[a,c]."""
    z, three = np.zeros((len(x), *g.windows, x.shape[-1]), f), g.in_three()
    _sums(across(bordered(x, g)), w, across(z), three.size, three.strides, three.dilation)
    return z


def to_image(z, w, g):
    """x[n,q,c] = Σ_(i,a: i·s + a·d - p = q) z[n,i,c]·w[a,c]."""
    image, three = bordered(np.zeros((len(z), *g.lengths, z.shape[-1]), f), g), g.in_three()
    _to_image(across(image), w, across(np.ascontiguousarray(z)), three.size, three.strides, three.dilation)
    return np.ascontiguousarray(image[inside(g)])


def to_weights(z, x, g):
    """w[a,c] = Σ_n Σ_i x[n, i·s + a·d - p, c]·z[n,i,c]."""
    w, three = np.zeros((g.taps, z.shape[-1]), f), g.in_three()
    image = bordered(x, g)
    _to_weights(across(image), w, across(np.ascontiguousarray(z)), three.size, three.strides, three.dilation)
    return w
