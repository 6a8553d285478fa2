"""Spectral normalisation: a layer whose kernel stretches no vector to more than its own length."""

from teachkeras import initializers, ops
from teachkeras.errors import ArgumentError
from teachkeras.layers.core.wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """Divide a layer's kernel by its largest singular value, found by power iteration, at each training step.

    Math:
        v ← W u / ‖W u‖,  u ← vᵀ W / ‖vᵀ W‖,  σ = vᵀ W u,  W ← W / σ; W the kernel laid out as a matrix, one column per
        output

    Args:
        layer: A layer with a ``kernel`` or ``embeddings``.
        power_iterations: How many times u and v are brought nearer in each step.

    Raises:
        ArgumentError: power_iterations is not positive; the layer has neither kernel nor embeddings.

    Example:
        >>> import numpy as np
        >>> from teachkeras.layers import Dense
        >>> layer = SpectralNormalization(Dense(2))
        >>> layer(np.ones((1, 3)), training=True).shape
        (1, 2)

    Source: Miyato et al., "Spectral normalization for generative adversarial networks", 2018, algorithm 1.
    """

    def __init__(self, layer, power_iterations=1, **kwargs):
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ArgumentError(
                "SpectralNormalization: power_iterations", expected="a number greater than 0", got=str(power_iterations)
            )
        self.power_iterations = power_iterations

    def build(self, input_shape):
        """Build the layer inside and make the vector u."""
        super().build(input_shape)
        self.input_spec = self.layer.input_spec
        self.kernel = getattr(self.layer, "kernel", getattr(self.layer, "embeddings", None))
        if self.kernel is None:
            raise ArgumentError(
                "SpectralNormalization", expected="a layer with a `kernel` or `embeddings`",
                got=f"{type(self.layer).__name__}, which has neither",
            )  # fmt: skip
        self.vector_u = self.add_weight(
            shape=(1, self.kernel.shape[-1]), initializer=initializers.TruncatedNormal(stddev=0.02), name="vector_u",
            trainable=False,
        )  # fmt: skip

    def call(self, inputs, training=False):
        """Return the layer's output; in training, with a kernel normalised anew."""
        if training:
            self._normalize()
        return self.layer(inputs)

    def _normalize(self):
        w = self.kernel.data.reshape(-1, self.kernel.shape[-1])
        u = self.vector_u.data
        for _ in range(self.power_iterations):
            v = ops.normalize(u @ w.T, axis=-1).data
            u = ops.normalize(v @ w, axis=-1).data
        sigma = v @ w @ u.T
        self.vector_u.assign(u)
        self.kernel.assign((w / sigma).reshape(self.kernel.shape))

    def compute_output_shape(self, input_shape):
        """Return the layer's output shape."""
        return self.layer.compute_output_shape(input_shape)
