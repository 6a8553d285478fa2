"""One training step of the user's model as a walk: forward, loss, backward, update, with every number that came up.

The engine takes the step under its own recorder (``tk.record``); afterwards, unless asked to keep it, the step is taken
back: weights, optimizer state, random numbers and metrics are as before. The page gets what the recorder tells as plain
data (``to_json``), and of each array the piece that fits on a screen.
"""

from contextlib import contextmanager

from traitlets import Dict, List

import teachkeras
from teachkeras.errors import ArgumentError, NotCompiledError

from .blocks import block
from .finding import array, built
from .view import View, look, page
from .worked import worked

MOST = 400  # steps on a page


class StepThrough(View):
    """A walk through one real training step, forwards and backwards, by mouse or keyboard.

    Args:
        model: a built and compiled model; or a recording made by ``tk.record``.
        x, y: the batch to train on.
        keep: whether the model keeps what it learnt in that step.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, NotCompiledError, ArgumentError, DataError: there is no step to take; the message says why.

    Example::

        StepThrough(model, x[:8], y[:8])
        with tk.record(model) as recording:
            model.train_on_batch(x[:8], y[:8])
        StepThrough(recording)
    """

    topic = "steps"
    _esm = page("formula.js", "controls.js", "plot.js", "grid.js", "tex.js", "step_parts.js", "step_through.js")
    _css = look("step_through.css")
    setup = Dict().tag(sync=True)
    blocks = List().tag(sync=True)  # one for each step: what its arrays hold
    edits = Dict().tag(sync=True)

    def __init__(self, model, x=None, y=None, *, keep=False, language=None):
        super().__init__(language=language)
        recording = model if hasattr(model, "to_json") and hasattr(model, "steps") else _recorded(model, x, y, keep)
        told = recording.to_json(numbers=False)
        steps = list(zip(told["steps"], recording.steps, strict=True))[:MOST]
        if not steps:
            raise ArgumentError(
                "StepThrough",
                expected="a recording with steps",
                got="an empty one",
                fix="train inside the with block: model.train_on_batch(x, y)",
            )
        self.setup = {
            "model": told["model"],
            "steps": [
                {**_plain(view), "worked": worked(step, pair)}
                for (view, step), pair in zip(steps, _pairs(recording.steps), strict=False)
            ],
            "left_out": len(recording.steps) - len(steps),
        }
        self.blocks = [
            {name: block(values, kernel=_is_kernel(step, name)) for name, values in step.arrays.items()}
            for _, step in steps
        ]

    @property
    def position(self):
        """The step shown, from 0."""
        return int(self.edits.get("position", 0))

    def figure(self):
        """All steps in a row by phase, and the arrays of the one shown, as a matplotlib figure."""
        from .step_figure import step_figure

        return step_figure(self)


def _pairs(steps):
    """For each step the forward step whose gradient it is, or None: the last of that op in that layer not yet taken."""
    waiting = {}
    for step in steps:
        key = (step.op, step.layer)
        if step.phase in ("forward", "loss"):
            waiting.setdefault(key, []).append(step)
        yield waiting[key].pop() if step.phase == "backward" and waiting.get(key) else None


def _is_kernel(step, name):
    """Is this array of four axes a kernel, (height, width, channels, filters), rather than images?"""
    return step.phase == "update" or (step.op.startswith("convolve") and name in ("w", "w_bar"))


def _plain(view):
    keys = ("index", "phase", "op", "layer", "tex", "shapes", "origins", "params", "train_step")
    return {key: view.get(key) for key in keys}


def _recorded(model, x, y, keep):
    built("StepThrough", model)
    if not getattr(model, "compiled", False):
        raise NotCompiledError(
            "StepThrough", expected="a compiled model", got="one without loss and optimizer",
            fix='model.compile(optimizer="sgd", loss="…")',
        )  # fmt: skip
    if x is None or y is None:
        raise ArgumentError(
            "StepThrough", expected="a batch to train on", got="no x or no y", fix="StepThrough(model, x[:8], y[:8])"
        )
    x, y = array("StepThrough", x), array("StepThrough", y, "y")
    with _undone(model) if not keep else _nothing(), teachkeras.record(model) as recording:
        model.train_on_batch(x, y)
    return recording


@contextmanager
def _nothing():
    yield


@contextmanager
def _undone(model):
    """Take back what happens inside: weights, the optimizer's state, random numbers, metrics."""
    generators = list(getattr(model.roster, "generators", ()))
    seeds = [generator.counter for generator in generators]
    weights = model.get_weights()
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_weights)
    state = [(variable, variable.numpy()) for variable in model.optimizer.variables]
    try:
        yield
    finally:
        model.set_weights(weights)
        for variable, value in state:
            variable.assign(value)
        for generator, counter in zip(generators, seeds, strict=True):
            generator.counter = counter
        model.reset_metrics()
