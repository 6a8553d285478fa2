"""StringLookup: words as numbers, by a vocabulary."""

from teachkeras.layers.preprocessing._lookup import Lookup


class StringLookup(Lookup):
    """Give each word its number in a vocabulary; unknown words share one.

    Args:
        max_tokens: The most that the vocabulary holds, special tokens counted.
        num_oov_indices: 1, or 0 where an unknown word is an error.
        mask_token: The word that means nothing: 0, or left out where the output isn't numbers.
        oov_token: What stands for unknown words.
        vocabulary: The words, or a file with one a line; without it call ``adapt``.
        idf_weights: A weight for each word, for "tf_idf".
        invert: Words from numbers instead.
        output_mode: "int", "one_hot", "multi_hot", "count" or "tf_idf".
        pad_to_max_tokens: Rows of `max_tokens` even if there are fewer.
        sparse: Only False.
        encoding: Of the words' bytes.
        salt: None.

    Raises:
        ArgumentError: arguments that contradict each other, an unknown word without a number for it.
        NotBuiltError: called without a vocabulary.

    Example:
        >>> StringLookup(vocabulary=["a", "b"])([["b", "z", "a"]]).tolist()
        [[2, 0, 1]]

    Source: ``keras.layers.StringLookup``.
    """

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token="[UNK]", vocabulary=None,
                 idf_weights=None, invert=False, output_mode="int", pad_to_max_tokens=False, sparse=False,
                 encoding="utf-8", name=None, salt=None, **kwargs):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.start({
            "max_tokens": max_tokens, "num_oov_indices": num_oov_indices, "mask_token": mask_token,
            "oov_token": oov_token, "vocabulary": vocabulary, "idf_weights": idf_weights, "invert": invert,
            "output_mode": output_mode, "pad_to_max_tokens": pad_to_max_tokens, "sparse": sparse,
            "encoding": encoding, "salt": salt,
        })  # fmt: skip

    def plain(self, token):
        """Return a word as text."""
        return token.decode(self.encoding) if isinstance(token, bytes) else str(token)
