"""Images: resized, cut, turned, blurred, in other colours. A namespace of its own: ``ops.image.resize``.

Channels stand last unless `data_format` says otherwise. Resizing is a matrix per axis, warping a take of neighbours
and a weighted sum: both have their gradients from the ops they are made of.
"""

import math

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import _warping, arrange, elementwise, reductions
from teachkeras.ops._layout import is_first, per_axis
from teachkeras.ops._warping import floats, mixed, on_last, weights_along
from teachkeras.ops.convolution import conv, depthwise_conv
from teachkeras.ops.elementwise import cast, divide, multiply, where
from teachkeras.ops.shapes import as_tensor, get_item, reshape, stack
from teachkeras.tensor import as_array

APART = True


def resize(images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False,
           pad_to_aspect_ratio=False, fill_mode="constant", fill_value=0.0, data_format=None):  # fmt: skip
    """Images of another height and width: 'nearest', 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5'.

    >>> resize(np.ones((1, 4, 4, 3), "float32"), (2, 6)).shape
    (1, 2, 6, 3)
    """
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError("ops.image.resize", expected="one way to keep the aspect ratio", got="both")
    if interpolation not in ("nearest", *_warping.CURVES):
        raise ArgumentError(
            "ops.image.resize: interpolation", expected="'nearest', 'bilinear', …", got=repr(interpolation)
        )
    images = as_tensor(images)
    first, rank = is_first(data_format), len(images.shape)
    if rank not in (3, 4):
        raise ArgumentError("ops.image.resize", expected="3 or 4 axes", got=f"shape {tuple(images.shape)}")
    rows, columns = (rank - 2, rank - 1) if first else (rank - 3, rank - 2)
    high, wide = size
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        images = _to_aspect(images, rows, columns, high / wide, crop_to_aspect_ratio, fill_value)
    kind = dtypes.name_of(images.dtype)
    x = images if interpolation == "nearest" else floats(images)
    for axis, n in ((rows, high), (columns, wide)):
        if interpolation == "nearest":
            places = np.floor((np.arange(n) + 0.5) * x.shape[axis] / n).astype("int32")
            x = get_item(x, key=(slice(None),) * axis + (places,))
        else:
            scale = n / x.shape[axis]
            x = mixed(x, axis, weights_along(x.shape[axis], n, scale, 0.0, interpolation, antialias))
    return _cast_back(x, kind)


def _cast_back(x, kind):
    if dtypes.is_float(kind):
        return x if dtypes.name_of(x.dtype) == kind else cast(x, dtype=kind)
    from teachkeras.ops.relatives import saturate_cast

    return saturate_cast(elementwise.round(x), kind) if dtypes.is_float(x.dtype) else x


def _to_aspect(images, rows, columns, ratio, crop, fill):
    h, w = images.shape[rows], images.shape[columns]
    if crop:
        high, wide = min(h, max(1, int(w * ratio))), min(w, max(1, int(h / ratio)))
        top, left = (h - high) // 2, (w - wide) // 2
        key = [slice(None)] * len(images.shape)
        key[rows], key[columns] = slice(top, top + high), slice(left, left + wide)
        return get_item(images, key=tuple(key))
    high, wide = max(h, int(w * ratio)), max(w, int(h / ratio))
    top, left = (high - h) // 2, (wide - w) // 2
    widths = [(0, 0)] * len(images.shape)
    widths[rows], widths[columns] = (top, top), (left, left)
    return arrange.pad(images, widths, constant_values=fill)


def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    """Resampled along chosen axes: what lay at x comes to ``scale·x + translation``."""
    method = {"linear": "bilinear", "triangle": "bilinear", "cubic": "bicubic"}.get(method, method)
    x = floats(images)
    for axis, s, t in zip(spatial_dims, np.ravel(as_array(scale)), np.ravel(as_array(translation)), strict=True):
        x = mixed(x, axis, weights_along(x.shape[axis], output_shape[axis], float(s), float(t), method, antialias))
    return x


def rgb_to_grayscale(images, data_format=None):
    """Brightness: 0.2989 r + 0.5870 g + 0.1140 b."""
    kind = dtypes.name_of(as_tensor(images).dtype)

    def grey(x):
        return reductions.sum(multiply(x, np.array([0.2989, 0.5870, 0.1140], _plain(x))), axis=-1, keepdims=True)

    y = on_last(floats(images), data_format, grey)
    return y if dtypes.is_float(kind) else cast(y, dtype=kind)


def _plain(x):
    return dtypes.as_numpy(dtypes.name_of(x.dtype))


def rgb_to_hsv(images, data_format=None):
    """Red, green, blue as hue, saturation and value, all from 0 to 1."""

    def convert(x):
        r, g, b = (x[..., k] for k in range(3))
        value = reductions.max(x, axis=-1)
        span = value - reductions.min(x, axis=-1)
        safe, grey = where(span > 0, span, 1.0), elementwise.equal(span, 0)
        saturation = where(value > 0, divide(span, where(value > 0, value, 1.0)), 0.0)
        hue = where(elementwise.equal(value, b), (r - g) / safe / 6.0 + 4.0 / 6.0, (b - r) / safe / 6.0 + 2.0 / 6.0)
        hue = where(elementwise.equal(value, g), (b - r) / safe / 6.0 + 2.0 / 6.0, hue)
        hue = where(elementwise.equal(value, r), (g - b) / safe / 6.0, hue)
        hue = where(grey, 0.0, where(hue < 0, hue + 1.0, hue))
        return stack([hue, saturation, value], axis=-1)

    return on_last(floats(images), data_format, convert)


def hsv_to_rgb(images, data_format=None):
    """Hue, saturation and value as red, green and blue."""

    def convert(x):
        hue, saturation, value = (x[..., k : k + 1] for k in range(3))
        around = np.array([3.0, 2.0, 4.0], _plain(x))
        far = elementwise.absolute(hue * 6.0 - around) * np.array([1.0, -1.0, -1.0], _plain(x))
        share = elementwise.clip(far + np.array([-1.0, 2.0, 2.0], _plain(x)), 0.0, 1.0)
        return ((share - 1.0) * saturation + 1.0) * value

    return on_last(floats(images), data_format, convert)


def _edges(length, before, after, target, what):
    """Return what is taken or added in front and behind, two of the three being given."""
    if [before, after, target].count(None) != 1:
        raise ArgumentError(f"ops.image.{what}", expected="two of: front, back, target", got=f"{before, after, target}")
    change = None if target is None else abs(length - target)
    before = change - after if before is None else before
    return before, change - before if after is None else after


def crop_images(images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None,
                target_height=None, target_width=None, data_format=None):  # fmt: skip
    """A part of each image, said by what is cut off or by the size that is left."""
    images = as_tensor(images)
    rows = len(images.shape) - (2 if is_first(data_format) else 3)
    top, bottom = _edges(images.shape[rows], top_cropping, bottom_cropping, target_height, "crop_images")
    left, right = _edges(images.shape[rows + 1], left_cropping, right_cropping, target_width, "crop_images")
    h, w = images.shape[rows : rows + 2]
    return get_item(images, key=(slice(None),) * rows + (slice(top, h - bottom), slice(left, w - right)))


def pad_images(images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None,
               target_height=None, target_width=None, data_format=None):  # fmt: skip
    """Zeros around each image, said by how many or by the size wanted."""
    images = as_tensor(images)
    rows = len(images.shape) - (2 if is_first(data_format) else 3)
    top, bottom = _edges(images.shape[rows], top_padding, bottom_padding, target_height, "pad_images")
    left, right = _edges(images.shape[rows + 1], left_padding, right_padding, target_width, "pad_images")
    widths = [(0, 0)] * len(images.shape)
    widths[rows], widths[rows + 1] = (top, bottom), (left, right)
    return arrange.pad(images, widths)


def extract_patches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Windows of images, each flattened into the channels: (N, H, W, C) to (N, h, w, kh·kw·C)."""
    return _patches(images, size, strides, dilation_rate, padding, data_format, 2)


def extract_patches_3d(volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Windows of volumes, each flattened into the channels."""
    return _patches(volumes, size, strides, dilation_rate, padding, data_format, 3)


def _patches(x, size, strides, dilation, padding, data_format, rank):
    x, size = as_tensor(x), per_axis(size, rank, "size")
    single = len(x.shape) == rank + 1
    x = reshape(x, (1, *x.shape)) if single else x
    channels = x.shape[1 if is_first(data_format) else -1]
    taps = math.prod(size)
    kernel = np.eye(taps * channels, dtype=_plain(x)).reshape((*size, channels, taps * channels))
    strides = size if strides is None else strides
    y = conv(x, kernel, strides=strides, padding=padding, dilation_rate=dilation, data_format=data_format)
    return reshape(y, y.shape[1:]) if single else y


def gaussian_blur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Each pixel the weighted mean of its neighbours, the weights falling like a bell."""
    images = as_tensor(images)
    single = len(images.shape) == 3
    x = reshape(images, (1, *images.shape)) if single else images
    kernel = np.outer(*[_bell(k, s) for k, s in zip(kernel_size, sigma, strict=True)]).astype(_plain(x))
    channels = x.shape[1 if is_first(data_format) else -1]
    kernel = np.repeat(kernel[:, :, None, None], channels, axis=2)
    y = depthwise_conv(x, kernel, padding="same", data_format=data_format)
    return reshape(y, images.shape) if single else y


def _bell(size, sigma):
    x = np.arange(size) - (size - 1) / 2.0
    y = np.exp(-0.5 * np.square(x / sigma))
    return y / y.sum()


def sobel_edges(images, data_format=None):
    """How fast brightness changes downwards and to the right, on a new last axis."""
    images = floats(images)
    first = is_first(data_format)
    kernel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], _plain(images))
    channels = images.shape[1 if first else -1]
    down, right = (
        depthwise_conv(
            images, np.repeat(k[:, :, None, None], channels, axis=2), padding="same", data_format=data_format
        )
        for k in (kernel, kernel.T)
    )
    return stack([down, right], axis=-1)


def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """Entries at places that need not be whole numbers; `order` 0 takes the nearest, 1 mixes the neighbours."""
    return _warping.sample(as_tensor(inputs), as_tensor(coordinates), order, fill_mode, fill_value)


def affine_transform(images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None):
    """Images turned, sheared, scaled, moved: the pixel at (x, y) is read at (a₀x + a₁y + a₂, b₀x + b₁y + b₂).

    `transform` holds (a₀, a₁, a₂, b₀, b₁, b₂, 0, 0), one row for all images or one each.
    """
    return _warping.projected(images, transform, interpolation, fill_mode, fill_value, data_format)


def perspective_transform(images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None):
    """Images seen from elsewhere: the corners `start_points` (4, 2) come to `end_points`."""
    transform = _warping.homography(as_array(start_points), as_array(end_points))
    return _warping.projected(images, transform, interpolation, "constant", fill_value, data_format)


def elastic_transform(images, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                      seed=None, data_format=None):  # fmt: skip
    """Images pulled about by a smooth random field: its strength is `alpha`, its smoothness `sigma`."""
    from teachkeras import random

    images = floats(images)
    single = len(images.shape) == 3
    x = reshape(images, (1, *images.shape)) if single else images
    x = arrange.moveaxis(x, 1, -1) if is_first(data_format) else x
    n, h, w, channels = x.shape
    width = max(int(6 * sigma) | 1, 1)
    seed = random.SeedGenerator(seed)
    moves = [random.normal((n, h, w, 1), stddev=1.0, seed=seed) * sigma for _ in range(2)]
    moves = [gaussian_blur(m, (width, width), (sigma, sigma), "channels_last")[..., 0] * alpha / sigma for m in moves]
    grid = np.meshgrid(np.arange(n), np.arange(h), np.arange(w), indexing="ij")
    places = stack([grid[0].astype("float32"), grid[1] + moves[0], grid[2] + moves[1]], axis=0)
    order = {"nearest": 0, "bilinear": 1}[interpolation]
    y = stack([map_coordinates(x[..., c], places, order, fill_mode, fill_value) for c in range(channels)], axis=-1)
    y = arrange.moveaxis(y, -1, 1) if is_first(data_format) else y
    return reshape(y, images.shape) if single else y


def ssim(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    """Structural similarity, 1 for equal images: means, variances and covariances under a bell-shaped window.

    Source: Wang et al. 2004, "Image quality assessment".
    """
    a, b = floats(image1), floats(image2)
    if is_first(data_format):
        a, b = (arrange.moveaxis(x, -3, -1) for x in (a, b))
    single = len(a.shape) == 3
    a, b = (reshape(x, (1, *x.shape)) if single else x for x in (a, b))
    kernel = np.outer(_bell(filter_size, filter_sigma), _bell(filter_size, filter_sigma)).astype(_plain(a))
    kernel = np.repeat(kernel[:, :, None, None], a.shape[-1], axis=2)

    def mean(x):
        return depthwise_conv(x, kernel, padding="valid", data_format="channels_last")

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    m1, m2 = mean(a), mean(b)
    v1, v2, v12 = mean(a * a) - m1 * m1, mean(b * b) - m2 * m2, mean(a * b) - m1 * m2
    score = (2.0 * m1 * m2 + c1) * (2.0 * v12 + c2) / ((m1 * m1 + m2 * m2 + c1) * (v1 + v2 + c2))
    score = reductions.mean(score, axis=(1, 2, 3))
    return score[0] if single else score
