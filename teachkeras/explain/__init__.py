"""Explaining: formulas with this step's numbers in them, gradients as chains of factors, diagnosis, attribution.

The package is itself the public function: ``teachkeras.explain(model, address)``; what it is made of is found on it,
such as ``teachkeras.explain.chain`` or ``teachkeras.explain.integrated_gradients``. Each function that returns arrays
has a plot of the same name in ``teachkeras_widgets.plots``.
"""

import sys
import types

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)


class _Face(types.ModuleType):
    """This package, callable."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Explain a place in a model or a recording, or a thing (:func:`~teachkeras.explain.explained.explanation`)."""
        from teachkeras.explain.explained import explanation

        return explanation(*args, **kwargs)


sys.modules[__name__].__class__ = _Face
