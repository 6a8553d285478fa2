"""What the merging layers share: a list of tensors comes in, one tensor goes out."""

import functools

from teachkeras import ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.layer import Layer


def check_list(where: str, shapes: object, count: int | None = None) -> None:
    """Raise unless a layer is called on a list of inputs (of `count` of them)."""
    if not isinstance(shapes, (list, tuple)) or not isinstance(shapes[0], (list, tuple)):
        raise ArgumentError(
            where,
            expected="a list of inputs",
            got=f"one of shape {shapes}",
            fix=f"call it on a list: {where}()([a, b])",
        )
    if count is not None and len(shapes) != count:
        raise ArgumentError(where, expected=f"exactly {count} inputs", got=f"{len(shapes)}, of shapes {shapes}")


def masks_given(inputs: object, mask: object) -> list | None:
    """Return the list of masks, or None if there is none at all.

    Raises:
        ArgumentError: inputs or masks are no lists, or of different lengths.
    """
    if mask is None:
        return None
    for name, value in (("inputs", inputs), ("mask", mask)):
        if not isinstance(value, (list, tuple)):
            raise ArgumentError("compute_mask", expected=f"a list as `{name}`", got=type(value).__name__)
    if len(mask) != len(inputs):
        raise ArgumentError(
            "compute_mask", expected=f"one mask (or None) for each of {len(inputs)} inputs", got=f"{len(mask)}"
        )
    return None if all(m is None for m in mask) else list(mask)


def merged_shape(where: str, shapes: list) -> tuple:
    """Return the shape that entry-by-entry merging gives; an input of fewer axes gets new ones after the batch axis.

    Raises:
        ShapeError: the batch lengths differ, or other axes neither agree nor have length 1.
    """
    batches = {shape[0] for shape in shapes} - {None}
    if len(batches) > 1:
        raise ShapeError(where, expected="inputs of one batch length", got=f"shapes {[tuple(s) for s in shapes]}")
    rank = max(len(shape) for shape in shapes)
    rest = []
    for lengths in zip(*[(1,) * (rank - len(shape)) + tuple(shape[1:]) for shape in shapes], strict=True):
        known = {n for n in lengths if n not in (None, 1)}
        if len(known) > 1:
            raise ShapeError(
                where, expected="axes of equal length, or of length 1", got=f"shapes {[tuple(s) for s in shapes]}",
                fix="bring the inputs to one shape first, for example with Dense, Reshape or a 1×1 convolution",
            )  # fmt: skip
        rest.append(None if None in lengths else known.pop() if known else 1)
    return (batches.pop() if batches else None, *rest)


class Merge(Layer):
    """Base of the layers that merge tensors entry by entry, two at a time from left to right."""

    uses_masks = False  # whether an entry that one input masks is taken from the others
    count = None  # of the inputs, where it matters

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        """Check the inputs' shapes."""
        check_list(type(self).__name__, input_shape, self.count)
        merged_shape(type(self).__name__, input_shape)

    def merge(self, a, b):
        """Return two tensors merged; each layer has its own way."""
        raise NotImplementedError

    def call(self, inputs):
        """Return the inputs merged."""
        check_list(type(self).__name__, [tuple(x.shape) for x in inputs], self.count)
        merged_shape(type(self).__name__, [x.shape for x in inputs])
        rank = max(len(x.shape) for x in inputs)
        tensors = [aligned(x, rank) for x in inputs]
        masks = [x.mask for x in inputs] if self.uses_masks else []
        if any(m is not None for m in masks):
            return self.merge_masked(tensors, [_trailing(m, rank) for m in masks])
        return functools.reduce(self.merge, tensors)

    def merge_masked(self, tensors, masks):
        """Return the inputs merged, each entry over the inputs that don't mask it; the first's where all do."""
        total, known = tensors[0], masks[0]
        for x, mask in zip(tensors[1:], masks[1:], strict=True):
            total = ops.where(mask, ops.where(known, self.merge(total, x), x), total)
            known = ops.logical_or(known, mask)
        return total

    def compute_output_shape(self, input_shape):
        """Return the shape that all inputs broadcast to."""
        check_list(type(self).__name__, input_shape)
        return merged_shape(type(self).__name__, input_shape)

    def compute_mask(self, inputs, mask=None):
        """Return where any input is valid; None if an input has no mask."""
        masks = masks_given(inputs, mask)
        if masks is None or any(m is None for m in masks):
            return None
        return functools.reduce(ops.logical_or, masks)


def aligned(x, rank):
    """Return `x` with new axes of length 1 after the batch axis, up to `rank` axes."""
    missing = rank - len(x.shape)
    return ops.expand_dims(x, axis=tuple(range(1, 1 + missing))) if missing else x


def _trailing(mask, rank):
    """Return a mask with new axes of length 1 at the end, up to `rank` axes; None, of an input without, as True."""
    if mask is None:
        return ops.full((1,) * rank, True, dtype="bool")
    missing = rank - len(mask.shape)
    return ops.expand_dims(mask, axis=tuple(range(-missing, 0))) if missing else mask
