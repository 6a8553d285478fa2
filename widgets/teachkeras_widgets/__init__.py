"""Notebook views of a teachkeras model: see it, push it.

>>> import teachkeras_widgets
>>> sorted(set(dir(teachkeras_widgets)) & {"LiveTraining", "Neuron", "live"})
['LiveTraining', 'Neuron', 'live']

One view is one class (Python: what to show) and one ES module under ``static`` (browser: how it looks).
Nothing is imported before it is asked for.
"""

from importlib import import_module

_HOME = {
    "ActivationCurves": "curves",
    "Activations": "activations",
    "Attention": "attention",
    "Classifier": "classifier",
    "Convolution": "convolution",
    "Gradients": "gradients",
    "LiveTraining": "live_training",
    "ModelGraph": "model_graph",
    "Neuron": "neuron",
    "Optimizers": "optimizers",
    "Playground": "playground",
    "Recurrence": "recurrence",
    "StepThrough": "step_through",
    "TensorView": "tensor_view",
    "View": "view",
    "live": "live_training",
    "set_language": "catalogue",
}
__all__ = sorted(_HOME)


def __getattr__(name):
    """Import the module that holds ``name`` the first time somebody asks for it."""
    if name not in _HOME:
        raise AttributeError(f"teachkeras_widgets has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__():
    """The lazy names, so that completion finds them."""
    return sorted({*globals(), *_HOME})
