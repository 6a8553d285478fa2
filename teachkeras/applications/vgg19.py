"""VGG19: VGG16 with one more convolution in each of the last three blocks."""

from __future__ import annotations

from teachkeras.applications._family import Network, beside, published
from teachkeras.applications.vgg16 import vgg

BLOCKS = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))
HASHES = ("cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6")

preprocess_input, decode_predictions = beside(__name__, "caffe")


def VGG19(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg19"):  # fmt: skip
    """Build VGG19, 143,667,240 weights. The arguments are those of :func:`~teachkeras.applications.vgg16.VGG16`.

    Source: Simonyan & Zisserman, "Very deep convolutional networks", ICLR 2015, table 1, column E.
    """
    file = published("vgg19", "vgg19", include_top, HASHES)
    return vgg(Network(locals(), 224), BLOCKS).model(file)
