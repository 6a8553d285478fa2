"""Checks of lesson 7, compile, fit, evaluate, predict."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("7.1")
def steps(answer):
    """ceil(1000 / 64)·5 = 80."""
    known = [
        (75, "the last, smaller batch of each epoch is a step too: round up."),
        (78.125, "steps are whole: round up in each epoch."),
        (79, "round up in each epoch, not once at the end."),
        (78, "round up in each epoch, not once at the end."),
        (16, "this is one epoch."),
        (320, "the samples are divided by the batch size, then multiplied by the epochs."),
    ]
    return common.number(answer, 80, known, within=1e-6)


@exercise("7.2")
def compiled(model):
    """categorical_crossentropy, SGD(0.1), accuracy."""
    if hint := common.model_of(model):
        return hint
    if not model.compiled:
        return "the model is not compiled yet: write the line model.compile(loss=..., optimizer=..., metrics=[...])."
    loss = getattr(model.loss, "name", model.loss)
    if loss == "sparse_categorical_crossentropy":
        return "that loss is for class numbers; rows with a single 1 need categorical_crossentropy."
    if loss not in ("categorical_crossentropy", "CategoricalCrossentropy"):
        return f"the loss is {loss!r}; for ten classes as rows with a single 1 it is categorical_crossentropy."
    if type(model.optimizer).__name__ != "SGD":
        return f"plain gradient descent is SGD; this is {type(model.optimizer).__name__}."
    if abs(float(model.optimizer.learning_rate) - 0.1) > 1e-6:
        return f"the learning rate should be 0.1; it is {float(model.optimizer.learning_rate):.4g}."
    given = model.get_compile_config()["metrics"]
    return None if given and "accuracy" in str(given) else "the metric is missing: metrics=['accuracy']."


@exercise("7.3")
def accuracy(answer):
    """Mean of argmax == y."""
    if hint := common.function(answer):
        return hint
    p = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.4, 0.35, 0.25], [0.1, 0.1, 0.8]])
    y = np.array([1, 0, 1, 0, 2])
    known = [
        (4, "this is the number of right answers; a share is asked for (the mean)."),
        (0.2, "these are the mistakes."),
        (float(p[np.arange(5), y].mean()), "this is the mean probability; accuracy counts right answers."),
    ]
    return common.number(answer(p, y), 0.8, known)
