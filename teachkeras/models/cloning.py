"""clone_model: the same model anew, with layers and weights of its own."""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import tree
from teachkeras.errors import ArgumentError
from teachkeras.layers.core.input_layer import Input, InputLayer
from teachkeras.layers.layer import Layer
from teachkeras.models.functional import Functional
from teachkeras.models.model import Model
from teachkeras.models.sequential import Sequential


def clone_model(model, input_tensors=None, clone_function=None, call_function=None, recursive=False, **kwargs):
    """Return a model of the same layers, with weights of its own, freshly started.

    Args:
        model: A Sequential or functional model; of a subclassed one the config is used.
        input_tensors: Symbolic tensors to build on; by default new inputs of the same shapes.
        clone_function: ``layer -> layer``: makes each new layer, by default from the old one's config.
        call_function: ``(layer, *args, **kwargs) -> outputs``: calls each new layer of a functional model.
        recursive: Whether `clone_function` reaches the layers of models inside, too.

    Raises:
        ArgumentError: an argument that this kind of model does not take.

    Example:
        >>> from teachkeras import layers
        >>> model = Sequential([layers.Dense(2, input_shape=(3,))])
        >>> twin = clone_model(model)
        >>> twin.count_params(), twin.layers[0] is model.layers[0]
        (8, False)
    """
    if kwargs:
        raise ArgumentError(f"Unexpected argument(s): {kwargs}")
    if not isinstance(model, (Sequential, Functional)):
        if clone_function or input_tensors or call_function:
            raise ArgumentError(
                "Arguments `clone_function` and `input_tensors` are only supported for Sequential models or Functional "
                "models.", got=f"model of type {type(model).__name__}",
            )  # fmt: skip
        return type(model).from_config(model.get_config())

    def renewed(layer: object) -> object:
        if recursive and isinstance(layer, (Sequential, Functional)):
            return clone_model(layer, clone_function=clone_function, call_function=call_function, recursive=True)
        return (clone_function or _from_config)(layer) if isinstance(layer, Layer) else layer

    if isinstance(model, Sequential):
        return _clone_sequential(model, input_tensors, renewed, call_function)
    return _clone_functional(model, input_tensors, renewed, call_function)


def _from_config(layer: Layer) -> Layer:
    return type(layer).from_config(layer.get_config())


def _clone_sequential(model: Sequential, inputs: object, renewed: Callable, call: object) -> Model:
    if call is not None:
        raise ArgumentError("`call_function` argument is not supported with Sequential models.", got=repr(call))
    layers = [renewed(layer) for layer in model.layers]
    if inputs is not None:
        return Sequential([*tree.flatten(inputs), *layers], name=model.name, trainable=model.trainable)
    first = [] if model._input is None else [InputLayer.from_config(model._input.get_config())]
    return Sequential([*first, *layers], name=model.name, trainable=model.trainable)


def _clone_functional(model: Functional, inputs: object, renewed: Callable, call: Callable | None) -> Model:
    if inputs is None:
        fresh = [Input(batch_shape=t.shape, dtype=t.dtype, name=t.name) for t in model.inputs]
    else:
        fresh = tree.flatten(inputs)
    clones = {id(o): renewed(o) for o in model.operations if not isinstance(o, InputLayer)}

    def face(operation: object) -> Callable:
        clone = clones.get(id(operation), operation)
        return clone if call is None else lambda *args, **kwargs: call(clone, *args, **kwargs)

    outputs = model._run(fresh, face, None)
    starts = tree.pack_sequence_as(model._inputs_struct, fresh)
    return type(model)(starts, outputs, name=model.name)
