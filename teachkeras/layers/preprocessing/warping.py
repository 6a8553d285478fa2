"""Images bent out of shape at random while training: sheared, seen from the side, as if painted on rubber."""

import numpy as np

from teachkeras import ops, random
from teachkeras.layers.preprocessing._images import RandomImageLayer, bounds_of
from teachkeras.layers.preprocessing._warp import Warp


class RandomShear(Warp):
    """Push the rows of each image sideways, or its columns up and down, the more the further from the corner.

    Math:
        y[i, j] = x[i + b j, j + a i],  a and b drawn from ± `x_factor` and ± `y_factor`

    Args: `x_factor` and `y_factor`, one number or two from 0 to 1; the rest as in RandomRotation.

    Example:
        >>> x = np.array([[[1.0], [2.0]], [[3.0], [4.0]]], "float32")
        >>> RandomShear((0.0, 0.0))(x, training=True).numpy().ravel().tolist()
        [1.0, 2.0, 3.0, 4.0]

    Source: ``keras.layers.RandomShear``.
    """

    def __init__(self, x_factor=0.0, y_factor=0.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                 data_format=None, seed=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.fill(fill_mode, interpolation, seed, fill_value, data_format)
        self.x_factor, self.y_factor = (_sheared(n, f) for n, f in (("x_factor", x_factor), ("y_factor", y_factor)))

    def matrix(self, x, height, width):
        """Return the shears."""
        a, b = (
            self.uniform(x, f, 0) * np.sign(self.uniform(x, (-1.0, 1.0), 0)) for f in (self.x_factor, self.y_factor)
        )
        return 1, a, 0, b, 1, 0


def _sheared(name: str, factor: object) -> tuple:
    low, high = bounds_of(name, factor, 0)
    return (low, high) if isinstance(factor, (tuple, list)) else (-factor, factor)


class RandomPerspective(RandomImageLayer):
    """Show some images as if from the side while training: each corner moves by itself.

    Math:
        each corner moves by up to scale/4 of height and width, and the plane follows by a projective map

    Args:
        factor: The probability that an image is changed, or two numbers between which it is drawn.
        scale: How far the corners move, 0 to 1.
        interpolation: "nearest" or "bilinear".
        fill_value: What stands outside of the image.
        seed, data_format: As everywhere.

    Example:
        >>> x = np.ones((3, 3, 1), "float32")
        >>> bool(np.allclose(RandomPerspective(scale=0.0)(x, training=True), x, atol=1e-5))
        True

    Source: ``keras.layers.RandomPerspective``.
    """

    def __init__(self, factor=1.0, scale=1.0, interpolation="bilinear", fill_value=0.0, seed=None, data_format=None,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.scale, self.interpolation = bounds_of("factor", factor, 0), scale, interpolation
        self.fill_value = fill_value

    def draw(self, x):
        """Draw which images are changed, and where their corners go."""
        height, width = x.shape[self._rows] - 1, x.shape[self._rows + 1] - 1
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], "float32")
        shape = (x.shape[0], 4, 2)
        moved = random.uniform(shape, -self.scale / 4, self.scale / 4, seed=self.generator).numpy()
        start = np.broadcast_to(corners, shape)
        return self.happens(x, self.factor), start, (start + moved * np.float32([width, height])).astype("float32")

    def changed(self, x, drawn):
        """Return a batch, some of it seen from the side."""
        seen, start, end = drawn
        y = ops.image.perspective_transform(x, start, end, self.interpolation, self.fill_value, self.data_format)
        return ops.where(seen, y, x)


class RandomElasticTransform(RandomImageLayer):
    """Bend some images as if they were painted on rubber, while training.

    Math:
        y[i, j] = x[i + u_ij, j + v_ij],  u and v normal noise smoothed by a bell of σ = 2 · scale, deviation `scale`

    Args:
        factor: The probability that an image is bent, or two numbers between which it is drawn.
        scale: How far pixels move, drawn from 0 to it or between two numbers from 0 to 1.
        interpolation, fill_mode, fill_value: As in RandomRotation.
        value_range: (low, high).
        seed, data_format: As everywhere.

    Example:
        >>> x = np.ones((3, 3, 1), "float32")
        >>> bool(np.allclose(RandomElasticTransform()(x, training=True), x, atol=1e-5))
        True

    Source: ``keras.layers.RandomElasticTransform``; Simard et al., "Best practices for convolutional neural networks",
    ICDAR 2003, section 2.
    """

    def __init__(self, factor=1.0, scale=1.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                 value_range=(0, 255), seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.start(seed, data_format)
        self.factor, self.scale = bounds_of("factor", factor, 0), bounds_of("scale", scale, 0)
        self.interpolation, self.fill_mode, self.fill_value = interpolation, fill_mode, fill_value
        self.value_range = value_range

    def draw(self, x):
        """Draw which images are bent, and where each of their pixels comes from."""
        bent = self.happens(x, self.factor)
        scale = float(random.uniform((), *self.scale, seed=self.generator).numpy())
        height, width = x.shape[self._rows], x.shape[self._rows + 1]
        noise = random.normal((x.shape[0], 2, height, width), seed=self.generator).numpy()
        moved = _smooth(noise, 2 * max(scale, 1e-3)) * scale
        grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij")) + moved * bent
        return np.moveaxis(grid, 1, 0).astype("float32")

    def changed(self, x, drawn):
        """Return a batch, some of it bent."""
        x = ops.moveaxis(x, self._channel, 1)
        flat = [
            ops.stack([ops.image.map_coordinates(channel, list(at), 0 if self.interpolation == "nearest" else 1,
                                                 self.fill_mode, self.fill_value) for channel in image])
            for image, at in zip(x, np.moveaxis(drawn, 0, 1), strict=True)
        ]  # fmt: skip
        return ops.moveaxis(ops.stack(flat), 1, self._channel)


def _smooth(noise: np.ndarray, sigma: float) -> np.ndarray:
    """Return noise (…, height, width) smoothed by a bell, its deviation brought back to 1."""
    reach = int(3 * sigma + 0.5)
    bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    bell /= np.sqrt((bell**2).sum())
    for axis in (-1, -2):
        noise = np.apply_along_axis(np.convolve, axis, noise, bell, "full")
        noise = np.take(noise, np.arange(reach, noise.shape[axis] - reach), axis)
    return noise
