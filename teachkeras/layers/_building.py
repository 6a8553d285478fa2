"""The half of a layer that makes its weights once the input shape is known, and unmakes them if that fails."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable

from teachkeras import events, tree
from teachkeras.layers._calling import face_of, shape_of, shapes_for
from teachkeras.variable import Variable


def noting(build: Callable) -> Callable:
    """Return a class's ``build`` so that a layer is built after it, whoever calls it."""

    @functools.wraps(build)
    def build_and_note(self, *args, **kwargs):
        build(self, *args, **kwargs)
        self.built = True
        if self.build_config is None and (shapes := inspect.signature(build).bind(self, *args, **kwargs).arguments):
            shapes = dict(list(shapes.items())[1:])
            only = next(iter(shapes.values()), None)
            self.build_config = {"shapes_dict": shapes} if len(shapes) > 1 else {"input_shape": only}

    return build_and_note


class Buildable:
    """Runs a layer's ``build``."""

    def __init_subclass__(cls, **kwargs: object):
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = noting(cls.build)

    def _build_for(self, args: tuple, kwargs: dict) -> None:
        """Make the weights for these inputs; a failed build leaves none behind."""
        self._build_at(self._shapes(args, kwargs), events.scope.get())

    @staticmethod
    def _named(shapes: object) -> dict[str, object]:
        return shapes if isinstance(shapes, dict) and all(k.endswith("_shape") for k in shapes) else {"shape": shapes}

    def _shapes(self, args: tuple, kwargs: dict) -> dict[str, object]:
        """Return ``{"inputs_shape": …}`` for the arguments that are tensors."""
        found = face_of(type(self)).tensors(args, kwargs)
        return {f"{name}_shape": shape_of(value) for name, value in found.items()}

    def _build_at(self, shapes: object, path: str) -> None:
        """Build for one shape, or for several by name, under an address."""
        shapes = self._named(shapes)
        self.path = path
        self._fitting_shape = None
        before = set(vars(self))
        try:
            self.build(**shapes_for(face_of(type(self)).build, shapes))
        except Exception:
            self._weights.clear()
            for name in set(vars(self)) - before:
                delattr(self, name)
            raise
        self.built = True
        only = next(iter(shapes.values()), None)
        self.build_config = {"shapes_dict": shapes} if len(shapes) > 1 else {"input_shape": only}
        if self._given_weights is not None:
            self.set_weights(self._given_weights)
            self._given_weights = None

    def _unbuild(self) -> None:
        """Go back to before ``build``: no weights, no shape."""
        for holder in (self, *self._flat_layers()):
            for name in [n for n, value in vars(holder).items() if isinstance(value, Variable)]:
                delattr(holder, name)
            holder._weights.clear()
            holder.built, holder.build_config = False, None

    def get_build_config(self) -> dict | None:
        """Return the shapes that the weights were made for; ``build_from_config`` makes them anew."""
        return self.build_config

    def build_from_config(self, config: dict) -> None:
        """Build from what ``get_build_config`` returned."""
        if not config:
            return
        if config.get("input_shape") is not None:
            self._build_at(_as_shape(config["input_shape"]), self.path)
        elif config.get("shapes_dict"):
            self._build_at({name: _as_shape(s) for name, s in config["shapes_dict"].items()}, self.path)


def _as_shape(value: object) -> object:
    """Return shapes as tuples, whatever JSON made of them."""
    return None if value is None else tree.map_shape_structure(tuple, value)
