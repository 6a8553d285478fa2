r"""Why a gradient is what it is: the chain of factors from the loss to one entry of a weight.

Wiggle one entry w of a weight, and every later tensor t wiggles by its sensitivity ``∂t/∂w``; the loss listens to each
entry of t with ``t̄ = ∂L/∂t``. So at every step of the way ``Σ_e t̄_e ∂t_e/∂w`` is the part of the gradient that flows
through t: all of it where t is the only way, a share where the network branches. Each single path multiplies one
local derivative per step; the largest paths are followed from the loss backwards, best first.

Source: Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", Nature 1986; Griewank &
Walther, *Evaluating Derivatives*, 2008, chapter 3.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass

import numpy as np

from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.explain.numbers import say, say_entry
from teachkeras.explain.sensitivity import push, row, widened
from teachkeras.tracing.recording import Recording
from teachkeras.tracing.replay import rerun
from teachkeras.tracing.step import Step


@dataclass(frozen=True)
class Factor:
    """One link of a path: the derivative of an op's output entry to one of its input entries."""

    index: int
    op: str
    layer: str
    output_entry: tuple
    input_name: str
    input_entry: tuple
    value: float

    def __str__(self) -> str:
        where = f"{self.layer}/{self.op}".strip("/")
        return (
            f"{say(self.value):>11}   ∂y{say_entry(self.output_entry)}/∂{self.input_name}"
            f"{say_entry(self.input_entry)}   {where}"
        )


@dataclass(frozen=True)
class Path:
    """One way from the loss to the weight's entry; ``product`` multiplies its factors."""

    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        """The path's part of the gradient."""
        return float(np.prod([factor.value for factor in self.factors]))


@dataclass(frozen=True)
class Stage:
    """A tensor on the way: what reaches it of the loss (`arriving`, t̄) times what the weight does to it.

    Attributes:
        index, op, layer: The step that made it.
        arriving: ∂L/∂t.
        sensitivity: ∂t/∂w.
        share: Σ t̄ ∂t/∂w, the part of the gradient that flows through it.
    """

    index: int
    op: str
    layer: str
    arriving: np.ndarray
    sensitivity: np.ndarray
    share: float


@dataclass(frozen=True)
class Chain:
    """What :func:`chain` finds.

    Attributes:
        weight, entry: What was asked about.
        gradient: The engine's gradient, from the recording.
        total: The same from the chain rule: every path, added up.
        stages: The tensors on the way, from the weight to the loss.
        paths: The largest single paths, from the loss to the weight.
    """

    weight: str
    entry: tuple
    gradient: float
    total: float
    stages: tuple[Stage, ...]
    paths: tuple[Path, ...]
    recording: Recording
    train_step: int

    @property
    def error(self) -> float:
        """How far the chain's total is from the engine's gradient, relative to it."""
        return abs(self.total - self.gradient) / max(abs(self.gradient), abs(self.total), 1e-30)

    def finite_difference(self, h: float | None = None) -> float:
        """Return ``(L(w + h) - L(w - h)) / 2h``, the loss run again from the record in float64."""
        steps = self.recording.of(self.train_step)
        weight = _value_of(steps, self.weight).astype("float64")
        h = h or 1e-5 * max(1.0, abs(float(weight[self.entry])))
        losses = []
        for sign in (1, -1):
            moved = weight.copy()
            moved[self.entry] += sign * h
            made = rerun(self.recording, self.train_step, weights={self.weight: moved}, dtype="float64")
            losses.append(float(made[max(made)]))
        return (losses[0] - losses[1]) / (2 * h)

    def __str__(self) -> str:
        name = f"{self.weight}{say_entry(self.entry)}"
        lines = [f"dL/d {name} = {say(self.gradient, 6)}; all paths of the chain rule together: {say(self.total, 6)}"]
        lines.append("from the weight to the loss, at each tensor Σ ∂L/∂t · ∂t/∂w:")
        for stage in self.stages:
            count = int(np.count_nonzero(np.asarray(stage.arriving) * stage.sensitivity))
            where = f"{stage.layer}/{stage.op}".strip("/")
            lines.append(f"  {say(stage.share, 6):>12}   {where}, through {count} entries")
        for number, path in enumerate(self.paths, 1):
            part = f", {path.product / self.total:.1%} of it" if self.total else ""
            lines += [f"path {number}: {say(path.product)}{part}", *[f"  {factor}" for factor in path.factors]]
        return "\n".join(lines)

    def to_json(self) -> dict:
        """Return the chain as plain data; tensors as the part that flows through each of their entries."""
        stages = [{"index": s.index, "op": s.op, "layer": s.layer, "share": s.share} for s in self.stages]
        paths = [
            {"product": p.product, "factors": [{**vars(f), "output_entry": list(map(int, f.output_entry)),
                                                "input_entry": list(map(int, f.input_entry))} for f in p.factors]}
            for p in self.paths
        ]  # fmt: skip
        return {"weight": self.weight, "entry": list(map(int, self.entry)), "gradient": self.gradient,
                "total": self.total, "stages": stages, "paths": paths}  # fmt: skip


def chain(recording: Recording, weight: str, entry: tuple | None = None, train_step: int = -1, paths: int = 3) -> Chain:
    """Follow the gradient from the loss to one entry of a weight, in a recorded training step.

    Args:
        recording: One that kept everything (forward, loss, backward).
        weight: The weight's path, such as ``"sequential/dense/kernel"``, or its end, ``"dense/kernel"``.
        entry: Which entry; by default the one with the largest gradient.
        train_step: Which training step; the last recorded one by default.
        paths: How many single paths to follow.

    Raises:
        UnknownNameError: no such weight took part.
        ArgumentError: the entry is not in the weight.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models, record
        >>> dense = layers.Dense(1, kernel_initializer="ones", input_shape=(1,), name="dense")
        >>> model = models.Sequential([dense], name="m")
        >>> model.compile("sgd", "mse")
        >>> with record(model) as recording:
        ...     _ = model.train_on_batch(np.array([[2.0]]), np.array([[5.0]]))
        >>> found = chain(recording, "dense/kernel")  # L = (wx - t)², dL/dw = 2(wx - t)·x = 2·(2 - 5)·2
        >>> found.gradient, found.total, [factor.value for factor in found.paths[0].factors if factor.value != 1]
        (-12.0, -12.0, [6.0, -1.0, 2.0])
    """
    steps = recording.of(train_step)
    weight = _full_path(steps, weight)
    gradient = recording.gradient(weight, train_step)
    if entry is None:
        entry = np.unravel_index(int(np.argmax(np.abs(gradient))), gradient.shape)
    entry = tuple(int(i) for i in entry)
    if len(entry) != gradient.ndim or any(not -n <= i < n for i, n in zip(entry, gradient.shape, strict=True)):
        raise ArgumentError(f"chain: entry of {weight}", expected=f"an index into {gradient.shape}", got=str(entry))
    walk = Walk(recording, steps, weight, entry)
    walk.forward()
    number = steps[0].train_step
    stages, best = tuple(walk.stages()), tuple(walk.best_paths(paths))
    return Chain(weight, entry, float(gradient[entry]), walk.total, stages, best, recording, number)  # fmt: skip


class Walk:
    """Sensitivities forward from one entry of a weight, then paths backward from the loss."""

    def __init__(self, recording: Recording, steps: list[Step], weight: str, entry: tuple):
        self.recording, self.weight, self.entry = recording, weight, entry
        self.steps = [s for s in steps if s.phase in ("forward", "loss") and s.op != "assign"]
        self.arriving = {s.origins["y"]: s for s in steps if s.phase == "backward" and "y" in s.origins}
        self.tangents: dict[int, dict[str, np.ndarray]] = {}  # step → output name → ∂y/∂w
        self.wide: dict[int, Step] = {}
        self.sources: dict[int, dict[str, tuple]] = {}  # step → input name → (step, output name) it comes from

    def forward(self) -> None:
        """Work out ∂t/∂w for every tensor t between the weight and the loss."""
        for step in self.steps:
            incoming = {}
            for name, origin in step.origins.items():
                if origin == self.weight:
                    incoming[name] = self._one_hot(step.inputs[name])
                elif origin in self.tangents:
                    output = _which_output(self.recording.steps[origin], step.inputs[name])
                    self.sources.setdefault(step.index, {})[name] = (origin, output)
                    incoming[name] = self.tangents[origin][output]
            if incoming and step.index in self.arriving:
                self.wide[step.index] = widened(step)
                self.tangents[step.index] = push(self.wide[step.index], incoming)

    def _one_hot(self, like: np.ndarray) -> np.ndarray:
        tangent = np.zeros(like.shape, "float64")
        tangent[self.entry] = 1.0
        return tangent

    @property
    def last(self) -> int:
        """The step that made the loss."""
        return max(self.tangents)

    @property
    def total(self) -> float:
        """∂L/∂w by the chain rule."""
        return float(self._arriving(self.last, "y") * self.tangents[self.last]["y"])

    def _arriving(self, index: int, output: str) -> np.ndarray:
        return np.asarray(self.arriving[index].inputs.get(f"{output}_bar", 0.0), "float64")

    def stages(self) -> list[Stage]:
        """Return every tensor on the way with the part of the gradient that flows through it."""
        found = []
        for index, outputs in self.tangents.items():
            step = self.wide[index]
            for name, sensitivity in outputs.items():
                arriving = self._arriving(index, name)
                share = float(np.sum(arriving * sensitivity))
                found.append(Stage(index, step.op, step.layer, arriving, sensitivity, share))
        return found

    def best_paths(self, count: int) -> list[Path]:
        """Return the paths with the largest products, followed from the loss, the most promising link first."""
        number = itertools.count()
        found: list[Path] = []
        seed = float(self._arriving(self.last, "y"))
        heap = [(-abs(seed), next(number), self.last, "y", (), seed, ())]
        for _ in range(200 * max(count, 1)):
            if not heap or len(found) == count:
                break
            _, _, index, output, entry, product, factors = heapq.heappop(heap)
            if index < 0:
                found.append(Path(factors))
                continue
            for promise, link in self._links(index, output, entry, product, 4 * count):
                source, out, factor = link
                heapq.heappush(
                    heap,
                    (
                        -promise,
                        next(number),
                        source,
                        out,
                        factor.input_entry,
                        product * factor.value,
                        (*factors, factor),
                    ),
                )
        return found

    def _links(self, index: int, output: str, entry: tuple, product: float, most: int) -> list:
        """Return the most promising links back from one entry: (|part of the gradient behind it|, link)."""
        step, links = self.wide[index], []
        sources = self.sources.get(index, {})
        weights = {name: (-1, "") for name, origin in step.origins.items() if origin == self.weight}
        rows = row(step, entry, output, {*sources, *weights})
        for name, (source, out) in {**sources, **weights}.items():
            if name not in rows:
                continue
            if source < 0:
                value = float(rows[name][self.entry])
                links.append((abs(product * value), (source, out, self._factor(step, entry, name, self.entry, value))))
                continue
            parts = np.abs(product * rows[name] * self.tangents[source][out]).reshape(-1)
            for place in np.argsort(parts)[::-1][:most]:
                if parts[place] > 0:
                    at = np.unravel_index(int(place), rows[name].shape)
                    factor = self._factor(step, entry, name, at, float(rows[name][at]))
                    links.append((float(parts[place]), (source, out, factor)))
        return links

    def _factor(self, step: Step, entry: tuple, name: str, at: tuple, value: float) -> Factor:
        return Factor(step.index, step.op, step.layer, tuple(entry), name, tuple(int(i) for i in at), value)


def _which_output(step: Step, value: object) -> str:
    """Return by which name a step's output flowed on."""
    for name, output in step.outputs.items():
        if output is value:
            return name
    return next(name for name, output in step.outputs.items() if np.array_equal(output, value))


def _full_path(steps: list[Step], weight: str) -> str:
    known = sorted({origin for s in steps for origin in s.origins.values() if isinstance(origin, str)})
    found = [path for path in known if path == weight] or [p for p in known if p.endswith(f"/{weight}")]
    if len(found) != 1:
        raise UnknownNameError(
            "chain", expected="the path of one weight in the recording", got=repr(weight),
            fix=f"one of {', '.join(found)}" if found else did_you_mean(weight, known),
        )  # fmt: skip
    return found[0]


def _value_of(steps: list[Step], path: str) -> np.ndarray:
    return next(
        s.inputs[n] for s in steps for n, o in s.origins.items() if o == path and s.phase in ("forward", "loss")
    )
