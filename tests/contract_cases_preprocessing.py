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
    "RandomCrop": {"height": 2, "width": 3},
    "RandomHue": {"factor": 0.2},
    "RandomSaturation": {"factor": 0.2},
    "RandomSharpness": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.2},
    "RandomPosterization": {"factor": 4},
    "MaxNumBoundingBoxes": {"max_number": 3},
    "ContrastLimitedAdaptiveHistogramEqualization": {"tile_grid_size": (2, 2)},
    "CategoryEncoding": {"num_tokens": 4},
    "Discretization": {"bin_boundaries": [0.0, 1.0, 2.0], "output_mode": "multi_hot"},
    "Hashing": {"num_bins": 3, "output_mode": "multi_hot"},
    "HashedCrossing": {"num_bins": 3, "output_mode": "one_hot"},
    "STFTSpectrogram": {"frame_length": 4, "mode": "stft"},
    "MelSpectrogram": {"fft_length": 8, "sequence_stride": 4, "num_mel_bins": 4, "sampling_rate": 8000},
    "IntegerLookup": {"vocabulary": [3, 1, 0], "output_mode": "multi_hot"},
    "Normalization": {"mean": [0.0, 1.0, 2.0, 3.0], "variance": [1.0, 2.0, 3.0, 4.0]},
}
SHAPES = {
    "Rescaling": [(2, 4), (2, 3, 3, 2)],
    "STFTSpectrogram": [(2, 10, 2)],
    "MelSpectrogram": [(2, 20)],
    "HashedCrossing": [[(2,), (2,)]],
}
INTEGERS = {"CategoryEncoding", "IntegerLookup", "Discretization", "Hashing", "HashedCrossing"}
INTEGERS |= {"Equalization", "ContrastLimitedAdaptiveHistogramEqualization"}  # count how often each value comes
WORDS = {"StringLookup", "TextVectorization"}
for _name in ("Resizing", "CenterCrop", "RandomFlip", "RandomContrast", "RandomBrightness", "RandomRotation",
              "RandomTranslation", "RandomZoom", "AutoContrast", "Equalization", "RandomSharpness", "RandomInvert",
              "RandomGaussianBlur", "RandomPosterization", "Solarization", "RandomShear", "RandomPerspective",
              "RandomElasticTransform", "RandomErasing", "RandomCrop", "MixUp", "CutMix", "MaxNumBoundingBoxes"):  # fmt: skip
    SHAPES[_name] = [(2, 3, 4, 2)]
for _name in ("RandomGrayscale", "RandomHue", "RandomSaturation", "RandomColorDegeneration", "RandomColorJitter",
              "RandAugment", "AugMix"):  # fmt: skip
    SHAPES[_name] = [(2, 4, 4, 3)]
SHAPES["ContrastLimitedAdaptiveHistogramEqualization"] = [(2, 4, 4, 2)]
