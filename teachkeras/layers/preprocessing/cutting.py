"""Parts of images at random: cut out and kept, or painted over."""

import numpy as np

from teachkeras import ops, random
from teachkeras.layers.preprocessing._images import RandomImageLayer, bounds_of


class RandomCrop(RandomImageLayer):
    """Cut a part out of the images while training, the same for the whole batch; afterwards always the first one.

    Images smaller than the part are stretched.

    Args: `height` and `width` of the part; `seed`; `data_format`.

    Shapes:
        x (n, h, w, c) → y (n, height, width, c); the same without n

    Example:
        >>> RandomCrop(2, 2)(np.ones((1, 5, 5, 3), "float32"), training=True).shape
        (1, 2, 2, 3)

    Source: ``keras.layers.RandomCrop``.
    """

    def __init__(self, height, width, seed=None, data_format=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.start(random.default_seed() if seed is None else seed, data_format)
        self.height, self.width = height, width

    def draw(self, x):
        """Draw where the part begins: its first row and column."""
        room = (x.shape[self._rows] - self.height, x.shape[self._rows + 1] - self.width)
        return [int(random.randint((), 0, max(n, 0) + 1, seed=self.generator)) for n in room]

    def changed(self, x, drawn):
        """Return the part, stretched where the images are smaller."""
        top, left = drawn
        part = slice(top, top + self.height), slice(left, left + self.width)
        y = x[(slice(None),) * (self._rows % 4) + part]
        size = (self.height, self.width)
        if (y.shape[self._rows], y.shape[self._rows + 1]) == size:
            return y
        return ops.image.resize(y, size, data_format=self.data_format)

    def call(self, inputs, training=False):
        """Return a part of the images; without training, from their first row and column (as Keras's does)."""
        return super().call(inputs, True) if training else self.on_each(inputs, (0, 0))

    def compute_output_shape(self, input_shape):
        """Return the shape with the part's height and width."""
        return self.resized(input_shape, self.height, self.width)


class RandomErasing(RandomImageLayer):
    """Paint over a rectangle of some images while training, with a value or with noise.

    Math:
        height = H √u,  width = W √v,  u and v drawn from `scale`; noise clip(ε (high - low) + low, low, high)

    Args:
        factor: The probability that an image is painted on, or two numbers between which it is drawn.
        scale: The least and the largest share of the image.
        fill_value: What is painted; None for normal noise.
        value_range: (low, high).
        seed, data_format: As everywhere.

    Example:
        >>> layer = RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=1.0)
        >>> float(layer(np.zeros((4, 4, 1), "float32"), training=True).numpy().sum())
        4.0

    Source: ``keras.layers.RandomErasing``; Zhong et al., "Random erasing data augmentation", 2017.
    """

    moves = False

    def __init__(self, factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None,
                 data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.scale = bounds_of("factor", factor, 0), bounds_of("scale", scale, 0)
        self.fill_value, self.value_range = fill_value, value_range

    def draw(self, x):
        """Draw which images, which rectangles, and the noise."""
        inside = np.ones((x.shape[0], 1, 1, 1), bool)
        for axis in self._places:
            n = x.shape[axis]
            length = np.sqrt(self.uniform(x, self.scale, 3)) * n
            start = self.uniform(x, (0.0, 1.0), 3) * (n - length)
            place = np.arange(n).reshape([n if a == axis % 4 else 1 for a in range(4)]) + 0.5
            inside = inside & (place > start) & (place < start + length)
        inside = inside & self.happens(x, self.factor)
        if self.fill_value is not None:
            return inside, np.asarray(self.fill_value, self.compute_dtype)
        low, high = self.value_range
        noise = random.normal(tuple(x.shape), seed=self.generator).numpy() * (high - low) + low
        return inside, np.clip(noise, low, high).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch, some of it painted over."""
        inside, paint = drawn
        return ops.where(inside, paint, x)
