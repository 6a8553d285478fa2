"""CategoryEncoding: class numbers as rows of zeros and ones, or as counts."""

from teachkeras.errors import ArgumentError
from teachkeras.layers.preprocessing._encoding import DataLayer, encode, encoded_shape, known_mode
from teachkeras.tensor import Tensor, as_array


class CategoryEncoding(DataLayer):
    """Encode whole numbers below `num_tokens`: each one-hot, or a row's as ones or counts.

    Args:
        num_tokens: How many classes there are.
        output_mode: "one_hot", "multi_hot" or "count".
        sparse: Only False: the outputs are dense.

    Shapes:
        x (n, k) → y (n, num_tokens); one_hot: (n, k, num_tokens), (n, num_tokens) where k is 1

    Raises:
        ArgumentError: no `num_tokens`, an unknown mode, or weights where nothing is counted.

    Example:
        >>> import numpy as np
        >>> CategoryEncoding(3)(np.array([[0, 2], [1, 1]])).tolist()
        [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]

    Source: ``keras.layers.CategoryEncoding``.
    """

    def __init__(self, num_tokens=None, output_mode="multi_hot", sparse=False, **kwargs):
        super().__init__(**kwargs)
        self.output_mode = known_mode(output_mode, "count", "one_hot", "multi_hot")
        if num_tokens is None or num_tokens < 1:
            raise ArgumentError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        if sparse:
            raise ArgumentError("CategoryEncoding: sparse", expected="False", got="True", fix="outputs are dense")
        self.num_tokens, self.sparse = num_tokens, sparse

    def call(self, inputs, count_weights=None):
        """Return the encoded inputs."""
        if count_weights is not None and self.output_mode != "count":
            raise ArgumentError("`count_weights` is not used when `output_mode` is not `'count'`.")
        weights = None if count_weights is None else as_array(count_weights).astype(self.compute_dtype)
        return Tensor(encode(as_array(inputs), self.output_mode, self.num_tokens, self.compute_dtype, weights))

    def compute_output_shape(self, input_shape):
        """Return the shape with the classes last."""
        return encoded_shape(tuple(input_shape), self.output_mode, self.num_tokens)

    def get_config(self):
        """Return the arguments."""
        config = super().get_config() | {"num_tokens": self.num_tokens, "output_mode": self.output_mode}
        return {name: value for name, value in config.items() if name != "sparse"}
