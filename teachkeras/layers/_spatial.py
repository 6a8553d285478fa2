"""What layers with windows share: numbers per axis, paddings, data formats, and one set-up of weights."""

from __future__ import annotations

from teachkeras import config, regularizers
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError, did_you_mean
from teachkeras.layers.input_spec import InputSpec


def handed_on(given: dict) -> dict:
    """Return a constructor's ``locals()`` as keywords for the next constructor."""
    return {k: v for k, v in given.items() if k not in ("self", "kwargs", "__class__")} | given.get("kwargs", {})


def numbers(value, rank: int, name: str, zero: bool = False) -> tuple:
    """Return one integer per axis from one for all or a tuple (Keras's ``standardize_tuple``).

    Raises:
        ArgumentError: another count, or a number that is not positive (not negative, where `zero` is allowed).
    """
    try:
        values = (value,) * rank if isinstance(value, int) else tuple(value)
        fine = len(values) == rank and all(int(v) >= (0 if zero else 1) for v in values)
    except (TypeError, ValueError):
        fine = False
    if not fine:
        raise ArgumentError(
            f"The `{name}` argument must be a tuple of {rank} integers", got=f"{name}={value!r}", fix=f"{name}=2",
            expected=f"{'non-negative' if zero else 'positive'} integers: one, or {rank} of them",
        )  # fmt: skip
    return values


def data_format_of(value) -> str:
    """Return the data format, that of the configuration if None."""
    value = str(value or config.image_data_format()).lower()
    if value not in ("channels_first", "channels_last"):
        raise ArgumentError("data_format", expected="'channels_first' or 'channels_last'", got=repr(value))
    return value


def padding_of(value, causal: bool = False) -> str:
    """Return the padding's name in lower case."""
    allowed = ("valid", "same", "causal") if causal else ("valid", "same")
    if value.lower() not in allowed:
        raise ArgumentError(
            "The `padding` argument", expected=" or ".join(map(repr, allowed)), got=repr(value),
            fix=did_you_mean(value, allowed),
        )  # fmt: skip
    return value.lower()


def positive(value, name: str) -> None:
    """Raise unless `value` is None or above 0."""
    if value is not None and value <= 0:
        raise ArgumentError(
            f"Invalid value for argument `{name}`. Expected a strictly positive value. Received {name}={value}.",
            expected="a whole number above 0", got=repr(value), fix=f"{name}=8",
        )  # fmt: skip


def not_both(strides: tuple, dilation_rate: tuple) -> None:
    """Raise where both are above 1, which Keras does not support."""
    if max(strides) > 1 and max(dilation_rate) > 1:
        raise ArgumentError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
            f"Received: strides={strides} and dilation_rate={dilation_rate}"
        )


class Windowed:
    """Mixed into layers that slide a kernel: `rank` counts the axes it slides along."""

    rank = 0

    def _channels(self, input_shape) -> int:
        """Return the number of input channels.

        Raises:
            ShapeError: too few axes, or too many.
            ArgumentTypeError: it is not known.
        """
        if len(input_shape) != self.rank + 2:
            raise ShapeError(
                type(self).__name__, expected=f"inputs with {self.rank + 2} axes", got=f"shape {tuple(input_shape)}",
                fix="a grey image needs a channel axis of length 1: x[..., None]",
            )  # fmt: skip
        channels = input_shape[-1 if self.data_format == "channels_last" else 1]
        if channels is None:
            raise ArgumentTypeError(
                type(self).__name__, expected="a known number of channels", got=f"shape {tuple(input_shape)}",
                fix="give Input or input_shape= a number for the channel axis",
            )  # fmt: skip
        return channels

    def _settled(self, input_shape) -> int:
        """Return the number of input channels, and accept no other from now on."""
        channels = self._channels(input_shape)
        axis = -1 if self.data_format == "channels_last" else 1
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _weight(self, name: str, shape: tuple, kind: str | None = None):
        """Make a weight with the initializer, regularizer and constraint that the layer has for its kind."""
        kind = kind or name
        return self.add_weight(
            shape=shape, name=name, initializer=getattr(self, f"{kind}_initializer"),
            regularizer=getattr(self, f"{kind}_regularizer"), constraint=getattr(self, f"{kind}_constraint"),
        )  # fmt: skip

    def _activated(self, z):
        return z if self.activation is None else self.activation(z)

    def get_config(self) -> dict:
        """Return the constructor's arguments; here Keras lists the activity_regularizer even where there is none."""
        return super().get_config() | {"activity_regularizer": regularizers.serialize(self.activity_regularizer)}
