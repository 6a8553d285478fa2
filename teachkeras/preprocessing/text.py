"""Text as numbers: split into words, number the words, as Keras 2 did. New code uses ``layers.TextVectorization``."""

from __future__ import annotations

import collections
import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from teachkeras.errors import ArgumentError, ArgumentTypeError, UnknownNameError

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(input_text, filters=FILTERS, lower=True, split=" ") -> list[str]:
    """Return the words of a text.

    Args:
        input_text: The text.
        filters: Characters that count as ``split``.
        lower: Whether capitals become small letters.
        split: What stands between two words.

    >>> text_to_word_sequence("The cat, the hat.")
    ['the', 'cat', 'the', 'hat']

    Source: ``keras.preprocessing.text`` of Keras 2.
    """
    if lower:
        input_text = input_text.lower()
    words = input_text.translate(str.maketrans(dict.fromkeys(filters, split))).split(split)
    return [word for word in words if word]


def one_hot(input_text, n, filters=FILTERS, lower=True, split=" ", analyzer=None) -> list[int]:
    """Return a number from 1 to n - 1 for each word, by Python's ``hash``, which differs from process to process.

    >>> a, b, c = one_hot("cat hat cat", 50)
    >>> a == c and 0 < b < 50
    True
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


def hashing_trick(text, n, hash_function=None, filters=FILTERS, lower=True, split=" ", analyzer=None) -> list[int]:
    """Return a number from 1 to n - 1 for each word, by a hash; two words may get the same.

    Args:
        text: The text.
        n: How many numbers there are, 0 (which no word gets) included.
        hash_function: ``hash`` (the default), ``"md5"``, which is the same everywhere, or a function.
        filters, lower, split: As in ``text_to_word_sequence``.
        analyzer: A function from a text to its words, in their place.

    >>> hashing_trick("cat hat cat", 50, "md5")
    [32, 39, 32]
    """
    if hash_function is None:
        hash_function = hash
    elif hash_function == "md5":
        hash_function = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)  # noqa: E731
    words = text_to_word_sequence(text, filters, lower, split) if analyzer is None else analyzer(text)
    return [hash_function(word) % (n - 1) + 1 for word in words]


class Tokenizer:
    """Numbers words by their frequency, 1 for the most frequent (or for ``oov_token``, and 2 for the next).

    Args:
        num_words: Only words numbered below this count; others are dropped, or become ``oov_token``.
        filters, lower, split: As in ``text_to_word_sequence``.
        char_level: Whether characters are the words.
        oov_token: What stands for a word that is not known.
        analyzer: A function from a text to its words.

    Attributes:
        word_index, index_word: Word → number and back.
        word_counts: Word → how often it came.
        word_docs: Word → in how many texts.
        document_count: How many texts were seen.

    >>> words = Tokenizer()
    >>> words.fit_on_texts(["the cat", "the hat"])
    >>> words.word_index, words.texts_to_sequences(["hat the dog"])
    ({'the': 1, 'cat': 2, 'hat': 3}, [[3, 1]])

    Source: ``keras.preprocessing.text.Tokenizer`` of Keras 2.
    """

    def __init__(self, num_words=None, filters=FILTERS, lower=True, split=" ", char_level=False, oov_token=None,
                 analyzer: Callable | None = None, **kwargs):  # fmt: skip
        if "nb_words" in kwargs:
            warnings.warn("The `nb_words` argument in `Tokenizer` has been renamed `num_words`.", stacklevel=2)
            num_words = kwargs.pop("nb_words")
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise ArgumentTypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: dict[str, int] = collections.OrderedDict()
        self.word_docs: dict[str, int] = collections.defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}
        self.index_docs: dict[int, int] = collections.defaultdict(int)

    def _words(self, text: str | list[str]) -> list[str]:
        if self.char_level or isinstance(text, list):
            lowered = [word.lower() for word in text] if isinstance(text, list) else text.lower()
            return list(lowered if self.lower else text)
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable) -> None:
        """Count the words of texts (or of lists of words), and number them."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        by_count = sorted(self.word_counts, key=self.word_counts.get, reverse=True)
        known = by_count if self.oov_token is None else [self.oov_token, *by_count]
        self.word_index = {word: number for number, word in enumerate(known, 1)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable) -> None:
        """Count in how many sequences of numbers each stands, for ``tfidf`` without texts."""
        for sequence in sequences:
            self.document_count += 1
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable) -> list[list[int]]:
        """Return the numbers of the known words of each text."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable) -> Iterator[list[int]]:
        """Yield what ``texts_to_sequences`` lists."""
        unknown = self.word_index.get(self.oov_token)
        for text in texts:
            numbers = (self.word_index.get(word) for word in self._words(text))
            kept = (unknown if n is None or (self.num_words and n >= self.num_words) else n for n in numbers)
            yield [number for number in kept if number is not None]

    def sequences_to_texts(self, sequences: Iterable) -> list[str]:
        """Return the words of numbers, joined by blanks."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable) -> Iterator[str]:
        """Yield what ``sequences_to_texts`` lists."""
        unknown = self.oov_token
        for sequence in sequences:
            pairs = ((number, self.index_word.get(number)) for number in sequence)
            words = (unknown if w is None or (self.num_words and n >= self.num_words) else w for n, w in pairs)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable, mode: str = "binary") -> np.ndarray:
        """Return a row for each text with a column for each word (see ``sequences_to_matrix``)."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: list, mode: str = "binary") -> np.ndarray:
        """Return a row for each sequence with a column for each number.

        Math:
            With c the count of the word in a sequence of length n, d the sequences that have it, N all of them:
            ``"binary"`` 1 if it is there, ``"count"`` c, ``"freq"`` c/n, ``"tfidf"`` ``(1 + ln c)·ln(1 + N/(1 + d))``.

        Raises:
            ArgumentError: neither ``num_words`` nor words to count the columns by; ``tfidf`` before a ``fit_on``.
            UnknownNameError: another mode.
        """
        if not self.num_words and not self.word_index:
            raise ArgumentError("Specify a dimension (`num_words` argument), or fit on some text data first.")
        if mode == "tfidf" and not self.document_count:
            raise ArgumentError("Fit the Tokenizer on some data before using tfidf mode.")
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise UnknownNameError(f"Unknown vectorization mode: {mode}", fix="use binary, count, freq or tfidf")
        columns = self.num_words or len(self.word_index) + 1
        rows = np.zeros((len(sequences), columns))
        for row, sequence in zip(rows, sequences, strict=True):
            counts = collections.Counter(number for number in sequence if number < columns)
            for number, count in counts.items():
                row[number] = self._weight(mode, number, count, len(sequence))
        return rows

    def _weight(self, mode: str, number: int, count: int, length: int) -> float:
        if mode == "tfidf":
            rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
            return (1 + np.log(count)) * rarity
        return {"binary": 1, "count": count, "freq": count / length}[mode]

    def get_config(self) -> dict:
        """Return the settings and all counts as plain data."""
        counts = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        return {
            "num_words": self.num_words, "filters": self.filters, "lower": self.lower, "split": self.split,
            "char_level": self.char_level, "oov_token": self.oov_token, "document_count": self.document_count,
            **{name: json.dumps(getattr(self, name)) for name in counts},
        }  # fmt: skip

    def to_json(self, **kwargs) -> str:
        """Return the config as JSON text; ``tokenizer_from_json`` reads it."""
        return json.dumps({"class_name": "Tokenizer", "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Return the tokenizer that ``to_json`` wrote."""
    config = json.loads(json_string)["config"]
    told = {name: json.loads(config.pop(name))
            for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")}  # fmt: skip
    made = Tokenizer(**config)
    made.word_counts, made.word_index = collections.OrderedDict(told["word_counts"]), told["word_index"]
    made.word_docs.update(told["word_docs"])
    made.index_docs.update({int(number): count for number, count in told["index_docs"].items()})
    made.index_word = {int(number): word for number, word in told["index_word"].items()}
    return made
