"""What flows through each layer during one batch: size of the output, share of zeros, size of the gradient."""

import numpy as np

import teachkeras
from teachkeras import events

from .finding import plain

MOST = 65_536  # numbers of an output that are looked at


class Statistics:
    """Listens to one batch. Keys are those of the graph's nodes: ``"inner>six"``, and ``"shared/1"`` for a second call.

    Args:
        model: the model whose layers, those of inner models too, are listened to.
    """

    def __init__(self, model):
        self.layers = dict(_paths(model))
        self._owner = {weight.uid: key for key, layer in self.layers.items() for weight in layer.trainable_weights}
        self._outputs, self._squares = {}, {}

    def listen(self, model, stack):
        """Begin; what is entered into ``stack`` ends with it."""
        self._outputs, self._squares = {}, {}
        for key, layer in self.layers.items():
            catch = self._catcher(key)
            stack.enter_context(teachkeras.hook(model, layer, forward=catch))
        stack.enter_context(events.update.subscribe(self._updated))

    def table(self):
        """``{key: {"mean", "std", "zeros", "gradient"}}`` of what was heard; a layer that did not run is not in it."""
        found = {}
        for key, outputs in self._outputs.items():
            for call, numbers in enumerate(outputs):
                found[f"{key}/{call}" if call else key] = {**numbers, "gradient": self._gradient(key)}
        return found

    def _gradient(self, key):
        squares = self._squares.get(key)
        return None if squares is None else float(np.sqrt(squares))

    def _catcher(self, key):
        def catch(_, inputs, output):
            values = plain(output[0] if isinstance(output, list | tuple) else output)
            if values.dtype.kind == "f" and values.size:
                self._outputs.setdefault(key, []).append(_numbers(values))

        return catch

    def _updated(self, variable, gradient, *_):
        key = self._owner.get(variable.uid)
        gradient = None if gradient is None else plain(gradient)
        if key is not None and gradient is not None and gradient.dtype.kind == "f":
            self._squares[key] = self._squares.get(key, 0.0) + float(np.square(gradient, dtype="float64").sum())


def _paths(model, before=""):
    """``(key, layer)`` of every layer that computes something."""
    for layer in model.layers:
        inner, key = getattr(layer, "layers", None), before + layer.name
        if isinstance(inner, list) and inner:
            yield from _paths(layer, f"{key}>")
        elif type(layer).__name__ != "InputLayer":
            yield key, layer


def _numbers(values):
    values = values.reshape(-1)
    values = values[:: max(1, values.size // MOST)].astype("float64")
    return {"mean": float(values.mean()), "std": float(values.std()), "zeros": float(np.mean(values == 0))}
