"""DenseNet: every layer of a block sees the outputs of all before it, side by side."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.merging.joining import Concatenate
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.window_pooling import AveragePooling2D, MaxPooling2D
from teachkeras.layers.reshaping.borders import ZeroPadding2D

DEPTHS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}  # layers in each block
GROWTH = 32  # channels that each layer adds
EPSILON = 1.001e-5
HASHES = {
    121: ("9d60b8095a5708f2dcce2bca79d332c7", "30ee3e1110167f948a6b9946edeeb738"),
    169: ("d699b8f76981ab1b30698df4c175e90b", "b8c4d4c20dd625c148057b9ff1c1176b"),
    201: ("1ceb130c1ea1b78c3bf6114dbdfd8807", "c13680b51ded0fb44dff2d8f86ac8bb1"),
}

preprocess_input, decode_predictions = beside(__name__, "torch")


def DenseNet121(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet121"):  # fmt: skip
    """Build DenseNet121, 8,062,504 weights. The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: Huang et al., "Densely connected convolutional networks", CVPR 2017, table 1.
    """
    return _densenet(121, locals())


def DenseNet169(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet169"):  # fmt: skip
    """Build DenseNet169, 14,307,880 weights; see :func:`DenseNet121`."""
    return _densenet(169, locals())


def DenseNet201(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet201"):  # fmt: skip
    """Build DenseNet201, 20,242,984 weights; see :func:`DenseNet121`."""
    return _densenet(201, locals())


def _densenet(depth: int, arguments: dict) -> object:
    net = Network(arguments, 224)
    net.add(ZeroPadding2D(((3, 3), (3, 3))), Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv"))
    net.add(*_ready(net, "conv1_bn", "conv1_relu"))
    net.add(ZeroPadding2D(((1, 1), (1, 1))), MaxPooling2D(3, strides=2, name="pool1"))
    for b, layers in enumerate(DEPTHS[depth], 2):
        for n in range(1, layers + 1):
            _layer(net, f"conv{b}_block{n}")
        if b < 5:
            _narrow(net, f"pool{b}")
    net.add(*_ready(net, "bn", "relu"))
    net.classify()
    return net.model(published("densenet", f"densenet{depth}", net.include_top, HASHES[depth]))


def _ready(net: Network, normed: str, active: str) -> tuple:
    return BatchNormalization(axis=net.axis, epsilon=EPSILON, name=normed), Activation("relu", name=active)


def _layer(net: Network, name: str) -> None:
    """Put the channels of one more layer beside those that are there."""
    before = net.x
    net.add(*_ready(net, f"{name}_0_bn", f"{name}_0_relu"))
    net.add(Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv"))
    net.add(*_ready(net, f"{name}_1_bn", f"{name}_1_relu"))
    net.add(Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv"))
    net.x = Concatenate(axis=net.axis, name=f"{name}_concat")([before, net.x])


def _narrow(net: Network, name: str) -> None:
    """Halve channels and places between two blocks."""
    net.add(*_ready(net, f"{name}_bn", f"{name}_relu"))
    net.add(Conv2D(net.x.shape[net.axis] // 2, 1, use_bias=False, name=f"{name}_conv"))
    net.add(AveragePooling2D(2, strides=2, name=f"{name}_pool"))
