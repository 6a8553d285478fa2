"""Images of one size: resized, or their middle cut out."""

from teachkeras import ops
from teachkeras.layers.preprocessing._images import ImageLayer
from teachkeras.utils._smart_resize import smart_resize


class Resizing(ImageLayer):
    """Resize images, while training and after.

    Args: `height` and `width` wanted, the rest as in ``ops.image.resize``.

    Shapes:
        x (n, h, w, c) → y (n, height, width, c); the same without n

    Example:
        >>> import numpy as np
        >>> Resizing(2, 3)(np.ones((1, 4, 4, 1))).shape
        (1, 2, 3, 1)

    Source: ``keras.layers.Resizing``.
    """

    def __init__(self, height, width, interpolation="bilinear", crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
                 fill_mode="constant", fill_value=0.0, antialias=False, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.place(data_format)
        self.height, self.width, self.interpolation, self.antialias = height, width, interpolation, bool(antialias)
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = crop_to_aspect_ratio, pad_to_aspect_ratio
        self.fill_mode, self.fill_value = fill_mode, fill_value

    def changed(self, x, drawn):
        """Return the images in the size wanted."""
        return ops.image.resize(
            x, (self.height, self.width), self.interpolation, self.antialias, self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio, self.fill_mode, self.fill_value, self.data_format,
        )  # fmt: skip

    def compute_output_shape(self, input_shape):
        """Return the shape with the new height and width."""
        return self.resized(input_shape, self.height, self.width)


class CenterCrop(ImageLayer):
    """Cut the middle out of images; smaller ones are resized, undistorted.

    Args: `height` and `width` of the part, `data_format`.

    Shapes:
        x (n, h, w, c) → y (n, height, width, c); the same without n

    Example:
        >>> import numpy as np
        >>> CenterCrop(1, 2)(np.arange(12.0).reshape(3, 4, 1)).numpy().ravel().tolist()
        [5.0, 6.0]

    Source: ``keras.layers.CenterCrop``.
    """

    def __init__(self, height, width, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.place(data_format)
        self.height, self.width = height, width

    def changed(self, x, drawn):
        """Return the middle of the images."""
        rows = self._rows % len(x.shape)
        down, right = x.shape[rows] - self.height, x.shape[rows + 1] - self.width
        if down < 0 or right < 0:
            return smart_resize(x, (self.height, self.width), data_format=self.data_format)
        part = slice(down // 2, down // 2 + self.height), slice(right // 2, right // 2 + self.width)
        return x[(slice(None),) * rows + part]

    def compute_output_shape(self, input_shape):
        """Return the shape with the part's height and width."""
        return self.resized(input_shape, self.height, self.width)
