"""ImageDataGenerator: batches of images changed at random, as Keras 2 did it. New code uses the layers for images."""

from __future__ import annotations

import warnings

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError
from teachkeras.preprocessing import _transforms as change


class ImageDataGenerator:
    """Makes batches of images, changed at random, from arrays, folders or tables of file names.

    Args:
        featurewise_center, samplewise_center: Take away the mean of all images (``fit`` first), of each image.
        featurewise_std_normalization, samplewise_std_normalization: Divide by the deviation, likewise.
        zca_whitening, zca_epsilon: Take the correlations out (``fit`` first).
        rotation_range: Turn by up to so many degrees.
        width_shift_range, height_shift_range: Move by up to a share (below 1) or pixels, or by one of a list.
        brightness_range: Two factors between which brightness is drawn.
        shear_range: Shear by up to so many degrees.
        zoom_range: Zoom by 1 ± this, or between two factors.
        channel_shift_range: Add up to this.
        fill_mode, cval, interpolation_order: What stands outside, and how pixels are mixed (0 or 1).
        horizontal_flip, vertical_flip: Mirror half of the images.
        rescale, preprocessing_function: What happens to every image, at last: a factor; before it, a function.
        data_format, dtype: Where the channels stand; the images' type.
        validation_split: Share that ``subset="validation"`` takes, from the front.

    Math:
        draws come from ``np.random`` in the order turn, down, right, shear, zoom, mirror, channel, brightness, so a
        seed gives what it gave in Keras 2

    Raises:
        ArgumentError: ranges that aren't any.

    Example:
        >>> flow = ImageDataGenerator(rescale=0.5).flow(np.ones((3, 2, 2, 1)), [0, 1, 2], batch_size=2, shuffle=False)
        >>> len(flow), flow[0][0].shape, flow[0][1].tolist(), float(flow[0][0].max())
        (2, (2, 2, 2, 1), [0, 1], 0.5)

    Source: ``keras.preprocessing.image.ImageDataGenerator`` of Keras 2.
    """

    def __init__(self, featurewise_center=False, samplewise_center=False, featurewise_std_normalization=False,
                 samplewise_std_normalization=False, zca_whitening=False, zca_epsilon=1e-6, rotation_range=0,
                 width_shift_range=0.0, height_shift_range=0.0, brightness_range=None, shear_range=0.0, zoom_range=0.0,
                 channel_shift_range=0.0, fill_mode="nearest", cval=0.0, horizontal_flip=False, vertical_flip=False,
                 rescale=None, preprocessing_function=None, data_format=None, validation_split=0.0,
                 interpolation_order=1, dtype=None):  # fmt: skip
        for name, value in locals().items():
            if name != "self":
                setattr(self, name, value)
        self.data_format, self.dtype = data_format or config.image_data_format(), dtype or config.floatx()
        if self.data_format not in ("channels_last", "channels_first"):
            raise ArgumentError('`data_format` should be `"channels_last"` or `"channels_first"`.', got=data_format)
        first = self.data_format == "channels_first"
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if first else (3, 1, 2)
        if validation_split and not 0 < validation_split < 1:
            raise ArgumentError(f"`validation_split` must be strictly between 0 and 1. Received: {validation_split}")
        if isinstance(zoom_range, (float, int)):
            self.zoom_range = [1 - zoom_range, 1 + zoom_range]
        elif len(zoom_range) != 2 or not all(isinstance(z, (float, int)) for z in zoom_range):
            raise ArgumentError(f"`zoom_range` should be a float or a tuple or list of two floats. Got: {zoom_range}")
        if brightness_range is not None and len(brightness_range) != 2:
            raise ArgumentError(f"`brightness_range should be tuple or list of two floats. Got: {brightness_range}")
        self.featurewise_center |= bool(zca_whitening or featurewise_std_normalization)
        self.featurewise_std_normalization &= not zca_whitening
        self.samplewise_center |= bool(samplewise_std_normalization)
        self.mean = self.std = self.zca_whitening_matrix = None

    def flow(self, x, y=None, batch_size=32, shuffle=True, sample_weight=None, seed=None, save_to_dir=None,
             save_prefix="", save_format="png", ignore_class_split=False, subset=None):  # fmt: skip
        """Return batches of an array of images (and their targets and weights)."""
        from teachkeras.preprocessing._image_batches import NumpyArrayIterator

        return NumpyArrayIterator(x, y, self, batch_size, shuffle, sample_weight, seed, save_to_dir=save_to_dir,
                                  save_prefix=save_prefix, save_format=save_format, subset=subset,
                                  ignore_class_split=ignore_class_split)  # fmt: skip

    def flow_from_directory(self, directory, target_size=(256, 256), color_mode="rgb", classes=None,
                            class_mode="categorical", batch_size=32, shuffle=True, seed=None, save_to_dir=None,
                            save_prefix="", save_format="png", follow_links=False, subset=None,
                            interpolation="nearest", keep_aspect_ratio=False):  # fmt: skip
        """Return batches of the pictures in a folder, which has a folder for each class."""
        from teachkeras.preprocessing._image_batches import DirectoryIterator

        return DirectoryIterator(directory, self, target_size, color_mode, classes, class_mode, batch_size, shuffle,
                                 seed, save_to_dir=save_to_dir, save_prefix=save_prefix, save_format=save_format,
                                 follow_links=follow_links, subset=subset, interpolation=interpolation,
                                 keep_aspect_ratio=keep_aspect_ratio)  # fmt: skip

    def flow_from_dataframe(self, dataframe, directory=None, x_col="filename", y_col="class", weight_col=None,
                            target_size=(256, 256), color_mode="rgb", classes=None, class_mode="categorical",
                            batch_size=32, shuffle=True, seed=None, save_to_dir=None, save_prefix="", save_format="png",
                            subset=None, interpolation="nearest", validate_filenames=True, **kwargs):  # fmt: skip
        """Return batches of the pictures that a table names, with its column of targets."""
        from teachkeras.preprocessing._image_batches import DataFrameIterator

        if kwargs:
            raise ArgumentError("flow_from_dataframe", expected="known arguments", got=", ".join(kwargs))
        return DataFrameIterator(dataframe, directory, self, x_col, y_col, weight_col, target_size, color_mode, classes,
                                 class_mode, batch_size, shuffle, seed, save_to_dir=save_to_dir,
                                 save_prefix=save_prefix, save_format=save_format, subset=subset,
                                 interpolation=interpolation, validate_filenames=validate_filenames)  # fmt: skip

    def standardize(self, x):
        """Return an image (or a batch) after what happens to every one: function, factor, means, deviations."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - x.mean(keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (x.std(keepdims=True) + 1e-6)
        if self.featurewise_center and self._fitted("featurewise_center", self.mean):
            x = x - self.mean
        if self.featurewise_std_normalization and self._fitted("featurewise_std_normalization", self.std):
            x = x / (self.std + 1e-6)
        if self.zca_whitening and self._fitted("zca_whitening", self.zca_whitening_matrix):
            x = (x.reshape(-1, len(self.zca_whitening_matrix)) @ self.zca_whitening_matrix).reshape(x.shape)
        return x

    def _fitted(self, what: str, found: object) -> bool:
        if found is None:
            warnings.warn(
                f"This ImageDataGenerator specifies `{what}`, but it hasn't been fit on any training data. Fit it "
                "first by calling `.fit(numpy_data)`.", stacklevel=3,
            )  # fmt: skip
        return found is not None

    def get_random_transform(self, img_shape, seed=None):
        """Draw the changes of one image; returns them by name."""
        if seed is not None:
            np.random.seed(seed)  # noqa: NPY002
        draw = np.random.uniform
        theta = draw(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = _shift(self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(self.width_shift_range, img_shape[self.col_axis - 1])
        shear = draw(-self.shear_range, self.shear_range) if self.shear_range else 0
        zx, zy = (1, 1) if list(self.zoom_range) == [1, 1] else draw(*self.zoom_range, 2)
        flips = [(np.random.random() < 0.5) * wanted for wanted in (self.horizontal_flip, self.vertical_flip)]  # noqa: NPY002
        channel = draw(-self.channel_shift_range, self.channel_shift_range) if self.channel_shift_range else None
        brightness = None if self.brightness_range is None else draw(*self.brightness_range)
        return {
            "theta": theta, "tx": tx, "ty": ty, "shear": shear, "zx": zx, "zy": zy, "flip_horizontal": flips[0],
            "flip_vertical": flips[1], "channel_shift_intensity": channel, "brightness": brightness,
        }  # fmt: skip

    def apply_transform(self, x, transform_parameters):
        """Return an image after changes given by name."""
        told = transform_parameters
        rows, columns, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        x = change.apply_affine_transform(
            x, told.get("theta", 0), told.get("tx", 0), told.get("ty", 0), told.get("shear", 0), told.get("zx", 1),
            told.get("zy", 1), rows, columns, channels, self.fill_mode, self.cval, self.interpolation_order,
        )  # fmt: skip
        if told.get("channel_shift_intensity") is not None:
            x = change.apply_channel_shift(x, told["channel_shift_intensity"], channels)
        x = np.flip(x, columns) if told.get("flip_horizontal") else x
        x = np.flip(x, rows) if told.get("flip_vertical") else x
        if told.get("brightness") is not None:
            x = change.apply_brightness_shift(x, told["brightness"], False)
        return x

    def random_transform(self, x, seed=None):
        """Return an image changed at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def fit(self, x, augment=False, rounds=1, seed=None):
        """Take mean, deviation and correlations from images, changed `rounds` times each if `augment`."""
        x = np.array(x, dtype=self.dtype)
        if x.ndim != 4:
            raise ArgumentError(f"Input to `.fit()` should have rank 4. Got array with shape: {x.shape}")
        if seed is not None:
            np.random.seed(seed)  # noqa: NPY002
        x = x * self.rescale if self.rescale else x
        if augment:
            x = np.concatenate([[self.random_transform(image) for image in x] for _ in range(rounds)]).astype(
                self.dtype
            )
        shape = [1, 1, 1]
        shape[self.channel_axis - 1] = x.shape[self.channel_axis]
        over = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = x.mean(over).reshape(shape)
            x = x - self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(over).reshape(shape)
            x = x / (self.std + 1e-6)
        if self.zca_whitening:
            flat = x.reshape(len(x), -1)
            u, s, _ = np.linalg.svd(flat.T, full_matrices=False)
            self.zca_whitening_matrix = (u * (np.sqrt(len(flat)) / (s + self.zca_epsilon))) @ u.T


def _shift(wanted: object, length: int) -> float:
    """Draw how far an image moves: up to a number of pixels or a share, or one of a list, either way."""
    if isinstance(wanted, (list, tuple, np.ndarray)) or (isinstance(wanted, int) and wanted > 0):
        moved = np.random.choice(wanted) * np.random.choice([-1, 1])  # noqa: NPY002
    elif wanted:
        moved = np.random.uniform(-wanted, wanted)  # noqa: NPY002
    else:
        return 0
    return moved * length if np.max(wanted) < 1 else moved
