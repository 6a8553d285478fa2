"""Rates that fall by a formula: exponentially, with the inverse of time, along a polynomial.

Letters: t the step, T ``decay_steps``, γ ``decay_rate``, η₀ ``initial_learning_rate``.
"""

import numpy as np

from teachkeras.optimizers.schedules._formula import Formula


class ExponentialDecay(Formula):
    """A rate that shrinks by the same factor again and again: ``η = η₀ · γ^(t/T)``.

    Args:
        initial_learning_rate: η₀.
        decay_steps: T, after how many steps it is γ times what it was.
        decay_rate: γ.
        staircase: Whether it changes only every T steps: t/T is rounded down.
        name: A name.

    Raises:
        ArgumentError: ``decay_steps`` is not above 0.

    Example:
        >>> fall = ExponentialDecay(0.5, decay_steps=10, decay_rate=0.5)
        >>> float(fall(10)), float(fall(20))
        (0.25, 0.125)

    Source: ``keras.optimizers.schedules.ExponentialDecay``.
    """

    tex = r"\eta = \eta_0\,\gamma^{t/T}"

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="ExponentialDecay"):
        self.initial_learning_rate, self.decay_steps, self.decay_rate = initial_learning_rate, decay_steps, decay_rate
        self.staircase, self.name = staircase, name
        self._check_positive("decay_steps")

    def rate(self, step):
        """Return ``η₀ · γ^(t/T)``."""
        periods = step / self.decay_steps
        return self.initial_learning_rate * self.decay_rate ** (np.floor(periods) if self.staircase else periods)


class InverseTimeDecay(Formula):
    """A rate that falls quickly first, then ever slower: ``η = η₀ / (1 + γ·t/T)``.

    With T = 1 this is what ``decay=γ`` did in optimizers of Keras 2.

    Args:
        initial_learning_rate: η₀.
        decay_steps: T.
        decay_rate: γ.
        staircase: Whether it changes only every T steps: t/T is rounded down.
        name: A name.

    Raises:
        ArgumentError: ``decay_steps`` is not above 0.

    Example:
        >>> fall = InverseTimeDecay(0.5, decay_steps=10, decay_rate=1.0)
        >>> float(fall(10)), float(fall(30))
        (0.25, 0.125)

    Source: Robbins & Monro, "A stochastic approximation method", 1951, section 6; ``keras.optimizers.schedules``.
    """

    tex = r"\eta = \eta_0/(1+\gamma\,t/T)"

    def __init__(self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="InverseTimeDecay"):
        self.initial_learning_rate, self.decay_steps, self.decay_rate = initial_learning_rate, decay_steps, decay_rate
        self.staircase, self.name = staircase, name
        self._check_positive("decay_steps")

    def rate(self, step):
        """Return ``η₀ / (1 + γ·t/T)``."""
        periods = step / self.decay_steps
        return self.initial_learning_rate / (1 + self.decay_rate * (np.floor(periods) if self.staircase else periods))


class PolynomialDecay(Formula):
    """A rate that goes from η₀ to η₁ in T steps: ``η = (η₀-η₁)·(1 - t/T)^p + η₁``; a straight line for p = 1.

    Args:
        initial_learning_rate: η₀.
        decay_steps: T.
        end_learning_rate: η₁; the rate stays there.
        power: p.
        cycle: Whether it starts anew, more slowly, instead of staying: T becomes the next multiple of T above t.
        name: A name.

    Raises:
        ArgumentError: ``decay_steps`` is not above 0.

    Example:
        >>> fall = PolynomialDecay(0.5, decay_steps=10, end_learning_rate=0.25)
        >>> float(fall(0)), float(fall(5)), float(fall(99))
        (0.5, 0.375, 0.25)

    Source: ``keras.optimizers.schedules.PolynomialDecay``.
    """

    tex = r"\eta = (\eta_0-\eta_1)(1-t/T)^p + \eta_1"

    def __init__(self, initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False,
                 name="PolynomialDecay"):  # fmt: skip
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.end_learning_rate, self.power, self.cycle, self.name = end_learning_rate, power, cycle, name
        self._check_positive("decay_steps")

    def rate(self, step):
        """Return ``(η₀-η₁)·(1 - t/T)^p + η₁``."""
        total = self.decay_steps
        if self.cycle:
            total = total * np.maximum(np.ceil(step / total), 1.0)
        else:
            step = np.minimum(step, total)
        span = self.initial_learning_rate - self.end_learning_rate
        return span * (1 - step / total) ** self.power + self.end_learning_rate
