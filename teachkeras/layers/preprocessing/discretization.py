"""Discretization: numbers as the bins they fall into."""

import numpy as np

from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras.layers.preprocessing._encoding import DataLayer, encode, encoded_shape
from teachkeras.tensor import Tensor, as_array

MODES = ("int", "one_hot", "multi_hot", "count")


class Discretization(DataLayer):
    """Replace each number by the bin it falls into.

    Math:
        y = k where b_k ≤ x < b_{k+1},  b_0 = -∞;  `adapt` puts the bounds b at equal shares of the data

    Args:
        bin_boundaries: The bounds, ascending.
        num_bins: Instead of them: how many bins ``adapt`` makes.
        epsilon: How exact the shares are: the data is summed up in 1/epsilon values.
        output_mode: "int", "one_hot", "multi_hot" or "count".
        sparse: Only False.
        dtype, name: As everywhere.

    Shapes:
        x (n, k) → y (n, k); one_hot (n, k, bins); the others (n, bins)

    Raises:
        ArgumentError: neither or both of bounds and number of bins, an unknown mode.
        NotBuiltError: called without bounds.

    Example:
        >>> layer = Discretization(bin_boundaries=[0.0, 1.0, 2.0])
        >>> layer(np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])).tolist()
        [[0, 2, 3, 1], [1, 3, 2, 1]]

    Source: ``keras.layers.Discretization``.
    """

    def __init__(self, bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode="int", sparse=False, dtype=None,
                 name=None):  # fmt: skip
        super().__init__(name=name, dtype=dtype)
        if num_bins is not None and num_bins < 0:
            raise ArgumentError(
                f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`"
            )  # fmt: skip
        if num_bins is not None and bin_boundaries is not None:
            raise ArgumentError(
                "Both `num_bins` and `bin_boundaries` should not be set. "
                f"Received: `num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ArgumentError("You need to set either `num_bins` or `bin_boundaries`.")
        if output_mode not in MODES or sparse:
            raise ArgumentError(
                f"Unknown value for `output_mode` argument of Discretization. Allowed values are: {MODES}. "
                f"Received: output_mode={output_mode}" + (", sparse=True (outputs are dense)" if sparse else "")
            )
        self.bin_boundaries = None if bin_boundaries is None else [float(b) for b in bin_boundaries]
        self.num_bins, self.epsilon, self.output_mode, self.sparse = num_bins, epsilon, output_mode, sparse
        self.built = True

    def adapt(self, data, steps=None):
        """Put the bounds at equal shares of data: an array, or batches of them, of which `steps` are taken."""
        if self.num_bins is None:
            raise ArgumentError(
                "Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, "
                "use `num_bins` instead."
            )
        whole = hasattr(data, "shape") or isinstance(data, list)
        summary = None
        for step, batch in enumerate([data] if whole else data):
            if steps is not None and step >= steps:
                break
            values, weights = _summed_up(as_array(batch).ravel().astype("float32"), self.epsilon)
            if summary is not None:
                values, weights = np.concatenate([summary[0], values]), np.concatenate([summary[1], weights])
                order = np.argsort(values, kind="stable")
                values, weights = _thinned(values[order], weights[order], self.epsilon)
            summary = values, weights
        bounds = _thinned(*summary, 1 / self.num_bins)[0][:-1] if self.num_bins else []
        self.bin_boundaries = [float(b) for b in bounds]

    def call(self, inputs):
        """Return the bins, in the output mode."""
        if self.bin_boundaries is None:
            raise NotBuiltError(
                "Discretization", expected="bin boundaries", got="none",
                fix="pass bin_boundaries, or call adapt(data) first",
            )  # fmt: skip
        x = as_array(inputs)
        bins = np.digitize(x, np.asarray(self.bin_boundaries, "float32")).reshape(x.shape)
        dtype = "int32" if self.output_mode == "int" else self.compute_dtype
        return Tensor(encode(bins, self.output_mode, len(self.bin_boundaries) + 1, dtype))

    def compute_output_shape(self, input_shape):
        """Return the shape of what `call` gives."""
        return encoded_shape(tuple(input_shape), self.output_mode, len(self.bin_boundaries or ()) + 1)

    def get_config(self):
        """Return the arguments, and the bounds where `adapt` found some."""
        names = ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse", "name")
        return {name: getattr(self, name) for name in names} | {"dtype": self.compute_dtype}

    @classmethod
    def from_config(cls, config):
        """Make the layer that a config describes, adapted as it was."""
        if config.get("num_bins") is None or config.get("bin_boundaries") is None:
            return super().from_config(config)
        layer = super().from_config(config | {"bin_boundaries": None})
        layer.bin_boundaries = list(config["bin_boundaries"])
        return layer


def _summed_up(values: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Return every k-th of the sorted values, each with weight k, about 1/epsilon of them."""
    step = max(int(len(values) * epsilon + 1e-9), 1)
    kept = np.sort(values)[step - 1 :: step]
    return kept, np.full(len(kept), step, "float64")


def _thinned(values: np.ndarray, weights: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Return values at the shares epsilon, 2 epsilon, … of all weight, if there are more than 1/epsilon of them."""
    if len(values) * epsilon < 1:
        return values, weights
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    total = weights.cumsum()
    kept = np.interp(shares, total / total[-1], values)
    reached = np.interp(shares, total / total[-1], total)
    return kept, np.diff(reached, prepend=0)
