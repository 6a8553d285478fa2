"""How the contract builds and feeds the core layers."""

from teachkeras import layers, ops

ARGUMENTS = {
    "Lambda": {"function": ops.tanh}, "Wrapper": {"layer": layers.Identity()},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c", "activation": "tanh"},
}  # fmt: skip
SHAPES = {}
