"""MobileNetV3: MobileNetV2's blocks with weighed channels and a cheap smooth activation, arranged by search."""

from __future__ import annotations

from teachkeras.applications._family import BUCKET, Network, beside, warn_of_size
from teachkeras.applications.mobilenet_v2 import divisible, padding_for
from teachkeras.errors import ArgumentError
from teachkeras.layers.activations.activation import Activation, ReLU
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.convolutional.depthwise_convolution import DepthwiseConv2D
from teachkeras.layers.merging.elementwise import Add, Multiply
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.global_pooling import GlobalAveragePooling2D
from teachkeras.layers.preprocessing.rescaling import Rescaling
from teachkeras.layers.regularization.dropout import Dropout
from teachkeras.layers.reshaping.borders import ZeroPadding2D
from teachkeras.layers.reshaping.shapes import Flatten

# widening, filters, kernel, stride, channels weighed?, smooth activation?: tables 1 and 2 of the paper
SMALL = (
    (1, 16, 3, 2, True, False), (72 / 16, 24, 3, 2, False, False), (88 / 24, 24, 3, 1, False, False),
    (4, 40, 5, 2, True, True), (6, 40, 5, 1, True, True), (6, 40, 5, 1, True, True), (3, 48, 5, 1, True, True),
    (3, 48, 5, 1, True, True), (6, 96, 5, 2, True, True), (6, 96, 5, 1, True, True), (6, 96, 5, 1, True, True),
)  # fmt: skip
LARGE = (
    (1, 16, 3, 1, False, False), (4, 24, 3, 2, False, False), (3, 24, 3, 1, False, False), (3, 40, 5, 2, True, False),
    (3, 40, 5, 1, True, False), (3, 40, 5, 1, True, False), (6, 80, 3, 2, False, True), (2.5, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True), (2.3, 80, 3, 1, False, True), (6, 112, 3, 1, True, True),
    (6, 112, 3, 1, True, True), (6, 160, 5, 2, True, True), (6, 160, 5, 1, True, True), (6, 160, 5, 1, True, True),
)  # fmt: skip
HASHES = {  # MD5 of the published files with and without top
    "large_224_0.75_float": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0_float": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0_float": ("675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"),
    "small_224_0.75_float": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0_float": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0_float": ("99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"),
}

preprocess_input, decode_predictions = beside(__name__, None)


def MobileNetV3Small(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet",
                     input_tensor=None, classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax",
                     include_preprocessing=True, name="MobileNetV3Small"):  # fmt: skip
    """Build MobileNetV3Small, 2,554,968 weights.

    Args:
        input_shape: Shape of an image; by default any size.
        alpha: Scales the number of filters everywhere.
        minimalistic: Only 3×3 convolutions, relu, and no weighing of channels.
        dropout_rate: Before the top.
        include_preprocessing: Whether the first layer scales 0 to 255 to -1 to 1.

    The other arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: Howard et al., "Searching for MobileNetV3", ICCV 2019.
    """
    return _mobilenet("small", SMALL, 1024, locals())


def MobileNetV3Large(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet",
                     input_tensor=None, classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax",
                     include_preprocessing=True, name="MobileNetV3Large"):  # fmt: skip
    """Build MobileNetV3Large, 5,507,432 weights; see :func:`MobileNetV3Small`."""
    return _mobilenet("large", LARGE, 1280, locals())


def _mobilenet(size: str, blocks: tuple, last: int, given: dict) -> object:
    alpha, plain = given["alpha"], given["minimalistic"]
    kind = f"{size}_minimalistic_224_{float(alpha)}_float" if plain else f"{size}_224_{float(alpha)}_float"
    if given["weights"] == "imagenet" and kind not in HASHES:
        raise ArgumentError("MobileNetV3 with imagenet weights", expected="alpha 0.75 or 1.0", got=f"alpha={alpha}")
    net = Network(given, 224, any_size=True)
    net.smooth = "relu" if plain else "hard_silu"
    if given["include_preprocessing"]:
        net.add(Rescaling(1 / 127.5, offset=-1.0))
    net.add(Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv"), _normed(net, "conv_bn"))
    net.add(_activation(net, True))
    for i, (widening, filters, kernel, stride, weighed, smooth) in enumerate(blocks):
        filters, kernel, weighed = divisible(filters * alpha), 3 if plain else kernel, weighed and not plain
        name = f"expanded_conv_{i}_" if i else "expanded_conv_"
        _block(net, name, (widening, filters, kernel, stride), weighed, smooth)
    channels = divisible(net.x.shape[net.axis] * 6)
    net.add(Conv2D(channels, 1, padding="same", use_bias=False, name="conv_1"), _normed(net, "conv_1_bn"))
    net.add(_activation(net, True))
    _top(net, divisible(last * alpha) if alpha > 1.0 else last, given["dropout_rate"])
    if net.weights == "imagenet" and net.input_shape[:2] != (224, 224):
        warn_of_size(None, (224,))
    end = "" if net.include_top else "_no_top_v2"
    origin = f"{BUCKET}mobilenet_v3/weights_mobilenet_v3_{kind}{end}.h5"
    return net.model((origin, HASHES.get(kind, (None, None))[0 if net.include_top else 1]))


def _top(net: Network, units: int, dropout: float) -> None:
    if not net.include_top:
        net.pool()
        return
    net.add(GlobalAveragePooling2D(keepdims=True), Conv2D(units, 1, padding="same", name="conv_2"))
    net.add(_activation(net, True))
    if dropout > 0:
        net.add(Dropout(dropout))
    net.add(Conv2D(net.classes, 1, padding="same", name="logits"), Flatten())
    net.add(Activation(net.activation, name="predictions"))


def _activation(net: Network, smooth: bool) -> object:
    return Activation("hard_silu") if smooth and net.smooth == "hard_silu" else ReLU()


def _normed(net: Network, name: str) -> BatchNormalization:
    return BatchNormalization(axis=-1 if net.axis == 3 else 1, epsilon=1e-3, momentum=0.999, name=name)


def _block(net: Network, prefix: str, sizes: tuple, weighed: bool, smooth: bool) -> None:
    """Add an inverted residual: 1×1 up, k×k each channel by itself, weigh the channels, 1×1 down."""
    widening, filters, kernel, stride = sizes
    before, channels = net.x, net.x.shape[net.axis]
    if prefix != "expanded_conv_":
        wide = divisible(channels * widening)
        net.add(Conv2D(wide, 1, padding="same", use_bias=False, name=f"{prefix}expand"))
        net.add(_normed(net, f"{prefix}expand_bn"), _activation(net, smooth))
    if stride == 2:
        net.add(ZeroPadding2D(padding_for(net, kernel), name=f"{prefix}depthwise_pad"))
    padding = "same" if stride == 1 else "valid"
    net.add(DepthwiseConv2D(kernel, strides=stride, padding=padding, use_bias=False, name=f"{prefix}depthwise"))
    net.add(_normed(net, f"{prefix}depthwise_bn"), _activation(net, smooth))
    if weighed:
        _weigh(net, f"{prefix}squeeze_excite_")
    net.add(Conv2D(filters, 1, padding="same", use_bias=False, name=f"{prefix}project"))
    net.add(_normed(net, f"{prefix}project_bn"))
    if stride == 1 and channels == filters:
        net.x = Add(name=f"{prefix}add")([before, net.x])


def _weigh(net: Network, prefix: str) -> None:
    """Multiply each channel by a weight from 0 to 1: ``relu6(z + 3) / 6`` of two dense steps over all averages."""
    before, channels = net.x, net.x.shape[net.axis]
    net.add(GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avg_pool"))
    net.add(Conv2D(divisible(channels * 0.25), 1, padding="same", name=f"{prefix}conv"), ReLU(name=f"{prefix}relu"))
    net.add(Conv2D(channels, 1, padding="same", name=f"{prefix}conv_1"))
    net.x = ReLU(6.0)(net.x + 3.0) * (1 / 6)
    net.x = Multiply(name=f"{prefix}mul")([before, net.x])
