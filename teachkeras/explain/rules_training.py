"""What curves show: a learning rate too high or too low, over-fitting and under-fitting, and a few steps tried out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from teachkeras.explain.findings import Finding

JUMPS = 1.5  # a trial or a curve that ends this many times higher than it began
SLOW = 0.01  # the share of the first loss that a run should have lost after a handful of epochs
STILL = 0.05  # the same where it has stopped falling
GAP = 1.2  # how far the validation loss may rise above its best


def trial(case: object) -> Iterator[Finding]:
    """A few steps on one batch, taken and undone: does the loss fall?"""
    losses = case.trial
    if losses is None or len(losses) < 2:
        return
    first, last, worst = losses[0], losses[-1], float(np.max(losses))
    figures = {
        "loss before": first,
        f"after {len(losses) - 1} steps on the same batch": last,
        "learning rate": float(case.model.optimizer.learning_rate),
    }
    if not np.isfinite(worst) or (last > JUMPS * first and last - first > 0.1) or worst > 20 * max(first, 0.1):
        yield Finding(
            "learning_rate_too_high",
            "steps on one and the same batch make its loss larger",
            figures,
            "a learning rate 10 or 100 times lower; or scale the inputs",
        )
    elif case.unfinished and 0 <= (first - last) / max(first, 1e-12) < 3e-4 and case.gradient_norm > 1e-4:
        yield Finding(
            "learning_rate_too_low",
            "steps on one and the same batch hardly change its loss",
            figures,
            "a learning rate 10 or 100 times higher",
        )


def curve(case: object) -> Iterator[Finding]:
    """The training loss over epochs."""
    loss = np.asarray(case.curves.get("loss", ()), "float64")
    if len(loss) and not np.isfinite(loss).all():
        at = int(np.argmax(~np.isfinite(loss)))
        yield Finding(
            "learning_rate_too_high",
            "the loss became NaN or infinite",
            {"epoch": at + 1},
            "a lower learning rate, scaled inputs, or clipnorm=1.0",
        )
        return
    if len(loss) < 4:
        return
    rises = np.diff(loss) > 0.05 * np.abs(loss[:-1])
    figures = {"first": loss[0], "best": float(loss.min()), "last": loss[-1]}
    if (loss[-1] > JUMPS * loss.min() and loss[-1] > 0.5 * loss[0]) or (
        rises.mean() > 0.34 and loss[-1] > 0.3 * loss[0]
    ):
        yield Finding(
            "learning_rate_too_high",
            "the training loss jumps up again and again, or ends above where it was",
            {**figures, "epochs in which it rose": int(rises.sum())},
            "a learning rate 3 to 10 times lower",
        )
    elif len(loss) >= 5 and not case.began and loss[0] - loss[-1] < STILL * abs(loss[0]):
        yield from _standing(case, loss, figures)


def _standing(case: object, loss: np.ndarray, figures: dict) -> Iterator[Finding]:
    """A loss that has hardly moved: is it on its way, or has it stopped?"""
    falling = float(np.mean(np.diff(loss) < 0))
    late, early = loss[-2] - loss[-1], loss[0] - loss[1]
    still = late < 0.4 * early or falling < 0.6
    if loss[0] - loss[-1] < SLOW * abs(loss[0]) and falling >= 0.8 and 0.4 * early < late < 1.3 * early:
        yield Finding(
            "learning_rate_too_low",
            "the training loss falls steadily, but hardly",
            figures,
            "a learning rate 10 times higher; if the curve then jumps, go back half way",
        )
    elif still and not case.low_enough:
        yield Finding(
            "under_fitting",
            "the training loss stands where it began",
            figures,
            "check that inputs and targets belong together; a larger model; another learning rate",
        )


def generalisation(case: object) -> Iterator[Finding]:
    """Training against validation."""
    loss, val = (np.asarray(case.curves.get(name, ()), "float64") for name in ("loss", "val_loss"))
    if len(loss) < 4 or len(val) != len(loss) or not np.isfinite([loss, val]).all():
        return
    best = int(np.argmin(val))
    late = len(val) - max(3, len(val) // 3)
    fell = loss[late] - loss[-1] > 0.3 * loss[late]
    if (
        len(val) >= 10
        and fell
        and val[-1] > 3 * loss[-1]
        and val[late:].min() > 0.97 * val[late]
        and val[-1] > 0.5 * val[0]
    ):
        yield Finding(
            "over_fitting",
            "the training loss goes on falling while the validation loss stands still",
            {"last training loss": float(loss[-1]), "last validation loss": float(val[-1])},
            "more data or augmentation, dropout, weight decay, a smaller model",
        )
    elif best <= len(val) - 3 and val[-1] > GAP * val[best] and loss[-1] < loss[best] and val[-1] > 1.3 * loss[-1]:
        yield Finding(
            "over_fitting",
            "the training loss goes on falling while the validation loss rises",
            {
                "best validation loss": float(val[best]),
                "at epoch": best + 1,
                "last": float(val[-1]),
                "last training loss": float(loss[-1]),
            },
            "EarlyStopping(restore_best_weights=True), more data, augmentation, dropout, weight decay, a smaller model",
        )


def plateau(case: object) -> Iterator[Finding]:
    """A model that has stopped getting better while still not much better than guessing."""
    accuracy = next(
        (
            np.asarray(v, "float64")
            for n, v in case.curves.items()
            if n in ("accuracy", "acc", "binary_accuracy", "sparse_categorical_accuracy", "categorical_accuracy")
        ),
        None,
    )
    guess = case.guess
    if accuracy is None or len(accuracy) < 5 or case.began or guess is None or not np.isfinite(accuracy).all():
        return
    late = accuracy[-max(2, len(accuracy) // 3) :]
    if late.max() < guess + 0.25 * (1 - guess) and np.ptp(late) < 0.04 and accuracy[-1] - accuracy[0] < 0.1:
        yield Finding(
            "under_fitting",
            "the model has settled at little better than guessing",
            {"accuracy": float(accuracy[-1]), "guessing gets": guess},
            "a larger model, more epochs, another learning rate; look at the inputs: do they tell the classes apart?",
        )


def thrown_off(case: object) -> Iterator[Finding]:
    """A run whose first epoch cost much more than guessing, and which then does no better than guessing."""
    loss, guessing = np.asarray(case.curves.get("loss", ()), "float64"), case.entropy
    if guessing is None or len(loss) < 2 or not np.isfinite(loss).all():
        return
    if loss[0] > 2 * guessing and loss[-1] > 0.9 * guessing and loss[0] > 1.5 * loss[-1] and loss[-2] < 1.02 * loss[-1]:
        yield Finding(
            "learning_rate_too_high",
            "the first updates threw the model off, and it has not come back",
            {"first epoch's loss": float(loss[0]), "last": float(loss[-1]), "guessing costs": guessing},
            "a learning rate 10 times lower, and new weights: build the model anew",
        )


RULES = (trial, curve, generalisation, plateau, thrown_off)
