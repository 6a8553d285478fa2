"""A layer whose big weight is kept as bytes: a quarter of the memory, and nearly the same numbers.

The weight becomes whole numbers q from -127 to 127 and a scale s, ``w ≈ q / s``; inputs are turned into bytes as they
come, the sum of products is exact, and one division brings it back. Gradients flow as if nothing had been rounded:
layers before it still learn.
"""

from __future__ import annotations

import math
import warnings

import numpy as np

from teachkeras import dtype_policies
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer
from teachkeras.ops.control import custom_gradient
from teachkeras.quantizers import AbsMaxQuantizer, QuantizationConfig
from teachkeras.tensor import Tensor, as_array
from teachkeras.variable import Variable


class Int8(Layer):
    """Base of the layers that can be quantized: they name the weight, and which of its axes share a scale."""

    quantized_weight = "kernel"

    @property
    def quantization_mode(self):
        """``"int8"`` once the layer is quantized, else None."""
        return self.dtype_policy.quantization_mode

    def folded_axes(self) -> tuple[int, ...]:
        """Return the axes of the weight that share one scale."""
        raise NotImplementedError

    def scale_shape(self, shape: tuple) -> tuple:
        """Return the shape in which the scale is kept, for a weight of a shape."""
        raise NotImplementedError

    def add_bytes(self, shape: tuple) -> Variable:
        """Make the weight as bytes, and its scale; returns the weight."""
        name = self.quantized_weight
        weight = self.add_weight(shape, "zeros", dtype="int8", trainable=False, name=name)
        scale = self.add_weight(self.scale_shape(shape), "ones", trainable=False, name=f"{name}_scale")
        setattr(self, f"{name}_scale", scale)
        return weight

    def take_config(self, config: object, where: str) -> None:
        """Keep how to quantize.

        Raises:
            ArgumentError: it is no QuantizationConfig.
        """
        if config is not None and not isinstance(config, QuantizationConfig):
            raise ArgumentError(where, expected="quantization_config, an Int8QuantizationConfig", got=repr(config))
        self.quantization_config = config

    def quantize(self, mode=None, type_check=True, config=None):
        """Turn the weight into bytes; it no longer trains.

        Args:
            mode: ``"int8"``.
            type_check: Whether a subclass is refused, whose ``call`` may do something else.
            config: An :class:`~teachkeras.quantizers.Int8QuantizationConfig`.

        Raises:
            NotBuiltError: there is no weight yet.
            ArgumentError: another mode; a subclass; a layer quantized already.
        """
        where = f"quantize of {self.name!r}"
        self._require_built("quantize")
        if type_check and type(self).__module__.split(".")[0] != "teachkeras":
            raise NotQuantizable(where, expected="a layer of teachkeras itself", got=type(self).__name__,
                                 fix="type_check=False, if its call uses the weights as its base does")  # fmt: skip
        if mode != "int8" or self.quantization_mode:
            got = f"{mode!r}, the layer being {self.dtype_policy.name}"
            raise ArgumentError(where, expected='mode "int8", once', got=got)
        self.take_config(config, where)
        name, axes = self._attribute(), self.folded_axes()
        chosen = config.weight_quantizer if config is not None else None
        old = getattr(self, name)
        values, scale = (chosen or AbsMaxQuantizer(axis=axes))(old)
        delattr(self, name)
        self._weights.remove(old)
        setattr(self, name, made := self.add_bytes(old.shape))
        made.assign(values)
        getattr(self, f"{self.quantized_weight}_scale").assign(self._kept(as_array(scale)))
        self.dtype_policy = dtype_policies.QuantizedDTypePolicy(mode, self.dtype_policy.name)

    def _attribute(self) -> str:
        """Return the attribute that holds the weight."""
        return self.quantized_weight

    def _kept(self, scale: np.ndarray) -> np.ndarray:
        """Return a scale as :meth:`scale_shape` wants it."""
        return scale.reshape(self.scale_shape(getattr(self, self._attribute()).shape))

    def byte_product(self, inputs: object, equation: str) -> Tensor:
        """Return ``Σ x w`` with inputs and weight as bytes; equation is ``input,kernel->output``."""
        left, out = equation.split("->")
        ins, letters = left.split(",")
        kernel, scale = getattr(self, self._attribute()).data, getattr(self, f"{self.quantized_weight}_scale").data
        settings = self.quantization_config
        quantizer = AbsMaxQuantizer() if settings is None else settings.activation_quantizer
        folded = tuple(i for i, c in enumerate(ins) if c not in out)

        @custom_gradient
        def quantized(x):
            q, s = (x, None) if quantizer is None else quantizer(x, axis=folded)
            total = _exact(
                equation, as_array(q), kernel, math.prod(kernel.shape[letters.index(ins[i])] for i in folded)
            )
            both = scale if s is None else scale * aligned(as_array(s), ins, out)
            y = total.astype(self._array_dtype) / both

            def back(upstream):
                w = kernel.astype(self._array_dtype) / self._beside_weight(scale, letters, out)
                return as_array(np.einsum(f"{out},{letters}->{ins}", as_array(upstream), w, optimize=True))

            return Tensor(y.astype(self._array_dtype)), back

        return quantized(inputs)

    @staticmethod
    def _beside_weight(scale: np.ndarray, letters: str, out: str) -> np.ndarray:
        """Return the weight's scale with its axes where the weight's are."""
        scale = scale.reshape((1,) * (len(out) - scale.ndim) + scale.shape)
        kept = [out.index(c) for c in letters if c in out]
        others = [i for i in range(len(out)) if i not in kept]  # of length 1
        scale = scale.transpose(kept + others).reshape([scale.shape[i] for i in kept])
        return np.expand_dims(scale, tuple(i for i, c in enumerate(letters) if c not in out))

    def filed_variables(self) -> list[Variable]:
        """Return the variables in the order of files: the weight, the bias, the scale."""
        own = self._own_variables()
        order = [self.quantized_weight, "bias", f"{self.quantized_weight}_scale"]
        return sorted(own, key=lambda v: order.index(v.name)) if self.quantization_mode else own


class NotQuantizable(ArgumentError, NotImplementedError):
    """A layer that can't be kept as bytes."""


def aligned(scale: np.ndarray, letters: str, out: str) -> np.ndarray:
    """Return a scale whose axes are `letters` (those not in `out` of length 1) laid out as `out`."""
    scale = scale.reshape([n for n, c in zip(scale.shape, letters, strict=True) if c in out])
    kept = [c for c in letters if c in out]
    scale = scale.transpose([kept.index(c) for c in out if c in kept])
    return np.expand_dims(scale, tuple(i for i, c in enumerate(out) if c not in kept))


def _exact(equation: str, q: np.ndarray, kernel: np.ndarray, terms: int) -> np.ndarray:
    """Return the sum of products of bytes: floats hold it exactly, up to 2²⁴ in 32 bits and 2⁵³ in 64."""
    if q.dtype.kind == "f":
        return np.einsum(equation, q, kernel.astype(q.dtype), optimize=True)
    kind = "float32" if terms * 127 * 127 < 2**24 else "float64"
    return np.einsum(equation, q.astype(kind), kernel.astype(kind), optimize=True)


def quantize_layers(layers: list, mode: str, config: object, wanted: object, type_check: bool) -> int:
    """Quantize those of a model's layers that can be; warn of those with weights that can't. Returns how many were."""
    done = 0
    for layer in layers:
        if not wanted(layer) or layer._layers:
            continue
        if not isinstance(layer, Int8):
            if layer.weights:
                what = f"{type(layer).__name__} {layer.name!r}"
                warnings.warn(f"{what} can't be quantized; it stays as it is.", stacklevel=3)
            continue
        try:
            layer.quantize(mode, type_check=type_check, config=config)
            done += 1
        except NotQuantizable as error:
            warnings.warn(str(error), stacklevel=3)
    return done
