"""``tk.explain``: one question, "what is this number and why?", asked of a step, a weight, or a thing by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from teachkeras import errors
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.explain.factors import Chain, chain
from teachkeras.explain.formula import Numbers, with_numbers
from teachkeras.explain.numbers import say, say_entry, say_tex
from teachkeras.explain.observing import observe
from teachkeras.explain.updates import Update, update
from teachkeras.ops.op import Op
from teachkeras.optimizers.base import Optimizer
from teachkeras.tracing.addresses import Address
from teachkeras.tracing.recording import Recording
from teachkeras.tracing.step import Step
from teachkeras.tracing.views import plain


@dataclass(frozen=True)
class Explanation:
    """What :func:`explanation` says; print it, or let a notebook show it.

    Attributes:
        title: What is explained.
        tex: Its formula.
        gradient_tex: The formula of its gradient, for an op.
        numbers: The formula with this step's numbers, one for each output.
        chain: For a weight: the factors from the loss to it.
        update: For a weight that was updated: the optimizer's rule with numbers.
    """

    title: str
    tex: str = ""
    gradient_tex: str = ""
    numbers: tuple[Numbers, ...] = ()
    chain: Chain | None = None
    update: Update | None = None
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        lines = [self.title, *([f"  {self.tex}"] if self.tex else [])]
        lines += [f"  gradient: {self.gradient_tex}"] if self.gradient_tex else []
        lines += [f"  {numbers}" for numbers in self.numbers]
        lines += [str(part) for part in (self.chain, self.update) if part is not None]
        return "\n".join([*lines, *self.notes])

    def _repr_markdown_(self) -> str:
        parts = [f"**{self.title}**", *([f"$${self.tex}$$"] if self.tex else [])]
        parts += [f"$${self.gradient_tex}$$"] if self.gradient_tex else []
        for n in self.numbers:
            name = rf"\bar {{{n.name[:-4]}}}" if n.name.endswith("_bar") else n.name
            parts.append(rf"$${name}_{{{say_entry(n.entry)}}} = {n.tex} = {say_tex(n.value, 6)}$$")
        rest = [str(part) for part in (self.chain, self.update) if part is not None]
        return "\n\n".join([*parts, *[f"```\n{text}\n```" for text in rest], *self.notes])

    def to_json(self) -> dict:
        """Return it as plain data."""
        numbers = [
            {"name": n.name, "entry": list(n.entry), "value": n.value, "text": n.text, "tex": n.tex}
            for n in self.numbers
        ]
        return plain({
            "title": self.title, "tex": self.tex, "gradient_tex": self.gradient_tex, "numbers": numbers,
            "chain": self.chain and self.chain.to_json(), "update": self.update and self.update.to_json(),
            "notes": list(self.notes),
        })  # fmt: skip


def explanation(what: object, address: object = None, *, x: object = None, y: object = None, entry: tuple | None = None,
                phase: str | None = None, train_step: int = -1, paths: int = 3) -> Explanation:  # fmt: skip
    r"""Explain a step, a weight, or a thing by itself.

    Args:
        what: A recording, a step of one that still lives, a model (with `x`, and `y` for gradients), or an op, layer or
            optimizer, whose formula is told.
        address: A step (``"dense/affine"``) or a weight (``"dense/kernel"``).
        x, y: For a model: the batch on which a step is looked at, without being taken.
        entry: Which entry of the output, or of the weight; by default the largest one.
        phase: ``"forward"``, ``"loss"``, ``"backward"`` or ``"update"``; by default the first step at the address.
        train_step: Which training step of the recording.
        paths: For a weight: how many single paths to follow.

    Raises:
        UnknownNameError: nothing is at that address.
        ArgumentError: an address is missing, or `what` can't be explained.

    Example:
        >>> import teachkeras as tk
        >>> dense = tk.layers.Dense(1, "sigmoid", kernel_initializer="ones", input_shape=(2,), name="dense")
        >>> model = tk.Sequential([dense], name="m")
        >>> print(tk.explain(model, "sigmoid", x=np.array([[1.0, -3.0]])))
        forward step 2: m/dense/sigmoid@0
          y_i = \frac{1}{1+e^{-x_i}}
          gradient: \bar x_i = \bar y_i\,y_i(1-y_i)
          y[0, 0] = 1 / (1 + exp(-(-2))) = 0.119203
    """
    if isinstance(what, Op):
        return Explanation(f"op {what.name}", what.tex, what.gradient.tex if what.gradient else "")
    if isinstance(what, Optimizer) or (isinstance(what, type) and issubclass(what, Optimizer)):
        return Explanation(getattr(what, "__name__", type(what).__name__), what.tex, notes=_math_of(what))
    if isinstance(what, Recording):
        return _in_recording(what, address, entry, phase, train_step, paths)
    if hasattr(what, "compute_loss") and x is not None:
        recording = observe(what, x, y, training=y is not None)
        return _in_recording(recording, address, entry, phase, train_step, paths)
    if _math_of(what) and address is None:
        return Explanation(getattr(what, "name", getattr(what, "__name__", type(what).__name__)), notes=_math_of(what))
    raise ArgumentError(
        "explain", expected="a recording, a model with x=, or an op, layer, loss or optimizer", got=f"{what!r:.60}",
        fix='explain(model, "dense/affine", x=batch)',
    )  # fmt: skip


def _math_of(thing: object) -> tuple[str, ...]:
    """Return the Math section of a thing's docstring."""
    documented = thing if isinstance(thing, type) or callable(getattr(thing, "__wrapped__", None)) else type(thing)
    doc = (documented.__doc__ or "").replace("Math: ", "Math:\n    ")
    if "Math:" not in doc:
        return ()
    lines = doc.split("Math:\n", 1)[1].splitlines()
    section = []
    for line in lines:
        if section and not line.strip():
            break
        section.append(line.strip())
    return (" ".join(section),)


def _in_recording(recording, address, entry, phase, train_step, paths) -> Explanation:
    if isinstance(address, Step):
        return of_step(recording, address, entry)
    if not isinstance(address, str):
        raise ArgumentError("explain", expected="an address", got=repr(address), fix='for example "dense/affine"')
    wanted = Address.parse(address)
    number = train_step if wanted.step is None else wanted.step
    steps = recording.of(number)
    if not steps:
        raise UnknownNameError("explain", expected="a recorded training step", got=str(number))
    here = [s for s in steps if s.op != "assign" and phase in (None, s.phase) and wanted.matches(s.path)]
    exact = [s for s in here if s.path.endswith(wanted.path)]
    weights = {o for s in steps for o in s.origins.values() if isinstance(o, str)}
    if not exact and (meant := [w for w in weights if w == wanted.path or w.endswith(f"/{wanted.path}")]):
        return of_weight(recording, meant[0], entry, steps[0].train_step, paths)
    if not here:
        known = sorted({s.path for s in steps} | weights)
        raise UnknownNameError(
            "explain", expected="a step or a weight", got=repr(address), fix=did_you_mean(address, known)
        )
    return of_step(recording, (exact or here)[0], entry, wanted.part)


def of_step(recording: Recording, step: Step, entry: tuple | None = None, part: str = "") -> Explanation:
    """Explain one step of a recording: its formula, and its numbers at one entry of each output."""
    title = f"{step.phase} step {step.index}: {step.address}"
    if step.phase == "update":
        return Explanation(f"{title}, {step.origins.get('w', '')}", step.tex, update=update(step, entry))
    names = [n for n, a in step.outputs.items() if isinstance(a, np.ndarray) and part in ("", n)]
    shown = []
    for name in names:
        try:
            shown.append(with_numbers(recording, step, entry if _fits(step.outputs[name], entry) else None, name))
        except (errors.NoGradientError, KeyError):
            continue
    return Explanation(title, step.tex, "" if step.phase == "backward" else _gradient_tex(step), tuple(shown))


def _fits(array: np.ndarray, entry: tuple | None) -> bool:
    return (
        entry is not None
        and len(entry) == array.ndim
        and all(-n <= i < n for i, n in zip(entry, array.shape, strict=True))
    )


def _gradient_tex(step: Step) -> str:
    from teachkeras.tracing.replay import op_of

    gradient = op_of(step).gradient
    return gradient.tex if gradient else ""


def of_weight(recording: Recording, weight: str, entry: tuple | None, train_step: int, paths: int) -> Explanation:
    """Explain a weight: the chain from the loss to one entry of it, and what the optimizer made of the gradient."""
    found = chain(recording, weight, entry, train_step, paths)
    updates = [
        s for s in recording.of(train_step) if s.phase == "update" and s.op != "assign" and s.origins["w"] == weight
    ]
    value = next(s.inputs[n] for s in recording.of(train_step) for n, o in s.origins.items() if o == weight)
    title = f"{weight}{say_entry(found.entry)} = {say(float(value[found.entry]), 6)} in training step {train_step}"
    return Explanation(title, chain=found, update=update(updates[0], found.entry) if updates else None)
