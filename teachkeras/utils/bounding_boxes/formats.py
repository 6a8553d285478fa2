"""One format of boxes into another.

A box is four numbers. ``xyxy`` are the left, top, right and bottom edges in pixels; ``xywh`` a corner and the size;
``center_…`` the middle and the size; ``y`` before ``x`` swaps the axes; ``rel_…`` counts in parts of the picture.
"""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ShapeError, did_you_mean

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip


def convert_format(boxes, source, target, height=None, width=None, dtype="float32"):
    """Return boxes in another format.

    Args:
        boxes: (…, 4), or a dict with such an array under ``"boxes"``, which is changed.
        source, target: The formats: one of ``FORMATS``, in any case.
        height, width: The picture's size; needed where one of the formats is relative.
        dtype: The number type of the result.

    Raises:
        ShapeError: the last axis is not 4.
        ArgumentError: an unknown format, or no size for a relative one.

    >>> convert_format([[10.0, 20.0, 30.0, 40.0]], "xyxy", "center_xywh").tolist()
    [[20.0, 30.0, 20.0, 20.0]]
    """
    if isinstance(boxes, dict):
        boxes["boxes"] = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return boxes
    boxes = ops.convert_to_tensor(boxes)
    if not boxes.shape or boxes.shape[-1] != 4:
        raise ShapeError("convert_format", expected="boxes whose last axis is 4", got=f"shape {tuple(boxes.shape)}")
    source, target = source.lower(), target.lower()
    for name in (source, target):
        if name not in FORMATS:
            raise ArgumentError("convert_format", expected="a known format", got=name, fix=did_you_mean(name, FORMATS))
    relative = [name.startswith("rel_") for name in (source, target)]
    if any(relative) and (height is None or width is None):
        raise ArgumentError(
            "convert_format", expected="height and width beside a relative format",
            got=f"source={source!r}, target={target!r}, height={height}, width={width}",
        )  # fmt: skip
    boxes = ops.cast(boxes, dtype)
    if source == target:
        return boxes
    corners = _corners(boxes, source.removeprefix("rel_"))
    if relative[0] != relative[1]:
        size = ops.cast(ops.stack([width, height, width, height]), dtype)
        corners = corners * size if relative[0] else corners / size
    return _from_corners(corners, target.removeprefix("rel_"))


def _corners(boxes, layout):
    """Return (left, top, right, bottom)."""
    x, y, u, v = ops.split(boxes, 4, axis=-1)
    if layout in ("yxyx", "center_yxhw"):
        x, y, u, v = y, x, v, u
    if layout == "xywh":
        u, v = x + u, y + v
    if layout.startswith("center"):
        x, y, u, v = x - u / 2.0, y - v / 2.0, x + u / 2.0, y + v / 2.0
    return ops.concatenate([x, y, u, v], axis=-1)


def _from_corners(corners, layout):
    """Return edges in the layout asked for."""
    x, y, u, v = ops.split(corners, 4, axis=-1)
    if layout.endswith(("wh", "hw")):
        u, v = u - x, v - y
    if layout.startswith("center"):
        x, y = x + u / 2.0, y + v / 2.0
    if layout in ("yxyx", "center_yxhw"):
        x, y, u, v = y, x, v, u
    return ops.concatenate([x, y, u, v], axis=-1)
