"""Several changes of colour, contrast and place, chosen at random while training."""

import numpy as np

from teachkeras import ops, random
from teachkeras.layers.preprocessing._images import RandomImageLayer, bounds_of
from teachkeras.layers.preprocessing.augmentation import (
    RandomBrightness,
    RandomContrast,
    RandomRotation,
    RandomTranslation,
)
from teachkeras.layers.preprocessing.blurring import RandomSharpness
from teachkeras.layers.preprocessing.coloring import RandomColorDegeneration, RandomPosterization, Solarization
from teachkeras.layers.preprocessing.contrast import AutoContrast, Equalization
from teachkeras.layers.preprocessing.warping import RandomShear


class _Policy(RandomImageLayer):
    """A layer that has others to choose from."""

    moves = True

    def choices(self, everything: bool = True) -> list:
        """Return the changes to choose from, as strong as `factor` says."""
        strength, colors = self.factor[1], {"value_range": self.value_range, "data_format": self.data_format}
        places = {"interpolation": self.interpolation, "data_format": self.data_format}
        made = [
            AutoContrast(**colors), Equalization(**colors),
            Solarization(threshold_factor=strength, addition_factor=strength, seed=self.seed, **colors),
            RandomPosterization((round(8 - 5 * strength), 8), seed=self.seed, **colors),
            RandomRotation(strength / 6, seed=self.seed, **places),
            RandomShear(strength * 0.3, 0.0, seed=self.seed, **places),
            RandomShear(0.0, strength * 0.3, seed=self.seed, **places),
            RandomTranslation(strength * 0.3, 0.0, seed=self.seed, **places),
            RandomTranslation(0.0, strength * 0.3, seed=self.seed, **places),
        ]  # fmt: skip
        colorful = (RandomBrightness, RandomContrast, RandomColorDegeneration)
        extra = [make(strength, seed=self.seed, **colors) for make in colorful]
        extra.append(RandomSharpness((0.5 - strength / 2, 0.5 + strength / 2), seed=self.seed, **colors))
        return made + extra if everything else made

    def one_of(self, layers: list, x: object) -> tuple:
        """Draw one of the changes for a batch, and its numbers."""
        layer = layers[int(random.randint((), 0, len(layers), seed=self.generator))]
        return layer, layer.draw(x) if isinstance(layer, RandomImageLayer) else None

    def masked(self, masks, drawn):
        """Return the masks moved as the images were; mixed images keep theirs."""
        for layer, numbers in drawn if isinstance(drawn, list) else []:
            masks = layer.masked(masks, numbers) if layer.moves else masks
        return masks


class RandAugment(_Policy):
    """Apply a few changes, chosen at random, one after the other, while training.

    Args:
        value_range: (low, high) of the images.
        num_ops: How many changes.
        factor: How strong they are, one number or two from 0 to 1.
        interpolation: "nearest" or "bilinear".
        seed, data_format: As everywhere.

    The changes: contrast, equalisation, solarisation, fewer shades, turns, shears, moves, brightness, paler colours,
    sharpness. A batch gets the same changes, each image with numbers of its own.

    Example:
        >>> RandAugment()(np.zeros((2, 8, 8, 3), "float32"), training=True).shape
        (2, 8, 8, 3)

    Source: ``keras.layers.RandAugment``; Cubuk et al., "RandAugment", 2019, section 3.
    """

    def __init__(self, value_range=(0, 255), num_ops=2, factor=0.5, interpolation="bilinear", seed=None,
                 data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.value_range, self.num_ops, self.interpolation = value_range, num_ops, interpolation
        self.factor = bounds_of("factor", factor, 0)
        self._known = self.choices()

    def draw(self, x):
        """Draw the changes and their numbers."""
        return [self.one_of(self._known, x) for _ in range(self.num_ops)]

    def changed(self, x, drawn):
        """Return a batch after the changes."""
        for layer, numbers in drawn:
            x = layer.changed(x, numbers)
        return x


class AugMix(_Policy):
    """Mix images with several versions of them, each changed a few times, while training.

    Math:
        y = (1 - m) x + m Σ_k w_k c_k(x),  w from Dirichlet(α), m from Beta(α, α), c_k a chain of changes

    Args:
        value_range: (low, high) of the images.
        num_chains: How many versions k.
        chain_depth: The most changes in a chain.
        factor: How strong they are, one number or two from 0 to 1.
        alpha: α, of both distributions.
        all_ops: Also brightness, contrast, paler colours and sharpness.
        interpolation: "nearest" or "bilinear".
        seed, data_format: As everywhere.

    Example:
        >>> AugMix()(np.zeros((2, 8, 8, 3), "float32"), training=True).shape
        (2, 8, 8, 3)

    Source: ``keras.layers.AugMix``; Hendrycks et al., "AugMix", 2020, algorithm 1.
    """

    def __init__(self, value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True,
                 interpolation="bilinear", seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.value_range, self.num_chains, self.chain_depth = value_range, num_chains, chain_depth
        self.alpha, self.all_ops, self.interpolation = alpha, all_ops, interpolation
        self.factor = bounds_of("factor", factor, 0)
        self._known = self.choices(all_ops)

    def draw(self, x):
        """Draw the chains, their weights, and how much of the image itself stays."""
        depths = random.randint((self.num_chains,), 0, self.chain_depth + 1, seed=self.generator).numpy()
        chains = [[self.one_of(self._known, x) for _ in range(d)] for d in depths]
        shares = random.gamma((self.num_chains,), self.alpha, seed=self.generator).numpy()
        mixed = random.beta((x.shape[0], 1, 1, 1), self.alpha, self.alpha, seed=self.generator).numpy()
        return chains, shares / max(shares.sum(), 1e-7), mixed.astype(self.compute_dtype)

    def changed(self, x, drawn):
        """Return a batch of mixtures."""
        chains, shares, mixed = drawn
        total = ops.zeros_like(x)
        for chain, share in zip(chains, shares, strict=True):
            version = x
            for layer, numbers in chain:
                version = layer.changed(version, numbers)
            total = total + version * np.asarray(share, self.compute_dtype)
        return x + (total - x) * mixed
