"""ResNet50 under the name of its own module, as Keras has it."""

from teachkeras.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
