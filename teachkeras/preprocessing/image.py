"""Pictures and arrays: what ``keras.preprocessing.image`` names, and what it named in Keras 2."""

from teachkeras.preprocessing._image_batches import (
    DataFrameIterator,
    DirectoryIterator,
    Iterator,
    NumpyArrayIterator,
)
from teachkeras.preprocessing._image_data_generator import ImageDataGenerator
from teachkeras.preprocessing._transforms import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from teachkeras.utils._smart_resize import smart_resize
from teachkeras.utils.images import array_to_img, img_to_array, load_img, save_img

__all__ = [
    "DataFrameIterator", "DirectoryIterator", "ImageDataGenerator", "Iterator", "NumpyArrayIterator",
    "apply_affine_transform", "apply_brightness_shift", "apply_channel_shift", "array_to_img", "img_to_array",
    "load_img", "random_brightness", "random_channel_shift", "random_rotation", "random_shear", "random_shift",
    "random_zoom", "save_img", "smart_resize",
]  # fmt: skip
