"""Samples of the random ops: a draw is settled by its seed and counter, so differences see the slope."""

from op_samples import Sample, reals


def _of(**params):
    return Sample((reals(5, 6),), {"seed": 3, "counter": 7, **params})


SAMPLES = {
    "gaussian_noise": [_of(stddev=0.3), _of()],
    "gaussian_dropout": [_of(rate=0.3)],
    "alpha_dropout": [_of(rate=0.4), _of(rate=0.5, noise_shape=(None, 1)), _of(rate=0.5, noise_shape=(5, 6))],
}
