"""Checks of lesson 34, pretrained models."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("34.1")
def count(answer):
    """512·10 + 10."""
    known = [
        (5120, "the ten biases are missing."),
        (14714688, "the base is frozen: none of its numbers learn."),
        (14714688 + 5130, "the base is frozen: only the head learns."),
        (512, "each of the ten units has 512 weights and a bias."),
        (522, "weights: inputs *times* units."),
        (513, "this is one unit; there are ten."),
    ]
    return common.number(answer, 5130, known, within=1e-6)


@exercise("34.2")
def freeze(answer):
    """The first n layers stop learning."""
    from teachkeras import Sequential, layers

    if hint := common.function(answer):
        return hint
    model = Sequential([layers.Dense(2, input_dim=2), *[layers.Dense(2) for _ in range(3)]])
    model.layers[3].trainable = False
    answer(model, 2)
    learning = [layer.trainable for layer in model.layers]
    if learning == [False, False, True, True]:
        return None
    if learning == [True, True, False, False]:
        return "the other way round: trainable = False for the first n."
    if learning == [False, False, True, False]:
        return "a layer behind them that was frozen before must learn again: set trainable for every layer."
    if learning == [False, False, False, True] or learning == [False, True, True, True]:
        return "one too many or too few: with n = 2 the layers 0 and 1 stop."
    if learning == [False] * 4:
        return "now nothing learns; only the first n should stop."
    return "nothing has changed: set layer.trainable." if learning[:2] == [True, True] else f"it gives {learning}."
