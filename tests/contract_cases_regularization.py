"""How the contract builds and feeds the layers that act at random."""

ARGUMENTS = {
    "SpatialDropout1D": {"rate": 0.5}, "SpatialDropout2D": {"rate": 0.5}, "SpatialDropout3D": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5}, "GaussianDropout": {"rate": 0.5}, "AlphaDropout": {"rate": 0.5},
    "ActivityRegularization": {"l1": 0.1, "l2": 0.2},
}  # fmt: skip
SHAPES = {
    "SpatialDropout1D": [(2, 3, 4)],
    "SpatialDropout2D": [(2, 3, 2, 4)],
    "SpatialDropout3D": [(2, 3, 2, 2, 4)],
}
