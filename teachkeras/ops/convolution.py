"""Convolution and transposed convolution, over one, two or three axes.

Index letters: n the image, i the place of a window (one number per axis), a the place inside a window, c input channels,
o output channels; s strides, d dilation, p padding in front. ``kernels/geometry.py`` says which windows there are.

A convolution, the way back to its image and the way back to its weights are one sum of products with three factors,
Σ z·u·w over the windows u of x, and whichever factor is left out is the result. So there are three ops, the gradients
of each are the other two, and derivatives of any order exist.
"""

import numpy as np  # noqa: F401 (the examples use it)

from teachkeras import kernels
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.kernels.geometry import windows_of_transposed, windows_on
from teachkeras.ops._layout import is_first, per_axis, shape_to_first, shape_to_last, to_first, to_last
from teachkeras.ops.op import op
from teachkeras.ops.shapes import as_tensor, reshape
from teachkeras.tensor import Operators


def _plan(x, w, strides, padding, data_format, dilation_rate):
    """Return (channels first?, geometry, groups) of a convolution of an image and weights of these shapes."""
    first, rank = is_first(data_format), len(w) - 2
    if len(x) != len(w):
        raise ShapeError(
            "convolution", expected=f"x with {len(w)} axes, as many as the kernel {tuple(w)} has", got=f"x of shape {x}",
            fix="a batch axis and a channel axis are needed: x[None] adds the one, x[..., None] the other",
        )
    x = shape_to_last(x, first)
    groups = None if None in (x[-1], w[-2]) else x[-1] // w[-2]
    if groups is not None and (x[-1] % w[-2] or not groups or (w[-1] or 0) % groups):
        raise ShapeError(
            "convolution: channels", expected=f"{w[-2]} input channels, or a multiple that divides the {w[-1]} outputs",
            got=f"{x[-1]} channels in x of shape {x}", fix="check the kernel's shape, groups and data_format",
        )
    padding = str(padding).lower()
    if padding not in (("valid", "same", "causal") if rank == 1 else ("valid", "same")):
        raise ArgumentError("convolution: padding", expected="'valid' or 'same' ('causal' on one axis)", got=repr(padding))
    strides, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    g = windows_on(x[1:-1], tuple(w[:-2]), strides, dilation, padding)
    if any(count is not None and count <= 0 for count in g.windows):
        raise ShapeError(
            "convolution", expected=f"an image of at least {g.extents} (the kernel {g.size}, dilation {dilation})",
            got=f"{x[1:-1]}", fix="use a smaller kernel, padding='same' or larger images",
        )
    return first, g, groups


# --- one sum of products in three roles ------------------------------------------------------------------------------


def _image_shape(z, w, geometry, groups=1):
    return (z[0], *geometry.lengths, None if w[-2] is None else w[-2] * groups)


@op(tex=r"z_{nio} = \sum_a\sum_c x_{n,\,is+ad-p,\,c}\,w_{aco}", spec="placed(einsum('niac,aco->nio', windows(x), taps(w)))",
    shape=lambda x, w, geometry, groups=1: (x[0], *geometry.windows, w[-1]), kind="contraction")  # fmt: skip
def _conv(x, w, geometry=None, groups=1):
    return kernels.conv(x, w, None, geometry, groups)


@op(tex=r"x_{nqc} = \sum_o\sum_{is+ad-p=q} z_{nio}\,w_{aco}", spec="lay_back(einsum('nio,aco->niac', flat(z), taps(w)))",
    shape=_image_shape, kind="contraction")  # fmt: skip
def _conv_image(z, w, geometry=None, groups=1):
    return kernels.conv_image(z, w, geometry, groups)


@op(tex=r"w_{aco} = \sum_n\sum_i x_{n,\,is+ad-p,\,c}\,z_{nio}",
    spec="untap(einsum('niac,nio->aco', windows(x), flat(z)))", kind="contraction",
    shape=lambda z, x, geometry, groups=1: (*geometry.size, None if x[-1] is None else x[-1] // groups, z[-1]))  # fmt: skip
def _conv_kernel(z, x, geometry=None, groups=1):
    return kernels.conv_kernel(z, x, geometry, groups)


def _role(on_tensors, routine):
    """Return the function that runs the routine on arrays and the op, which is differentiable again, on tensors."""

    def run(first, second, g, groups):
        if isinstance(first, Operators) or isinstance(second, Operators):
            return on_tensors(first, second, geometry=g, groups=groups)
        return routine(first, second, g=g, groups=groups)

    return run


_conv_of = _role(_conv, lambda x, w, **how: kernels.conv(x, w, None, **how))
_image_of = _role(_conv_image, lambda z, w, **how: kernels.conv_image(z, w, **how))
_kernel_of = _role(_conv_kernel, lambda z, x, **how: kernels.conv_kernel(z, x, **how))


def _sums_of(z):
    """Return Σ over images and places, per channel."""
    return z.sum(axis=tuple(range(z.ndim - 1))) if isinstance(z, Operators) else kernels.channel_sums(z)


@_conv.vjp(tex=r"\text{the other two of } \sum z\,u\,w",
    spec="lay_back(einsum('nio,aco->niac', flat(y_bar), taps(w))), untap(einsum('niac,nio->aco', windows(x), flat(y_bar)))")
def _conv_vjp(z_bar, x, w, geometry, groups, want):
    x_bar = _image_of(z_bar, w, geometry, groups) if want[0] else None
    return x_bar, _kernel_of(z_bar, x, geometry, groups) if want[1] else None


@_conv_image.vjp(tex=r"\text{the other two of } \sum z\,u\,w",
    spec="placed(einsum('niac,aco->nio', windows(y_bar), taps(w))), untap(einsum('niac,nio->aco', windows(y_bar), flat(z)))")
def _conv_image_vjp(x_bar, z, w, geometry, groups, want):
    z_bar = _conv_of(x_bar, w, geometry, groups) if want[0] else None
    return z_bar, _kernel_of(z, x_bar, geometry, groups) if want[1] else None


@_conv_kernel.vjp(tex=r"\text{the other two of } \sum z\,u\,w",
    spec="placed(einsum('niac,aco->nio', windows(x), taps(y_bar))), lay_back(einsum('nio,aco->niac', flat(z), taps(y_bar)))")
def _conv_kernel_vjp(w_bar, z, x, geometry, groups, want):
    z_bar = _conv_of(x, w_bar, geometry, groups) if want[0] else None
    return z_bar, _image_of(z, w_bar, geometry, groups) if want[1] else None


# --- convolution -----------------------------------------------------------------------------------------------------


def _conv_shape(x, w, b=None, strides=1, padding="valid", data_format=None, dilation_rate=1):
    first, g, _ = _plan(x, w, strides, padding, data_format, dilation_rate)
    return shape_to_first((x[0], *g.windows, w[-1]), first)


@op(tex=r"z_{nio} = \sum_a \sum_c x_{n,\,is+ad-p,\,c}\, w_{aco} + b_o", shape=_conv_shape, kind="contraction",
    spec="placed(einsum('niac,aco->nio', windows(x), taps(w)) + b)", optional=("b",))  # fmt: skip
def convolve(x, w, b=None, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Weighted sums under a sliding window, plus bias: z = x ∗ W + b.

    x is (n, L…, c), channels first (n, c, L…); w (k…, c/groups, o); b (o,) or None; z (n, windows…, o).

    Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998, section II.
    """
    first, g, groups = _plan(x.shape, w.shape, strides, padding, data_format, dilation_rate)
    return to_first(kernels.conv(to_last(x, first), w, b, g, groups), first)


@convolve.vjp(
    tex=r"\bar x_{nqc} = \sum_o\sum_{is+ad-p=q} \bar z_{nio} w_{aco},\;"
    r"\bar w_{aco} = \sum_n\sum_i x_{n,\,is+ad-p,\,c}\,\bar z_{nio},\; \bar b_o = \sum_n\sum_i \bar z_{nio}",
    spec="lay_back(einsum('nio,aco->niac', flat(y_bar), taps(w))), untap(einsum('niac,nio->aco', windows(x), flat(y_bar))), "
    "einsum('nio->o', flat(y_bar))",
)
def convolve_vjp(z_bar, x, w, strides, padding, data_format, dilation_rate, want):
    first, g, groups = _plan(x.shape, w.shape, strides, padding, data_format, dilation_rate)
    z_bar = to_last(z_bar, first)
    x_bar = to_first(_image_of(z_bar, w, g, groups), first) if want[0] else None
    w_bar = _kernel_of(z_bar, to_last(x, first), g, groups) if want[1] else None
    return x_bar, w_bar, _sums_of(z_bar) if want[2] else None


def _windows_of(x, w, b=None, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Return the windows of x, u[n,i,a,c]. The fast routine forms them part by part and keeps none."""
    from teachkeras.kernels.reference.convolution import windows

    first, g, _ = _plan(x.shape, w.shape, strides, padding, data_format, dilation_rate)
    return windows(to_last(x, first), g)


convolve.derived["windows"] = _windows_of


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """N-dimensional convolution (Keras's ``ops.conv``): :func:`convolve` without a bias.

    >>> conv(np.ones((1, 5, 1)), np.ones((3, 1, 1))).numpy().ravel()
    array([3., 3., 3.])
    """
    return convolve(inputs, kernel, None, strides=strides, padding=padding, data_format=data_format,
                       dilation_rate=dilation_rate)  # fmt: skip


def _as_groups(kernel):
    """Return a depthwise kernel (k…, c, m) as the kernel (k…, 1, c·m) of a convolution in c groups."""
    *size, channels, multiplier = kernel.shape
    return reshape(kernel, newshape=(*size, 1, channels * multiplier))


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Convolution of each channel by its own kernels: as many groups as channels. The kernel is (k…, c, multiplier)."""
    inputs, kernel = as_tensor(inputs), as_tensor(kernel)
    _match(shape_to_last(inputs.shape, is_first(data_format))[-1], kernel.shape[-2], inputs.shape, kernel.shape)
    return conv(inputs, _as_groups(kernel), strides, padding, data_format, dilation_rate)


def separable_conv(inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None,
                   dilation_rate=1):  # fmt: skip
    """A depthwise convolution, then one by single entries that mixes the channels."""
    outputs = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(outputs, pointwise_kernel, 1, "valid", data_format)


def _match(given, wanted, x, w):
    if None not in (given, wanted) and given != wanted:
        raise ShapeError(
            "convolution: channels", expected=f"{wanted} input channels, as the kernel {tuple(w)} has",
            got=f"{given} channels in x of shape {tuple(x)}", fix="check the kernel's shape and data_format",
        )


# --- transposed convolution ------------------------------------------------------------------------------------------


def _transposed_plan(x, w, strides, padding, output_padding, data_format, dilation_rate):
    """Return (channels first?, geometry) of a transposed convolution of an image and weights of these shapes."""
    first, rank = is_first(data_format), len(w) - 2
    if len(x) != len(w):
        raise ShapeError("transposed convolution", expected=f"x with {len(w)} axes, as many as the kernel {tuple(w)} has",
                         got=f"x of shape {tuple(x)}")  # fmt: skip
    x, padding = shape_to_last(x, first), str(padding).lower()
    _match(x[-1], w[-1], x, w)
    if padding not in ("valid", "same"):
        raise ArgumentError("transposed convolution: padding", expected="'valid' or 'same'", got=repr(padding))
    extra = None if output_padding is None else per_axis(output_padding, rank, "output_padding")
    strides, dilation = per_axis(strides, rank, "strides"), per_axis(dilation_rate, rank, "dilation_rate")
    return first, windows_of_transposed(x[1:-1], tuple(w[:-2]), strides, dilation, padding, extra)


def _transposed_shape(x, w, b=None, **params):
    given = {**convolve_transposed.params, **params}
    first, g = _transposed_plan(x, w, **given)
    return shape_to_first((x[0], *g.lengths, w[-2]), first)


@op(tex=r"z_{nqo} = \sum_c\sum_{is+ad-p=q} x_{nic}\,w_{aoc} + b_o", shape=_transposed_shape, kind="contraction",
    spec="lay_back(einsum('nio,aco->niac', flat(x), taps(w))) + b", optional=("b",))  # fmt: skip
def convolve_transposed(x, w, b=None, strides=1, padding="valid", output_padding=None, data_format=None,
                           dilation_rate=1):  # fmt: skip
    """Every entry of x lays a weighted window down; where windows overlap they add up. A convolution's way back to its image.

    x is (n, i…, c), channels first (n, c, i…); w (k…, o, c); b (o,) or None; z (n, q…, o), about s times as long as x.

    Source: Zeiler et al., "Deconvolutional networks", 2010; Dumoulin & Visin 2016, chapter 4.
    """
    first, g = _transposed_plan(x.shape, w.shape, strides, padding, output_padding, data_format, dilation_rate)
    z = kernels.conv_image(to_last(x, first), w, g)
    return to_first(z if b is None else z + b, first)


@convolve_transposed.vjp(
    tex=r"\bar x_{nic} = \sum_a\sum_o \bar z_{n,\,is+ad-p,\,o}\,w_{aoc},\;"
    r"\bar w_{aoc} = \sum_n\sum_i \bar z_{n,\,is+ad-p,\,o}\,x_{nic},\; \bar b_o = \sum_n\sum_q \bar z_{nqo}",
    spec="placed(einsum('niac,aco->nio', windows(y_bar), taps(w))), untap(einsum('niac,nio->aco', windows(y_bar), flat(x))), "
    "einsum('...o->o', y_bar)",
)
def convolve_transposed_vjp(z_bar, x, w, strides, padding, output_padding, data_format, dilation_rate, want):
    first, g = _transposed_plan(x.shape, w.shape, strides, padding, output_padding, data_format, dilation_rate)
    z_bar = to_last(z_bar, first)
    x_bar = to_first(_conv_of(z_bar, w, g, 1), first) if want[0] else None
    w_bar = _kernel_of(to_last(x, first), z_bar, g, 1) if want[1] else None
    return x_bar, w_bar, _sums_of(z_bar) if want[2] else None


def conv_transpose(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1):
    """N-dimensional transposed convolution (Keras's ``ops.conv_transpose``); the kernel is (k…, o, c).

    >>> conv_transpose(np.ones((1, 2, 1)), np.ones((3, 1, 1)), strides=2).numpy().ravel()
    array([1., 1., 2., 1., 1.])
    """
    return convolve_transposed(inputs, kernel, None, strides=strides, padding=padding, output_padding=output_padding,
                                  data_format=data_format, dilation_rate=dilation_rate)  # fmt: skip
