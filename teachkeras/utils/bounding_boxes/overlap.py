"""How much boxes overlap: shared area over joint area, and a variant that tells apart boxes that don't touch."""

import math

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.utils.bounding_boxes.formats import convert_format


def compute_iou(boxes1, boxes2, bounding_box_format, use_masking=False, mask_val=-1, image_shape=None):
    """Return the intersection over union of every box of one set with every box of the other.

    Args:
        boxes1: (m, 4) or (b, m, 4).
        boxes2: (n, 4) or (b, n, 4).
        bounding_box_format: Their format.
        use_masking: Whether pairs with a box of negative numbers only (padding) get `mask_val`.
        mask_val: What they get.
        image_shape: (height, width, channels), for relative formats.

    Returns:
        (m, n), or (b, m, n).

    Raises:
        ShapeError: boxes of another rank.
        ArgumentError: a relative format without image_shape.

    >>> compute_iou([[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 2.0, 1.0], [3.0, 3.0, 4.0, 4.0]], "xyxy").tolist()
    [[0.5, 0.0]]
    """
    first, second = ops.convert_to_tensor(boxes1), ops.convert_to_tensor(boxes2)
    for boxes in (first, second):
        if boxes.ndim not in (2, 3):
            raise ShapeError("compute_iou", expected="boxes (n, 4) or (b, n, 4)", got=f"shape {tuple(boxes.shape)}")
    if "rel" in bounding_box_format and image_shape is None:
        raise ArgumentError("compute_iou", expected="image_shape beside a relative format", got="None")
    height, width = (None, None) if image_shape is None else image_shape[:2]
    first, second = (convert_format(b, bounding_box_format, "xyxy", height, width) for b in (first, second))
    a, b = ops.expand_dims(first, -2), ops.expand_dims(second, -3)  # every box beside every other
    sides = ops.maximum(ops.minimum(a[..., 2:], b[..., 2:]) - ops.maximum(a[..., :2], b[..., :2]), 0.0)
    shared = sides[..., 0] * sides[..., 1]
    union = _area(a) + _area(b) - shared
    result = shared / (union + config.epsilon())
    if not use_masking:
        return result
    padding = ops.logical_or(ops.amax(a, axis=-1) < 0.0, ops.amax(b, axis=-1) < 0.0)
    return ops.where(padding, ops.cast(mask_val, result.dtype), result)


def _area(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def compute_ciou(boxes1, boxes2, bounding_box_format, image_shape=None):
    """Return the complete IoU of pairs of boxes: IoU, less for middles far apart and for other proportions.

    Math:
        ``CIoU = IoU - d²/c² - αv``, d the distance of the middles, c the diagonal of the box around both,
        ``v = (4/π²)(arctan w₂/h₂ - arctan w₁/h₁)²``, ``α = v / (v - IoU + 1)``

    Args:
        boxes1, boxes2: (…, 4), pair by pair.
        bounding_box_format: Their format, not a relative one.
        image_shape: Taken for compatibility.

    Raises:
        ArgumentError: a relative format.

    >>> round(float(compute_ciou([0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0], "xyxy")), 4)
    1.0

    Source: Zheng et al., "Distance-IoU loss", AAAI 2020, equations 8–11.
    """
    if "rel" in bounding_box_format:
        raise ArgumentError(
            "compute_ciou", expected="a format in pixels", got=repr(bounding_box_format), fix="convert_format first"
        )
    height, width = (None, None) if image_shape is None else image_shape[:2]
    a, b = (convert_format(boxes, bounding_box_format, "xyxy", height, width) for boxes in (boxes1, boxes2))
    eps = config.epsilon()
    (w1, h1), (w2, h2) = ((x[..., 2] - x[..., 0], x[..., 3] - x[..., 1] + eps) for x in (a, b))
    sides = ops.maximum(ops.minimum(a[..., 2:], b[..., 2:]) - ops.maximum(a[..., :2], b[..., :2]), 0.0)
    shared = sides[..., 0] * sides[..., 1]
    iou = shared / (w1 * h1 + w2 * h2 - shared + 2 * eps)
    around = ops.maximum(a[..., 2:], b[..., 2:]) - ops.minimum(a[..., :2], b[..., :2])
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2.0
    v = (4 / math.pi**2) * (ops.arctan(w2 / h2) - ops.arctan(w1 / h1)) ** 2
    alpha = v / (v - iou + (1 + eps))
    return iou - (ops.sum(apart**2, axis=-1) / (ops.sum(around**2, axis=-1) + eps) + v * alpha)
