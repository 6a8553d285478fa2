"""One unit of a real layer: its weights, the input that reaches it, what the engine makes of it, and the way back."""

import numpy as np

import teachkeras
from teachkeras.errors import (
    ArgumentError,
    ConcurrentFitError,
    DataError,
    NotBuiltError,
    ShapeError,
    UnknownNameError,
    did_you_mean,
)

MOST_INPUTS = 65_536  # more can't be told apart on a screen


class Unit:
    """Unit ``index`` of a layer with a ``(inputs, units)`` kernel.

    Attributes:
        x, w: float64 of shape (inputs,): what reaches the unit, and its weights.
        bias: its bias, 0 where the layer has none.
        activation: the name of the layer's activation.
    """

    def __init__(self, model, layer, index, sample):
        self.model, self.layer = model, find_layer(model, layer)
        units = self.layer.kernel.shape[1]
        if not (isinstance(index, int | np.integer) and 0 <= index < units):
            raise ArgumentError(
                f"Neuron of layer {self.layer.name!r}",
                expected=f"unit from 0 to {units - 1}",
                got=f"unit={index!r}",
                fix="choose a unit that the layer has",
            )
        self.index = int(index)
        self.sample = self._reaching(sample)
        self.activation = getattr(self.layer.activation, "__name__", "linear")
        self.refresh()

    def refresh(self):
        """Read the weights as they are now."""
        self.x = self.sample.astype("float64")
        self.w = np.asarray(self.layer.kernel.numpy(), "float64")[:, self.index]
        bias = getattr(self.layer, "bias", None)
        self.bias = 0.0 if bias is None else float(bias.numpy()[self.index])
        _check_finite(self.w, f"weights of unit {self.index} of layer {self.layer.name!r}")

    def output(self):
        """What the engine computes for this unit and this input."""
        return float(_array(self.layer(self.sample[None].astype("float32")))[0, self.index])

    def write(self, weights, bias):
        """Put these weights and this bias into the layer.

        Raises:
            ConcurrentFitError: the model is training.
        """
        if getattr(getattr(self.model, "control", None), "running", False):
            raise ConcurrentFitError(
                "Neuron, write to model",
                expected="a model at rest",
                got="a model in the middle of fit",
                fix="write when fit has finished, or stop it",
            )
        kernel = np.array(self.layer.kernel.numpy())
        kernel[:, self.index] = weights
        self.layer.kernel.assign(kernel)
        if getattr(self.layer, "bias", None) is not None:
            values = np.array(self.layer.bias.numpy())
            values[self.index] = bias
            self.layer.bias.assign(values)
        self.refresh()

    def _reaching(self, sample):
        """The values that reach the layer when the model sees ``sample``; ones without a sample."""
        inputs = self.layer.kernel.shape[0]
        if inputs > MOST_INPUTS:
            raise ArgumentError(
                f"Neuron of layer {self.layer.name!r}",
                expected=f"a layer of at most {MOST_INPUTS} inputs",
                got=f"{inputs} inputs",
                fix="choose a layer closer to the output",
            )
        if sample is None:
            return np.ones(inputs)
        sample = np.asarray(_array(sample), "float32")
        _check_finite(sample, "x")
        return _check_reaches(_before(self.model, self.layer, sample), inputs, self.layer, sample)


def find_layer(model, layer):
    """The layer object: given as such, by name, or (None) the last one that has a ``(inputs, units)`` kernel."""
    if not getattr(model, "built", False):
        raise NotBuiltError(
            "Neuron",
            expected="a built model",
            got=f"{getattr(model, 'name', model)!r}, which has no weights yet",
            fix="begin it with Input(shape), or call model.build(input_shape) or fit first",
        )
    dense = [each for each in model.layers if len(getattr(getattr(each, "kernel", None), "shape", ())) == 2]
    names = [each.name for each in dense]
    if layer is None and dense:
        return dense[-1]
    for each in dense:
        if layer is each or layer == each.name:
            return each
    if layer is None or layer in model.layers or layer in [each.name for each in model.layers]:
        raise ArgumentError(
            "Neuron",
            expected="a layer with one weight per input and unit (Dense)",
            got=getattr(layer, "name", layer) or "a model without such a layer",
            fix=f"choose one of {', '.join(names)}" if names else "add a Dense layer",
        )
    name = getattr(layer, "name", layer)
    raise UnknownNameError("Neuron, layer", expected=", ".join(names), got=repr(name), fix=did_you_mean(name, names))


def _before(model, layer, sample):
    """What arrives at ``layer`` when the engine runs the model on the sample: a hook looks, and is gone."""
    seen = []
    with teachkeras.hook(model, layer, forward=lambda _, inputs, __: seen.append(inputs)):
        model(sample[None])
    inputs = seen[0]
    return _array(inputs[0] if isinstance(inputs, list | tuple) else inputs)[0]


def _check_reaches(values, inputs, layer, sample):
    if values.shape != (inputs,):
        raise ShapeError(
            f"Neuron of layer {layer.name!r}",
            expected=f"one sample that gives the layer {inputs} values",
            got=f"x of shape {sample.shape}, which gives it {values.shape}",
            fix="pass one sample of the model's input, such as x_test[0]",
        )
    return values


def _check_finite(values, what):
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        raise DataError(
            f"Neuron, {what}",
            expected="finite numbers",
            got=f"{values[at]} at entry {at if len(at) > 1 else at[0]} ({len(bad)} such in all)",
            fix="look for the division or logarithm that made it, or train again with a lower learning rate",
        )


def _array(tensor):
    return np.asarray(tensor.numpy() if hasattr(tensor, "numpy") else tensor)
