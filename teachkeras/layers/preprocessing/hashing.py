"""Hashing and HashedCrossing: any word or number as one of a few bins, without a vocabulary."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.layers.preprocessing._encoding import DataLayer, encode, encoded_shape
from teachkeras.layers.preprocessing._hashes import crossed, farmhash, siphash
from teachkeras.layers.preprocessing._lookup import as_tokens
from teachkeras.tensor import Tensor

MODES = ("int", "one_hot", "multi_hot", "count")


class Hashing(DataLayer):
    """Give each word or whole number a bin by its hash; the same bin on every machine, and as in Keras.

    Math:
        bin = FarmHash64(text of x) mod num_bins;  with `salt` SipHash64;  with `mask_value` 1 + hash mod (num_bins - 1)

    Args:
        num_bins: How many bins, that of the mask counted.
        mask_value: The input that gets bin 0, alone.
        salt: A whole number, or two, as SipHash's key.
        output_mode: "int", "one_hot", "multi_hot" or "count".
        sparse: Only False.

    Shapes:
        x (n, k) → y (n, k); one_hot (n, k, num_bins), or (n, num_bins) where k is 1; the others (n, num_bins)

    Raises:
        ArgumentError: no bins, a salt that is no number, an unknown mode, a float type for numbers of bins.

    Example:
        >>> Hashing(num_bins=3)(np.array([["A"], ["B"], ["C"], ["D"], ["E"]])).tolist()
        [[1], [0], [1], [1], [2]]

    Source: ``keras.layers.Hashing``;
    Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
    """

    def __init__(self, num_bins, mask_value=None, salt=None, output_mode="int", sparse=False, **kwargs):
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64" if output_mode == "int" else None
        super().__init__(**kwargs)
        if num_bins is None or num_bins <= 0:
            raise ArgumentError(
                f"The `num_bins` for `Hashing` cannot be `None` or non-positive values. Received: num_bins={num_bins}."
            )
        _known_output(self, output_mode, sparse, MODES)
        if output_mode == "int" and not np.issubdtype(self.compute_dtype, np.integer):
            raise ArgumentError(
                "When `output_mode=\"int\"`, `dtype` should be an integer type, 'int32' or 'in64'.",
                got=f"dtype={self.compute_dtype}",
            )
        self.num_bins, self.mask_value, self.output_mode, self.sparse = num_bins, mask_value, output_mode, sparse
        self.salt = _key(salt)
        self.built = True

    def call(self, inputs):
        """Return the bins, in the output mode."""
        tokens = as_tokens(inputs)
        if not (np.issubdtype(tokens.dtype, np.integer) or tokens.dtype.kind in "OSU"):
            raise ArgumentError("Hashing: inputs", expected="words or whole numbers", got=f"dtype {tokens.dtype}")
        bins = np.array([self._bin(token) for token in tokens.ravel()], "int64").reshape(tokens.shape)
        return Tensor(encode(bins, self.output_mode, self.num_bins, self.compute_dtype))

    def _bin(self, token: object) -> int:
        if self.mask_value is not None and _text(token) == _text(self.mask_value):
            return 0
        text = _text(token)
        number = farmhash(text) if self.salt is None else siphash(text, self.salt)
        return number % self.num_bins if self.mask_value is None else number % (self.num_bins - 1) + 1

    def compute_output_shape(self, input_shape):
        """Return the shape of what `call` gives."""
        return encoded_shape(tuple(input_shape), self.output_mode, self.num_bins)


class HashedCrossing(DataLayer):
    """Give each combination of several features a bin by its hash; the same bins as Keras.

    Math:
        bin = hash(x₁, x₂, …) mod num_bins

    Args:
        num_bins: How many bins.
        output_mode: "int" or "one_hot".
        sparse: Only False.

    Shapes:
        a tuple of (n,) or (n, 1) → y the same; one_hot (n, num_bins)

    Raises:
        ArgumentError: fewer than two features, features of unequal length, or of numbers with a point.

    Example:
        >>> layer = HashedCrossing(num_bins=5)
        >>> layer((np.array(["A", "B", "A", "B", "A"]), np.array([101, 101, 101, 102, 102]))).tolist()
        [1, 4, 1, 1, 3]

    Source: ``keras.layers.HashedCrossing``.
    """

    def __init__(self, num_bins, output_mode="int", sparse=False, name=None, dtype=None, **kwargs):
        dtype = ("int64" if output_mode == "int" else None) if dtype is None else dtype
        super().__init__(name=name, dtype=dtype, **kwargs)
        _known_output(self, output_mode, sparse, ("int", "one_hot"))
        self.num_bins, self.output_mode, self.sparse = num_bins, output_mode, sparse
        self.built = True

    def call(self, inputs):
        """Return the bins of the combinations, in the output mode."""
        features = self._checked(inputs)
        rows = zip(*(f.ravel().tolist() for f in features), strict=True)
        plain = ([_text(v) if not isinstance(v, int) else v for v in row] for row in rows)
        bins = np.array([crossed(row) % self.num_bins for row in plain], "int64").reshape(features[0].shape)
        return Tensor(encode(bins, self.output_mode, self.num_bins, self.compute_dtype))

    def _checked(self, inputs: object) -> list:
        """Return the features as arrays, if they fit together."""
        if not isinstance(inputs, (list, tuple)):
            raise ArgumentError(f"`HashedCrossing` should be called on a list or tuple of inputs. Received: {inputs}")
        if len(inputs) < 2:
            raise ArgumentError(f"`HashedCrossing` should be called on at least two inputs. Received: {inputs}")
        features = [as_tokens(f) for f in inputs]
        shapes = [f.shape for f in features]
        if len(set(shapes)) > 1:
            raise ArgumentError(f"All `HashedCrossing` inputs should have equal shape. Received: {shapes}")
        if len(shapes[0]) > 2 or (len(shapes[0]) == 2 and shapes[0][1] != 1):
            raise ArgumentError(
                f"All `HashedCrossing` inputs should have shape `()`, `(batch_size)` or `(batch_size, 1)`. "
                f"Received: {shapes}"
            )  # fmt: skip
        if any(f.dtype.kind not in "iuOSU" for f in features):
            raise ArgumentError(
                "All `HashedCrossing` inputs should have an integer or string dtype. "
                f"Received: {[str(f.dtype) for f in features]}"
            )  # fmt: skip
        return features

    def compute_output_shape(self, input_shape):
        """Return the shape of what `call` gives."""
        return encoded_shape(tuple(input_shape[0]), self.output_mode, self.num_bins)

    def get_config(self):
        """Return the arguments."""
        config = super().get_config()
        return {k: config[k] for k in ("num_bins", "output_mode", "sparse", "name")} | {"dtype": self.compute_dtype}


def _known_output(layer: object, mode: str, sparse: bool, modes: tuple) -> None:
    """Refuse an output mode that a layer has not."""
    if mode not in modes:
        raise ArgumentError(
            f"Unknown value for `output_mode` argument of {type(layer).__name__}. Allowed values are: {modes}. "
            f"Received: output_mode={mode}"
        )  # fmt: skip
    if sparse:
        raise ArgumentError("sparse", expected="False", got="True", fix="outputs are dense")


def _key(salt: object) -> list | None:
    if salt is None:
        return None
    key = [salt, salt] if isinstance(salt, (int, np.integer)) else salt
    if not isinstance(key, (list, tuple)) or len(key) != 2:
        raise ArgumentError(
            "The `salt` argument for `Hashing` can only be a tuple of size 2 integers, or a single integer. "
            f"Received: salt={salt}."
        )  # fmt: skip
    return list(key)


def _text(token: object) -> bytes:
    return token if isinstance(token, bytes) else str(token).encode()
