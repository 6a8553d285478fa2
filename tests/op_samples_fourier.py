"""Samples of the Fourier transform of pairs."""

from op_samples import Sample, reals

SAMPLES = {
    "_fft": [
        Sample((reals(5), reals(5, seed=1))),
        Sample((reals(2, 3, 4), reals(2, 3, 4, seed=1)), {"axes": (-2, -1)}),
        Sample((reals(3, 4), reals(3, 4, seed=1)), {"inverse": True}),
    ],
}
