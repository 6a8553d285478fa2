"""Rates that follow half a cosine wave down, once, or again and again.

Letters: t the step, T the steps of a wave, α the lowest rate as a share of the highest, η₀ ``initial_learning_rate``.
"""

import numpy as np

from teachkeras.optimizers.schedules._formula import Formula


class CosineDecay(Formula):
    """A rate that falls slowly, then quickly, then slowly: ``η = η₀·((1-α)·½(1 + cos(π t/T)) + α)``.

    With a ``warmup_target`` it first rises in a straight line from η₀ to that, and falls from there.

    Args:
        initial_learning_rate: η₀.
        decay_steps: T, not counting the warm-up.
        alpha: α.
        name: A name.
        warmup_target: The rate to rise to first; None for no warm-up.
        warmup_steps: How long that takes.

    Raises:
        ArgumentError: ``decay_steps`` is not above 0.

    Example:
        >>> fall = CosineDecay(0.5, decay_steps=10)
        >>> float(fall(0)), float(fall(5)), float(fall(10))
        (0.5, 0.25, 0.0)

    Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, eq. 5; the warm-up:
    Goyal et al., "Accurate, large minibatch SGD", 2017, section 2.2.
    """

    tex = r"\eta = \eta_0\left((1-\alpha)\tfrac12(1+\cos(\pi t/T))+\alpha\right)"

    def __init__(self, initial_learning_rate, decay_steps, alpha=0.0, name="CosineDecay", warmup_target=None,
                 warmup_steps=0):  # fmt: skip
        self.initial_learning_rate, self.decay_steps, self.alpha, self.name = (
            initial_learning_rate, decay_steps, alpha, name,
        )  # fmt: skip
        self.warmup_target, self.warmup_steps = warmup_target, warmup_steps
        self._check_positive("decay_steps")

    def rate(self, step):
        """Return the rate on the way up, or on the way down."""
        start = self.initial_learning_rate
        if self.warmup_target is None:
            return self._fall(start, step)
        rise = start + (self.warmup_target - start) * step / max(self.warmup_steps, 1)
        return np.where(step < self.warmup_steps, rise, self._fall(self.warmup_target, step - self.warmup_steps))

    def _fall(self, start, step):
        wave = 0.5 * (1 + np.cos(np.pi * np.minimum(step, self.decay_steps) / self.decay_steps))
        return start * ((1 - self.alpha) * wave + self.alpha)


class CosineDecayRestarts(Formula):
    """Cosine waves one after the other, wave i ``t_mul^i`` times as long and ``m_mul^i`` times as high as the first.

    Args:
        initial_learning_rate: η₀.
        first_decay_steps: T, steps of the first wave.
        t_mul: How much longer each wave is than the one before.
        m_mul: How much higher.
        alpha: α.
        name: A name.

    Raises:
        ArgumentError: ``first_decay_steps`` is not above 0.

    Example:
        >>> waves = CosineDecayRestarts(0.5, first_decay_steps=10)
        >>> float(waves(0)), float(waves(5)), float(waves(10)), float(waves(20))
        (0.5, 0.25, 0.5, 0.25)

    Source: Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, section 3.
    """

    tex = r"\eta = \eta_0 m^i\left((1-\alpha)\tfrac12(1+\cos(\pi\,t_i/T_i))+\alpha\right),\quad T_i = T\,\tau^i"

    def __init__(self, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name="SGDRDecay"):
        self.initial_learning_rate, self.first_decay_steps = initial_learning_rate, first_decay_steps
        self.t_mul, self.m_mul, self.alpha, self.name = t_mul, m_mul, alpha, name
        self._check_positive("first_decay_steps")

    def rate(self, step):
        """Return the rate at a place within a wave."""
        done = step / self.first_decay_steps  # in lengths of the first wave
        if self.t_mul == 1.0:
            wave, place = np.floor(done), done - np.floor(done)
        else:  # waves before the i-th are 1 + τ + … + τ^(i-1) = (τ^i - 1)/(τ - 1) long
            wave = np.floor(np.log(1 - done * (1 - self.t_mul)) / np.log(self.t_mul) + 1e-9)
            before = (1 - self.t_mul**wave) / (1 - self.t_mul)
            place = (done - before) / self.t_mul**wave
        half = 0.5 * self.m_mul**wave * (1 + np.cos(np.pi * place))
        return self.initial_learning_rate * ((1 - self.alpha) * half + self.alpha)
