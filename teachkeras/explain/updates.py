"""An optimizer's update with its numbers: every line of the rule, for one entry of a weight, and how far it stepped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teachkeras import optimizers
from teachkeras.explain import numbers
from teachkeras.explain.numbers import say, say_entry
from teachkeras.tracing.step import Step


@dataclass(frozen=True)
class Update:
    """One weight entry's update, line by line.

    Attributes:
        weight, entry: Which.
        lines: (name, formula as text, the same with numbers, LaTeX with numbers, value) of each line of the rule.
        facts: ``gradient``, ``before``, ``after``, ``step``, ``learning_rate``, ``plain`` (what -lr·g would have been),
            ``effective_rate`` (-step/g), and for Adam's family the bias corrections and the corrected moments.
        error: How far the rule's result is from the recorded weight.
    """

    weight: str
    entry: tuple
    optimizer: str
    lines: tuple
    facts: dict
    error: float

    def __str__(self) -> str:
        lines = [f"{self.optimizer} on {self.weight}{say_entry(self.entry)}:"]
        for name, formula, written, _, value in self.lines:
            lines.append(
                f"  {name} = {formula}\n  {' ' * len(name)} = {written}\n  {' ' * len(name)} = {say(value, 7)}"
            )
        facts = self.facts
        lines.append(
            f"  step {say(facts['step'])} from {say(facts['before'], 6)} to {say(facts['after'], 6)}; "
            f"-lr·g alone would be {say(facts['plain'])}"
            + (f", so its effective learning rate here is {say(facts['effective_rate'])}" if facts["gradient"] else "")
        )
        if "correction_1" in facts:
            lines.append(
                f"  bias corrections at t = {facts['t']}: m / {say(facts['correction_1'])} = {say(facts['m_hat'])}, "
                f"v / {say(facts['correction_2'])} = {say(facts['v_hat'])}"
            )
        return "\n".join(lines)

    def to_json(self) -> dict:
        """Return it as plain data."""
        return {"weight": self.weight, "entry": list(self.entry), "optimizer": self.optimizer, "facts": self.facts,
                "lines": [list(line) for line in self.lines], "error": self.error}  # fmt: skip


def update(step: Step, entry: tuple | None = None) -> Update:
    """Explain a recorded update of a weight at one entry; by default the one with the largest gradient.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models, record
        >>> dense = layers.Dense(1, kernel_initializer="ones", input_shape=(1,), name="dense")
        >>> model = models.Sequential([dense], name="m")
        >>> model.compile("sgd", "mse")
        >>> with record(model) as recording:
        ...     _ = model.train_on_batch(np.array([[2.0]]), np.array([[5.0]]))
        >>> print(update(recording.find("dense", "update")[0]))
        SGD on m/dense/kernel[0, 0]:
          m = momentum · m - lr · g
            = 0 · 0 - 0.01 · (-12)
            = 0.12
          w = w + (momentum · m - lr · g if nesterov, else m)
            = 1 + 0.12
            = 1.12
          step 0.12 from 1 to 1.12; -lr·g alone would be 0.12, so its effective learning rate here is 0.01
    """
    gradient = step.inputs["g"]
    if entry is None:
        entry = np.unravel_index(int(np.argmax(np.abs(gradient))), gradient.shape)
    entry = tuple(int(i) for i in entry)
    known = {name: v for name, v in step.params.items() if isinstance(v, (bool, int, float))}
    known |= {"lr": step.params["learning_rate"], "m": 0.0, "v": 0.0}
    known |= {name: float(np.asarray(a)[entry]) for name, a in step.inputs.items() if np.shape(a) == gradient.shape}
    lines = []
    for line in getattr(getattr(optimizers, step.op, None), "spec", ()):
        name, spec = line.split(" = ", 1)
        node = numbers.parsed(spec)
        try:
            value = float(numbers.evaluate(node, known))
        except KeyError:
            break
        lines.append((name, numbers.text(node), numbers.text(node, known), numbers.tex(node, known), value))
        known[name] = value
    after = float(step.output["w"][entry])
    result = lines[-1][-1] if lines and lines[-1][0] == "w" else after
    facts = _facts(step, entry, known, after)
    return Update(step.origins["w"], entry, step.op, tuple(lines), facts, abs(result - after))


def _facts(step: Step, entry: tuple, known: dict, after: float) -> dict:
    before, gradient, rate = float(step.inputs["w"][entry]), float(step.inputs["g"][entry]), known["lr"]
    facts = {"gradient": gradient, "before": before, "after": after, "step": after - before, "learning_rate": rate,
             "plain": -rate * gradient, "t": int(known["t"])}  # fmt: skip
    facts["effective_rate"] = -facts["step"] / gradient if gradient else 0.0
    if "beta_1" in known and "beta_2" in known and "m" in step.output:
        for number, slot in (("1", "m"), ("2", "v")):
            correction = 1 - known[f"beta_{number}"] ** facts["t"]
            facts[f"correction_{number}"] = correction
            if slot in step.output:
                facts[f"{slot}_hat"] = float(step.output[slot][entry]) / correction
    return facts
