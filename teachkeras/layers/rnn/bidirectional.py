"""Bidirectional: the same sequences read from both ends."""

from teachkeras import ops, serial
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer

MERGES = {
    "concat": lambda a, b: ops.concatenate([a, b], axis=-1),
    "sum": lambda a, b: a + b,
    "ave": lambda a, b: (a + b) / 2,
    "mul": lambda a, b: a * b,
    None: lambda a, b: (a, b),
}


class _NotStateful(ArgumentError, AttributeError):
    """States were to be reset where none are kept."""


class Bidirectional(Layer):
    """Run a recurrent layer forwards, a second one backwards, and merge what they say.

    Args:
        layer: The layer; both are made anew from its config.
        merge_mode: ``"concat"``, ``"sum"``, ``"mul"``, ``"ave"``, or None for both outputs.
        weights: First values, half of them for each.
        backward_layer: The second layer, where it is to differ; its ``go_backwards`` must.

    Shapes:
        x (n, t, d), y (n, 2u) for ``"concat"``, else (n, u); with return_sequences (n, t, …)

    Raises:
        ArgumentError: `layer` is no layer, the merge mode is unknown, or the two layers don't belong together.

    Example:
        >>> import numpy as np
        >>> from teachkeras.layers import LSTM
        >>> Bidirectional(LSTM(4, return_sequences=True))(np.ones((2, 3, 5))).shape
        (2, 3, 8)

    Source: Schuster & Paliwal, "Bidirectional recurrent neural networks", 1997.
    """

    config_skips = Layer.config_skips | {"weights", "layer"}

    def __init__(self, layer, merge_mode="concat", weights=None, backward_layer=None, **kwargs):
        for name, given in (("layer", layer), ("backward_layer", backward_layer)):
            if not isinstance(given, Layer) and not (given is None and name == "backward_layer"):
                raise ArgumentError(f"Bidirectional: {name}", expected="a Layer instance", got=repr(given))
        if merge_mode not in MERGES:
            raise ArgumentError(
                "Invalid merge mode", expected='"sum", "mul", "ave", "concat" or None', got=repr(merge_mode)
            )
        super().__init__(**kwargs)
        self.forward_layer = _anew(layer, "forward")
        self.backward_layer = backward_layer or _anew(layer, "backward", go_backwards=True)
        for one in (self.forward_layer, self.backward_layer):
            if hasattr(layer, "use_cudnn"):
                one.use_cudnn = layer.use_cudnn
            if getattr(one, "zero_output_for_mask", None) is not None:
                one.zero_output_for_mask = one.return_sequences
        self._check_pair()
        self.merge_mode = merge_mode
        if weights:
            half = len(weights) // 2
            self.forward_layer._given_weights, self.backward_layer._given_weights = weights[:half], weights[half:]
        self.stateful, self.return_state = layer.stateful, layer.return_state
        self.return_sequences, self.input_spec = layer.return_sequences, layer.input_spec
        self.supports_masking = True

    def _check_pair(self):
        a, b = self.forward_layer, self.backward_layer
        if a.go_backwards == b.go_backwards:
            raise ArgumentError(
                "Forward layer and backward layer should have different `go_backwards` value", got=repr(a.go_backwards)
            )
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(a, name) != getattr(b, name):
                raise ArgumentError(
                    "Forward layer and backward layer are expected to have the same value for attribute "
                    f'"{name}"', got=f"{getattr(a, name)} and {getattr(b, name)}",
                )  # fmt: skip

    def build(self, sequences_shape, initial_state_shape=None):
        """Build both layers."""
        for one in (self.forward_layer, self.backward_layer):
            if not one.built:
                one._build_at(sequences_shape, f"{self.path}/{one.name}")

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return the merged shape, or both; then the states' shapes where they are asked for."""
        shape, states = self.forward_layer.compute_output_shape(sequences_shape), ()
        if self.return_state:
            shape, states = shape[0], tuple(shape[1:])
        if self.merge_mode == "concat":
            shape = (*shape[:-1], 2 * shape[-1])
        shapes = (shape, shape) if self.merge_mode is None else (shape,)
        return (*shapes, *states, *states) if self.return_state else list(shapes) if len(shapes) > 1 else shape

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """Return what both layers say, merged; then their states where they are asked for."""
        half = 0 if initial_state is None else len(initial_state) // 2
        first, second = (None, None) if initial_state is None else (initial_state[:half], initial_state[half:])
        more = {} if training is None else {"training": training}
        y = self.forward_layer(sequences, initial_state=first, mask=mask, **more)
        y_back = self.backward_layer(sequences, initial_state=second, mask=mask, **more)
        states = ()
        if self.return_state:
            states = (*y[1:], *y_back[1:])
            y, y_back = y[0], y_back[0]
        if self.return_sequences:
            y_back = ops.flip(y_back, axis=1)
        merged = MERGES[self.merge_mode](y, y_back)
        if not self.return_state:
            return merged
        return (*merged, *states) if self.merge_mode is None else (merged, *states)

    def compute_mask(self, sequences, mask):
        """Return the mask of the outputs: that of the inputs, if there is an output for every step."""
        mask = (mask[0] if isinstance(mask, list) else mask) if self.return_sequences else None
        masks = (mask, mask) if self.merge_mode is None else (mask,)
        if self.return_state:
            states = 2 * len(getattr(self.forward_layer, "state_size", ()))
            return [*masks, *[None] * states]
        return masks if len(masks) > 1 else mask

    def reset_state(self):
        """Set the states of both layers to 0.

        Raises:
            ArgumentError: they keep none.
        """
        if not self.stateful:
            raise _NotStateful("Layer must be stateful.")
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state  # its name in Keras 2

    @property
    def states(self):
        """The states that both layers keep, or None."""
        both = self.forward_layer.states, self.backward_layer.states
        return tuple(both[0] + both[1]) if both[0] and both[1] else None

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return {**super().get_config(), "layer": serial.serialize(self.forward_layer)}


def _anew(layer, direction, **changes):
    """Return a new layer like `layer`, with a name that tells its direction and no weights yet."""
    described = serial.serialize(layer)
    described.pop("build_config", None)
    name = f"{direction}_{layer.name.removeprefix(direction + '_')}"
    described["config"] = {**described["config"], **changes, "name": name}
    return serial.deserialize(described)
