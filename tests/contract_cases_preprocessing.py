"""How the contract builds and feeds the layers that prepare data."""

ARGUMENTS = {
    "Rescaling": {"scale": 0.5, "offset": 1.0},
    "Normalization": {"mean": [0.0, 1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0, 4.0]},
}
SHAPES = {"Rescaling": [(2, 4), (2, 3, 3, 2)]}
