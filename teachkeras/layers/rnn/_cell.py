"""What the LSTM, the GRU and the simple cell share: their settings, weights and sums."""

from teachkeras import activations, constraints, initializers, ops, random, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.layer import Layer
from teachkeras.layers.rnn._dropout_rnn_cell import DropoutRNNCell

_MADE_BY = {
    "activation": activations.get, "initializer": initializers.get, "regularizer": regularizers.get,
    "constraint": constraints.get,
}  # fmt: skip


class Cell(DropoutRNNCell, Layer):
    """Base of the built-in cells."""

    gates = 1

    def _settle(self, units, dropout, recurrent_dropout, seed, **settings):
        """Keep the constructor's arguments, names of activations and the like turned into the things themselves."""
        if units <= 0:
            raise ArgumentError(
                f"Received an invalid value for argument `units`, expected a positive integer, got {units}.",
                expected="a whole number above 0", got=repr(units), fix="units=32",
            )  # fmt: skip
        self.units = self.output_size = units
        for name, value in settings.items():
            made_by = _MADE_BY.get(name.rsplit("_", 1)[-1], lambda same: same)
            setattr(self, name, made_by(value))
        self.dropout, self.recurrent_dropout = min(1.0, max(0.0, dropout)), min(1.0, max(0.0, recurrent_dropout))
        self.seed, self.seed_generator = seed, random.SeedGenerator(seed)

    def _implementation(self, number):
        """Choose one mask for all gates (2), or one each (1), which recurrent dropout needs."""
        self.implementation = 1 if self.recurrent_dropout != 0 else number
        self.dropout_mask_count = self.gates if self.implementation == 1 else None

    def _make_weights(self, d, bias_shape, bias_initializer=None):
        """Make the kernel (d, ku), the recurrent kernel (u, ku) and the bias, for k gates of u units."""
        if d is None:
            raise ShapeError(
                type(self).__name__, expected="a known last axis", got="None",
                fix="give Input a number for the last axis",
            )  # fmt: skip
        columns = self.gates * self.units
        self.kernel = self._weight("kernel", (d, columns), self.kernel_initializer)
        self.recurrent_kernel = self._weight("recurrent_kernel", (self.units, columns), self.recurrent_initializer)
        self.bias = (
            self._weight("bias", bias_shape, bias_initializer or self.bias_initializer) if self.use_bias else None
        )

    def _weight(self, name, shape, initializer):
        prefix = name.removesuffix("_kernel")
        return self.add_weight(
            shape=shape, initializer=initializer, name=name, regularizer=getattr(self, f"{prefix}_regularizer"),
            constraint=getattr(self, f"{prefix}_constraint"),
        )  # fmt: skip

    def get_initial_state(self, batch_size=None):
        """Return zeros for each state."""
        sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
        return [ops.zeros((batch_size, n), dtype=self.compute_dtype) for n in sizes]


def projected(x, kernel, bias, drop):
    """Return ``x·kernel + bias``, x dropped by one mask for all gates (n, d), or by one each (k, n, d)."""
    if drop is None or len(drop.shape) == 2:
        return ops.affine(x if drop is None else x * drop, kernel, bias)
    parts = ops.split(kernel, len(drop), axis=1)
    z = ops.concatenate([ops.matmul(x * m, w) for m, w in zip(drop, parts, strict=True)], axis=-1)
    return z if bias is None else z + bias


def is_the(activation, name):
    """Tell whether an activation is the plain one of that name."""
    return activation in (getattr(activations, name), getattr(ops, name))
