"""Random numbers that (seed, counter) settle; ``teachkeras/bits.py`` makes the bits."""

from teachkeras import bits
from teachkeras.kernels.registry import routine


@routine("keep", on="reference")
def keep(shape, probability, seed, counter):
    # kept[i] = [the i-th 16 bits of the stream (seed, counter) < 65536·probability]
    return bits.kept(shape, probability, seed, counter)


@routine("spread", on="reference")
def spread(shape, low, high, seed, counter):
    # u[i] = low + (high - low)·(the i-th 24 bits of the stream)/2²⁴
    return bits.uniform(shape, low, high, seed, counter)
