"""Tokens and their numbers: a vocabulary, given or counted from data, and the table made of it."""

import collections
import pathlib

import numpy as np

from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras.layers.preprocessing._encoding import DataLayer, encode, encoded_shape, known_mode
from teachkeras.tensor import Tensor, as_array

MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class Lookup(DataLayer):
    """What StringLookup and IntegerLookup share; `plain` makes a token of an entry."""

    plain = str

    def start(self, arguments: dict) -> None:
        """Keep the constructor's arguments and take the vocabulary, if one is given."""
        for name, value in arguments.items():
            setattr(self, name, value)
        self.output_mode = known_mode(self.output_mode, *MODES)
        if self.max_tokens is not None and self.max_tokens <= 1:
            raise ArgumentError(f"If set, `max_tokens` must be greater than 1. Received: max_tokens={self.max_tokens}")
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise ArgumentError("If pad_to_max_tokens is True, must set `max_tokens`.")
        if self.num_oov_indices not in (0, 1):
            raise ArgumentError("num_oov_indices", expected="0 or 1", got=repr(self.num_oov_indices))
        if self.invert and self.output_mode != "int":
            raise ArgumentError("`output_mode` must be `'int'` when `invert` is true.", got=repr(self.output_mode))
        if self.sparse:
            raise ArgumentError("sparse", expected="False", got="True", fix="outputs are dense")
        self.built, self._terms, self._table, self._idf = True, [], {}, None
        if self.vocabulary is not None:
            self.set_vocabulary(self.vocabulary, self.idf_weights)

    def _front(self) -> list:
        """Return the tokens that stand before the vocabulary: the mask's, the one of unknown words."""
        mask = [self.mask_token] if self.mask_token is not None and self.output_mode == "int" else []
        return mask + [self.oov_token] * self.num_oov_indices

    def adapt(self, data, steps=None):
        """Count the tokens of data; the most frequent ones become the vocabulary, ties the later word first."""
        counts, documents, rows = collections.Counter(), collections.Counter(), 0
        entries = data if isinstance(data, list) else as_tokens(data)
        for row in entries if isinstance(entries, list) or entries.ndim > 0 else [entries]:
            tokens = [self.plain(t) for t in (row if isinstance(row, list) else np.ravel(row))]
            counts.update(tokens)
            documents.update(set(tokens))
            rows += 1
        terms = [t for t in counts if t not in (self.mask_token, self.oov_token)]
        terms.sort(key=lambda t: (counts[t], t), reverse=True)
        terms = terms if self.max_tokens is None else terms[: self.max_tokens - len(self._front())]
        idf = [np.log(1 + rows / (1 + documents[t])) for t in terms] if self.output_mode == "tf_idf" else None
        self.set_vocabulary(terms, idf)

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take a vocabulary (a list, or a file with one token a line), with weights for "tf_idf"."""
        if isinstance(vocabulary, str):
            vocabulary = pathlib.Path(vocabulary).read_text(encoding="utf-8").splitlines()
        terms, front = [self.plain(t) for t in vocabulary], self._front()
        terms = terms[len(front) :] if front and terms[: len(front)] == front else terms
        if len(set(terms)) < len(terms):
            raise ArgumentError("The passed vocabulary has repeated terms.", got=str(terms[:20]))
        if self.output_mode == "tf_idf" and idf_weights is None:
            raise ArgumentError("`idf_weights` must be set if output_mode is 'tf_idf'.")
        self._terms, self._table = terms, {t: i for i, t in enumerate(terms, len(front))}
        if idf_weights is not None:
            weights = as_array(idf_weights).astype("float32")[-len(terms) :]
            self._idf = np.concatenate([np.full(len(front), weights.mean(), "float32"), weights])

    def get_vocabulary(self, include_special_tokens=True):
        """Return the tokens in the order of their numbers."""
        return (self._front() if include_special_tokens else []) + self._terms

    def vocabulary_size(self):
        """Return how many tokens there are, special ones counted."""
        return len(self._front()) + len(self._terms)

    def _depth(self) -> int:
        return self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()

    def _number(self, token: object) -> int:
        if self.mask_token is not None and token == self.mask_token:
            return 0 if self.output_mode == "int" else -1
        found = self._table.get(token)
        if found is None and self.num_oov_indices == 0:
            raise ArgumentError("When `num_oov_indices=0` all inputs should be in vocabulary.", got=repr(token))
        return len(self._front()) - 1 if found is None else found

    def call(self, inputs):
        """Return the tokens' numbers in the output mode, or the tokens of numbers."""
        if self.output_mode != "int" and not self._terms:
            raise NotBuiltError(type(self).__name__, expected="a vocabulary", got="none", fix="call adapt(data) first")
        tokens = as_tokens(inputs)
        if self.invert:
            names = [self.mask_token if i == 0 and self.mask_token is not None else t
                     for i, t in enumerate(self.get_vocabulary())]  # fmt: skip
            found = [names[i] if 0 <= i < len(names) else self.oov_token for i in tokens.ravel()]
            return np.array(found).reshape(tokens.shape)
        numbers = np.array([self._number(self.plain(t)) for t in tokens.ravel()], "int64").reshape(tokens.shape)
        return Tensor(self.encoded(numbers))

    def encoded(self, numbers: np.ndarray) -> np.ndarray:
        """Return tokens' numbers in the output mode."""
        if self.output_mode != "tf_idf":
            dtype = "int64" if self.output_mode == "int" else self.compute_dtype
            return encode(numbers, self.output_mode, self._depth(), dtype)
        counts = encode(numbers, "count", self._depth(), self.compute_dtype)
        return counts * np.pad(self._idf, (0, self._depth() - len(self._idf)))

    def compute_output_shape(self, input_shape):
        """Return the shape of what `call` gives."""
        return encoded_shape(tuple(input_shape), self.output_mode, self._depth())

    # --- files -------------------------------------------------------------------------------------------------------

    def get_config(self):
        """Return the arguments; a vocabulary that was read from a file, or counted, stands beside the weights."""
        given = None if isinstance(self.vocabulary, str) else self.vocabulary
        return super().get_config() | {"vocabulary": given, "oov_method": "floormod"}

    @classmethod
    def from_config(cls, config):
        """Build the layer from what ``get_config`` returned, here or in Keras.

        Raises:
            ArgumentError: the config names a file of words: a model's file could have others read that way.
        """
        return super().from_config(checked_config(config))

    def save_own_variables(self, store):
        """Write the weights of "tf_idf"."""
        if self.output_mode == "tf_idf" and self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store):
        """Read the weights of "tf_idf"."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._idf = np.array(store["idf_weights"], "float32")

    def save_assets(self, dir_path):
        """Write a vocabulary that the config does not hold beside the weights."""
        if self.vocabulary is None or isinstance(self.vocabulary, str):
            text = "\n".join(map(str, self.get_vocabulary()))
            pathlib.Path(dir_path, "vocabulary.txt").write_text(text, encoding="utf-8")

    def load_assets(self, dir_path):
        """Read the vocabulary that was written."""
        file = pathlib.Path(dir_path, "vocabulary.txt")
        if self.vocabulary is None and file.exists():
            lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
            known = self._idf  # read before or after
            front = len(self._front())
            self.set_vocabulary(lines, np.zeros(max(0, len(lines) - front)) if self.output_mode == "tf_idf" else None)
            self._idf = known if known is not None and len(known) == len(lines) else self._idf


def checked_config(config: dict) -> dict:
    """Return a config without what Keras notes and we work out; refuse one that names a file."""
    if isinstance(config.get("vocabulary"), str):
        raise ArgumentError(
            "Requested the loading of a vocabulary file outside of the model archive. This carries a potential risk of "
            "loading arbitrary and sensitive files and thus it is disallowed", got=repr(config["vocabulary"]),
            fix="build the layer with that vocabulary yourself; its words are saved with the model",
        )  # fmt: skip
    return {name: value for name, value in config.items() if name not in ("vocabulary_size", "oov_method")}


def as_tokens(data: object) -> np.ndarray:
    """Return data as an array, words left as words."""
    return data if isinstance(data, np.ndarray) else data.numpy() if isinstance(data, Tensor) else np.asarray(data)
