"""Boxes moved as their picture is: cropped, padded, turned, cut at its edges. Edges in pixels (``xyxy``)."""

import math

from teachkeras import ops
from teachkeras.errors import ArgumentError


class _OtherFormat(ArgumentError, NotImplementedError):
    """A format that this function doesn't take."""


def _only(where, given, *taken):
    if given not in taken:
        raise _OtherFormat(
            where, expected=f"bounding_box_format {' or '.join(map(repr, taken))}", got=repr(given),
            fix="convert_format(boxes, source, 'xyxy') first",
        )  # fmt: skip


def clip_to_image_size(bounding_boxes, height=None, width=None, bounding_box_format="xyxy"):
    """Cut boxes at the picture's edges; what has no area left gets label -1.

    Args:
        bounding_boxes: A dict with ``"boxes"`` (…, 4) and perhaps ``"labels"`` (…).
        height, width: The picture's size; not needed for ``"rel_xyxy"``.
        bounding_box_format: ``"xyxy"`` or ``"rel_xyxy"``.

    Raises:
        ArgumentError: another format, or no size.

    >>> found = clip_to_image_size({"boxes": [[-10.0, 5.0, 20.0, 90.0]], "labels": [1]}, height=50, width=40)
    >>> found["boxes"].tolist(), found["labels"].tolist()
    ([[0.0, 5.0, 20.0, 50.0]], [1])
    """
    _only("clip_to_image_size", bounding_box_format, "xyxy", "rel_xyxy")
    if bounding_box_format == "xyxy" and (height is None or width is None):
        raise ArgumentError("clip_to_image_size", expected="height and width", got=f"height={height}, width={width}")
    if bounding_box_format == "rel_xyxy":
        height = width = 1.0
    boxes = _within(ops.convert_to_tensor(bounding_boxes["boxes"]), height, width)
    result = {**bounding_boxes, "boxes": boxes}
    if bounding_boxes.get("labels") is not None:
        x1, y1, x2, y2 = ops.unstack(boxes, axis=-1)
        result["labels"] = ops.where((x2 - x1) * (y2 - y1) > 0, bounding_boxes["labels"], -1)
    return result


def _within(boxes, height, width):
    x1, y1, x2, y2 = ops.split(boxes, 4, axis=-1)
    across, down = [ops.clip(x, 0, width) for x in (x1, x2)], [ops.clip(y, 0, height) for y in (y1, y2)]
    return ops.concatenate([across[0], down[0], across[1], down[1]], axis=-1)


def crop(boxes, top, left, height, width, bounding_box_format="xyxy"):
    """Return boxes as seen in a part of the picture that begins at (left, top) and is (height, width) large.

    >>> crop([[10.0, 20.0, 50.0, 60.0]], top=10, left=20, height=40, width=30).tolist()
    [[0.0, 10.0, 30.0, 40.0]]
    """
    _only("crop", bounding_box_format, "xyxy")
    return _within(pad(boxes, -top, -left), height, width)


def pad(boxes, top, left, height=None, width=None, bounding_box_format="xyxy"):
    """Return boxes in a picture that got rows above and columns on the left.

    >>> pad([[10.0, 20.0, 50.0, 60.0]], top=1, left=2).tolist()
    [[12.0, 21.0, 52.0, 61.0]]
    """
    _only("pad", bounding_box_format, "xyxy")
    x1, y1, x2, y2 = ops.split(ops.convert_to_tensor(boxes), 4, axis=-1)
    return ops.concatenate([x1 + left, y1 + top, x2 + left, y2 + top], axis=-1)


def affine_transform(boxes, angle, translate_x, translate_y, scale, shear_x, shear_y, height, width, center_x=None,
                     center_y=None, bounding_box_format="xyxy"):  # fmt: skip
    """Turn, shift, scale and shear boxes; each becomes the smallest upright box around its moved corners.

    Args:
        boxes: (b, n, 4).
        angle, shear_x, shear_y: (b,), in degrees.
        translate_x, translate_y: (b,), in parts of the picture.
        scale: (b,).
        height, width: The picture's size.
        center_x, center_y: What stays in place, in parts of the picture; 0.5 by default.
        bounding_box_format: Only ``"xyxy"``.

    >>> half_turn = affine_transform([[[0.0, 0.0, 2.0, 1.0]]], *([v] for v in (180.0, 0.0, 0.0, 1.0, 0.0, 0.0)), 11, 11)
    >>> ops.round(half_turn).tolist()
    [[[8.0, 9.0, 10.0, 10.0]]]
    """
    _only("affine_transform", bounding_box_format, "xyxy")
    degrees = math.pi / 180.0
    angle, tx, ty, scale, sx, sy = (
        ops.cast(v, "float32") for v in (angle, translate_x, translate_y, scale, shear_x, shear_y)
    )
    rot, sx, sy = -angle * degrees, -sx * degrees, -sy * degrees
    cx, cy = ((0.5 if c is None else c) * (n - 1) for c, n in ((center_x, width), (center_y, height)))
    dx, dy = cx - tx * (width - 1), cy - ty * (height - 1)
    a = ops.cos(rot - sy) / ops.cos(sy)  # rotation and shear: [[a, b], [c, d]], of determinant 1
    b = a * ops.tan(sx) + ops.sin(rot)
    c = -ops.sin(rot - sy) / ops.cos(sy)
    d = ops.cos(rot) - c * ops.tan(sx)
    rows = [(d * scale, -b * scale), (-c * scale, a * scale)]  # its inverse, scaled
    x1, y1, x2, y2 = ops.unstack(ops.cast(boxes, "float32"), axis=-1)
    corners_x, corners_y = ops.stack([x1, x2, x2, x1], axis=-1), ops.stack([y1, y1, y2, y2], axis=-1)
    moved = []
    for (by_x, by_y), start in zip(rows, (cx, cy), strict=True):
        by_x, by_y, base = (ops.reshape(v, (-1, 1, 1)) for v in (by_x, by_y, start - by_x * dx - by_y * dy))
        moved.append(by_x * corners_x + by_y * corners_y + base)
    low, high = ([reduce(m, axis=2) for m in moved] for reduce in (ops.amin, ops.amax))
    return ops.stack([*low, *high], axis=-1)
