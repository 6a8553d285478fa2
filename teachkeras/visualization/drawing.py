"""Boxes and segmentation masks drawn onto images."""

import numpy as np

from teachkeras import config, dtypes
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.tensor import as_array
from teachkeras.utils.bounding_boxes.formats import convert_format


def _batch(where: str, images: object) -> np.ndarray:
    """Return images as an array; refuse what is no batch."""
    images = as_array(images)
    if images.ndim != 4:
        raise ShapeError(
            where, expected="a batch of images, (n, height, width, channels)", got=f"shape {images.shape}",
            fix="put one image into a batch: image[None]",
        )  # fmt: skip
    return images


def draw_bounding_boxes(
    images,
    bounding_boxes,
    bounding_box_format,
    class_mapping=None,
    color=(128, 128, 128),
    line_thickness=2,
    text_thickness=1,
    font_scale=1.0,
    data_format=None,
):
    """Return a batch of images with boxes drawn on them, as bytes.

    Args:
        images: (n, height, width, channels); floats up to 1 are taken as parts of 255.
        bounding_boxes: A dict: ``"boxes"`` (n, k, 4), ``"labels"`` (n, k), perhaps ``"confidences"`` (n, k). A box
            with label -1 is left out.
        bounding_box_format: Their format, such as ``"xyxy"`` (:mod:`teachkeras.utils.bounding_boxes`).
        class_mapping: Class number → name; named boxes get it as a label.
        color: Red, green, blue.
        line_thickness, text_thickness: In pixels.
        font_scale: The label's size; 1 is about 20 pixels.
        data_format: Where the channels stand.

    Raises:
        ShapeError: images that are no batch.
        ArgumentTypeError, ArgumentError: boxes that are no such dict.
        MissingPackageError: Pillow is not installed.

    Example:
        >>> boxes = {"boxes": [[[1.0, 1.0, 4.0, 4.0]]], "labels": [[0]]}
        >>> drawn = draw_bounding_boxes(np.zeros((1, 6, 6, 3)), boxes, "xyxy", color=(255, 0, 0), line_thickness=1)
        >>> drawn[0, :, :, 0].tolist()[1]
        [0, 255, 255, 255, 255, 0]
    """
    images = _batch("draw_bounding_boxes", images)
    if not isinstance(bounding_boxes, dict):
        raise ArgumentTypeError("draw_bounding_boxes", expected="bounding_boxes, a dict", got=repr(bounding_boxes)[:80])
    if not {"boxes", "labels"} <= set(bounding_boxes):
        raise ArgumentError(
            "draw_bounding_boxes", expected="'boxes' and 'labels' in the dict", got=f"{sorted(bounding_boxes)}"
        )
    first = (data_format or config.image_data_format()) == "channels_first"
    height, width = images.shape[2:] if first else images.shape[1:3]
    boxes = as_array(convert_format(as_array(bounding_boxes["boxes"]), bounding_box_format, "xyxy", height, width))
    labels = as_array(bounding_boxes["labels"]).astype(int)
    sure = bounding_boxes.get("confidences")
    drawn = []
    for n, image in enumerate(_as_bytes(images)):
        marks = []
        for k, box in enumerate(boxes[n].astype(int).tolist()):
            name = (class_mapping or {}).get(labels[n][k], "")
            name += f" | {as_array(sure)[n][k]:.2f}" if name and sure is not None else ""
            marks += [(box, name)] if labels[n][k] != -1 else []
        drawn.append(_marked(image, marks, tuple(color), line_thickness, text_thickness or line_thickness, font_scale))
    return np.stack(drawn)


def _as_bytes(images: np.ndarray) -> np.ndarray:
    if images.dtype.kind == "f":
        images = np.clip(images, 0, 1) * 255 if images.max(initial=0) <= 1 else np.clip(images, 0, 255)
    return images.astype("uint8")


def _marked(image: np.ndarray, marks: list, color: tuple, line: int, stroke: int, scale: float) -> np.ndarray:
    """Return one image with boxes and their names."""
    from teachkeras.utils.images import _pillow

    _pillow()
    from PIL import Image, ImageDraw, ImageFont

    grey = image.shape[-1] == 1
    picture = Image.fromarray(image[..., 0] if grey else image)
    pen, shade = ImageDraw.Draw(picture), (sum(color) // 3 if grey else color)
    for (x1, y1, x2, y2), name in marks:
        pen.rectangle((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), outline=shade, width=line)
        if name:
            size = max(int(20 * scale), 6)
            above = y1 - size - 4 > 0  # else inside of the box
            pen.text((x1 if above else x1 + 3, y1 - size - 4 if above else y1 + 3), name, fill=shade,
                     font=ImageFont.load_default(size), stroke_width=max(stroke - 1, 0))  # fmt: skip
    return np.array(picture)[..., None] if grey else np.array(picture)


def draw_segmentation_masks(
    images,
    segmentation_masks,
    num_classes=None,
    color_mapping=None,
    alpha=0.8,
    blend=True,
    ignore_index=-1,
    data_format=None,
):
    """Return a batch of images with each pixel's class as a colour over it.

    Args:
        images: (n, height, width, channels).
        segmentation_masks: (n, height, width, 1), whole numbers: the class of each pixel.
        num_classes: How many classes get a colour; by default the largest number in the masks.
        color_mapping: Class number → (red, green, blue).
        alpha: How much the colour covers, 0 to 1.
        blend: Whether the image shines through; False gives floats, the colours alone.
        ignore_index: A class that stays as it is.
        data_format: Where the channels stand.

    Raises:
        ShapeError: images that are no batch.
        ArgumentTypeError: masks that are no whole numbers.

    Example:
        >>> masks = np.array([[[[0], [1]]]])
        >>> draw_segmentation_masks(np.full((1, 1, 2, 3), 100), masks, 2, {0: (0, 0, 0), 1: (200, 0, 0)}, 0.5).tolist()
        [[[[50, 50, 50], [150, 50, 50]]]]
    """
    images, masks = _batch("draw_segmentation_masks", images), as_array(segmentation_masks)
    if (data_format or config.image_data_format()) == "channels_first":
        images, masks = np.moveaxis(images, 1, -1), np.moveaxis(masks, 1, -1)
    if not dtypes.name_of(masks.dtype).startswith(("int", "uint")):
        raise ArgumentTypeError("draw_segmentation_masks", expected="masks of whole numbers", got=str(masks.dtype))
    num_classes = int(masks.max()) if num_classes is None else num_classes
    images, masks = images.astype("float32"), masks[..., 0] if masks.ndim == 4 else masks
    colored = images.copy()
    for k in range(num_classes):
        colored[masks == k] = _color(k) if color_mapping is None else color_mapping[k]
    if not blend:
        return colored
    mixed = images * (1 - np.float32(alpha)) + colored * np.float32(alpha)
    return np.where((masks != ignore_index)[..., None], mixed, images).astype("uint8")


def _color(number: int) -> list[int]:
    """Return a colour of its own for each class, far from its neighbours'."""
    return [number * step % 255 for step in (2**25 - 1, 2**15 - 1, 2**21 - 1)]
