"""Boxes told by how far they lie from given ones: what a detector learns to predict."""

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.utils.bounding_boxes.formats import convert_format


def _checked(where, encoding, variance, image_shape):
    if variance is not None:
        variance = ops.convert_to_tensor(variance, "float32")
        if variance.shape[-1] != 4:
            raise ShapeError(where, expected="variance, 4 numbers", got=f"shape {tuple(variance.shape)}")
    if encoding not in ("center_xywh", "center_yxhw"):
        raise ArgumentError(where, expected="encoding 'center_xywh' or 'center_yxhw'", got=repr(encoding))
    height, width = (None, None) if image_shape is None else image_shape[:2]
    return variance, {"height": height, "width": width}


def encode_box_to_deltas(anchors, boxes, anchor_format, box_format, encoding_format="center_yxhw", variance=None,
                         image_shape=None):  # fmt: skip
    """Return how boxes differ from anchors: ``((c - c_a) / s_a, log(s / s_a))``, c being middles and s sizes.

    Args:
        anchors: (n, 4).
        boxes: (n, 4) or (b, n, 4).
        anchor_format, box_format: Their formats.
        encoding_format: ``"center_yxhw"`` or ``"center_xywh"``: the order of the result.
        variance: Four numbers that the result is divided by.
        image_shape: (height, width, channels), for relative formats.

    Raises:
        ArgumentError, ShapeError: another encoding; a variance of other than four numbers.

    >>> deltas = encode_box_to_deltas([[0.0, 0.0, 4.0, 2.0]], [[1.0, 1.0, 5.0, 3.0]], "xyxy", "xyxy")
    >>> deltas.tolist()
    [[0.5, 0.25, 0.0, 0.0]]

    Source: Girshick et al., "Rich feature hierarchies", CVPR 2014, appendix C.
    """
    variance, size = _checked("encode_box_to_deltas", encoding_format, variance, image_shape)
    anchors = convert_format(anchors, anchor_format, encoding_format, **size)
    boxes = convert_format(boxes, box_format, encoding_format, **size)
    anchor_sizes, sizes = (ops.maximum(b[..., 2:], config.epsilon()) for b in (anchors, boxes))
    deltas = ops.concatenate([(boxes[..., :2] - anchors[..., :2]) / anchor_sizes, ops.log(sizes / anchor_sizes)], -1)
    return deltas if variance is None else deltas / variance


def decode_deltas_to_boxes(anchors, boxes_delta, anchor_format, box_format, encoded_format="center_yxhw",
                           variance=None, image_shape=None):  # fmt: skip
    """Return the boxes that differ so from the anchors: the way back from :func:`encode_box_to_deltas`.

    Args:
        anchors: (n, 4), or a dict of them by level.
        boxes_delta: (n, 4) or (b, n, 4), or a dict of them.
        anchor_format, box_format: The anchors' format, and that of the result.
        encoded_format, variance, image_shape: As they were encoded.

    >>> decode_deltas_to_boxes([[0.0, 0.0, 4.0, 2.0]], [[0.5, 0.25, 0.0, 0.0]], "xyxy", "xyxy").tolist()
    [[1.0, 1.0, 5.0, 3.0]]
    """
    variance, size = _checked("decode_deltas_to_boxes", encoded_format, variance, image_shape)

    def decoded(anchor, delta):
        anchor = convert_format(anchor, anchor_format, encoded_format, **size)
        delta = ops.convert_to_tensor(delta) if variance is None else ops.convert_to_tensor(delta) * variance
        middle = delta[..., :2] * anchor[..., 2:] + anchor[..., :2]
        box = ops.concatenate([middle, ops.exp(delta[..., 2:]) * anchor[..., 2:]], axis=-1)
        return convert_format(box, encoded_format, box_format, **size)

    if isinstance(anchors, dict) and isinstance(boxes_delta, dict):
        return {level: decoded(anchor, boxes_delta[level]) for level, anchor in anchors.items()}
    return decoded(anchors, boxes_delta)
