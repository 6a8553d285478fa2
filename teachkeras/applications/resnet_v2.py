"""ResNet V2: normalise and activate before each convolution, so that the sum passes through untouched."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.applications.resnet import DEPTHS, EPSILON, FILTERS, pool_stem, stem
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.merging.elementwise import Add
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.window_pooling import MaxPooling2D
from teachkeras.layers.reshaping.borders import ZeroPadding2D

HASHES = {
    50: ("3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917"),
    101: ("6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5"),
    152: ("a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33"),
}

preprocess_input, decode_predictions = beside(__name__, "tf")


def ResNet50V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
               classifier_activation="softmax", name="resnet50v2"):  # fmt: skip
    """Build ResNet50V2, 25,613,800 weights. The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: He et al., "Identity mappings in deep residual networks", ECCV 2016.
    """
    return _resnet(50, locals())


def ResNet101V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet101v2"):  # fmt: skip
    """Build ResNet101V2, 44,675,560 weights; see :func:`ResNet50V2`."""
    return _resnet(101, locals())


def ResNet152V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet152v2"):  # fmt: skip
    """Build ResNet152V2, 60,380,648 weights; see :func:`ResNet50V2`."""
    return _resnet(152, locals())


def _resnet(depth: int, arguments: dict) -> object:
    net = Network(arguments, 224)
    stem(net)
    pool_stem(net)
    for s, (filters, blocks) in enumerate(zip(FILTERS, DEPTHS[depth], strict=True)):
        for b in range(1, blocks + 1):  # the last block of each stack but the last halves the image
            _block(net, filters, 2 if b == blocks and s < 3 else 1, b == 1, f"conv{s + 2}_block{b}")
    net.add(*_ready(net, "post"))
    net.classify()
    return net.model(published("resnet", f"resnet{depth}v2", net.include_top, HASHES[depth]))


def _ready(net: Network, name: str) -> tuple:
    """Return normalisation and activation."""
    return (
        BatchNormalization(axis=net.axis, epsilon=EPSILON, name=f"{name}_bn"),
        Activation("relu", name=f"{name}_relu"),
    )


def _block(net: Network, filters: int, stride: int, widen: bool, name: str) -> None:
    """Add ``F(x) + x``, F three convolutions behind normalisation and activation."""
    shortcut = net.x
    ready = net.add(*_ready(net, f"{name}_preact"))
    if widen:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(ready)
    elif stride > 1:
        shortcut = MaxPooling2D(1, strides=stride)(shortcut)
    net.add(Conv2D(filters, 1, strides=1, use_bias=False, name=f"{name}_1_conv"), *_ready(net, f"{name}_1"))
    net.add(ZeroPadding2D(((1, 1), (1, 1)), name=f"{name}_2_pad"))
    net.add(Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv"), *_ready(net, f"{name}_2"))
    net.x = Add(name=f"{name}_out")([shortcut, Conv2D(4 * filters, 1, name=f"{name}_3_conv")(net.x)])
