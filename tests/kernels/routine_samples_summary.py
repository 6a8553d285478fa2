"""Samples of the summary: flat arrays, whole and in runs, with zeros among them."""

SHAPES = [(1,), (7,), (64,), (65,), (1000,), (4099,)]


def some_zeros(rng, shape):
    x = rng.normal(3, 1, shape)
    x[rng.random(shape) < 0.2] = 0
    return x


SAMPLES = {"summary": (SHAPES, lambda rng, s: (some_zeros(rng, s), 64 if s[0] < 4000 else 512))}
