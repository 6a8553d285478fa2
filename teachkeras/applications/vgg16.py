"""VGG16: thirteen 3×3 convolutions in five blocks, then three dense layers."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.core.dense import Dense
from teachkeras.layers.pooling.window_pooling import MaxPooling2D
from teachkeras.layers.reshaping.shapes import Flatten

BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))  # how many convolutions, how many filters
HASHES = ("64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc")

preprocess_input, decode_predictions = beside(__name__, "caffe")


def VGG16(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg16"):  # fmt: skip
    """Build VGG16, 138,357,544 weights.

    Args:
        include_top: Whether the three dense layers stand at the end.
        weights: ``"imagenet"`` (downloaded once), None for new ones, or the path of a file.
        input_tensor: A symbolic tensor to start from.
        input_shape: Shape of an image, by default (224, 224, 3); at least 32 × 32.
        pooling: Without top: None for feature maps, ``"avg"`` or ``"max"`` for one number a map.
        classes: How many classes the top tells apart.
        classifier_activation: Its activation; None for logits.
        name: The model's name.

    Raises:
        ArgumentError: weights that are neither of these.
        ShapeError: an image shape that does not fit.

    Example:
        >>> VGG16(weights=None, include_top=False, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 512)

    Source: Simonyan & Zisserman, "Very deep convolutional networks", ICLR 2015, table 1, column D.
    """
    file = published("vgg16", "vgg16", include_top, HASHES)
    return vgg(Network(locals(), 224), BLOCKS).model(file)


def vgg(net: Network, blocks: tuple) -> Network:
    """Build blocks of convolutions, each halved by max pooling, and the dense top."""
    for b, (convolutions, filters) in enumerate(blocks, 1):
        for c in range(1, convolutions + 1):
            net.add(Conv2D(filters, (3, 3), activation="relu", padding="same", name=f"block{b}_conv{c}"))
        net.add(MaxPooling2D((2, 2), strides=(2, 2), name=f"block{b}_pool"))
    if not net.include_top:
        net.pool()
        return net
    net.add(Flatten(name="flatten"), Dense(4096, activation="relu", name="fc1"))
    net.add(Dense(4096, activation="relu", name="fc2"))
    net.add(Dense(net.classes, activation=net.activation, name="predictions"))
    return net
