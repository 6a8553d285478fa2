"""Single images turned, moved, sheared, zoomed and recoloured by NumPy's random numbers, as Keras 2 did it."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.utils.images import array_to_img, img_to_array

# the draws come from np.random in Keras's order, so that a seed gives the same pictures
_uniform = lambda low, high, size=None: np.random.uniform(low, high, size)  # noqa: E731, NPY002


def apply_affine_transform(x, theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, row_axis=1, col_axis=2, channel_axis=0,
                           fill_mode="nearest", cval=0.0, order=1):  # fmt: skip
    """Return an image turned by theta degrees, moved by (tx, ty) pixels, sheared and zoomed about its middle.

    Math:
        y[p] = x[M (p - o) + o],  M = turn · move · shear · zoom,  o the middle, p = (column, row)

    Raises:
        ArgumentError: axes that aren't those of an image.

    Example:
        >>> x = np.array([[[1.0], [2.0], [3.0]]])
        >>> apply_affine_transform(x, tx=1, row_axis=0, col_axis=1, channel_axis=2).tolist()
        [[[2.0], [3.0], [3.0]]]

    Source: ``ImageDataGenerator`` of Keras 2.
    """
    axes = {row_axis, col_axis, channel_axis}
    if len(axes) != 3 or any(axis not in (0, 1, 2) for axis in axes):
        raise ArgumentError("apply_affine_transform", expected="axes 0, 1 and 2, each once", got=str(axes))
    matrix = np.eye(3)
    if theta:
        c, s = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
        matrix = matrix @ [[c, -s, 0], [s, c, 0], [0, 0, 1]]
    if tx or ty:
        matrix = matrix @ [[1, 0, tx], [0, 1, ty], [0, 0, 1]]
    if shear:
        c, s = np.cos(np.deg2rad(shear)), np.sin(np.deg2rad(shear))
        matrix = matrix @ [[1, -s, 0], [0, c, 0], [0, 0, 1]]
    if zx != 1 or zy != 1:
        matrix = matrix @ np.diag([zx, zy, 1.0])
    if np.array_equal(matrix, np.eye(3)):
        return x
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    if row_axis < col_axis:  # Keras 3 takes p as (column, row), though o is still (middle row, middle column)
        matrix[:2, :2], matrix[:2, 2] = matrix[1::-1, 1::-1].copy(), matrix[1::-1, 2].copy()
    channels = np.moveaxis(x, (channel_axis, row_axis, col_axis), (0, 1, 2))
    grid = np.indices(channels.shape[1:]).reshape(2, -1)
    places = matrix[:2, :2] @ grid + matrix[:2, 2:]
    y = np.stack([_read(channel, places, fill_mode, cval, order) for channel in channels]).reshape(channels.shape)
    return np.moveaxis(y.astype(x.dtype), (0, 1, 2), (channel_axis, row_axis, col_axis))


def _read(x: np.ndarray, places: np.ndarray, fill_mode: str, cval: float, order: int) -> np.ndarray:
    """Return an image's values at places (2, n) between its pixels: mixed by their distance, or the nearest's."""
    if order not in (0, 1):
        raise ArgumentError("interpolation_order", expected="0 or 1", got=repr(order))
    bounds = np.array(x.shape)[:, None]
    first = np.floor(places + 0.5 if order == 0 else places).astype(int)
    corners = [(0, 0)] if order == 0 else [(0, 0), (0, 1), (1, 0), (1, 1)]
    share, y = places - first, np.zeros(places.shape[1])
    for corner in corners:
        at = first + np.array(corner)[:, None]
        weight = 1.0 if order == 0 else np.prod([s if c else 1 - s for s, c in zip(share, corner, strict=True)], axis=0)
        if fill_mode == "wrap":
            at = at % bounds
        elif fill_mode == "reflect":
            at = np.where(at % (2 * bounds) >= bounds, 2 * bounds - 1 - at % (2 * bounds), at % (2 * bounds))
        y += weight * x[tuple(np.clip(at, 0, bounds - 1))]
    if fill_mode == "constant":  # beyond the outermost pixels there is nothing to mix with
        y[((places < 0) | (places > bounds - 1)).any(0)] = cval
    return y


def transform_matrix_offset_center(matrix, x, y):
    """Return a transformation about the middle of x rows and y columns instead of the corner."""
    move = np.array([[1, 0, x / 2 - 0.5], [0, 1, y / 2 - 0.5], [0, 0, 1]])
    return move @ matrix @ np.linalg.inv(move)


def random_rotation(x, rg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0,
                    interpolation_order=1):  # fmt: skip
    """Return an image turned by up to rg degrees either way."""
    theta = _uniform(-rg, rg)
    return apply_affine_transform(x, theta=theta, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis,
                                  fill_mode=fill_mode, cval=cval, order=interpolation_order)  # fmt: skip


def random_shift(x, wrg, hrg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0,
                 interpolation_order=1):  # fmt: skip
    """Return an image moved by up to the shares wrg of its width and hrg of its height."""
    tx = _uniform(-hrg, hrg) * x.shape[row_axis]
    ty = _uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(x, tx=tx, ty=ty, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis,
                                  fill_mode=fill_mode, cval=cval, order=interpolation_order)  # fmt: skip


def random_shear(x, intensity, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0,
                 interpolation_order=1):  # fmt: skip
    """Return an image sheared by up to `intensity` degrees either way."""
    shear = _uniform(-intensity, intensity)
    return apply_affine_transform(x, shear=shear, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis,
                                  fill_mode=fill_mode, cval=cval, order=interpolation_order)  # fmt: skip


def random_zoom(x, zoom_range, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0,
                interpolation_order=1):  # fmt: skip
    """Return an image zoomed by two factors from a range.

    Raises:
        ArgumentError: the range is not two numbers.
    """
    if len(zoom_range) != 2:
        raise ArgumentError(f"`zoom_range` should be a tuple or list of two floats. Received: {zoom_range}")
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else _uniform(*zoom_range, 2)
    return apply_affine_transform(x, zx=zx, zy=zy, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis,
                                  fill_mode=fill_mode, cval=cval, order=interpolation_order)  # fmt: skip


def apply_channel_shift(x, intensity, channel_axis=0):
    """Return an image with `intensity` added, within its own least and largest value."""
    return np.clip(x + intensity, x.min(), x.max()).astype(x.dtype)


def random_channel_shift(x, intensity_range, channel_axis=0):
    """Return an image with up to `intensity_range` added or taken away."""
    return apply_channel_shift(x, _uniform(-intensity_range, intensity_range), channel_axis)


def apply_brightness_shift(x, brightness, scale=True):
    """Return an image brightened by a factor, 1 for none, through Pillow."""
    from PIL import ImageEnhance

    low, high = x.min(), x.max()
    wide = bool(low < 0 or high > 255)
    picture = ImageEnhance.Brightness(array_to_img(x, scale=wide or scale)).enhance(brightness)
    y = img_to_array(picture)
    return y / 255 * (high - low) + low if wide and not scale else y


def random_brightness(x, brightness_range, scale=True):
    """Return an image brightened by a factor from a range.

    Raises:
        ArgumentError: the range is not two numbers.
    """
    if len(brightness_range) != 2:
        raise ArgumentError(
            f"`brightness_range should be tuple or list of two floats. Received: {brightness_range}"
        )  # fmt: skip
    return apply_brightness_shift(x, _uniform(*brightness_range), scale)


def flip_axis(x, axis):
    """Return an image mirrored along an axis."""
    return np.flip(x, axis)
