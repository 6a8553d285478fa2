"""MobileNetV2: widen, filter each channel, narrow again; the sum runs between the narrow ends."""

from __future__ import annotations

from teachkeras.applications._family import BUCKET, Network, beside, trained_size, warn_of_size
from teachkeras.errors import ArgumentError
from teachkeras.layers.activations.activation import ReLU
from teachkeras.layers.convolutional.convolution import Conv2D
from teachkeras.layers.convolutional.depthwise_convolution import DepthwiseConv2D
from teachkeras.layers.merging.elementwise import Add
from teachkeras.layers.normalization.batch_normalization import BatchNormalization
from teachkeras.layers.reshaping.borders import ZeroPadding2D

# widening t, filters c, repetitions n, stride s of the first: table 2 of the paper
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
SIZES = (96, 128, 160, 192, 224)
ALPHAS = (0.35, 0.50, 0.75, 1.0, 1.3, 1.4)

preprocess_input, decode_predictions = beside(__name__, "tf")


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet", input_tensor=None, pooling=None,
                classes=1000, classifier_activation="softmax", name=None):  # fmt: skip
    """Build MobileNetV2, 3,538,984 weights.

    Args:
        input_shape: Shape of an image, by default (224, 224, 3); at least 32 × 32.
        alpha: Scales the number of filters everywhere.

    The other arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Example:
        >>> MobileNetV2((32, 32, 3), weights=None, include_top=False).output_shape
        (None, 1, 1, 1280)

    Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.
    """
    if weights == "imagenet" and alpha not in ALPHAS:
        raise ArgumentError("MobileNetV2 with imagenet weights", expected=f"alpha one of {ALPHAS}", got=str(alpha))
    size = trained_size(input_shape, SIZES)
    net = Network(locals(), size)
    net.add(Conv2D(divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"))
    net.add(_normed(net, "bn_Conv1"), ReLU(6.0, name="Conv1_relu"))
    i = 0
    for widening, filters, repetitions, stride in STAGES:
        for n in range(repetitions):
            prefix = f"block_{i}_" if i else "expanded_conv_"
            _block(net, widening, divisible(int(filters * alpha)), 1 if n else stride, prefix)
            i += 1
    last = divisible(1280 * alpha) if alpha > 1.0 else 1280
    net.add(Conv2D(last, 1, use_bias=False, name="Conv_1"), _normed(net, "Conv_1_bn"), ReLU(6.0, name="out_relu"))
    net.classify(pool_name=None)
    if weights == "imagenet" and net.input_shape[:2] != (size, size):
        warn_of_size(input_shape, SIZES)
    net.name = name or f"mobilenetv2_{alpha:0.2f}_{size if weights == 'imagenet' else net.input_shape[0]}"
    end = "" if include_top else "_no_top"
    file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{size}{end}.h5"
    return net.model((f"{BUCKET}mobilenet_v2/{file}", None))


def divisible(filters: float, by: int = 8) -> int:
    """Return the nearest multiple of `by` that is not more than a tenth too small.

    >>> divisible(24 * 0.35), divisible(11)
    (8, 16)
    """
    near = max(by, int(filters + by / 2) // by * by)
    return near + by if near < 0.9 * filters else near


def padding_for(net: Network, kernel: int) -> tuple:
    """Return the padding before a convolution of stride 2 that leaves half of the places.

    The side of lower index gets one less where the length is even.
    """
    places = net.x.shape[1:3] if net.axis == 3 else net.x.shape[2:4]
    return tuple((kernel // 2 - (1 if n is None else 1 - n % 2), kernel // 2) for n in places)


def _normed(net: Network, name: str) -> BatchNormalization:
    return BatchNormalization(axis=-1 if net.axis == 3 else 1, epsilon=1e-3, momentum=0.999, name=name)


def _block(net: Network, widening: int, filters: int, stride: int, prefix: str) -> None:
    """Add an inverted residual: 1×1 up, 3×3 each channel by itself, 1×1 down without activation."""
    before, channels = net.x, net.x.shape[net.axis]
    if widening > 1:
        net.add(Conv2D(widening * channels, 1, padding="same", use_bias=False, name=f"{prefix}expand"))
        net.add(_normed(net, f"{prefix}expand_BN"), ReLU(6.0, name=f"{prefix}expand_relu"))
    if stride == 2:
        net.add(ZeroPadding2D(padding_for(net, 3), name=f"{prefix}pad"))
    padding = "same" if stride == 1 else "valid"
    net.add(DepthwiseConv2D(3, strides=stride, use_bias=False, padding=padding, name=f"{prefix}depthwise"))
    net.add(_normed(net, f"{prefix}depthwise_BN"), ReLU(6.0, name=f"{prefix}depthwise_relu"))
    net.add(Conv2D(filters, 1, padding="same", use_bias=False, name=f"{prefix}project"))
    net.add(_normed(net, f"{prefix}project_BN"))
    if channels == filters and stride == 1:
        net.x = Add(name=f"{prefix}add")([before, net.x])
