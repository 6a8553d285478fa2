"""IntegerLookup: any whole numbers as numbers from 0 on, by a vocabulary."""

from teachkeras.layers.preprocessing._lookup import Lookup


class IntegerLookup(Lookup):
    """Give each whole number its place in a vocabulary; unknown ones share one.

    Args: as StringLookup's; `vocabulary_dtype` is "int64", `oov_method` "floormod".

    Raises:
        ArgumentError: arguments that contradict each other, an unknown number without a place for it.
        NotBuiltError: called without a vocabulary.

    Example:
        >>> IntegerLookup(vocabulary=[12, 36])([[36, 5, 12]]).tolist()
        [[2, 0, 1]]

    Source: ``keras.layers.IntegerLookup``.
    """

    plain = int

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None,
                 vocabulary_dtype="int64", idf_weights=None, invert=False, output_mode="int", sparse=False,
                 pad_to_max_tokens=False, oov_method="floormod", salt=None, name=None, **kwargs):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.start({
            "max_tokens": max_tokens, "num_oov_indices": num_oov_indices, "mask_token": mask_token,
            "oov_token": oov_token, "vocabulary": vocabulary, "vocabulary_dtype": vocabulary_dtype,
            "idf_weights": idf_weights, "invert": invert, "output_mode": output_mode, "sparse": sparse,
            "pad_to_max_tokens": pad_to_max_tokens, "oov_method": oov_method, "salt": salt,
        })  # fmt: skip
