"""A step: one op, gradient, update or assignment that ran, with its numbers or a summary of them."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field

import numpy as np

from teachkeras import kernels
from teachkeras.kernels import device
from teachkeras.kernels.reference.summary import RUN
from teachkeras.ops.op import OPS

PHASES = ("forward", "loss", "backward", "update", "metrics")


SAMPLED = 2048  # entries that stand for a larger array, where only its statistics are kept
NO_FIGURES = np.zeros(6)  # of an empty array, or one that holds no numbers


class Summary:
    """What is kept of an array where the array itself is not: its shape and, if asked, six figures.

    Args:
        array: The array.
        most: Look at this many entries, in runs spread evenly over it; all by default.
        figures: Whether to look at the entries at all.
    """

    __slots__ = ("apart", "dtype", "figures", "nbytes", "shape", "size")

    def __init__(self, array: np.ndarray, most: int | None = None, figures: bool = True):
        self.shape, self.dtype, self.nbytes = array.shape, array.dtype, array.nbytes
        self.size = size = array.size
        self.apart, self.figures = RUN, NO_FIGURES if figures else None
        if figures and size and array.dtype.kind in "fiub":
            self.apart = RUN if most is None or size <= most else size // (most // RUN)
            self.figures = kernels.summary(*device.sampled(array.ravel("K"), self.apart, RUN))

    @property
    def statistics(self) -> dict[str, float]:
        """The seven numbers of :func:`statistics`."""
        mean, std, low, high, zeros, bad = self.figures.tolist()
        runs, rest = divmod(self.size, self.apart)
        seen = runs * RUN + min(rest, RUN) or 1
        norm = math.sqrt((std * std + mean * mean) * (self.size * (seen - bad) / seen))
        return dict(mean=mean, std=std, min=low, max=high, norm=norm, zeros=zeros, bad=int(bad))


def statistics(array: np.ndarray, most: int | None = None) -> dict[str, float]:
    """Return what an array looks like in seven numbers; of a large one, from `most` entries spread evenly if asked.

    ``mean``, ``std``, ``min``, ``max`` and ``norm`` (the Euclidean length) are those of the finite entries, ``zeros``
    is the share of entries that are 0, ``bad`` how many are NaN or infinite.

    >>> summary = statistics(np.array([0.0, 3.0, -4.0, np.nan]))
    >>> summary["norm"], summary["zeros"], summary["bad"], summary["max"]
    (5.0, 0.25, 1, 3.0)
    """
    return Summary(array, most).statistics


@functools.cache
def _name_of(dtype: np.dtype) -> str:
    return dtype.name  # NumPy builds the text anew each time


@dataclass
class Step:
    """One step of a computation.

    Attributes:
        index: Its place in the recording.
        phase: ``forward``, ``loss``, ``backward``, ``update`` or ``metrics``.
        op: The op; the optimizer, for an update; ``assign`` for any other change of a variable.
        layer: The address of the layer it ran in, "" outside of layers.
        tex: The formula.
        inputs: Arrays by argument name; for a backward step ``y_bar``; for an update the weight before, and the slots.
        output: What came out; for a backward step a dict of gradients by argument name; for an update the weight and
            the slots after.
        params: The op's parameters; for an update the optimizer's numbers, with ``learning_rate`` and ``t``.
        origins: Argument name → the weight's path, or the index of the step that made it; for a backward step ``y`` is
            the index of the forward step.
        kept: Named intermediates.
        seconds: Time since the step before, the recorder's own work left out.
        train_step: Number of the training step, from 0.
        summary: Statistics by name, where the arrays themselves are not kept.
        shapes, dtypes: By name, kept whatever else is.
        managed: Whether large products were cut into parts (``kernels/blas.py``), as in ``fit``: it shows in last bits.
    """

    index: int
    phase: str
    op: str
    layer: str
    tex: str
    inputs: dict
    output: object
    params: dict = field(default_factory=dict)
    origins: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    seconds: float = 0.0
    train_step: int = 0
    summary: dict = field(default_factory=dict)
    shapes: dict = field(default_factory=dict)
    dtypes: dict = field(default_factory=dict)
    nbytes: int = 0
    managed: bool = False

    def __post_init__(self):
        if self.shapes:
            return
        everything = {name: a for name, a in self.named.items() if isinstance(a, (np.ndarray, Summary))}
        self.shapes = {name: a.shape for name, a in everything.items()}
        self.dtypes = {name: _name_of(a.dtype) for name, a in everything.items()}
        self.nbytes = sum(a.nbytes for a in self.outputs.values() if isinstance(a, (np.ndarray, Summary)))
        told = {name: a for name, a in everything.items() if isinstance(a, Summary)}
        if told:
            self.summary = {name: a.statistics for name, a in told.items() if a.figures is not None}
            self.thinned(summarise=False)

    @property
    def address(self) -> str:
        """Where it ran: ``layer/op@step``."""
        return f"{self.layer}/{self.op}@{self.train_step}" if self.layer else f"{self.op}@{self.train_step}"

    @property
    def path(self) -> str:
        """Where it ran, whenever that was: ``layer/op``."""
        return f"{self.layer}/{self.op}".strip("/")

    @property
    def outputs(self) -> dict:
        """What came out, by name (``y`` for a single output)."""
        return self.output if isinstance(self.output, dict) else {"y": self.output}

    @property
    def named(self) -> dict[str, object]:
        """Inputs, outputs and intermediates by name; what an update changed is called ``w_after`` and so on."""
        outputs = self.outputs
        if self.phase == "update" or self.op == "assign":
            outputs = {f"{name}_after": a for name, a in outputs.items()}
        return {**self.inputs, **outputs, **self.kept}

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays among :attr:`named`."""
        return {name: a for name, a in self.named.items() if isinstance(a, np.ndarray)}

    @property
    def derived(self) -> dict[str, np.ndarray]:
        """Intermediates that the running routine never formed, such as im2col windows, computed from the inputs now."""
        op = OPS.get(self.op) if self.phase in ("forward", "loss") and not self.thin else None
        return {} if op is None else {n: form(*self.inputs.values(), **self.params) for n, form in op.derived.items()}

    @property
    def statistics(self) -> dict[str, dict]:
        """The statistics of every array: kept ones, or worked out from the arrays."""
        return {**self.summary, **{name: statistics(a) for name, a in self.arrays.items()}}

    @property
    def thin(self) -> bool:
        """Whether the arrays were not kept."""
        return bool(self.shapes) and not self.arrays

    def thinned(self, summarise: bool = True) -> Step:
        """Let go of the arrays, keeping their statistics; returns the step."""
        if summarise:
            self.summary |= {name: statistics(a, SAMPLED) for name, a in self.arrays.items()}
        self.inputs = {n: None if isinstance(a, (np.ndarray, Summary)) else a for n, a in self.inputs.items()}
        self.kept = {}
        self.output = {n: None for n in self.outputs} if isinstance(self.output, dict) else None
        return self

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {shape}" for name, shape in self.shapes.items())
        return f"<step {self.index} {self.phase}: {self.address} [{shapes}]>"
