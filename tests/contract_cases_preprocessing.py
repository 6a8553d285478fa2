"""How the contract builds and feeds the layers that prepare data."""

ARGUMENTS = {
    "Rescaling": {"scale": 0.5, "offset": 1.0},
    "Resizing": {"height": 2, "width": 3},
    "CenterCrop": {"height": 2, "width": 2},
    "RandomContrast": {"factor": 0.5},
    "RandomBrightness": {"factor": 0.2},
    "RandomRotation": {"factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "CategoryEncoding": {"num_tokens": 4},
    "IntegerLookup": {"vocabulary": [3, 1, 0], "output_mode": "multi_hot"},
    "Normalization": {"mean": [0.0, 1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0, 4.0]},
}
SHAPES = {"Rescaling": [(2, 4), (2, 3, 3, 2)]}
INTEGERS = {"CategoryEncoding", "IntegerLookup"}
WORDS = {"StringLookup", "TextVectorization"}
for _name in ("Resizing", "CenterCrop", "RandomFlip", "RandomContrast", "RandomBrightness", "RandomRotation",
              "RandomTranslation", "RandomZoom"):  # fmt: skip
    SHAPES[_name] = [(2, 3, 4, 2)]
