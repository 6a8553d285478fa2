"""InceptionV3: convolutions of several sizes side by side, the large ones cut into strips."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.merging.joining import Concatenate
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.window_pooling import AveragePooling2D, MaxPooling2D

HASHES = ("9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63")

preprocess_input, decode_predictions = beside(__name__, "tf")


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="inception_v3"):  # fmt: skip
    """Build InceptionV3, 23,851,784 weights, for images of 299 × 299 (at least 75 × 75).

    The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016.
    """
    net = Network(locals(), 299, 75)
    net.x = _conv(net, net.x, (32, 3, 3, 2, "valid"), (32, 3, 3, 1, "valid"), (64, 3, 3))
    net.add(MaxPooling2D(3, strides=2))
    net.x = _conv(net, net.x, (80, 1, 1, 1, "valid"), (192, 3, 3, 1, "valid"))
    net.add(MaxPooling2D(3, strides=2))
    for i, pooled in enumerate((32, 64, 64)):  # 35 × 35
        double = ((64, 1, 1), (96, 3, 3), (96, 3, 3))
        _mix(net, f"mixed{i}", pooled, ((64, 1, 1),), ((48, 1, 1), (64, 5, 5)), double)
    _halve(net, "mixed3", ((384, 3, 3, 2, "valid"),), ((64, 1, 1), (96, 3, 3), (96, 3, 3, 2, "valid")))
    for i, n in enumerate((128, 160, 160, 192), 4):  # 17 × 17
        once = ((n, 1, 1), (n, 1, 7), (192, 7, 1))
        twice = ((n, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7))
        _mix(net, f"mixed{i}", 192, ((192, 1, 1),), once, twice)
    strips = ((192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3, 2, "valid"))
    _halve(net, "mixed8", ((192, 1, 1), (320, 3, 3, 2, "valid")), strips)
    for i in range(2):  # 8 × 8
        _widest(net, i)
    net.classify()
    return net.model(published("inception_v3", "inception_v3", include_top, HASHES))


def _conv(net: Network, x: object, *steps: tuple) -> object:
    """Return `x` after convolutions (filters, rows, columns[, stride, padding]), each normalised and activated."""
    for filters, rows, columns, *rest in steps:
        stride, padding = rest or (1, "same")
        x = Conv2D(filters, (rows, columns), strides=stride, padding=padding, use_bias=False)(x)
        x = Activation("relu")(BatchNormalization(axis=net.axis, scale=False)(x))
    return x


def _pooled(net: Network, filters: int) -> object:
    return _conv(net, AveragePooling2D(3, strides=1, padding="same")(net.x), (filters, 1, 1))


def _mix(net: Network, name: str, pooled: int, *branches: tuple) -> None:
    """Put branches side by side, the last an average pooling."""
    parts = [_conv(net, net.x, *steps) for steps in branches]
    net.x = Concatenate(axis=net.axis, name=name)([*parts, _pooled(net, pooled)])


def _halve(net: Network, name: str, *branches: tuple) -> None:
    """Put branches of stride 2 beside a max pooling."""
    parts = [_conv(net, net.x, *steps) for steps in branches]
    net.x = Concatenate(axis=net.axis, name=name)([*parts, MaxPooling2D(3, strides=2)(net.x)])


def _widest(net: Network, i: int) -> None:
    """Put branches side by side whose ends are themselves pairs of strips."""
    first = _conv(net, net.x, (320, 1, 1))
    once = _conv(net, net.x, (384, 1, 1))
    strips = [_conv(net, once, (384, 1, 3)), _conv(net, once, (384, 3, 1))]
    once = Concatenate(axis=net.axis, name=f"mixed9_{i}")(strips)
    twice = _conv(net, net.x, (448, 1, 1), (384, 3, 3))
    twice = Concatenate(axis=net.axis)([_conv(net, twice, (384, 1, 3)), _conv(net, twice, (384, 3, 1))])
    net.x = Concatenate(axis=net.axis, name=f"mixed{9 + i}")([first, once, twice, _pooled(net, 192)])
