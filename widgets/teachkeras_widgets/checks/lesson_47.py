"""Checks of lesson 47, saving and loading."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("47.1")
def part(answer):
    """The weights."""
    why = {
        "optimizer": "the optimizer is needed to go on learning, not to answer.",
        "history": "the history is for reading; no computation uses it.",
        "loss": "the loss judges answers; it does not make them.",
        "plan": "besides the plan: what does predict multiply with?",
    }
    return common.choice(answer, "weights", why)


@exercise("47.2")
def copy_of(answer):
    """From config, with the weights; independent."""
    if hint := common.function(answer):
        return hint
    from teachkeras import Sequential, layers

    model = Sequential([layers.Dense(3, activation="tanh", input_dim=2), layers.Dense(1)])
    made = answer(model)
    if made is None:
        return "it gives nothing back: return the new model."
    if hint := common.model_of(made):
        return hint
    if made is model:
        return "this is the same model, not a copy of it."
    if any(layer in model.layers for layer in made.layers):
        return "the copy uses the layers of the original, so that both change together: make it from get_config()."
    x = np.random.default_rng(47).normal(size=(4, 2)).astype("float32")
    if [type(layer).__name__ for layer in made.layers] != ["Dense", "Dense"]:
        return "the plan is not the same."
    return common.array(made(x), model(x).numpy(), (), "the plan is the same, the weights are not: set_weights.")


@exercise("47.3")
def count(answer):
    """3·2,410 + 1 = 7,231."""
    known = [
        (2410, "that is enough to answer; going on needs Adam's numbers and the step count."),
        (4820, "Adam keeps two numbers for each weight, and the weights themselves are needed too."),
        (4821, "the weights themselves are needed too."),
        (7230, "the step count is missing: Adam's correction depends on it."),
        (7232, "one step count, not two."),
    ]
    return common.number(answer, 7231, known, within=1e-6)
