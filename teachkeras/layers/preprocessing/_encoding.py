"""Whole numbers as what a network takes: themselves, rows of zeros and ones, or counts."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.kernels import device
from teachkeras.layers.layer import Layer
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Tensor


class DataLayer(Layer):
    """A layer on raw data, words too, that are never made tensors of floats on the way in."""

    def __call__(self, inputs, training=False, **kwargs):
        """Run on arrays, lists or tensors as they are, in training as ever; symbols take the usual way."""
        first = inputs[0] if isinstance(inputs, (list, tuple)) and inputs else inputs
        if isinstance(first, SymbolicTensor):
            return super().__call__(inputs, **kwargs)
        with device.on_host():
            return self.call(_on_host(inputs), **kwargs)


def _on_host(inputs):
    return Tensor(device.host(inputs.data)) if type(inputs) is Tensor else device.each(device.host, inputs)


def known_mode(mode, *allowed):
    """Return an output mode's name of today, if it is one of those allowed."""
    mode = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(mode, mode)
    if mode not in allowed:
        raise ArgumentError("output_mode", expected=f"one of {allowed}", got=repr(mode))
    return mode


def encode(indices: np.ndarray, mode: str, depth: int, dtype: object, weights: object = None) -> np.ndarray:
    """Return indices as they are, one-hot, or rows of ones or counts over axis 1; -1 counts as nothing."""
    if mode == "int":
        return indices.astype(dtype)
    indices = indices.reshape(1) if indices.ndim == 0 else indices
    if mode == "one_hot" and indices.ndim > 1 and indices.shape[-1] == 1:
        indices = indices[..., 0]
    hot = (indices[..., None] == np.arange(depth)).astype(dtype)
    if mode == "one_hot":
        return hot
    axis = 1 if indices.ndim > 1 else 0
    return hot.max(axis) if mode == "multi_hot" else (hot if weights is None else hot * weights[..., None]).sum(axis)


def encoded_shape(shape: tuple, mode: str, depth: int) -> tuple:
    """Return the shape that `encode` gives."""
    if mode == "int":
        return tuple(shape)
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (shape[0], *shape[2:], depth) if len(shape) > 1 else (depth,)
