"""MobileNet: each 3×3 convolution split into one place-wise and one channel-wise step, a ninth of the work."""

from __future__ import annotations

from teachkeras.applications._family import BUCKET, Network, beside, trained_size, warn_of_size
from teachkeras.errors import ArgumentError
from teachkeras.layers.activations.activation import Activation, ReLU
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.convolutional.depthwise_convolution import DepthwiseConv2D
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.pooling.global_pooling import GlobalAveragePooling2D
from teachkeras.layers.regularization.dropout import Dropout
from teachkeras.layers.reshaping.borders import ZeroPadding2D
from teachkeras.layers.reshaping.shapes import Reshape

BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
SIZES = (128, 160, 192, 224)
ALPHAS = {0.25: "2_5", 0.50: "5_0", 0.75: "7_5", 1.0: "1_0"}  # as the published files spell them

preprocess_input, decode_predictions = beside(__name__, "tf")


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=1e-3, include_top=True, weights="imagenet",
              input_tensor=None, pooling=None, classes=1000, classifier_activation="softmax", name=None):  # fmt: skip
    """Build MobileNet, 4,253,864 weights.

    Args:
        input_shape: Shape of an image, by default (224, 224, 3); at least 32 × 32.
        alpha: Scales the number of filters everywhere.
        depth_multiplier: Filters for each channel in the place-wise step.
        dropout: Rate before the top.

    The other arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Example:
        >>> MobileNet((32, 32, 3), alpha=0.25, weights=None).count_params()
        475544

    Source: Howard et al., "MobileNets", 2017, table 1.
    """
    if weights == "imagenet" and (depth_multiplier != 1 or alpha not in ALPHAS):
        raise ArgumentError(
            "MobileNet with imagenet weights", expected=f"depth_multiplier 1, alpha one of {list(ALPHAS)}",
            got=f"depth_multiplier={depth_multiplier}, alpha={alpha}",
        )  # fmt: skip
    size = trained_size(input_shape, SIZES)
    net = Network(locals(), size)
    net.add(Conv2D(int(32 * alpha), 3, padding="same", use_bias=False, strides=2, name="conv1"))
    net.add(*_ready(net, "conv1"))
    for i, (filters, stride) in enumerate(BLOCKS, 1):
        _block(net, int(filters * alpha), depth_multiplier, stride, i)
    if include_top:
        _top(net, dropout)
    else:
        net.pool()
    if weights == "imagenet" and net.input_shape[:2] != (size, size):
        warn_of_size(input_shape, SIZES)
    net.name = name or f"mobilenet_{alpha:0.2f}_{size if weights == 'imagenet' else net.input_shape[0]}"
    end = "" if include_top else "_no_top"
    return net.model((f"{BUCKET}mobilenet/mobilenet_{ALPHAS.get(alpha)}_{size}_tf{end}.h5", None))


def _ready(net: Network, name: str) -> tuple:
    return BatchNormalization(axis=-1 if net.axis == 3 else 1, name=f"{name}_bn"), ReLU(6.0, name=f"{name}_relu")


def _block(net: Network, filters: int, depth_multiplier: int, stride: int, i: int) -> None:
    """Add a place-wise step (each channel by itself), then a channel-wise one (each place by itself)."""
    if stride > 1:
        net.add(ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{i}"))
    net.add(DepthwiseConv2D(
        3, padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier, strides=stride,
        use_bias=False, name=f"conv_dw_{i}",
    ), *_ready(net, f"conv_dw_{i}"))  # fmt: skip
    net.add(Conv2D(filters, 1, padding="same", use_bias=False, name=f"conv_pw_{i}"), *_ready(net, f"conv_pw_{i}"))


def _top(net: Network, dropout: float) -> None:
    net.add(GlobalAveragePooling2D(keepdims=True), Dropout(dropout, name="dropout"))
    net.add(Conv2D(net.classes, 1, padding="same", name="conv_preds"), Reshape((net.classes,), name="reshape_2"))
    net.add(Activation(net.activation, name="predictions"))
