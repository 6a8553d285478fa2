"""What one step shows: silent and saturated units, gradients that fade, grow or never come, updates too large or small.

Index words: a *unit* is an entry of the last axis; its activity is looked at over all samples of the batch.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from teachkeras.errors import NoGradientError
from teachkeras.explain.findings import Finding

DEAD = 0.6  # share of a layer's ReLU units that fire for no sample
SATURATED = 0.5  # share of a layer's activations in the flat parts of sigmoid or tanh
FADES = 1e-3  # rms of the gradient at the first layer's output over that at the last one's, beside depth's share
GROWS = 1e3
LARGE_GRADIENT = 1e3
LARGE_UPDATE, SMALL_UPDATE = 0.3, 3e-6  # rms of an update over rms of its weight


def dead_relu(case: object) -> Iterator[Finding]:
    """ReLU units that never fire: nothing flows forward or back through them."""
    for step in case.recording.steps if case.recording else ():
        if step.op not in ("relu", "relu6") or step.phase != "forward" or not isinstance(step.output, np.ndarray):
            continue
        units = step.output.reshape(-1, step.output.shape[-1])
        if len(units) < 16:
            continue
        dead = float(np.mean(~(units > 0).any(axis=0)))
        if dead > DEAD:
            yield Finding(
                "dead_relu",
                f"{dead:.0%} of its ReLU units fire for no sample of the batch, so they can't learn",
                {"dead units": dead, "units": units.shape[1], "samples": len(units)},
                "a lower learning rate, he_normal initial weights, or LeakyReLU; scale the inputs",
                step.layer,
            )


def saturated(case: object) -> Iterator[Finding]:
    """Sigmoid or tanh units at their ends, where the slope is nearly 0."""
    for step in case.recording.steps if case.recording else ():
        if (
            step.op not in ("sigmoid", "tanh", "hard_sigmoid")
            or step.phase != "forward"
            or step.index == case.last_index
        ):
            continue
        y = step.output if isinstance(step.output, np.ndarray) else None
        if y is None or y.size < 16:
            continue
        flat = np.abs(y) > 0.97 if step.op == "tanh" else np.abs(y - 0.5) > 0.47
        if (share := float(flat.mean())) > SATURATED:
            yield Finding(
                "saturated_units",
                f"{share:.0%} of its {step.op} values are at an end of the curve, where the slope is 0",
                {"saturated": share, "std of z": float(np.std(step.inputs["x"]))},
                "smaller initial weights (glorot_uniform), scaled inputs, batch normalisation, or ReLU",
                step.layer,
            )


def gradients_over_depth(case: object) -> Iterator[Finding]:
    """Gradients that fade or grow on their way back."""
    arriving = case.arriving
    if len(arriving) >= 2:
        (last, at_last), (first, at_first) = arriving[0], arriving[-1]
        figures = {f"rms at {first}": at_first, f"rms at {last}": at_last, "ratio": at_first / max(at_last, 1e-300)}
        if 0 < at_last and figures["ratio"] < FADES:
            yield Finding(
                "vanishing_gradient",
                "the gradient fades on its way back, so the first layers hardly learn",
                figures,
                "ReLU, he_normal or glorot_uniform weights, batch normalisation, skip connections, fewer layers",
                first,
            )
        elif figures["ratio"] > GROWS:
            yield Finding(
                "exploding_gradient",
                "the gradient grows on its way back, so the first layers jump",
                figures,
                "smaller initial weights, clipnorm=1.0 in the optimizer, batch normalisation",
                first,
            )
    yield from _activations_over_depth(case)
    if case.gradients:
        total = float(np.sqrt(sum(float(np.sum(np.square(g, dtype="float64"))) for g in case.gradients.values())))
        if not np.isfinite(total) or total > LARGE_GRADIENT:
            yield Finding(
                "exploding_gradient",
                "the gradient of all weights together is huge",
                {"norm": total},
                "scale inputs and targets, smaller initial weights, clipnorm=1.0 in the optimizer",
            )


def _activations_over_depth(case: object) -> Iterator[Finding]:
    sums = [(s.layer, s.output) for s in case.kernel_steps if isinstance(s.output, np.ndarray)]
    if len(sums) < 2:
        return
    (first, low), (last, high) = (
        (layer, float(np.sqrt(np.mean(np.square(z, dtype="float64"))))) for layer, z in (sums[0], sums[-1])
    )
    if high > 100 and high > 10 * low:
        figures = {f"rms of z in {first}": low, f"in {last}": high, "updates made": case.updates}
        if case.updates:
            yield Finding(
                "learning_rate_too_high",
                "the updates threw the weights far out: the sums are huge by now",
                figures,
                "a learning rate 10 or 100 times lower, and new weights: build the model anew",
                last,
            )
        else:
            yield Finding(
                "exploding_activations",
                "the sums grow from layer to layer: the outputs are extreme whatever comes in",
                figures,
                "smaller initial weights (glorot_uniform), batch normalisation",
                last,
            )


def no_gradient(case: object) -> Iterator[Finding]:
    """Weights that the loss does not feel at all."""
    if isinstance(case.failure, NoGradientError):
        yield Finding("no_gradient", "no gradient can flow back", {"got": case.failure.got}, case.failure.fix)
    if case.gradients is None:
        return
    if not case.model.trainable_weights and case.model.weights:
        yield Finding(
            "no_gradient", "every layer is frozen, so nothing is learnt", {}, "layer.trainable = True, then compile"
        )
        return
    silent: dict[str, list] = {}
    for variable in case.model.trainable_weights:
        gradient = case.gradients.get(variable.path)
        if gradient is None or not np.any(gradient):
            silent.setdefault(variable.path.rsplit("/", 1)[0], []).append(gradient is None)
    for layer, missing in silent.items():
        held = sum(v.path.rsplit("/", 1)[0] == layer for v in case.model.trainable_weights)
        if len(missing) < held and not any(missing):
            continue  # some of the layer's weights do get one
        why = "nothing leads from them to the loss" if all(missing) else "all that comes back is 0"
        yield Finding(
            "no_gradient",
            f"the weights of this layer get no gradient: {why}",
            {"weights": len(missing)},
            "check that call() uses the layer, and look after it for stop_gradient, rounding, dead units, zero weights",
            layer,
        )


def same_units(case: object) -> Iterator[Finding]:
    """Units with equal weights: they get equal gradients and stay equal for ever."""
    for variable in case.model.trainable_weights if case.model else ():
        w = variable.data
        if variable.name == "kernel" and w.ndim >= 2 and w.shape[-1] > 1 and np.ptp(w, axis=-1).max() < 1e-12:
            behind = case.gradients.get(variable.path) if case.gradients else None
            if behind is not None and np.any(behind) and np.ptp(behind, axis=-1).max() > 1e-9 * np.abs(behind).max():
                continue  # what lies behind them differs, and will tell them apart
            yield Finding(
                "same_units",
                "all units of this layer have the same weights, so they learn the same thing",
                {"value of the first weight": float(w.flat[0])},
                "random initial weights, such as the default glorot_uniform",
                variable.path.rsplit("/", 1)[0],
            )


def softmax_twice(case: object) -> Iterator[Finding]:
    """Probabilities squashed a second time."""
    steps = {s.index: s for s in case.recording.steps} if case.recording else {}
    for step in steps.values():
        source = steps.get(next((o for n, o in step.origins.items() if n in ("x", "output")), None))
        if source is None or source.op not in ("softmax", "sigmoid") or step.phase not in ("forward", "loss"):
            continue
        if step.op == source.op == "softmax" or step.params.get("from_logits"):
            by = "the loss with from_logits=True" if step.params.get("from_logits") else "a second softmax"
            yield Finding(
                "softmax_twice",
                f"{source.op} gives probabilities already; {by} squashes them again",
                {},
                "keep one: a linear last layer with from_logits=True, or softmax with from_logits=False",
                source.layer,
            )


def update_ratio(case: object) -> Iterator[Finding]:
    """Updates that are large or tiny beside their weights."""
    ratios = case.update_ratios
    if not ratios:
        return
    middle = float(np.median(list(ratios.values())))
    rate = float(case.model.optimizer.learning_rate) if case.model and case.model.optimizer else float("nan")
    figures = {"update / weight (median)": middle, "learning rate": rate}
    if middle > LARGE_UPDATE:
        yield Finding(
            "update_ratio",
            "one update moves the weights by a large part of their size",
            figures,
            "a learning rate ten times lower; healthy updates are near a thousandth of the weight",
        )
    elif 0 < middle < SMALL_UPDATE and case.unfinished:
        yield Finding(
            "update_ratio",
            "the updates are tiny beside the weights, so learning takes for ever",
            figures,
            "a learning rate ten times higher; healthy updates are near a thousandth of the weight",
        )


RULES = (dead_relu, saturated, gradients_over_depth, no_gradient, same_units, softmax_twice, update_ratio)
