"""Which lesson teaches what: the one table from which help texts and findings point to the lessons.

>>> from teachkeras import layers
>>> layers.LSTM.__doc__.split()[-2:]
['Lesson:', '20_recurrence_and_lstm.']
"""

from __future__ import annotations

TAUGHT = {  # a module of the package, or a name in one -> its lesson; of several that fit, the longest place counts
    "activations": "16_activations",
    "applications": "34_pretrained_models",
    "callbacks.early_stopping": "44_overfitting",
    "config": "33_back_ends_and_data",
    "datasets": "33_back_ends_and_data",
    "datasets.cifar10": "26_image_classification",
    "datasets.imdb": "27_sentiment",
    "datasets.mnist": "25_handwritten_digits",
    "explain": "37_seeing_what_a_model_sees",
    "explain.scores": "40_fairness_and_privacy",
    "initializers": "22_initialisation",
    "layers.activations": "16_activations",
    "layers.attention": "38_transformer",
    "layers.attention.attention": "29_language_uses",
    "layers.convolutional": "18_convolution",
    "layers.core": "04_layers",
    "layers.core.dense": "15_the_neuron",
    "layers.core.embedding": "27_sentiment",
    "layers.core.input_layer": "06_functional_models",
    "layers.layer": "04_layers",
    "layers.merging": "06_functional_models",
    "layers.normalization": "24_batch_normalisation",
    "layers.normalization.per_example": "38_transformer",
    "layers.pooling": "19_pooling",
    "layers.regularization": "23_regularisation",
    "layers.reshaping": "04_layers",
    "layers.reshaping.resampling": "28_vision_uses",
    "layers.rnn": "20_recurrence_and_lstm",
    "layers.rnn.bidirectional": "29_language_uses",
    "losses": "09_losses",
    "losses.probabilistic": "21_softmax_and_crossentropy",
    "metrics": "45_imbalanced_data",
    "models.functional": "06_functional_models",
    "models.model": "06_functional_models",
    "models.sequential": "05_sequential_models",
    "ops": "03_tensors",
    "ops.convolution": "18_convolution",
    "ops.crossentropy": "21_softmax_and_crossentropy",
    "ops.fourier": "31_sound",
    "ops.nn": "16_activations",
    "ops.nn.softmax": "21_softmax_and_crossentropy",
    "ops.nn.log_softmax": "36_without_labels",
    "ops.pooling": "19_pooling",
    "ops.recurrent": "20_recurrence_and_lstm",
    "optimizers": "13_optimizers",
    "optimizers.sgd": "10_gradient_descent",
    "regularizers": "23_regularisation",
    "saving": "47_saving_and_loading",
    "tape.GradientTape": "12_the_chain_rule",
    "tensor": "03_tensors",
    "tracing.recorder": "08_forward_propagation",
    "utils.categorical": "21_softmax_and_crossentropy",
    "utils.rng": "33_back_ends_and_data",
    "variable": "10_gradient_descent",
}

FOUND = {  # what a diagnosis finds -> its lesson
    "dead_relu": "16_activations",
    "saturated_units": "16_activations",
    "vanishing_gradient": "22_initialisation",
    "exploding_gradient": "22_initialisation",
    "exploding_activations": "22_initialisation",
    "same_units": "22_initialisation",
    "no_gradient": "11_backpropagation",
    "update_ratio": "13_optimizers",
    "learning_rate_too_high": "10_gradient_descent",
    "learning_rate_too_low": "10_gradient_descent",
    "over_fitting": "44_overfitting",
    "under_fitting": "44_overfitting",
    "unscaled_input": "25_handwritten_digits",
    "labels_not_matching_loss": "09_losses",
    "logits_as_probabilities": "21_softmax_and_crossentropy",
    "softmax_twice": "21_softmax_and_crossentropy",
    "softmax_of_one": "21_softmax_and_crossentropy",
    "class_imbalance": "45_imbalanced_data",
    "unscaled_target": "09_losses",
}


def lesson(module: str, name: str) -> str:
    """Return the lesson that teaches a public thing, or "".

    Args:
        module: The module that defines it.
        name: Its name there.

    >>> lesson("teachkeras.layers.rnn.gru", "GRU"), lesson("teachkeras.tree", "flatten")
    ('20_recurrence_and_lstm', '')
    """
    place = f"{module}.{name}".removeprefix("teachkeras.")
    while place and place not in TAUGHT:
        place = place.rpartition(".")[0]
    return TAUGHT.get(place, "")


def point(thing: object) -> object:
    """Return a public thing whose docstring ends with the lesson that teaches it, where there is one."""
    doc = getattr(thing, "__doc__", None)
    name = lesson(getattr(thing, "__module__", None) or "", getattr(thing, "__name__", getattr(thing, "name", "")))
    if name and doc and "Lesson: " not in doc:
        body = doc.rstrip()
        indent = doc[len(body) :].rpartition("\n")[2]
        thing.__doc__ = f"{body}\n\n{indent}Lesson: {name}.\n{indent}"
    return thing
