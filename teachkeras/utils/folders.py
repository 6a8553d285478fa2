"""Data sets from folders: pictures, texts and sounds in one folder for each class, read as they are needed."""

from __future__ import annotations

import wave

import numpy as np

from teachkeras.errors import ArgumentError, CorruptFileError
from teachkeras.utils._folders import FileDataset, from_folder

PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def image_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, color_mode="rgb",
                                 batch_size=32, image_size=(256, 256), shuffle=True, seed=None, validation_split=None,
                                 subset=None, interpolation="bilinear", follow_links=False, crop_to_aspect_ratio=False,
                                 pad_to_aspect_ratio=False, data_format=None, format="tf", verbose=True):  # fmt: skip
    """Return batches of the pictures in a folder that has a folder for each class.

    Where Keras returns a ``tf.data.Dataset``, this returns a :class:`PyDataset` of NumPy arrays: it goes into ``fit``,
    ``evaluate``, ``predict`` and loops, has a length and ``class_names``; `format` is taken for compatibility.

    Args:
        directory: The folder.
        labels: "inferred" from the folders' names, a list of numbers in the files' order, or None.
        label_mode: "int", "categorical" (one-hot), "binary" (0.0 or 1.0) or None.
        class_names: The folders, in the order of their numbers.
        color_mode: "grayscale", "rgb" or "rgba".
        batch_size: Pictures in a batch; None for one at a time.
        image_size: (height, width) to resize to.
        shuffle, seed: Whether they come in a new order at each pass, and from which seed.
        validation_split, subset: The share kept for validation, and "training", "validation" or "both".
        interpolation: As in ``ops.image.resize``.
        follow_links: Whether links to folders are followed.
        crop_to_aspect_ratio, pad_to_aspect_ratio: Cut or fill, so that nothing is distorted.
        data_format: Where the channels stand.
        format: Any.
        verbose: Whether to print what was found.

    Shapes:
        a batch: x (n, height, width, channels) float32, 0 to 255, y (n,), (n, classes) or (n, 1)

    Raises:
        ArgumentError: arguments that contradict each other, or no picture.

    Source: ``keras.utils.image_dataset_from_directory``.
    """
    if color_mode not in ("rgb", "rgba", "grayscale"):
        raise ArgumentError(
            f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}'
        )  # fmt: skip
    from teachkeras import layers
    from teachkeras.utils.images import img_to_array, load_img

    resize = layers.Resizing(
        *image_size, interpolation=interpolation, crop_to_aspect_ratio=crop_to_aspect_ratio,
        pad_to_aspect_ratio=pad_to_aspect_ratio, data_format=data_format,
    )  # fmt: skip

    def read(path):
        x = img_to_array(load_img(path, color_mode=color_mode), data_format=resize.data_format)
        return np.asarray(resize(x).numpy(), "float32")

    settings = {name: value for name, value in locals().items() if name not in ("layers", "read", "resize")}
    return from_folder(FileDataset, read, PICTURES, settings)


def text_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, batch_size=32,
                                max_length=None, shuffle=True, seed=None, validation_split=None, subset=None,
                                follow_links=False, format="tf", verbose=True):  # fmt: skip
    """Return batches of the texts in a folder that has a folder of .txt files for each class.

    The arguments are those of :func:`image_dataset_from_directory`; `max_length` cuts a text after so many bytes.

    Shapes:
        a batch: an array (n,) of strings, y as there

    Source: ``keras.utils.text_dataset_from_directory``.
    """

    def read(path):
        with open(path, "rb") as file:
            return file.read(-1 if max_length is None else max_length).decode("utf-8", "replace")

    settings = {name: value for name, value in locals().items() if name != "read"}
    return from_folder(_Texts, read, (".txt",), settings)


def audio_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, batch_size=32,
                                 sampling_rate=None, output_sequence_length=None, ragged=False, shuffle=True, seed=None,
                                 validation_split=None, subset=None, follow_links=False, verbose=True):  # fmt: skip
    """Return batches of the sounds in a folder that has a folder of .wav files (16 bits) for each class.

    The arguments are those of :func:`image_dataset_from_directory`, and:

    Args:
        sampling_rate: Samples a second to bring every sound to, linearly between its own.
        output_sequence_length: Samples to cut or fill every sound to; by default a batch has its longest's.
        ragged: Only False.

    Shapes:
        a batch: x (n, samples, channels) float32 from -1 to 1, y as there

    Raises:
        ArgumentError: arguments that contradict each other, or no sound.
        CorruptFileError: a file that isn't 16-bit PCM.

    Source: ``keras.utils.audio_dataset_from_directory``.
    """
    if ragged:
        raise ArgumentError("audio_dataset_from_directory: ragged", expected="False", got="True", fix="rows are padded")
    if sampling_rate is not None and (not isinstance(sampling_rate, int) or sampling_rate <= 0):
        raise ArgumentError(f"`sampling_rate` should be a positive integer. Received: sampling_rate={sampling_rate}")

    def read(path):
        x = _sound(path, sampling_rate)
        if output_sequence_length is None:
            return x
        x = x[:output_sequence_length]
        return np.pad(x, ((0, output_sequence_length - len(x)), (0, 0)))

    settings = {name: value for name, value in locals().items() if name != "read"}
    return from_folder(_Sounds, read, (".wav",), settings)


class _Texts(FileDataset):
    def _joined(self, parts):
        return np.array(parts, object)


class _Sounds(FileDataset):
    def _joined(self, parts):
        longest = max(map(len, parts))
        return np.stack([np.pad(part, ((0, longest - len(part)), (0, 0))) for part in parts])


def _sound(path: str, rate: int | None) -> np.ndarray:
    """Return (samples, channels) of a .wav file, from -1 to 1."""
    try:
        with wave.open(path, "rb") as file:
            channels, width, own = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
        if width != 2:
            raise wave.Error(f"{8 * width} bits a sample")
        x = np.frombuffer(data, "<i2").reshape(-1, channels).astype("float32") / 32768
    except (wave.Error, EOFError, ValueError) as error:
        raise CorruptFileError(f"sound {path}", expected="a .wav file of 16 bits", got=str(error)) from error
    if rate is None or rate == own:
        return x
    at = np.arange(int(len(x) * rate / own)) * (own / rate)
    return np.stack([np.interp(at, np.arange(len(x)), c) for c in x.T], axis=1).astype("float32")
