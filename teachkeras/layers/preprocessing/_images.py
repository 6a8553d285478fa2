"""What the layers on images share: where height and width stand, draws for each image, labels and masks beside."""

import numpy as np

from teachkeras import dtypes, ops, random
from teachkeras.errors import ArgumentError
from teachkeras.kernels import device
from teachkeras.layers.layer import Layer, training_mode
from teachkeras.ops._layout import is_first
from teachkeras.symbolic import SymbolicTensor


class ImageLayer(Layer):
    """A layer on one image (height, width, channels) or a batch of them; nothing is left to build.

    It also takes a dict with "images" and, beside them, "labels" and "segmentation_masks".
    """

    moves = True  # whether pixels change their places, so that masks go along

    def __call__(self, inputs, training=None, **kwargs):
        """Run; outside of a model, and where nobody says otherwise, as in training (as Keras does)."""
        training = training_mode.get() is not False if training is None else training
        with device.on_host():  # what is prepared is prepared there
            return super().__call__(inputs, training=training, **kwargs)

    def place(self, data_format: str | None) -> None:
        """Keep where the channels stand."""
        self.data_format = "channels_first" if is_first(data_format) else "channels_last"
        self._rows = -2 if self.data_format == "channels_first" else -3
        self._channel = -3 if self.data_format == "channels_first" else -1
        self._places = (self._rows, self._rows + 1)
        self.built = True

    def get_config(self):
        """Return the arguments, and where the channels stand."""
        return super().get_config() | {"data_format": self.data_format}

    def call(self, inputs, training=False):
        """Return the images changed, at any time."""
        return self.on_each(inputs, None)

    def on_each(self, inputs: object, drawn: object) -> object:
        """Return images, or a dict that holds them, changed as `drawn`."""
        if not isinstance(inputs, dict):
            return self._batched(self.changed, inputs, drawn)
        found = dict(inputs)
        if "bounding_boxes" in found and self.moves:
            raise ArgumentError(
                f"{type(self).__name__}: inputs", expected="images, labels and segmentation masks",
                got="bounding_boxes", fix="this layer does not move boxes; change them by hand, or leave them out",
            )  # fmt: skip
        found["images"] = self._batched(self.changed, found["images"], drawn)
        if "labels" in found:
            found["labels"] = self.labelled(found["labels"], drawn)
        if "segmentation_masks" in found and self.moves:
            found["segmentation_masks"] = self._batched(self.masked, found["segmentation_masks"], drawn)
        return found

    def _batched(self, change: object, x: object, drawn: object) -> object:
        """Change a batch, or one image as a batch of one; whole numbers become floats first."""
        x = x if isinstance(x, SymbolicTensor) or dtypes.is_float(x.dtype) else ops.cast(x, self.compute_dtype)
        single = len(x.shape) == 3
        y = change(ops.expand_dims(x, 0) if single else x, drawn)
        return ops.squeeze(y, 0) if single else y

    def untouched(self, inputs: object) -> object:
        """Return the inputs, images of whole numbers as floats."""
        if isinstance(inputs, dict):
            return inputs | {"images": self.untouched(inputs["images"])}
        return inputs if dtypes.is_float(inputs.dtype) else ops.cast(inputs, self.compute_dtype)

    def labelled(self, labels: object, drawn: object) -> object:
        """Return the labels that go with changed images: the same."""
        return labels

    def masked(self, masks: object, drawn: object) -> object:
        """Return the masks that go with changed images: moved in the same way, pixels not mixed."""
        kept = getattr(self, "interpolation", None)
        try:
            self.interpolation = "nearest"
            return self.changed(masks, drawn)
        finally:
            self.interpolation = kept

    def resized(self, shape: tuple, height: int, width: int) -> tuple:
        """Return a shape with another height and width."""
        shape, rows = list(shape), self._rows % len(shape)
        shape[rows : rows + 2] = height, width
        return tuple(shape)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return dict(input_shape) if isinstance(input_shape, dict) else tuple(input_shape)


class RandomImageLayer(ImageLayer):
    """Changes images at random in training, each image by a draw of its own; afterwards it changes nothing.

    A subclass says in ``draw`` which numbers are drawn for a batch and in ``changed`` what they do to it.
    """

    def start(self, seed: object, data_format: str | None = None) -> None:
        """Make the generator."""
        self.place(data_format)
        self.seed, self.generator = seed, random.SeedGenerator(seed)

    def uniform(self, images: object, bounds: tuple, ones: int) -> np.ndarray:
        """Draw a number for each image, with `ones` axes of length 1 behind."""
        return random.uniform((images.shape[0],) + (1,) * ones, *bounds, seed=self.generator).numpy()

    def happens(self, images: object, factor: tuple) -> np.ndarray:
        """Draw for each image whether it is changed: with a probability drawn once from the two numbers of `factor`."""
        share = random.uniform((), *factor, seed=self.generator).numpy()
        return self.uniform(images, (0.0, 1.0), 3) < share

    def call(self, inputs, training=False):
        """Return the images, in training changed at random."""
        if not training:
            return self.untouched(inputs)
        images = inputs["images"] if isinstance(inputs, dict) else inputs
        return self.on_each(inputs, self.draw(ops.expand_dims(images, 0) if len(images.shape) == 3 else images))


def bounds_of(name: str, factor: object, low: float = -1.0, high: float = 1.0) -> tuple:
    """Return (lower, upper) of a number or of two; one number stands for its negative, or `low`, too.

    Raises:
        ArgumentError: outside of `low` to `high`.
    """
    pair = tuple(factor) if isinstance(factor, (tuple, list)) else None
    given = (factor,) if pair is None else pair
    numbers = all(isinstance(f, (int, float, np.number)) for f in given)
    if not numbers or (pair is not None and len(pair) != 2) or any(not low <= f <= high for f in given):
        raise ArgumentError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range [{low:g}, {high:g}]",
            got=f"{name}={factor!r}",
        )
    return tuple(sorted(pair)) if pair else (max(-abs(factor), low), abs(factor))


def range_of(value_range: object) -> list:
    """Return the two ends of a range of values, sorted.

    Raises:
        ArgumentError: not two numbers.
    """
    if not isinstance(value_range, (tuple, list)) or len(value_range) != 2:
        raise ArgumentError("The `value_range` argument should be a list of two numbers.", got=repr(value_range))
    return sorted(value_range)


def blend(x: object, other: object, share: object, low: float, high: float) -> object:
    """Return ``x + share · (other - x)``, clipped to a range."""
    return ops.clip(x + (other - x) * share, low, high)
