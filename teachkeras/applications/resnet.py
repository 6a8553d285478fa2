"""ResNet: blocks that learn what to add to their input, so that 50, 101 and 152 layers still train."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.layers.activations.activation import Activation
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.merging.elementwise import Add
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.window_pooling import MaxPooling2D
from teachkeras.layers.reshaping.borders import ZeroPadding2D

FILTERS = (64, 128, 256, 512)  # of the four stacks
DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}  # blocks in each stack
HASHES = {
    50: ("2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626"),
    101: ("f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21"),
    152: ("100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c"),
}
EPSILON = 1.001e-5

preprocess_input, decode_predictions = beside(__name__, "caffe")


def ResNet50(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="resnet50"):  # fmt: skip
    """Build ResNet50, 25,636,712 weights. The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Example:
        >>> ResNet50(weights=None, include_top=False, input_shape=(32, 32, 3), pooling="avg").output_shape
        (None, 2048)

    Source: He et al., "Deep residual learning for image recognition", CVPR 2016, table 1.
    """
    return _resnet(50, locals())


def ResNet101(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet101"):  # fmt: skip
    """Build ResNet101, 44,707,176 weights; see :func:`ResNet50`."""
    return _resnet(101, locals())


def ResNet152(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet152"):  # fmt: skip
    """Build ResNet152, 60,419,944 weights; see :func:`ResNet50`."""
    return _resnet(152, locals())


def _resnet(depth: int, arguments: dict) -> object:
    net = Network(arguments, 224)
    stem(net)
    net.add(BatchNormalization(axis=net.axis, epsilon=EPSILON, name="conv1_bn"), Activation("relu", name="conv1_relu"))
    pool_stem(net)
    for s, (filters, blocks) in enumerate(zip(FILTERS, DEPTHS[depth], strict=True)):
        for b in range(1, blocks + 1):
            _block(net, filters, 2 if s and b == 1 else 1, b == 1, f"conv{s + 2}_block{b}")
    net.classify()
    return net.model(published("resnet", f"resnet{depth}", net.include_top, HASHES[depth]))


def stem(net: Network) -> None:
    """Add the 7×7 convolution that halves the image."""
    net.add(ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad"), Conv2D(64, 7, strides=2, name="conv1_conv"))


def pool_stem(net: Network) -> None:
    """Add the max pooling that halves it again."""
    net.add(ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad"), MaxPooling2D(3, strides=2, name="pool1_pool"))


def _block(net: Network, filters: int, stride: int, widen: bool, name: str) -> None:
    """Add ``relu(F(x) + x)``, F three convolutions 1×1, 3×3, 1×1; where sizes change, x goes through one of its own."""

    def normed(x, filters, size, name, **more):
        x = Conv2D(filters, size, name=f"{name}_conv", **more)(x)
        return BatchNormalization(axis=net.axis, epsilon=EPSILON, name=f"{name}_bn")(x)

    x = shortcut = net.x
    if widen:
        shortcut = normed(x, 4 * filters, 1, f"{name}_0", strides=stride)
    x = Activation("relu", name=f"{name}_1_relu")(normed(x, filters, 1, f"{name}_1", strides=stride))
    x = Activation("relu", name=f"{name}_2_relu")(normed(x, filters, 3, f"{name}_2", padding="same"))
    x = Add(name=f"{name}_add")([shortcut, normed(x, 4 * filters, 1, f"{name}_3")])
    net.x = Activation("relu", name=f"{name}_out")(x)
