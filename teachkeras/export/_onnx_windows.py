"""Convolutions and pooling in ONNX, which knows channels first only: each stands between two transpositions.

Source: ONNX operator schemas, opset 20.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import config
from teachkeras.export._onnx_ops import Call, writes


def _channels_first(c: Call, x: str, rank: int) -> str:
    return x if _is_first(c) else c.g.add("Transpose", [x], perm=[0, rank - 1, *range(1, rank - 1)])


def _as_given(c: Call, y: str, rank: int) -> str:
    return y if _is_first(c) else c.g.add("Transpose", [y], perm=[0, *range(2, rank), 1])


def _is_first(c: Call) -> bool:
    return (c.params["data_format"] or config.image_data_format()) == "channels_first"


def _numbers(value: object, axes: int) -> list[int]:
    return [int(value)] * axes if isinstance(value, int) else [int(v) for v in value]


@writes("convolve")
def convolution(c: Call) -> str:
    """Write Conv; the kernel (…, in, out) becomes (out, in, …)."""
    rank = len(c.shape())
    axes, channels = rank - 2, c.shape()[1 if _is_first(c) else -1]
    kernel = c.g.add("Transpose", [c.x(1)], perm=[rank - 1, rank - 2, *range(axes)])
    given = [_channels_first(c, c.x(), rank), kernel] + ([c.x(2)] if c.inputs[2] is not None else [])
    padding, dilations = c.params["padding"], _numbers(c.params["dilation_rate"], axes)
    more: dict = {"auto_pad": {"same": "SAME_UPPER", "valid": "VALID"}.get(padding)}
    if padding == "causal":
        more = {"pads": [dilations[0] * (c.shape(1)[0] - 1), 0]}
    y = c.add("Conv", *given, strides=_numbers(c.params["strides"], axes), dilations=dilations,
              group=channels // c.shape(1)[-2], **more)  # fmt: skip
    return _as_given(c, y, rank)


@writes("convolve_transposed")
def transposed_convolution(c: Call) -> str:
    """Write ConvTranspose of all that the windows reach, then cut it, or fill it up, to Keras's place and length."""
    rank, g = len(c.shape()), c.g
    axes, kernel_size = rank - 2, c.shape(1)[:-2]
    strides, dilations = (_numbers(c.params[n], axes) for n in ("strides", "dilation_rate"))
    inside = slice(2, None) if _is_first(c) else slice(1, -1)
    lengths, wanted = c.shape()[inside], c.outputs[0].shape[inside]
    if None in lengths:
        raise c.refuse("images of known size", lengths)
    kernel = g.add("Transpose", [c.x(1)], perm=[rank - 1, rank - 2, *range(axes)])  # (k…, out, in) → (in, out, k…)
    y = c.add("ConvTranspose", _channels_first(c, c.x(), rank), kernel, strides=strides, dilations=dilations)
    starts, fill = [], []
    for n, k, s, d, w in zip(lengths, kernel_size, strides, dilations, wanted, strict=True):
        reach = (n - 1) * s + (k - 1) * d + 1
        before = _cut_before((k - 1) * d + 1, s, c.params["padding"], c.params["output_padding"], axes, len(starts))
        starts.append(before)
        fill.append(max(0, before + w - reach))
    if any(fill):
        y = g.add("Pad", [y, g.integers(*[0] * (rank + 2), *fill), c.number(0)])
    ends = [a + w for a, w in zip(starts, wanted, strict=True)]
    y = g.add("Slice", [y, g.integers(*starts), g.integers(*ends), g.integers(*range(2, rank))])
    y = _as_given(c, y, rank)
    return y if c.inputs[2] is None else g.add("Add", [y, c.x(2)])


def _cut_before(reach: int, stride: int, padding: str, output_padding: object, axes: int, axis: int) -> int:
    """Return how many places Keras leaves out at the start: those that its "same" puts outside of the image."""
    if padding == "valid":
        return 0
    if output_padding is None:
        return max(reach - stride, 0) // 2
    return max(reach - stride + _numbers(output_padding, axes)[axis], 0) // 2


def _pool(kind: str) -> Callable:
    def write(c: Call) -> list[str]:
        rank = len(c.shape())
        size = _numbers(c.params["pool_size"], rank - 2)
        strides = size if c.params["strides"] is None else _numbers(c.params["strides"], rank - 2)
        pad = {"same": "SAME_UPPER", "valid": "VALID"}[c.params["padding"]]
        y = c.add(kind, _channels_first(c, c.x(), rank), kernel_shape=size, strides=strides, auto_pad=pad)
        return [_as_given(c, y, rank)]

    return write


writes("maxpool")(_pool("MaxPool"))
writes("averagepool")(_pool("AveragePool"))  # what lies outside does not count, as in Keras
