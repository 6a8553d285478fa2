"""A flower: one small colour photograph, embedded, for lessons on filters, augmentation and what a network sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from teachkeras.utils.images import img_to_array, load_img

FILE = Path(__file__).parent / "data" / "flower.jpg"


def load_data() -> np.ndarray:
    """Return the photograph.

    Shapes: (160, 240, 3), uint8: height, width, red green blue.

    Raises:
        MissingPackageError: Pillow is not installed.

    Example:
        >>> load_data().shape
        (160, 240, 3)

    Source: photograph by vultilion, CC BY 2.0 (``data/SOURCE.md``).
    """
    return img_to_array(load_img(FILE), data_format="channels_last", dtype="uint8")
