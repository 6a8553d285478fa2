"""EfficientNet: one small network, made wider, deeper and for larger images all at once."""

from __future__ import annotations

import math

from teachkeras.applications._family import Network, beside
from teachkeras.applications.mobilenet_v2 import divisible, padding_for
from teachkeras.initializers import VarianceScaling
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.convolutional.depthwise_convolution import DepthwiseConv2D
from teachkeras.layers.core.dense import Dense
from teachkeras.layers.merging.elementwise import Add, Multiply
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.global_pooling import GlobalAveragePooling2D
from teachkeras.layers.preprocessing.normalization import Normalization
from teachkeras.layers.preprocessing.rescaling import Rescaling
from teachkeras.layers.regularization.dropout import Dropout
from teachkeras.layers.reshaping.borders import ZeroPadding2D
from teachkeras.layers.reshaping.shapes import Reshape

# kernel, repetitions, filters, widening, stride of the first: table 1 of the paper
STAGES = ((3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2),
          (3, 1, 320, 6, 1))  # fmt: skip
# width, depth, image, dropout; MD5 of the published files with and without top
SCALES = (
    (1.0, 1.0, 224, 0.2, "902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"),
    (1.0, 1.1, 240, 0.2, "1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"),
    (1.1, 1.2, 260, 0.3, "b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"),
    (1.2, 1.4, 300, 0.3, "ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"),
    (1.4, 1.8, 380, 0.4, "18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"),
    (1.6, 2.2, 456, 0.4, "ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"),
    (1.8, 2.6, 528, 0.5, "165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"),
    (2.0, 3.1, 600, 0.5, "8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"),
)
DROPPED = 0.2  # share of samples that skip the last block while training; blocks before it, in proportion
STD_RGB = (0.229, 0.224, 0.225)
FAN_OUT = {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"}
FAN_OUT_DENSE = {"scale": 1 / 3, "mode": "fan_out", "distribution": "uniform"}

preprocess_input, decode_predictions = beside(__name__, None)


def EfficientNetB0(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb0"):  # fmt: skip
    """Build EfficientNetB0, 5,330,571 weights, for images of 224 × 224.

    The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`. Images come in as they are,
    0 to 255: the first layers scale them.

    Source: Tan & Le, "EfficientNet: rethinking model scaling", ICML 2019.
    """
    return _efficientnet(0, locals())


def EfficientNetB1(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb1"):  # fmt: skip
    """Build EfficientNetB1, 7,856,239 weights, for images of 240 × 240. See :func:`EfficientNetB0`."""
    return _efficientnet(1, locals())


def EfficientNetB2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb2"):  # fmt: skip
    """Build EfficientNetB2, 9,177,569 weights, for images of 260 × 260. See :func:`EfficientNetB0`."""
    return _efficientnet(2, locals())


def EfficientNetB3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb3"):  # fmt: skip
    """Build EfficientNetB3, 12,320,535 weights, for images of 300 × 300. See :func:`EfficientNetB0`."""
    return _efficientnet(3, locals())


def EfficientNetB4(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb4"):  # fmt: skip
    """Build EfficientNetB4, 19,466,823 weights, for images of 380 × 380. See :func:`EfficientNetB0`."""
    return _efficientnet(4, locals())


def EfficientNetB5(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb5"):  # fmt: skip
    """Build EfficientNetB5, 30,562,527 weights, for images of 456 × 456. See :func:`EfficientNetB0`."""
    return _efficientnet(5, locals())


def EfficientNetB6(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb6"):  # fmt: skip
    """Build EfficientNetB6, 43,265,143 weights, for images of 528 × 528. See :func:`EfficientNetB0`."""
    return _efficientnet(6, locals())


def EfficientNetB7(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
                   classes=1000, classifier_activation="softmax", name="efficientnetb7"):  # fmt: skip
    """Build EfficientNetB7, 66,658,687 weights, for images of 600 × 600. See :func:`EfficientNetB0`."""
    return _efficientnet(7, locals())


def _efficientnet(scale: int, arguments: dict) -> object:
    """Build one of the eight; the first number of `SCALES` widens every layer, the second repeats the blocks."""
    width, depth, image, dropout, *hashes = SCALES[scale]
    net = Network(arguments, image)
    net.add(Rescaling(1 / 255.0), Normalization(axis=net.axis))
    if net.weights == "imagenet":  # the published weights were trained on (x - μ)/σ², so one more σ
        net.add(Rescaling([1 / math.sqrt(s) for s in STD_RGB]))
    net.add(ZeroPadding2D(padding_for(net, 3), name="stem_conv_pad"))
    net.add(_conv(divisible(32 * width), 3, "stem_conv", strides=2, padding="valid"), *_ready(net, "stem"))
    repeats = [math.ceil(depth * stage[1]) for stage in STAGES]
    done, total = 0, sum(repeats)
    for s, (kernel, _, filters, widening, stride) in enumerate(STAGES):
        for n in range(repeats[s]):
            name = f"block{s + 1}{chr(ord('a') + n)}_"
            sizes = (kernel, divisible(filters * width), widening, 1 if n else stride)
            _block(net, name, *sizes, DROPPED * done / total)
            done += 1
    net.add(_conv(divisible(1280 * width), 1, "top_conv"), *_ready(net, "top"))
    _top(net, dropout)
    end = "" if net.include_top else "_notop"
    origin = f"https://storage.googleapis.com/keras-applications/efficientnetb{scale}{end}.h5"
    return net.model((origin, hashes[0 if net.include_top else 1]))


def _top(net: Network, dropout: float) -> None:
    if not net.include_top:
        net.pool()
        return
    net.add(GlobalAveragePooling2D(name="avg_pool"))
    if dropout > 0:
        net.add(Dropout(dropout, name="top_dropout"))
    start = VarianceScaling(**FAN_OUT_DENSE)
    net.add(Dense(net.classes, activation=net.activation, kernel_initializer=start, name="predictions"))


def _conv(filters: int, kernel: int, name: str, padding: str = "same", use_bias: bool = False, **more) -> Conv2D:
    start = VarianceScaling(**FAN_OUT)
    return Conv2D(filters, kernel, padding=padding, use_bias=use_bias, kernel_initializer=start, name=name, **more)


def _ready(net: Network, name: str) -> tuple:
    return BatchNormalization(axis=net.axis, name=f"{name}_bn"), Activation("swish", name=f"{name}_activation")


def _block(net: Network, name: str, kernel: int, filters: int, widening: int, stride: int, dropped: float) -> None:
    """Add an inverted residual whose channels are weighed: 1×1 up, k×k each by itself, weigh, 1×1 down."""
    before, channels = net.x, net.x.shape[net.axis]
    if widening != 1:
        expand = BatchNormalization(axis=net.axis, name=f"{name}expand_bn")
        net.add(_conv(channels * widening, 1, f"{name}expand_conv"), expand)
        net.add(Activation("swish", name=f"{name}expand_activation"))
    if stride == 2:
        net.add(ZeroPadding2D(padding_for(net, kernel), name=f"{name}dwconv_pad"))
    net.add(DepthwiseConv2D(
        kernel, strides=stride, padding="valid" if stride == 2 else "same", use_bias=False,
        depthwise_initializer=VarianceScaling(**FAN_OUT), name=f"{name}dwconv",
    ), *_ready(net, name[:-1]))  # fmt: skip
    _weigh(net, name, max(1, channels // 4))
    net.add(_conv(filters, 1, f"{name}project_conv"), BatchNormalization(axis=net.axis, name=f"{name}project_bn"))
    if stride == 1 and channels == filters:
        if dropped > 0:
            net.add(Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop"))
        net.x = Add(name=f"{name}add")([net.x, before])


def _weigh(net: Network, name: str, squeezed: int) -> None:
    """Multiply each channel by a weight from 0 to 1 that the averages of all channels decide (squeeze and excite)."""
    before, channels = net.x, net.x.shape[net.axis]
    shape = (1, 1, channels) if net.axis == 3 else (channels, 1, 1)
    net.add(GlobalAveragePooling2D(name=f"{name}se_squeeze"), Reshape(shape, name=f"{name}se_reshape"))
    net.add(_conv(squeezed, 1, f"{name}se_reduce", use_bias=True, activation="swish"))
    net.add(_conv(channels, 1, f"{name}se_expand", use_bias=True, activation="sigmoid"))
    net.x = Multiply(name=f"{name}se_excite")([before, net.x])
