"""TextVectorization: sentences as rows of numbers."""

import re

import numpy as np

from teachkeras.layers.preprocessing._encoding import DataLayer, known_mode
from teachkeras.layers.preprocessing._lookup import MODES, as_tokens, checked_config
from teachkeras.layers.preprocessing.string_lookup import StringLookup
from teachkeras.tensor import Tensor

PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")


class TextVectorization(DataLayer):
    """Clean texts, split them into words and give each word its number, or count them.

    Args:
        max_tokens: The most that the vocabulary holds, special tokens counted.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", None, or a function of one text.
        split: "whitespace", "character", None, or a function that makes a list of one text.
        ngrams: Also runs of words: up to this length, or of the lengths in a tuple.
        output_mode: "int", "multi_hot", "count" or "tf_idf".
        output_sequence_length: Rows of numbers are cut or filled with 0 to this length.
        pad_to_max_tokens: Rows of `max_tokens` even if there are fewer.
        vocabulary: The words; without it call ``adapt``.
        idf_weights: A weight for each word, for "tf_idf".
        sparse, ragged: Only False.
        encoding: Of the texts' bytes.

    Raises:
        ArgumentError: an unknown output mode.
        NotBuiltError: called without a vocabulary.

    Example:
        >>> layer = TextVectorization(vocabulary=["cat", "the"])
        >>> layer(["The cat!", "a cat"]).tolist()
        [[3, 2], [1, 2]]

    Source: ``keras.layers.TextVectorization``.
    """

    def __init__(self, max_tokens=None, standardize="lower_and_strip_punctuation", split="whitespace", ngrams=None,
                 output_mode="int", output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None,
                 idf_weights=None, sparse=False, ragged=False, encoding="utf-8", name=None, **kwargs):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.max_tokens, self.standardize, self.split, self.ngrams = max_tokens, standardize, split, ngrams
        self.output_mode = known_mode(output_mode, *MODES)
        self.output_sequence_length, self.pad_to_max_tokens = output_sequence_length, pad_to_max_tokens
        self.vocabulary, self.idf_weights = vocabulary, idf_weights
        self.sparse, self.ragged, self.encoding = sparse, ragged, encoding
        self._lookup_layer = StringLookup(
            max_tokens, mask_token="", vocabulary=vocabulary, idf_weights=idf_weights, output_mode=self.output_mode,
            pad_to_max_tokens=pad_to_max_tokens, sparse=sparse, encoding=encoding,
        )  # fmt: skip
        self.built = True

    def adapt(self, data, batch_size=None, steps=None):
        """Make the vocabulary from texts: the most frequent words first."""
        self._lookup_layer.adapt([self._words(text) for text in as_tokens(data).ravel()])

    def _words(self, text: object) -> list[str]:
        """Return one text's words, and its runs of words."""
        text, clean = self._lookup_layer.plain(text), self.standardize
        if callable(clean):
            text = clean(text)
        else:
            text = text.lower() if clean and "lower" in clean else text
            text = PUNCTUATION.sub("", text) if clean and "strip" in clean else text
        if callable(self.split):
            words = list(self.split(text))
        else:
            words = {"whitespace": str.split, "character": list}.get(self.split, lambda whole: [whole])(text)
        if self.ngrams is None:
            return words
        lengths = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [" ".join(words[i : i + n]) for n in lengths for i in range(len(words) - n + 1)]

    def call(self, inputs):
        """Return a row for each text."""
        texts = as_tokens(inputs)
        rows = [self._words(text) for text in texts.ravel()]
        if self.output_mode == "int" and self.output_sequence_length is not None:
            length = self.output_sequence_length
        else:
            length = max(map(len, rows), default=0)
        filled = np.array([row[:length] + [""] * (length - len(row)) for row in rows], object).reshape(-1, length)
        y = self._lookup_layer.call(filled).data
        return Tensor(y[0] if texts.ndim == 0 else y)

    def get_vocabulary(self, include_special_tokens=True):
        """Return the words in the order of their numbers."""
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self):
        """Return how many words there are, special ones counted."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take a vocabulary, with weights for "tf_idf"."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    def compute_output_shape(self, input_shape):
        """Return (n, length) or (n, size of the vocabulary)."""
        width = self.output_sequence_length if self.output_mode == "int" else self._lookup_layer._depth()
        return (input_shape[0], width)

    def get_config(self):
        """Return the arguments; a vocabulary that was read from a file, or counted, stands beside the weights."""
        return super().get_config() | {"vocabulary": self._lookup_layer.get_config()["vocabulary"]}

    @classmethod
    def from_config(cls, config):
        """Build the layer from what ``get_config`` returned, here or in Keras; no file of words is read."""
        return super().from_config(checked_config(config))

    def save_own_variables(self, store):
        """Write the weights of "tf_idf"."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store):
        """Read the weights of "tf_idf"."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path):
        """Write an adapted vocabulary beside the weights."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path):
        """Read the vocabulary that was written."""
        self._lookup_layer.load_assets(dir_path)
