"""Pictures and arrays: what ``keras.preprocessing.image`` names."""

from teachkeras.utils._smart_resize import smart_resize
from teachkeras.utils.images import array_to_img, img_to_array, load_img, save_img

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]
