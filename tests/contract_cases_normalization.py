"""How the contract builds and feeds the normalising layers."""

from teachkeras import layers

ARGUMENTS = {"GroupNormalization": {"groups": 2}, "SpectralNormalization": {"layer": layers.Dense(3)}}
SHAPES = {"SpectralNormalization": [], "BatchNormalization": [(6, 4), (4, 3, 2)], "GroupNormalization": [(2, 3, 4)], "LayerNormalization": [(2, 3, 4)]}
