"""Frames around objects, as many for each image."""

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError
from teachkeras.layers.preprocessing._images import ImageLayer


class MaxNumBoundingBoxes(ImageLayer):
    """Bring every image's boxes to one number: superfluous ones go, missing ones are filled with -1.

    Args: `max_number`; `bounding_box_format`, such as "xyxy", which says that boxes come.

    Shapes:
        {"bounding_boxes": {"boxes": (n, k, 4), "labels": (n, k)}, …} → boxes (n, max_number, 4), labels (n, max_number)

    Raises:
        ArgumentError: boxes come, and no `bounding_box_format` was given.

    Example:
        >>> boxes = {"boxes": np.ones((1, 1, 4), "float32"), "labels": np.zeros((1, 1), "int32")}
        >>> layer = MaxNumBoundingBoxes(2, bounding_box_format="xyxy")
        >>> found = layer({"images": np.zeros((1, 2, 2, 3), "float32"), "bounding_boxes": boxes})
        >>> found["bounding_boxes"]["labels"].tolist()
        [[0, -1]]

    Source: ``keras.layers.MaxNumBoundingBoxes``.
    """

    moves = False

    def __init__(self, max_number, fill_value=-1, **kwargs):
        self.bounding_box_format = kwargs.pop("bounding_box_format", None)
        data_format = kwargs.pop("data_format", None)
        super().__init__(**kwargs)
        self.place(data_format)
        self.max_number, self.fill_value = max_number, fill_value

    def call(self, inputs, training=False):
        """Return the images as they are, their boxes brought to one number."""
        if not isinstance(inputs, dict) or "bounding_boxes" not in inputs:
            return inputs
        if self.bounding_box_format is None:
            raise ArgumentError(
                "You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box format.",
                fix="pass bounding_box_format, such as 'xyxy'",
            )  # fmt: skip
        boxes = inputs["bounding_boxes"]
        return inputs | {"bounding_boxes": boxes | {name: self._filled(boxes[name]) for name in ("boxes", "labels")}}

    def _filled(self, x: object) -> object:
        x = x[:, : self.max_number]
        missing = [(0, self.max_number - x.shape[1] if axis == 1 else 0) for axis in range(len(x.shape))]
        return ops.pad(x, missing, constant_values=np.asarray(self.fill_value, x.dtype))
