"""Samples of the embedding's routines: rows that repeat, rows never asked for, no row at all."""

SHAPES = [(1, 1), (7, 3), (64, 10), (5, 1), (300, 40), (0, 3), (128, 65)]

SAMPLES = {
    "embed_vjp": (SHAPES, lambda rng, s: (rng.normal(size=s), rng.integers(0, 20, s[0]), 23)),
}
