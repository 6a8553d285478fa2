"""Two images and their labels in one, while training; several changes chosen at random."""

import numpy as np

from teachkeras import ops, random
from teachkeras.layers.preprocessing._images import RandomImageLayer, bounds_of


class MixUp(RandomImageLayer):
    """Blend each image, and its label, with another one of the batch while training.

    Math:
        y = λ x + (1 - λ) x′,  λ from Beta(α, α)

    Args: `alpha`, the smaller the less is mixed; `data_format`; `seed`.

    Shapes:
        {"images": (n, h, w, c), "labels": (n, k) one-hot} → the same; images alone give images

    Example:
        >>> both = {"images": np.ones((4, 2, 2, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> MixUp()(both, training=True)["labels"].numpy().sum(axis=1).round(5).tolist()
        [1.0, 1.0, 1.0, 1.0]

    Source: ``keras.layers.MixUp``; Zhang et al., "mixup: beyond empirical risk minimization", 2017, equation 1.
    """

    def __init__(self, alpha=0.2, data_format=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.alpha = alpha

    def draw(self, x):
        """Draw each image's partner and its own share."""
        n = x.shape[0]
        order = random.shuffle(np.arange(n), seed=self.generator).numpy()
        return order, random.beta((n,), self.alpha, self.alpha, seed=self.generator).numpy()

    def changed(self, x, drawn):
        """Return a batch of blends."""
        order, share = drawn
        share = share.reshape((-1,) + (1,) * (len(x.shape) - 1)).astype(self.compute_dtype)
        return x * share + ops.take(x, order, axis=0) * (1 - share)

    masked = changed

    def labelled(self, labels, drawn):
        """Return the labels blended in the same shares."""
        return self.changed(ops.cast(labels, self.compute_dtype), drawn)


class CutMix(RandomImageLayer):
    """Paste a rectangle of another image of the batch into each, the labels by area, while training.

    Math:
        height = H √(1 - λ),  width = W √(1 - λ),  λ from `factor`; label (1 - a) t + a t′, a the pasted share

    Args: `factor`, one number or two from 0 to 1; `seed`; `data_format`.

    Shapes:
        {"images": (n, h, w, c), "labels": (n, k) one-hot} → the same; images alone give images

    Example:
        >>> both = {"images": np.ones((4, 4, 4, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> CutMix()(both, training=True)["labels"].numpy().sum(axis=1).round(5).tolist()
        [1.0, 1.0, 1.0, 1.0]

    Source: ``keras.layers.CutMix``; Yun et al., "CutMix", 2019, equations 1 and 2.
    """

    def __init__(self, factor=1.0, seed=None, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor = bounds_of("factor", factor, 0)

    def draw(self, x):
        """Draw each image's partner and the places of its rectangle."""
        order = random.shuffle(np.arange(x.shape[0]), seed=self.generator).numpy()
        side = np.sqrt(1.0 - self.uniform(x, self.factor, 3))
        inside = np.ones((x.shape[0], 1, 1, 1), bool)
        for axis in self._places:
            n = x.shape[axis]
            middle, length = np.floor(self.uniform(x, (0.0, 1.0), 3) * n), np.floor(side * n)
            first = np.clip(middle - length // 2, 0, n)
            place = np.arange(n).reshape([n if a == axis % 4 else 1 for a in range(4)])
            inside = inside & (place >= first) & (place < np.clip(middle - length // 2 + length, 0, n))
        return order, inside

    def changed(self, x, drawn):
        """Return a batch with rectangles pasted in."""
        order, inside = drawn
        return ops.where(inside, ops.take(x, order, axis=0), x)

    masked = changed

    def labelled(self, labels, drawn):
        """Return the labels mixed by the rectangles' areas."""
        order, inside = drawn
        share = inside.reshape(len(inside), -1).mean(axis=1, dtype=self.compute_dtype)
        share = share.reshape((-1,) + (1,) * (len(labels.shape) - 1))
        labels = ops.cast(labels, self.compute_dtype)
        return labels * (1 - share) + ops.take(labels, order, axis=0) * share
