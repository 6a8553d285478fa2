"""A recording: the steps of a computation, to look at, to search, to replay, to save."""

from __future__ import annotations

from collections import deque

import numpy as np

from teachkeras.errors import UnknownNameError, did_you_mean
from teachkeras.tape import unbroadcast
from teachkeras.tracing import notes
from teachkeras.tracing.addresses import Address
from teachkeras.tracing.step import PHASES, Step
from teachkeras.tracing.views import plain_step

SCHEMA = 1  # version of the plain-JSON view; fields may be added, none changes its meaning


class Recording:
    """The steps of one or many training steps, or of plain calls, in the order in which they ran.

    Attributes:
        steps: Every :class:`~teachkeras.tracing.step.Step`, in order.
        model: The model; None for a recording from a file.
        name: The model's name.
        optimizer: The optimizer's config, once it made an update.
        train_steps: How many training steps have ended since the recording began, recorded or not.
        observed: The numbers of the training steps that were recorded.
        thinned: How many steps gave up their arrays to the budget.
    """

    def __init__(self, model=None, keep="all", every=1, overhead=None):
        self.model, self.name, self.keep = model, getattr(model, "name", ""), keep
        self.every, self.overhead = every, overhead
        self.phases, self.addresses = PHASES, [Address("*")]
        self.optimizer: dict | None = None
        self.train_steps = self.thinned = 0
        self.observed: list[int] = []
        self._steps: list[Step] = []
        self._notes: deque[tuple] = deque()  # what was written down and not read yet
        self._fetched: dict[int, tuple] = {}  # id of an array on a GPU -> (it, its copy here), while notes are read

    @property
    def steps(self) -> list[Step]:
        """The steps so far."""
        while self._notes:
            managed, make, *rest = self._notes.popleft()
            self._steps.append(make(len(self._steps), *notes.on_host(rest, self._fetched)))
            self._steps[-1].managed = managed
        self._fetched.clear()
        return self._steps

    @property
    def kept_bytes(self) -> int:
        """Memory of the arrays that are kept, each counted once."""
        return sum(a.nbytes for a in {id(a): a for s in self.steps for a in s.arrays.values()}.values())

    def __len__(self) -> int:
        return len(self._steps) + len(self._notes)

    def __iter__(self):
        return iter(self.steps)

    def __getitem__(self, index):
        return self.steps[index]

    def find(self, address: str, phase: str | None = None) -> list[Step]:
        """Return the steps at an address such as ``"dense_1/affine"`` or ``"dense_1/affine@3"``.

        Raises:
            UnknownNameError: no step is there.
        """
        wanted = Address.parse(address)
        here = [s for s in self.steps if phase in (None, s.phase)]
        found = [s for s in here if wanted.matches(s.path, step=s.train_step)]
        if not found:
            known = sorted({s.path for s in here})
            raise UnknownNameError(
                "recording", expected="the address of a recorded step", got=repr(address),
                fix=did_you_mean(address, known) if known else "run a training step inside the with block",
            )  # fmt: skip
        return found

    def of(self, train_step: int) -> list[Step]:
        """Return the steps of one training step; a negative number counts from the last one recorded."""
        numbers = sorted({s.train_step for s in self.steps})
        if train_step < 0 and numbers:
            train_step = numbers[train_step]
        return [s for s in self.steps if s.train_step == train_step]

    def gradient(self, path: str, train_step: int = -1) -> np.ndarray:
        """Return the gradient of the loss to a weight: the sum of what came back to it in one training step."""
        steps = self.of(train_step)
        by_index = {s.index: s for s in steps}
        total = None
        for step in steps:
            forward = by_index.get(step.origins.get("y")) if step.phase == "backward" else None
            for name, origin in forward.origins.items() if forward else ():
                if origin == path and (bar := step.output.get(f"{name}_bar")) is not None:
                    bar = unbroadcast(bar, *_meta(forward.inputs[name]))
                    total = bar if total is None else total + bar
        if total is None:
            known = sorted({o for s in steps for o in s.origins.values() if isinstance(o, str)})
            raise UnknownNameError(
                "recording.gradient", expected="the path of a weight that got a gradient", got=repr(path),
                fix=did_you_mean(path, known) if known else "record a training step with keep='all'",
            )  # fmt: skip
        return total

    def to_json(self, numbers: bool = True, limit: int | None = None) -> dict:
        """Return the recording as plain data for a page.

        Args:
            numbers: Whether the arrays come along; statistics always do.
            limit: Leave out arrays of more entries than this.
        """
        steps = [plain_step(step, numbers, limit) for step in self.steps]
        return {
            "schema": SCHEMA, "model": self.name, "keep": self.keep, "every": self.every,
            "train_steps": self.train_steps, "observed": self.observed, "steps": steps,
        }  # fmt: skip

    def state(self, train_step: int = -1, after: bool = False) -> dict[str, np.ndarray]:
        """Return the weights, slots and states that a training step changed, by path, before it (or `after`)."""
        from teachkeras.tracing.scrubbing import state_at

        return state_at(self, train_step, after)

    def rewind(self, train_step: int = -1, model: object = None) -> None:
        """Bring the model (or another of the same build) to where it was when a training step began."""
        from teachkeras.tracing.scrubbing import rewind

        rewind(self, model or self.model, train_step)

    def save(self, path: object) -> None:
        """Write the recording to a file, whole or not at all; :func:`load_recording` reads it back."""
        from teachkeras.tracing.storage import save

        save(self, path)

    def replay(self, step: int | Step) -> object:
        """Run one step again from its record; returns what came out, equal to the recorded output to the bit."""
        from teachkeras.tracing.replay import replay

        return replay(self, self.steps[step] if isinstance(step, int) else step)


def _meta(array: np.ndarray) -> tuple:
    return array.shape, array.dtype
