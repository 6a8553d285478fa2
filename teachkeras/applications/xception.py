"""Xception: separable convolutions all the way, with sums around every block."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.convolutional.separable_convolution import SeparableConv2D
from teachkeras.layers.merging.elementwise import Add
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.window_pooling import MaxPooling2D

HALVING = {2: (128, 128), 3: (256, 256), 4: (728, 728), 13: (728, 1024)}  # filters of the blocks that halve the image
HASHES = ("0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97")

preprocess_input, decode_predictions = beside(__name__, "tf")


def Xception(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="xception"):  # fmt: skip
    """Build Xception, 22,910,480 weights, for images of 299 × 299 (at least 71 × 71).

    The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017, figure 5.
    """
    net = Network(locals(), 299, 71)
    for i, (filters, stride) in enumerate(((32, 2), (64, 1)), 1):
        net.add(Conv2D(filters, 3, strides=stride, use_bias=False, name=f"block1_conv{i}"))
        net.add(_normed(net, f"block1_conv{i}_bn"), Activation("relu", name=f"block1_conv{i}_act"))
    for b in range(2, 14):
        if b in HALVING:
            _halving(net, b, HALVING[b])
        else:
            before = net.x
            for i in (1, 2, 3):
                _separable(net, 728, f"block{b}_sepconv{i}")
            net.x = Add()([net.x, before])
    for i, filters in enumerate((1536, 2048), 1):
        _separable(net, filters, f"block14_sepconv{i}", first="conv")
    net.classify()
    return net.model(published("xception", "xception", include_top, HASHES))


def _normed(net: Network, name: str | None = None) -> BatchNormalization:
    return BatchNormalization(axis=-1 if net.axis == 3 else 1, name=name)


def _separable(net: Network, filters: int, name: str, first: str = "activation") -> None:
    """Add a separable convolution, its activation before it, behind it, or nowhere."""
    active = Activation("relu", name=f"{name}_act") if first else None
    if first == "activation":
        net.add(active)
    net.add(SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name), _normed(net, f"{name}_bn"))
    if first == "conv":
        net.add(active)


def _halving(net: Network, b: int, filters: tuple) -> None:
    """Add two separable convolutions and a pooling, summed with a 1×1 convolution of stride 2."""
    residual = Conv2D(filters[1], 1, strides=2, padding="same", use_bias=False)(net.x)
    residual = _normed(net)(residual)
    for i, n in enumerate(filters, 1):
        _separable(net, n, f"block{b}_sepconv{i}", first="" if (b, i) == (2, 1) else "activation")
    net.add(MaxPooling2D(3, strides=2, padding="same", name=f"block{b}_pool"))
    net.x = Add()([net.x, residual])
