"""Edges made softer or sharper at random while training."""

import numpy as np

from teachkeras import ops, random
from teachkeras.errors import ArgumentError
from teachkeras.layers.preprocessing._images import RandomImageLayer, blend, bounds_of, range_of

SOFT = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]], "float32") / 13


class RandomSharpness(RandomImageLayer):
    """Make images blurred or sharper while training.

    Math:
        y = x + (1 - 2f)(s - x),  s each pixel's mean with its neighbours, itself counted five times

    Args: `factor`, one number or two from 0 (blurred) over 0.5 (as it is) to 1 (sharper); `value_range`; `seed`.

    Example:
        >>> RandomSharpness((0.5, 0.5))(np.eye(3, dtype="float32")[..., None], training=True).numpy()[..., 0].tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]

    Source: ``keras.layers.RandomSharpness``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor, 0), range_of(value_range)

    def draw(self, x):
        """Draw how sharp each image becomes."""
        return (1 - 2 * self.uniform(x, self.factor, 3)).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch, softer or sharper."""
        return blend(x, _filtered(x, SOFT, self), drawn, *self.value_range)


class RandomGaussianBlur(RandomImageLayer):
    """Blur some images with a bell curve while training.

    Math:
        y = x * G,  G_ij ∝ exp(-i²/2σ₁² - j²/2σ₂²) over the kernel's places, zeros around the image

    Args:
        factor: The probability that an image is blurred, or two numbers between which it is drawn.
        kernel_size: Width and height of G, odd.
        sigma: σ of width and height are drawn from 0 to it, or between two numbers; the same for a whole batch.
        value_range: (low, high).
        data_format, seed: As everywhere.

    Example:
        >>> layer = RandomGaussianBlur((1.0, 1.0), sigma=(1.0, 1.0))
        >>> layer(np.full((3, 3, 1), 100.0, "float32"), training=True).numpy()[1, 1].round().tolist()
        [100.0]

    Source: ``keras.layers.RandomGaussianBlur``.
    """

    moves = False

    def __init__(self, factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
        if any(n % 2 == 0 for n in self.kernel_size):
            raise ArgumentError("RandomGaussianBlur: kernel_size", expected="odd numbers", got=repr(kernel_size))
        self.factor, self.value_range = bounds_of("factor", factor, 0), value_range
        self.sigma = bounds_of("sigma", sigma, 0, np.inf)
        if self.sigma[0] > 1 or (self.sigma[1] > 1 and not isinstance(sigma, (tuple, list))):
            raise ArgumentError("The `sigma` argument", expected="a number up to 1, or two", got=repr(sigma))

    def draw(self, x):
        """Draw both σ, and which images are blurred."""
        return random.uniform((2,), *self.sigma, seed=self.generator).numpy(), self.happens(x, self.factor)

    def changed(self, x, drawn):
        """Return a batch, some of it blurred."""
        sigmas, blurred = drawn
        across, down = (_bell(n, max(float(s), 1e-3)) for n, s in zip(self.kernel_size, sigmas, strict=True))
        kernel = np.outer(down, across)
        return ops.where(blurred, _filtered(x, kernel, self), x)


def _bell(n: int, sigma: float) -> np.ndarray:
    """Return n weights, the largest in the middle, that add up to 1."""
    bell = np.exp(-((np.arange(n) - n // 2) ** 2) / (2 * sigma**2))
    return bell / bell.sum()


def _filtered(x: object, kernel: np.ndarray, layer: RandomImageLayer) -> object:
    """Return images with each channel by itself run through a kernel, zeros around them."""
    kernel = np.repeat(kernel.astype(layer.compute_dtype)[:, :, None, None], x.shape[layer._channel], axis=2)
    return ops.depthwise_conv(x, kernel, padding="same", data_format=layer.data_format)
