"""Pictures as arrays and arrays as pictures, through Pillow, which is imported when one of these is called."""

import io
import pathlib
import warnings

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, ArgumentTypeError, MissingPackageError
from teachkeras.ops._layout import is_first

FILTERS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def _pillow() -> object:
    try:
        from PIL import Image
    except ImportError:
        raise MissingPackageError(
            "pictures", expected="Pillow", got="no package of that name", fix="pip install 'teachkeras[images]'"
        ) from None
    return Image


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """Make a Pillow picture of an array.

    Args:
        x: One image, (height, width, channels) with 1, 3 or 4 channels.
        data_format: Where the channels stand; ``config.image_data_format()`` by default.
        scale: Stretch the values so that they fill 0 to 255.
        dtype: To compute with; ``config.floatx()`` by default.

    Raises:
        ArgumentError: another rank or number of channels.
        MissingPackageError: Pillow is not installed.

    Example:
        >>> array_to_img(np.ones((2, 3, 1))).size
        (3, 2)

    Source: ``keras.utils.array_to_img``.
    """
    image = _pillow()
    x = np.asarray(x, dtype=dtype or config.floatx())
    if x.ndim != 3:
        raise ArgumentError(
            f"Expected image array to have rank 3 (single image). Got array with shape: {x.shape}"
        )  # fmt: skip
    x = x.transpose(1, 2, 0) if is_first(data_format) else x
    if scale:
        x = x - x.min()
        x = x / (x.max() or 1) * 255
    if x.shape[2] not in (1, 3, 4):
        raise ArgumentError(f"Unsupported channel number: {x.shape[2]}")
    wide = x.shape[2] == 1 and x.max() > 255  # grey in 32 bits
    x = x[:, :, 0] if x.shape[2] == 1 else x
    return image.fromarray(np.ascontiguousarray(x.astype("int32" if wide else "uint8")))


def img_to_array(img, data_format=None, dtype=None):
    """Make an array of three axes of a picture.

    Args:
        img: A Pillow picture, or an array of two or three axes.
        data_format: Where the channels go; ``config.image_data_format()`` by default.
        dtype: Of the result; ``config.floatx()`` by default.

    Raises:
        ArgumentError: neither two nor three axes.

    Example:
        >>> img_to_array(np.zeros((2, 3))).shape
        (2, 3, 1)

    Source: ``keras.utils.img_to_array``.
    """
    x = np.asarray(img, dtype=dtype or config.floatx())
    if x.ndim not in (2, 3):
        raise ArgumentError(f"Unsupported image shape: {x.shape}")
    x = x[:, :, None] if x.ndim == 2 else x
    return x.transpose(2, 0, 1) if is_first(data_format) else x


def save_img(path, x, data_format=None, file_format=None, scale=True, **kwargs):
    """Write an array as a picture; the format follows from the name unless given, `kwargs` go to Pillow.

    Raises:
        ArgumentError: what `array_to_img` raises.
        MissingPackageError: Pillow is not installed.

    Example:
        >>> file = io.BytesIO()
        >>> save_img(file, np.ones((2, 3, 3)), file_format="png")
        >>> load_img(file).size
        (3, 2)

    Source: ``keras.utils.save_img``.
    """
    if file_format is None and isinstance(path, (str, pathlib.Path)):
        file_format = pathlib.Path(path).suffix[1:].lower()
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"
    img = array_to_img(x, data_format=data_format, scale=scale)
    if img.mode == "RGBA" and file_format == "jpeg":
        warnings.warn("The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2)
        img = img.convert("RGB")
    img.save(path, format=file_format, **kwargs)


def load_img(path, color_mode="rgb", target_size=None, interpolation="nearest", keep_aspect_ratio=False):
    """Read a picture with Pillow.

    Args:
        path: A path, or the file's bytes in a ``BytesIO``.
        color_mode: "grayscale", "rgb" or "rgba".
        target_size: (height, width) wanted.
        interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".
        keep_aspect_ratio: Cut the middle out first, so that nothing is distorted.

    Raises:
        ArgumentError: an unknown mode or interpolation.
        ArgumentTypeError: a `path` of another kind.
        MissingPackageError: Pillow is not installed.

    Source: ``keras.utils.load_img``.
    """
    image = _pillow()
    if not isinstance(path, (io.BytesIO, pathlib.Path, bytes, str)):
        raise ArgumentTypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    if not isinstance(path, io.BytesIO):
        with open(path, "rb") as file:
            path = io.BytesIO(file.read())
    img = image.open(path)
    modes = {"grayscale": ("L", "I;16", "I"), "rgb": ("RGB",), "rgba": ("RGBA",)}.get(color_mode)
    if modes is None:
        raise ArgumentError('color_mode must be "grayscale", "rgb", or "rgba"', got=repr(color_mode))
    img = img if img.mode in modes else img.convert(modes[0])
    if target_size is None or img.size == (target_size[1], target_size[0]):
        return img
    if interpolation not in FILTERS:
        raise ArgumentError(
            f"Invalid interpolation method {interpolation} specified. Supported methods are {', '.join(FILTERS)}"
        )
    size = (target_size[1], target_size[0])
    box = _middle(img.size, size) if keep_aspect_ratio else None
    return img.resize(size, image.Resampling[interpolation.upper()], box=box)


def _middle(size: tuple, target: tuple) -> tuple:
    """Return (left, top, right, bottom) of the largest middle part in the target's proportions."""
    (width, height), (target_width, target_height) = size, target
    high = min(height, width * target_height // target_width)
    wide = min(width, height * target_width // target_height)
    top, left = (height - high) // 2, (width - wide) // 2
    return left, top, left + wide, top + high
