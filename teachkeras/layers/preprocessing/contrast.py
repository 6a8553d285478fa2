"""Contrast stretched by what an image itself holds: its darkest and brightest value, or how often each value comes."""

import numpy as np

from teachkeras import ops
from teachkeras.layers.preprocessing._images import ImageLayer, range_of
from teachkeras.tensor import Tensor, as_array


class AutoContrast(ImageLayer):
    """Stretch each channel of each image over the whole range of values, while training and after.

    Math:
        y = low + (x - min x) (high - low) / (max x - min x);  a channel of one value stays as it is

    Args: `value_range` (low, high).

    Example:
        >>> AutoContrast()(np.array([[[1.0], [3.0]]], "float32")).numpy().ravel().tolist()
        [0.0, 255.0]

    Source: ``keras.layers.AutoContrast``.
    """

    moves = False

    def __init__(self, value_range=(0, 255), **kwargs):
        data_format = kwargs.pop("data_format", None)
        super().__init__(**kwargs)
        self.place(data_format)
        self.value_range = range_of(value_range)

    def changed(self, x, drawn):
        """Return a batch, each channel stretched."""
        low, high = self.value_range
        least = ops.min(x, axis=self._places, keepdims=True)
        width = ops.max(x, axis=self._places, keepdims=True) - least
        stretched = (x - least) * ((high - low) / ops.where(width == 0, 1.0, width)) + low
        return ops.where(width == 0, x, ops.clip(stretched, low, high))


class _Counting(ImageLayer):
    """A layer that counts how often each value comes: whole numbers inside, so no gradient passes."""

    moves = False

    def changed(self, x, drawn):
        """Return a batch, equalised."""
        low, high = self.value_range
        levels = np.moveaxis(as_array(x).astype(self.compute_dtype), self._channel, 0)
        levels = (levels - low) * (255 / (high - low))
        y = np.stack([self.equalised(channel) for channel in levels]) * ((high - low) / 255) + low
        return Tensor(np.ascontiguousarray(np.moveaxis(y, 0, self._channel)).astype(self.compute_dtype))


class Equalization(_Counting):
    """Replace each value by its rank, so that all values come about equally often, while training.

    Math:
        y = round(255 (N(x) - N_min) / (n - N_min)),  N(x): how many of the batch's n pixels are not above x

    Args: `value_range` (low, high); `bins` that the range is cut into; `data_format`.

    Example:
        >>> Equalization()(np.array([[[1.0], [2.0], [2.0], [9.0]]], "float32"), training=True).numpy().ravel().tolist()
        [0.0, 170.0, 170.0, 255.0]

    Source: ``keras.layers.Equalization``; Gonzalez & Woods, "Digital image processing", section 3.3.
    """

    def __init__(self, value_range=(0, 255), bins=256, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.place(data_format)
        self.value_range, self.bins = range_of(value_range), bins

    def call(self, inputs, training=False):
        """Return the images, in training equalised (as Keras's does)."""
        return self.on_each(inputs, None) if training else self.untouched(inputs)

    def equalised(self, x):
        """Return one channel of a batch, values 0 to 255, equalised; the batch is counted together."""
        places = np.clip((x * ((self.bins - 1) / 255)).astype("int32"), 0, self.bins - 1)
        counts = np.bincount(places.ravel(), minlength=self.bins)
        below = counts.cumsum()
        first = below[counts > 0][0]
        if first == x.size:
            return x
        return np.clip(np.round((below - first) * (255 / (x.size - first))), 0, 255)[places]


class ContrastLimitedAdaptiveHistogramEqualization(_Counting):
    """Equalise tiles of an image by themselves, blended at their borders, without blowing up noise (CLAHE).

    Math:
        a tile of n pixels: counts above ℓ = clip_limit · n / 256 are cut off and spread over all 256 levels;
        y = 255 (N(x) - N_min) / (N_max - N_min);  between the middles of tiles, their y is interpolated

    Args:
        value_range: (low, high) of the images.
        clip_limit: How often a level may come, in shares of the average; 0 for no limit.
        tile_grid_size: How many tiles an image has, down and across.
        data_format: Where the channels stand.

    Example:
        >>> ContrastLimitedAdaptiveHistogramEqualization()(np.zeros((16, 16, 1), "float32")).shape
        (16, 16, 1)

    Source: ``keras.layers.ContrastLimitedAdaptiveHistogramEqualization``; Zuiderveld, "Contrast limited adaptive
    histogram equalization", Graphics Gems IV, 1994.
    """

    def __init__(self, value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.place(data_format)
        self.value_range, self.clip_limit, self.tile_grid_size = value_range, clip_limit, tile_grid_size

    def equalised(self, x):
        """Return one channel of a batch, values 0 to 255, equalised image by image."""
        return np.stack([self._tiled(image) for image in x])

    def _tiled(self, x: np.ndarray) -> np.ndarray:
        """Return (height, width) equalised tile by tile."""
        down, across = self.tile_grid_size
        high, wide = -(-x.shape[0] // down), -(-x.shape[1] // across)
        padded = np.pad(x, ((0, high * down - x.shape[0]), (0, wide * across - x.shape[1])), "symmetric")
        tiles = np.clip(padded, 0, 255).astype("int32").reshape(down, high, across, wide).swapaxes(1, 2)
        tables = np.array([self._table(t.ravel()) for t in tiles.reshape(-1, high, wide)]).reshape(down, across, 256)
        levels = np.clip(x, 0, 255).astype("int32")
        (i, down_share), (j, right_share) = _between(x.shape[0], high), _between(x.shape[1], wide)
        corner = lambda a, b: tables[  # noqa: E731
            np.clip(i + a, 0, down - 1)[:, None], np.clip(j + b, 0, across - 1)[None, :], levels
        ]
        s, t = down_share[:, None], right_share[None, :]
        return (corner(0, 0) * (1 - t) + corner(0, 1) * t) * (1 - s) + (corner(1, 0) * (1 - t) + corner(1, 1) * t) * s

    def _table(self, tile: np.ndarray) -> np.ndarray:
        """Return what becomes of each of the 256 levels in one tile."""
        counts = np.bincount(tile, minlength=256).astype("float64")
        if self.clip_limit > 0:
            limit = self.clip_limit * tile.size / 256
            counts = np.minimum(counts, limit) + np.maximum(counts - limit, 0).sum() / 256
        below = counts.cumsum()
        return (below - below[0]) * (255 / max(below[-1] - below[0], 1e-7))


def _between(length: int, tile: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each place the tile whose middle is before it, and how far it is on its way to the next one's."""
    place = np.arange(length) / tile - 0.5
    before = np.floor(place).astype("int32")
    return before, place - before
