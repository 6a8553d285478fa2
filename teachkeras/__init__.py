"""teachkeras: a complete Keras-like engine written to be read, and to be looked into while it runs.

    import teachkeras as keras

    model = keras.Sequential([keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10, activation="softmax")])

Everything is imported when it is first used. ``teachkeras/README.md`` lists the files in the order in which one
``fit`` visits them.
"""

import importlib
import pkgutil

__version__ = "0.1.0"

_HOMES = {  # public names of the top level, and where each lives
    "Model": "models.model", "Functional": "models.functional", "Sequential": "models.sequential",
    "Input": "layers.core.input_layer",
    "Layer": "layers.layer", "InputSpec": "layers.input_spec", "Variable": "variable", "Tensor": "tensor",
    "KerasTensor": "symbolic", "GradientTape": "tape", "DTypePolicy": "dtype_policies", "Loss": "losses.base",
    "Metric": "metrics.base", "Optimizer": "optimizers.base", "Initializer": "initializers.base",
    "Regularizer": "regularizers", "record": "tracing.recorder", "hook": "tracing.hooks",
    "diagnose": "explain.diagnosis", "check_gradient": "gradcheck", "FloatDTypePolicy": "dtype_policies",
    "Function": "models.function", "Operation": "operation",
    "StatelessScope": "stateless", "SymbolicScope": "stateless",
    "Quantizer": "quantizers", "install_as_keras": "compat", "uninstall_as_keras": "compat", "name_scope": "naming",
}  # fmt: skip
_RENAMED = {"KerasTensor": "SymbolicTensor", "FloatDTypePolicy": "DTypePolicy"}
_NAMESPACES = frozenset(module.name for module in pkgutil.iter_modules(__path__))


def live(model=None, address=None, **options):
    """Return a live view of training: curves that move while ``fit`` runs, with pause, step, stop and learning rate.

    Args:
        model: A model to follow from now on; without one, pass the view to ``fit(callbacks=[view])``.
        address: Layers or weights, such as ``"dense*"`` or ``"dense/kernel"``: the view then shows their gradients and
            updates, batch by batch (``teachkeras_widgets.Gradients``).
        options: Those of ``teachkeras_widgets.LiveTraining``.

    Raises:
        MissingPackageError: the notebook packages are not installed.
        UnknownNameError: nothing is at that address.
    """
    from teachkeras.errors import MissingPackageError

    try:
        widgets = importlib.import_module("teachkeras_widgets")
        if address is not None:
            return widgets.Gradients(model, address, **options)
        return widgets.LiveTraining(model, **options)
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            "teachkeras.live", expected="the notebook packages", got=f"no module {error.name!r}",
            fix='python -m pip install "teachkeras[lab]"',
        ) from error  # fmt: skip


def version():
    """Return the version of teachkeras."""
    return __version__


def __getattr__(name: str) -> object:
    if name in _NAMESPACES:
        return importlib.import_module(f"teachkeras.{name}")
    if name in _HOMES:
        from teachkeras.taught import point

        importlib.import_module("teachkeras.ops.operators")
        found = point(getattr(importlib.import_module(f"teachkeras.{_HOMES[name]}"), _RENAMED.get(name, name)))
        globals()[name] = found
        return found
    from teachkeras.errors import did_you_mean
    from teachkeras.left_out import stand_in

    if (found := stand_in("", name)) is not None:
        return found
    raise AttributeError(
        f"module 'teachkeras' has no attribute {name!r}; {did_you_mean(name, [*_HOMES, *_NAMESPACES])}"
    )


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, *_NAMESPACES])
