"""Where ImageDataGenerator's batches come from: arrays, folders, tables of file names."""

from __future__ import annotations

import os

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.utils.images import array_to_img, img_to_array, load_img
from teachkeras.utils.pydataset import PyDataset

FORMATS = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
MODES = ("categorical", "binary", "sparse", "input", "raw", "multi_output", None)


class Iterator(PyDataset):
    """Endless batches; ``len`` is how many make an epoch. A subclass says in ``_read`` what sample i is."""

    def __init__(self, n, batch_size, shuffle, seed, **kwargs):
        super().__init__(**kwargs)
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self.index_array = None

    def _order(self) -> None:
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)  # noqa: NPY002

    def _seeded(self) -> None:
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)  # noqa: NPY002

    def __len__(self):
        return -(-self.n // self.batch_size)

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(f"Asked to retrieve element {index}, but the Sequence has length {len(self)}")
        self._seeded()
        self.total_batches_seen += 1
        if self.index_array is None:
            self._order()
        return self._batch(self.index_array[self.batch_size * index : self.batch_size * (index + 1)])

    def __iter__(self):
        return self

    def __next__(self):
        self._seeded()
        if self.batch_index == 0 or self.index_array is None:
            self._order()
        start = self.batch_index * self.batch_size % max(self.n, 1)
        self.batch_index = self.batch_index + 1 if self.n > start + self.batch_size else 0
        self.total_batches_seen += 1
        return self._batch(self.index_array[start : start + self.batch_size])

    next = __next__

    def reset(self):
        """Begin anew."""
        self.batch_index = 0

    def on_epoch_end(self):
        """Draw a new order."""
        self._order()


class _Pictures(Iterator):
    """Batches of images that a generator changes, written to a folder where one is given."""

    def start(self, generator, save_to_dir, save_prefix, save_format) -> None:
        self.image_data_generator, self.save_to_dir = generator, save_to_dir
        self.save_prefix, self.save_format = save_prefix, save_format

    def _batch(self, chosen: np.ndarray) -> object:
        generator = self.image_data_generator
        images = np.stack([self._changed(self._read(i), generator) for i in chosen]).astype(generator.dtype)
        if self.save_to_dir:
            for i, image in zip(chosen, images, strict=True):
                name = f"{self.save_prefix}_{i}_{np.random.randint(10_000)}.{self.save_format}"  # noqa: NPY002
                array_to_img(image, generator.data_format, scale=True).save(os.path.join(self.save_to_dir, name))
        found = (images, *self._beside(chosen, images))
        return found[0] if len(found) == 1 else found

    def _changed(self, x: np.ndarray, generator: object) -> np.ndarray:
        drawn = generator.get_random_transform(x.shape)
        return generator.standardize(generator.apply_transform(x.astype(generator.dtype), drawn))


class NumpyArrayIterator(_Pictures):
    """Batches of an array of images, with targets and weights where given."""

    def __init__(self, x, y, image_data_generator, batch_size=32, shuffle=False, sample_weight=None, seed=None,
                 data_format=None, save_to_dir=None, save_prefix="", save_format="png", subset=None,
                 ignore_class_split=False, dtype=None):  # fmt: skip
        x, more = (x[0], [np.asarray(part) for part in x[1]]) if isinstance(x, tuple) else (x, [])
        x = np.asarray(x)
        y, weights = (None if a is None else np.asarray(a) for a in (y, sample_weight))
        for name, other in (("labels", y), ("sample weights", weights)):
            if other is not None and len(other) != len(x):
                raise ArgumentError(
                    f"`x` (images tensor) and {name} should have the same length. Found: x.shape = {x.shape}, "
                    f"{name} {other.shape}"
                )  # fmt: skip
        part = _subset(subset, len(x), image_data_generator.validation_split)
        x, more = x[part], [m[part] for m in more]
        y, weights = (None if a is None else a[part] for a in (y, weights))
        if x.ndim != 4:
            raise ArgumentError(
                f"Input data in `NumpyArrayIterator` should have rank 4. You passed an array with shape {x.shape}"
            )
        super().__init__(len(x), batch_size, shuffle, seed)
        self.start(image_data_generator, save_to_dir, save_prefix, save_format)
        self.x, self.x_misc, self.y, self.sample_weight = x, more, y, weights

    def _read(self, i: int) -> np.ndarray:
        return self.x[i]

    def _batch(self, chosen):
        found = super()._batch(chosen)
        if not self.x_misc:
            return found
        images, *beside = found if isinstance(found, tuple) else (found,)
        inputs = [images, *(m[chosen] for m in self.x_misc)]
        return (inputs, *beside) if beside else inputs

    def _beside(self, chosen: np.ndarray, images: np.ndarray) -> tuple:
        given = (self.y,) if self.sample_weight is None else (self.y, self.sample_weight)
        return tuple(a[chosen] for a in given) if self.y is not None else ()


class _Files(_Pictures):
    """Batches of pictures read from files."""

    def frame(self, generator, target_size, color_mode, class_mode, interpolation, keep_aspect_ratio=False) -> None:
        """Keep how pictures are read."""
        if color_mode not in ("rgb", "rgba", "grayscale"):
            raise ArgumentError(f"Invalid color mode: {color_mode}; expected 'rgb', 'rgba', or 'grayscale'.")
        if class_mode not in MODES:
            raise ArgumentError(f"Invalid class_mode: {class_mode}; expected one of {MODES}")
        self.target_size, self.color_mode, self.class_mode = tuple(target_size), color_mode, class_mode
        self.interpolation, self.keep_aspect_ratio = interpolation, keep_aspect_ratio
        channels = {"rgb": 3, "rgba": 4, "grayscale": 1}[color_mode]
        last = generator.data_format == "channels_last"
        self.image_shape = (*self.target_size, channels) if last else (channels, *self.target_size)

    def _read(self, i: int) -> np.ndarray:
        picture = load_img(
            self.filepaths[i], color_mode=self.color_mode, target_size=self.target_size,
            interpolation=self.interpolation, keep_aspect_ratio=self.keep_aspect_ratio,
        )  # fmt: skip
        x = img_to_array(picture, data_format=self.image_data_generator.data_format)
        picture.close()
        return x

    def _beside(self, chosen: np.ndarray, images: np.ndarray) -> tuple:
        dtype, mode = self.image_data_generator.dtype, self.class_mode
        if mode is None:
            return ()
        if mode == "input":
            targets = images.copy()
        elif mode == "categorical":
            targets = np.zeros((len(chosen), len(self.class_indices)), dtype)
            for row, i in zip(targets, chosen, strict=True):
                row[self.classes[i]] = 1.0
        elif mode == "multi_output":
            targets = [column[chosen] for column in self.labels]
        else:
            targets = np.asarray(self.labels)[chosen].astype(dtype if mode in ("binary", "sparse") else None)
        weights = getattr(self, "sample_weight", None)
        return (targets,) if weights is None else (targets, weights[chosen])


class DirectoryIterator(_Files):
    """Batches of the pictures in a folder that has a folder for each class."""

    def __init__(self, directory, image_data_generator, target_size=(256, 256), color_mode="rgb", classes=None,
                 class_mode="categorical", batch_size=32, shuffle=True, seed=None, data_format=None, save_to_dir=None,
                 save_prefix="", save_format="png", follow_links=False, subset=None, interpolation="nearest",
                 keep_aspect_ratio=False, dtype=None):  # fmt: skip
        self.frame(image_data_generator, target_size, color_mode, class_mode, interpolation, keep_aspect_ratio)
        if not classes:
            classes = sorted(d for d in os.listdir(directory) if os.path.isdir(os.path.join(directory, d)))
        self.directory, self.num_classes = directory, len(classes)
        self.class_indices = {name: number for number, name in enumerate(classes)}
        self.filenames, numbers = [], []
        for name, number in self.class_indices.items():
            files = [os.path.relpath(f, directory) for f in _pictures_in(os.path.join(directory, name), follow_links)]
            files = files[_subset(subset, len(files), image_data_generator.validation_split)]
            self.filenames += files
            numbers += [number] * len(files)
        self.classes = self.labels = np.array(numbers, "int32")
        self.samples = len(self.filenames)
        self.filepaths = [os.path.join(directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)
        self.start(image_data_generator, save_to_dir, save_prefix, save_format)
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")


class DataFrameIterator(_Files):
    """Batches of the pictures that a table (a pandas DataFrame, or a dict of columns) names."""

    def __init__(self, dataframe, directory=None, image_data_generator=None, x_col="filename", y_col="class",
                 weight_col=None, target_size=(256, 256), color_mode="rgb", classes=None, class_mode="categorical",
                 batch_size=32, shuffle=True, seed=None, data_format="channels_last", save_to_dir=None, save_prefix="",
                 save_format="png", subset=None, interpolation="nearest", keep_aspect_ratio=False, dtype="float32",
                 validate_filenames=True):  # fmt: skip
        self.frame(image_data_generator, target_size, color_mode, class_mode, interpolation, keep_aspect_ratio)
        paths = [os.path.join(directory or "", str(name)) for name in dataframe[x_col]]
        kept = [i for i, path in enumerate(paths) if not validate_filenames or _is_picture(path)]
        if class_mode in ("categorical", "binary", "sparse"):
            known = classes or sorted({str(label) for label in dataframe[y_col]})
            self.class_indices = {name: number for number, name in enumerate(known)}
            labels = [str(label) for label in dataframe[y_col]]
            kept = [i for i in kept if labels[i] in self.class_indices]
        kept = np.array(kept, int)[_subset(subset, len(kept), image_data_generator.validation_split)]
        self.filepaths, self.samples = [paths[i] for i in kept], len(kept)
        self.filenames = [str(list(dataframe[x_col])[i]) for i in kept]
        if class_mode in ("categorical", "binary", "sparse"):
            if class_mode == "binary" and len(self.class_indices) != 2:
                raise ArgumentError('If class_mode="binary" there must be 2 classes.', got=str(self.class_indices))
            self.classes = self.labels = np.array([self.class_indices[labels[i]] for i in kept], "int32")
        elif class_mode == "multi_output":
            self.labels = [np.array(list(dataframe[column]))[kept] for column in y_col]
        elif class_mode == "raw":
            columns = y_col if isinstance(y_col, (list, tuple)) else [y_col]
            raw = np.stack([np.array(list(dataframe[column]))[kept] for column in columns], axis=1)
            self.labels = raw if isinstance(y_col, (list, tuple)) else raw[:, 0]
        self.sample_weight = None if weight_col is None else np.array(list(dataframe[weight_col]))[kept]
        super().__init__(self.samples, batch_size, shuffle, seed)
        self.start(image_data_generator, save_to_dir, save_prefix, save_format)
        classes = f" belonging to {len(self.class_indices)} classes" if hasattr(self, "class_indices") else ""
        print(f"Found {self.samples} validated image filenames{classes}.")


def _is_picture(path: str) -> bool:
    return path.lower().endswith(tuple(f".{ending}" for ending in FORMATS)) and os.path.isfile(path)


def _pictures_in(folder: str, follow_links: bool) -> list[str]:
    """Return the pictures below a folder, sorted folder by folder."""
    walk = sorted(os.walk(folder, followlinks=follow_links), key=lambda step: step[0])
    return [
        os.path.join(root, f) for root, _, files in walk for f in sorted(files) if _is_picture(os.path.join(root, f))
    ]


def _subset(subset: str | None, count: int, split: float) -> slice:
    """Return which part of `count` samples a subset is: validation the front, training the rest."""
    if subset is None:
        return slice(None)
    if subset not in ("training", "validation"):
        raise ArgumentError(f'Invalid subset name: {subset}; expected "training" or "validation".')
    cut = int(count * (split or 0))
    return slice(0, cut) if subset == "validation" else slice(cut, count)
