"""What the layers on images share: where height and width stand, and draws of one number for each image."""

import numpy as np

from teachkeras import ops, random
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer
from teachkeras.ops._layout import is_first


class ImageLayer(Layer):
    """A layer on one image (height, width, channels) or a batch of them; nothing is left to build."""

    def place(self, data_format: str | None) -> None:
        """Keep where the channels stand."""
        self.data_format = "channels_first" if is_first(data_format) else "channels_last"
        self._rows = -2 if self.data_format == "channels_first" else -3
        self.built = True

    def get_config(self):
        """Return the arguments, and where the channels stand."""
        return super().get_config() | {"data_format": self.data_format}

    def resized(self, shape: tuple, height: int, width: int) -> tuple:
        """Return a shape with another height and width."""
        shape, rows = list(shape), self._rows % len(shape)
        shape[rows : rows + 2] = height, width
        return tuple(shape)


class RandomImageLayer(ImageLayer):
    """Changes images at random in training, each image by a draw of its own; afterwards it changes nothing."""

    def start(self, seed: object, data_format: str | None = None) -> None:
        """Make the generator."""
        self.place(data_format)
        self.seed, self.generator = seed, random.SeedGenerator(seed)

    def uniform(self, images: object, bounds: tuple, ones: int) -> np.ndarray:
        """Draw a number for each image, with `ones` axes of length 1 behind."""
        count = images.shape[0] if len(images.shape) == 4 else 1
        return random.uniform((count,) + (1,) * ones, *bounds, seed=self.generator).numpy()

    def call(self, inputs, training=False):
        """Return the images, in training changed at random."""
        if not training:
            return inputs
        single = len(inputs.shape) == 3
        y = self.changed(ops.expand_dims(inputs, 0) if single else inputs)
        return ops.squeeze(y, 0) if single else y

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return tuple(input_shape)


def bounds_of(name: str, factor: object, low: float = -1.0, high: float = 1.0) -> tuple:
    """Return (lower, upper) of a number or of two.

    Raises:
        ArgumentError: outside of `low` to `high`.
    """
    pair = tuple(factor) if isinstance(factor, (tuple, list)) else (max(-abs(factor), low), abs(factor))
    given = pair if isinstance(factor, (tuple, list)) else (factor,)
    if len(pair) != 2 or any(not low <= f <= high for f in given):
        raise ArgumentError(name, expected=f"a number or two from {low} to {high}", got=repr(factor))
    return tuple(sorted(pair))
