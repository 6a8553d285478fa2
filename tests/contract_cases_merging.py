"""How the contract builds and feeds the layers that merge, reshape and activate."""

PAIR = [[(2, 3, 4), (2, 3, 4)], [(2, 3, 4), (2, 1, 4), (2, 4)]]  # a list of inputs each; the second ones broadcast
ARGUMENTS = {
    "Reshape": {"target_shape": (2, -1)}, "Permute": {"dims": (2, 1)}, "RepeatVector": {"n": 3}, "Dot": {"axes": -1},
}  # fmt: skip
SHAPES = {
    **dict.fromkeys(["Add", "Multiply", "Average", "Maximum", "Minimum"], PAIR), "Subtract": PAIR[:1],
    "Concatenate": [[(2, 3, 4), (2, 3, 2)]], "Dot": [[(2, 3, 4), (2, 5, 4)], [(2, 4), (2, 4)]],
    "Reshape": [(2, 3, 4)], "Permute": [(2, 3, 4)], "PReLU": [(2, 3, 4)],
}  # fmt: skip
