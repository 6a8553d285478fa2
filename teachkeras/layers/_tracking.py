"""What a layer holds: variables, sub-layers and seed generators found among its attributes."""

from __future__ import annotations

from teachkeras.variable import Keeper, Variable


def held_by(owner: object, kind: type | tuple[type, ...]) -> list:
    """Return the objects of `kind` among an owner's attributes, inside lists and dicts too, each once, in order."""
    found: dict[int, object] = {}
    for name, value in vars(owner).items():
        if name not in owner.untracked:
            _collect(value, kind, found)
    return list(found.values())


def _collect(value: object, kind: type | tuple[type, ...], found: dict) -> None:
    if isinstance(value, kind):
        found[id(value)] = value
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, kind, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, kind, found)


_changes = 0


def changes() -> int:
    """Return how often layers have changed in this process: an attribute was set, a hook added."""
    return _changes


def changed() -> None:
    """Count a change of a layer: what was learnt about its steps no longer holds."""
    global _changes
    _changes += 1


class Roster:
    """Everything that takes part in a model's steps, looked up once.

    Walking the attributes for every batch would cost more than the batch.

    Attributes:
        layers: The model and all layers inside it.
        trainable: The weights that training changes.
        regularized: Those of them that have a regularizer.
        generators: The random generators.
    """

    def __init__(self, owner: Holder):
        self.layers = [owner, *owner._flat_layers()]
        self.trainable = owner.trainable_weights
        self.regularized = [v for v in self.trainable if v.regularizer is not None]
        self.generators = [g for layer in self.layers for g in held_by(layer, _seed_generator())]


class Holder(Keeper):
    """The half of a layer that owns things: weights, sub-layers, their counts and copies."""

    untracked: frozenset[str] = frozenset({"_given", "_nodes", "_hooks", "_roster"})
    _roster: Roster | None = None
    restless: frozenset[str] = frozenset()  # attributes whose change leaves the computation as it is

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; a public one, hooks and ``trainable`` count as a change of the layer."""
        object.__setattr__(self, name, value)
        if (name[0] != "_" or name in ("_hooks", "_trainable")) and name not in self.restless:
            changed()

    @property
    def roster(self) -> Roster:
        """Who takes part: taken anew, or the one that a running loop keeps."""
        return self._roster or Roster(self)

    @property
    def _layers(self) -> list:
        """Sub-layers, in the order in which they were set."""
        return held_by(self, Holder)

    @property
    def weights(self) -> list[Variable]:
        """All weights: this layer's trainable ones, its others, then those of its sub-layers."""
        ordered = self._own_variables()
        for layer in self._layers:
            ordered += layer.weights
        return list({id(v): v for v in ordered}.values())

    def _own_variables(self) -> list[Variable]:
        own = held_by(self, Variable)
        return [v for v in own if v.trainable_by_birth] + [v for v in own if not v.trainable_by_birth]

    @property
    def variables(self) -> list[Variable]:
        """Weights and the state of random generators."""
        found = list(self.weights)
        for layer in (self, *self._flat_layers()):
            found += [generator.state for generator in held_by(layer, _seed_generator())]
        return list({id(v): v for v in found}.values())

    def _flat_layers(self) -> list:
        flat = []
        for layer in self._layers:
            flat += [layer, *layer._flat_layers()]
        return list({id(layer): layer for layer in flat}.values())

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [v for v in self.weights if v.trainable]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training leaves alone."""
        return [v for v in self.weights if not v.trainable]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that training changes."""
        return [v for v in self.variables if v.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that training leaves alone."""
        return [v for v in self.variables if not v.trainable]

    @property
    def trainable(self) -> bool:
        """Whether training may change this layer; setting it reaches every weight and sub-layer."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for variable in held_by(self, Variable):
            variable.trainable = self._trainable and variable.trainable_by_birth
        for layer in self._layers:
            layer.trainable = value

    def count_params(self) -> int:
        """Return how many numbers the weights hold.

        Raises:
            NotBuiltError: there are no weights yet.
        """
        self._require_built("count_params")
        return sum(v.size for v in self.weights)


def _seed_generator() -> type:
    from teachkeras.random import SeedGenerator

    return SeedGenerator
