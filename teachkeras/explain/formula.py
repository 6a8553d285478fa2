r"""A step's formula with the step's own numbers in it, for one entry of what came out.

Elementwise ops are written from their spec: ``1 / (1 + exp(-0.35))``. Sums of products, convolutions, means and
everything else that is linear in its data are written as the sum that they are, term by term, the terms found through
the op's own derivative (for a linear op ``y_k = Σ_e x_e ∂y_k/∂x_e``); so are all gradients, which are linear in what
arrives: ``x̄_e = Σ_k ȳ_k ∂y_k/∂x_e``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from teachkeras.explain import numbers
from teachkeras.explain.numbers import say, say_entry, say_tex
from teachkeras.explain.sensitivity import push, row, widened
from teachkeras.tracing.replay import op_of
from teachkeras.tracing.step import Step

WHOLE = 8  # up to this many terms are written out; of more, the largest five and the sum of the rest


@dataclass(frozen=True)
class Numbers:
    """One entry of a result, written out.

    Attributes:
        name, entry: Which array, which entry.
        value: What the step recorded there.
        computed: The value of what is written, worked out in float64.
        text, tex: What is written.
        terms: For a sum, its terms: (what, factor, factor).
    """

    name: str
    entry: tuple
    value: float
    computed: float
    text: str
    tex: str
    terms: tuple = ()

    def __str__(self) -> str:
        return f"{self.name}{say_entry(self.entry)} = {self.text} = {say(self.value, 6)}"


def with_numbers(recording: object, step: Step, entry: tuple | None = None, name: str | None = None) -> Numbers:
    """Return a step's formula with its numbers, for one entry.

    Args:
        recording: Where the step is from; a backward step needs its forward step.
        step: A step of the forward pass, the loss or the way back.
        entry: Which entry; by default the one of the largest absolute value.
        name: Which output, where there are several; for a backward step such as ``"w_bar"``.
    """
    outputs = {n: a for n, a in step.outputs.items() if isinstance(a, np.ndarray)}
    name = name if name in outputs else next(iter(outputs))
    array = outputs[name]
    if entry is None:
        entry = np.unravel_index(int(np.argmax(np.abs(array))), array.shape) if array.size else ()
    entry = tuple(int(i) for i in entry)
    value = float(array[entry])
    if step.phase == "backward":
        source = widened(recording.steps[step.origins["y"]])
        return _elementwise_gradient(source, step, name, entry, value) or _gradient(source, step, name, entry, value)
    step = widened(step)
    for attempt in (_elementwise, _special, _linear):
        if (found := attempt(step, name, entry, value)) is not None:
            return found
    return _sensitive(step, name, entry, value)


def _elementwise(step: Step, name: str, entry: tuple, value: float) -> Numbers | None:
    op = op_of(step)
    if op.kind != "elementwise" or not op.spec:
        return None
    known = {
        **op.params,
        **step.params,
        **_at(step.inputs, step.output.shape, entry),
        **_at(step.kept, step.output.shape, entry),
    }
    return _from_spec(op.spec, known, name, entry, value)


def _elementwise_gradient(source: Step, step: Step, name: str, entry: tuple, value: float) -> Numbers | None:
    op = op_of(source)
    x = source.inputs[name.removesuffix("_bar")]
    if op.kind != "elementwise" or not op.gradient.spec or x.shape != source.output.shape:
        return None
    shape = source.output.shape
    known = {**op.params, **source.params, **_at(source.inputs, shape, entry), **_at(source.kept, shape, entry)}
    known |= {"y": float(source.output[entry]), "y_bar": float(step.inputs["y_bar"][entry])}
    spec = numbers.parsed(op.gradient.spec)
    if hasattr(spec, "elts"):  # one formula per input
        spec = spec.elts[list(source.inputs).index(name.removesuffix("_bar"))]
    return _from_spec(spec, known, name, entry, value)


def _from_spec(spec: object, known: Mapping, name: str, entry: tuple, value: float) -> Numbers | None:
    node = numbers.parsed(spec) if isinstance(spec, str) else spec
    try:
        computed = numbers.evaluate(node, known)
        written, typeset = numbers.text(node, known), numbers.tex(node, known)
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return Numbers(name, entry, value, float(computed), written, typeset)


def _at(arrays: Mapping, shape: tuple, entry: tuple) -> dict[str, float]:
    """Return the numbers that stand at `entry` once every array is broadcast to `shape`."""
    found = {}
    for name, value in arrays.items():
        if isinstance(value, np.ndarray):
            try:
                value = float(np.broadcast_to(value, shape)[entry])
            except ValueError:
                continue
        found[name] = value
    return found


# --- steps with a shape of their own --------------------------------------------------------------------------------


def _special(step: Step, name: str, entry: tuple, value: float) -> Numbers | None:
    writer = _WRITERS.get(step.op)
    if writer is None or step.params.get("from_logits"):
        return None
    text, tex, computed = writer(step, entry)
    return Numbers(name, entry, value, computed, text, tex)


def _softmax(step: Step, entry: tuple) -> tuple:
    axis = step.params.get("axis", -1)
    line = np.moveaxis(step.inputs["x"], axis, -1)[tuple(np.delete(entry, axis))]
    powers, k = np.exp(line - line.max()), entry[axis]
    shown = [f"exp({say(v)})" for v in line] if len(line) <= WHOLE else [f"exp({say(line[k])})", "…"]
    typeset = [f"e^{{{say_tex(v)}}}" for v in line] if len(line) <= WHOLE else [f"e^{{{say_tex(line[k])}}}", r"\dots"]
    top, sign = (
        f"exp({say(line[k])})",
        "" if len(line) <= WHOLE else f"  ({len(line)} terms: {say(np.exp(line).sum())})",
    )
    return (
        f"{top} / ({' + '.join(shown)}){sign}", rf"\frac{{e^{{{say_tex(line[k])}}}}}{{{'+'.join(typeset)}}}",
        float(powers[k] / powers.sum()),
    )  # fmt: skip


def _categorical(step: Step, entry: tuple) -> tuple:
    target, output = step.inputs["target"][entry], step.inputs["output"][entry]
    p = np.clip(output / output.sum(), 1e-7, 1 - 1e-7)
    return _minus_log([(t, q) for t, q in zip(target, p, strict=True) if t])


def _sparse(step: Step, entry: tuple) -> tuple:
    label = int(np.asarray(step.inputs["target"]).reshape(step.output.shape)[entry])
    output = step.inputs["output"][entry]
    return _minus_log([(1.0, float(np.clip(output[label] / output.sum(), 1e-7, 1 - 1e-7)))])


def _binary(step: Step, entry: tuple) -> tuple:
    t, q = float(step.inputs["target"][entry]), float(np.clip(step.inputs["output"][entry], 1e-7, 1 - 1e-7))
    return _minus_log([(weight, p) for weight, p in ((t, q), (1 - t, 1 - q)) if weight])


def _minus_log(pairs: list[tuple[float, float]]) -> tuple:
    text = " ".join(f"- {'' if t == 1 else say(t) + ' · '}ln({say(p)})" for t, p in pairs)
    tex = "".join(rf"-{'' if t == 1 else say_tex(t)}\ln({say_tex(p)})" for t, p in pairs)
    return text.replace("- ", "-", 1), tex, float(-sum(t * np.log(p) for t, p in pairs))


_WRITERS: dict[str, Callable] = {
    "softmax": _softmax, "categorical_crossentropy": _categorical, "sparse_categorical_crossentropy": _sparse,
    "binary_crossentropy": _binary,
}  # fmt: skip


# --- sums ------------------------------------------------------------------------------------------------------------


def _linear(step: Step, name: str, entry: tuple, value: float) -> Numbers | None:
    """Write a step that is linear in its data as the sum that it is; None if it isn't linear."""
    if op_of(step).gradient is None:
        return None
    rows = row(step, entry, name)
    order = [n for n in step.inputs if n in rows]
    for chosen in (order[:1], [*order[:1], *order[-1:]], order):  # x alone; x and b; all of them
        total = sum(float(np.sum(rows[n] * step.inputs[n])) for n in chosen)
        if chosen and abs(total - value) <= 1e-5 * max(1e-3, abs(value)) + 1e-7:
            terms = [
                (f"{n}{say_entry(at)}", float(step.inputs[n][at]), float(rows[n][at]))
                for n in chosen
                for at in map(tuple, np.argwhere(rows[n] != 0))
            ]
            return _sum(name, entry, value, terms)
    return None


def _gradient(source: Step, step: Step, name: str, entry: tuple, value: float) -> Numbers:
    """Write a gradient as the sum over what arrives times the local slope."""
    x = source.inputs[name.removesuffix("_bar")]
    tangent = np.zeros(x.shape, "float64")
    tangent[entry] = 1.0
    slopes = push(source, {name.removesuffix("_bar"): tangent})
    terms = []
    for output, slope in slopes.items():
        bar = step.inputs.get(f"{output}_bar")
        if bar is not None:
            places = np.argwhere(slope != 0) if slope.ndim else [()]
            terms += [
                (f"{output}_bar{say_entry(tuple(at))}", float(bar[tuple(at)]), float(slope[tuple(at)])) for at in places
            ]
    return _sum(name, entry, value, terms)


def _sum(name: str, entry: tuple, value: float, terms: list[tuple]) -> Numbers:
    computed = float(sum(a * b for _, a, b in terms))
    shown = terms if len(terms) <= WHOLE else sorted(terms, key=lambda term: -abs(term[1] * term[2]))[:5]
    text = " + ".join(_product(a, b, "·", say) for _, a, b in shown) or "0"
    tex = "+".join(_product(a, b, r"\cdot ", say_tex) for _, a, b in shown) or "0"
    if len(shown) < len(terms):
        rest = computed - sum(a * b for _, a, b in shown)
        text += f" + … ({len(terms) - len(shown)} more terms: {say(rest)})"
        tex += rf"+\dots\,({say_tex(rest)})"
    return Numbers(name, entry, value, computed, text, tex, tuple(terms))


def _product(a: float, b: float, sign: str, write: Callable) -> str:
    parts = [write(v) for v in (a, b) if v != 1] or ["1"]
    return sign.join(f"({p})" if p.startswith("-") else p for p in parts)


def _sensitive(step: Step, name: str, entry: tuple, value: float) -> Numbers:
    """Say of a step without a short formula how much it would change with each of its inputs."""
    rows = row(step, entry, name) if op_of(step).gradient is not None else {}
    terms = []
    for source, slopes in rows.items():
        for place in np.argsort(np.abs(slopes).reshape(-1))[::-1][:3]:
            at = np.unravel_index(int(place), slopes.shape)
            terms.append((f"{source}{say_entry(at)}", float(step.inputs[source][at]), float(slopes[at])))
    terms.sort(key=lambda term: -abs(term[2]))
    told = "; ".join(f"∂/∂{where} = {say(slope)}" for where, _, slope in terms[:4])
    text = f"{step.op}(…)" + (f", which changes most with {told}" if told else "")
    return Numbers(name, entry, value, value, text, rf"\mathrm{{{step.op.replace('_', ' ')}}}(\dots)", tuple(terms))
