"""Colours changed at random while training: hue, saturation, grey, negatives, fewer shades."""

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError
from teachkeras.layers.preprocessing._images import RandomImageLayer, blend, bounds_of, range_of
from teachkeras.layers.preprocessing.augmentation import RandomBrightness, RandomContrast


class RandomGrayscale(RandomImageLayer):
    """Make some images grey while training, with as many channels as before.

    Math:
        y = 0.2989 R + 0.5870 G + 0.1140 B

    Args: `factor`, the share of images from 0 to 1; `data_format`; `seed`.

    Raises:
        ArgumentError: a share outside of 0 to 1.

    Example:
        >>> RandomGrayscale(1.0)(np.array([[[100.0, 0.0, 0.0]]], "float32"), training=True).numpy().round(2).tolist()
        [[[29.889999389648438, 29.889999389648438, 29.889999389648438]]]

    Source: ``keras.layers.RandomGrayscale``.
    """

    moves = False

    def __init__(self, factor=0.5, data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        if not 0 <= factor <= 1:
            raise ArgumentError(f"`factor` should be between 0 and 1. Received: factor={factor}")
        self.factor = factor

    def draw(self, x):
        """Draw which images turn grey."""
        return self.uniform(x, (0.0, 1.0), 3) < self.factor

    def changed(self, x, drawn):
        """Return a batch, some of it grey."""
        return ops.where(drawn, ops.image.rgb_to_grayscale(x, data_format=self.data_format), x)

    def get_config(self):
        """Return the arguments; like Keras's, without the seed."""
        return {name: value for name, value in super().get_config().items() if name != "seed"}


class RandomInvert(RandomImageLayer):
    """Turn some images into negatives while training.

    Math:
        y = high - x

    Args: `factor`, the probability, or two between which it is drawn; `value_range` (low, high); `seed`; `data_format`.

    Example:
        >>> RandomInvert((1.0, 1.0))(np.full((1, 1, 1), 55.0, "float32"), training=True).tolist()
        [[[200.0]]]

    Source: ``keras.layers.RandomInvert``.
    """

    moves = False

    def __init__(self, factor=1.0, value_range=(0, 255), seed=None, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor, 0), value_range

    def draw(self, x):
        """Draw which images are inverted."""
        return self.happens(x, self.factor)

    def changed(self, x, drawn):
        """Return a batch, some of it as negatives."""
        return ops.where(drawn, self.value_range[1] - x, x)


class RandomPosterization(RandomImageLayer):
    """Keep the first few bits of each value while training: fewer shades.

    Math:
        y = ⌊x / 2^(8-b)⌋ · 2^(8-b),  b bits, x from 0 to 255

    Args: `factor`, the most bits kept, 1 to 8, or two numbers between which they are drawn; `value_range`; `seed`.

    Example:
        >>> x = np.array([[[100.0], [200.0]]], "float32")
        >>> RandomPosterization((1, 1))(x, training=True).numpy().ravel().tolist()
        [0.0, 128.0]

    Source: ``keras.layers.RandomPosterization``; Cubuk et al., "AutoAugment", 2019, table 6.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor, 1, 8), range_of(value_range)

    def draw(self, x):
        """Draw how many bits stay in each image."""
        return np.floor(self.uniform(x, (self.factor[0], self.factor[1] + 1 - 1e-6), 3))

    def changed(self, x, drawn):
        """Return a batch with fewer shades."""
        low, high = self.value_range
        step = (2.0 ** (8 - drawn)).astype(self.compute_dtype)
        return ops.floor((x - low) * (255 / (high - low)) / step) * step * ((high - low) / 255) + low


class Solarization(RandomImageLayer):
    """Brighten images and turn what is above a threshold into its negative, while training.

    Math:
        s = clip(x + a, low, high);  y = s where s < t, else high - s + low

    Args:
        addition_factor: a is drawn from 0 to the larger of these, times the range of values.
        threshold_factor: t is drawn from 0 to the larger of these, times the range of values.
        value_range: (low, high).
        seed: Of the draws.

    Example:
        >>> Solarization()(np.array([[[55.0]]], "float32"), training=True).tolist()
        [[[200.0]]]

    Source: ``keras.layers.Solarization``; Cubuk et al., "AutoAugment", 2019, table 6.
    """

    moves = False

    def __init__(self, addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None, **kwargs):
        data_format = kwargs.pop("data_format", None)
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.addition_factor = _from_zero("addition_factor", addition_factor)
        self.threshold_factor = _from_zero("threshold_factor", threshold_factor)
        self.value_range = range_of(value_range)

    def draw(self, x):
        """Draw addition and threshold for each image, in shares of the range."""
        bounds = (self.addition_factor[1], self.threshold_factor[1])
        return tuple(self.uniform(x, (0.0, b), 3) if b else np.float32(0) for b in bounds)

    def changed(self, x, drawn):
        """Return a batch, bright parts as negatives."""
        low, high = self.value_range
        addition, threshold = ((d * (high - low)).astype(self.compute_dtype) for d in drawn)
        x = ops.clip(x + addition, low, high)
        return ops.where(x < threshold + low, x, high + low - x)


def _from_zero(name: str, factor: object) -> tuple:
    return bounds_of(name, factor, 0, 1)


class RandomHue(RandomImageLayer):
    """Turn the colours around the wheel while training, each image one way or the other.

    Math:
        h ← (h ± f/2) mod 1,  f drawn from `factor`, h the hue

    Args: `factor`, one number or two from 0 to 1; `value_range` (low, high); `seed`; `data_format`.

    Example:
        >>> RandomHue((0.0, 0.0))(np.array([[[9.0, 5.0, 1.0]]], "float32"), training=True).numpy().round(3).tolist()
        [[[9.0, 5.0, 1.0]]]

    Source: ``keras.layers.RandomHue``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor, 0), value_range

    def draw(self, x):
        """Draw how far each image's colours turn."""
        sign = np.sign(self.uniform(x, (-1.0, 1.0), 2))
        return (self.uniform(x, self.factor, 2) * sign * 0.5).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch in other colours."""
        h, s, v = _hsv(x, self)
        return _rgb(ops.mod(h + drawn, 1.0), s, v, self)


class RandomSaturation(RandomImageLayer):
    """Make colours stronger or paler while training.

    Math:
        s ← clip(s · f / (1 - f), 0, 255),  f drawn from `factor`, s the saturation: 0.5 changes nothing, 0 is grey

    Args: `factor`, one number or two from -1 to 1; `value_range` (low, high); `seed`; `data_format`.

    Example:
        >>> RandomSaturation((0.0, 0.0))(np.array([[[9.0, 5.0, 1.0]]], "float32"), training=True).tolist()
        [[[9.0, 9.0, 9.0]]]

    Source: ``keras.layers.RandomSaturation``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor), range_of(value_range)

    def draw(self, x):
        """Draw a factor for each image's saturation."""
        f = self.uniform(x, self.factor, 2)
        return (f / np.maximum(1.0 - f, 1e-7)).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch in stronger or paler colours."""
        h, s, v = _hsv(x, self)
        return _rgb(h, ops.clip(s * drawn, 0.0, 255.0), v, self)


def _hsv(x: object, layer: RandomImageLayer) -> tuple:
    """Return hue, saturation and value of images, each without its axis."""
    low, high = layer.value_range
    hsv = ops.image.rgb_to_hsv((x - low) / (high - low), data_format=layer.data_format)
    return tuple(ops.take(hsv, np.array(i), axis=layer._channel) for i in range(3))


def _rgb(h: object, s: object, v: object, layer: RandomImageLayer) -> object:
    low, high = layer.value_range
    rgb = ops.image.hsv_to_rgb(ops.stack([h, s, v], axis=layer._channel), data_format=layer.data_format)
    return rgb * (high - low) + low


class RandomColorDegeneration(RandomImageLayer):
    """Mix each image with its grey version while training.

    Math:
        y = x + f (grey(x) - x),  f drawn from `factor`

    Args: `factor`, one number or two from -1 to 1; `value_range` (low, high); `seed`; `data_format`.

    Source: ``keras.layers.RandomColorDegeneration``.
    """

    moves = False

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.value_range = bounds_of("factor", factor), range_of(value_range)

    def draw(self, x):
        """Draw each image's share of grey."""
        return self.uniform(x, self.factor, 3).astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch, paler."""
        grey = ops.image.rgb_to_grayscale(x, data_format=self.data_format)
        return blend(x, grey, drawn, *self.value_range)


class RandomColorJitter(RandomImageLayer):
    """Change brightness, contrast, saturation and hue, one after the other, while training; None leaves one alone.

    Args:
        value_range: (low, high) of the images.
        brightness_factor: As for RandomBrightness.
        contrast_factor: As for RandomContrast.
        saturation_factor: As for RandomSaturation.
        hue_factor: As for RandomHue.
        seed, data_format: As everywhere.

    Example:
        >>> RandomColorJitter(brightness_factor=(0.2, 0.2))(np.zeros((1, 1, 3), "float32"), training=True).tolist()
        [[[51.0, 51.0, 51.0]]]

    Source: ``keras.layers.RandomColorJitter``.
    """

    moves = False

    def __init__(self, value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None,
                 hue_factor=None, seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.value_range, self.brightness_factor, self.contrast_factor = value_range, brightness_factor, contrast_factor
        self.saturation_factor, self.hue_factor = saturation_factor, hue_factor
        factors = (brightness_factor, contrast_factor, saturation_factor, hue_factor)
        kinds = (RandomBrightness, RandomContrast, RandomSaturation, RandomHue)
        more = {"value_range": value_range, "data_format": self.data_format}
        self._steps = [make(f, seed=seed, **more) for make, f in zip(kinds, factors, strict=True) if f is not None]

    def draw(self, x):
        """Draw for each step."""
        return [step.draw(x) for step in self._steps]

    def changed(self, x, drawn):
        """Return a batch after all steps."""
        for step, numbers in zip(self._steps, drawn, strict=True):
            x = step.changed(x, numbers)
        return x
