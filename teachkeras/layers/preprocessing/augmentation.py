"""Images changed at random while training, so that a network sees each one in many ways."""

import numpy as np

from teachkeras import ops
from teachkeras.layers.preprocessing._images import RandomImageLayer, bounds_of
from teachkeras.layers.preprocessing._warp import Warp


class RandomFlip(RandomImageLayer):
    """Mirror half of the images while training.

    Args: `mode` "horizontal", "vertical" or "horizontal_and_vertical"; `seed`; `data_format`.

    Example:
        >>> RandomFlip()(np.ones((1, 2, 2, 1))).shape
        (1, 2, 2, 1)

    Source: ``keras.layers.RandomFlip``.
    """

    def __init__(self, mode="horizontal_and_vertical", seed=None, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.mode = mode

    def draw(self, x):
        """Draw which images are mirrored."""
        return self.uniform(x, (0.0, 1.0), 3) <= 0.5

    def changed(self, x, drawn):
        """Return a batch, each image mirrored or not."""
        for way, axis in (("horizontal", self._rows + 1), ("vertical", self._rows)):
            x = ops.where(drawn, ops.flip(x, axis), x) if way in self.mode else x
        return x


class RandomContrast(RandomImageLayer):
    """Stretch the values of each channel about their mean, by a random factor, while training.

    Math:
        y = clip(μ + f (x - μ)),  f from 1 - lower to 1 + upper

    Args: `factor`, one number or two from 0 to 1; `value_range` to clip to; `seed`.

    Source: ``keras.layers.RandomContrast``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        data_format = kwargs.pop("data_format", None)
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor, 0.0), value_range

    def draw(self, x):
        """Draw how much each image is stretched."""
        return self.uniform(x, (1.0 - self.factor[0], 1.0 + self.factor[1]), 3).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch, each image with a contrast of its own."""
        mean = ops.mean(x, axis=(self._rows, self._rows + 1), keepdims=True)
        return ops.clip((x - mean) * drawn + mean, *self.value_range)


class RandomBrightness(RandomImageLayer):
    """Add a random number to all of an image while training.

    Math:
        y = clip(x + d (high - low)),  d from lower to upper

    Args: `factor`, one number or two from -1 to 1; `value_range` (low, high); `seed`.

    Source: ``keras.layers.RandomBrightness``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        data_format = kwargs.pop("data_format", None)
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor), sorted(value_range)

    def draw(self, x):
        """Draw what is added to each image."""
        low, high = self.value_range
        return (self.uniform(x, self.factor, 3) * (high - low)).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch, each image brighter or darker."""
        return ops.clip(x + drawn, *self.value_range)


class RandomRotation(Warp):
    """Turn each image about its middle by a random angle while training.

    Args: `factor`, one number or two, in full turns; `fill_mode`, `interpolation`, `fill_value`; `seed`; `data_format`.

    Source: ``keras.layers.RandomRotation``.
    """

    def __init__(self, factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
                 data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.fill(fill_mode, interpolation, seed, fill_value, data_format)
        self.factor = bounds_of("factor", factor)

    def matrix(self, x, height, width):
        """Return the rotations about the middle."""
        angle = self.uniform(x, self.factor, 0) * 2 * np.pi
        c, s, x0, y0 = np.cos(angle), np.sin(angle), (width - 1) / 2, (height - 1) / 2
        return c, -s, x0 - c * x0 + s * y0, s, c, y0 - s * x0 - c * y0


class RandomTranslation(Warp):
    """Move each image by a random share of its height and width while training.

    Args: `height_factor` and `width_factor`, one number or two from -1 to 1; the rest as in RandomRotation.

    Source: ``keras.layers.RandomTranslation``.
    """

    def __init__(self, height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None,
                 fill_value=0.0, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.fill(fill_mode, interpolation, seed, fill_value, data_format)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._down, self._right = bounds_of("height_factor", height_factor), bounds_of("width_factor", width_factor)

    def matrix(self, x, height, width):
        """Return the moves."""
        down, right = self.uniform(x, self._down, 0) * height, self.uniform(x, self._right, 0) * width
        return 1, 0, -right, 0, 1, -down


class RandomZoom(Warp):
    """Make each image larger or smaller about its middle while training; a positive factor makes it smaller.

    Args: `height_factor`; `width_factor`, by default the height's draw; the rest as in RandomRotation.

    Source: ``keras.layers.RandomZoom``.
    """

    def __init__(self, height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None,
                 fill_value=0.0, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.fill(fill_mode, interpolation, seed, fill_value, data_format)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._high = bounds_of("height_factor", height_factor)
        self._wide = None if width_factor is None else bounds_of("width_factor", width_factor)

    def matrix(self, x, height, width):
        """Return the scalings about the middle."""
        high = 1.0 + self.uniform(x, self._high, 0)
        wide = high if self._wide is None else 1.0 + self.uniform(x, self._wide, 0)
        return wide, 0, (width - 1) / 2 * (1 - wide), 0, high, (height - 1) / 2 * (1 - high)
