"""IMDB: 50,000 film reviews, half of them good, half bad, as lists of word numbers."""

from __future__ import annotations

import os

import numpy as np

from teachkeras.datasets import _pickles, _words
from teachkeras.datasets._source import locate
from teachkeras.errors import ArgumentTypeError

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX_MD5 = "bfafd718b763782e994055a2d397834f"
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path="imdb.npz", num_words=None, skip_top=0, maxlen=None, seed=113, start_char=1, oov_char=2,
              index_from=3, **kwargs) -> tuple[Pair, Pair]:  # fmt: skip
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (17 MB) the first time.

    Shapes: x (25000,) twice, of lists of whole numbers; y (25000,), 0 for a bad review, 1 for a good one.

    Args:
        path: Name in the cache folder, where the file's hash is checked; an absolute path names a file of yours.
        num_words: Only words numbered below this stay; others become ``oov_char``.
        skip_top: Words numbered below this (the most frequent) become ``oov_char`` too.
        maxlen: Reviews of this many words or more are left out.
        seed: Of the shuffling.
        start_char: Stands at the start of each review; None for none.
        oov_char: Stands for a word left out; with None it is dropped.
        index_from: Added to each word's number, as 0, 1 and 2 stand for padding, start and unknown.

    Raises:
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file. Nothing in it is run: its pickles may hold arrays of lists only.
        ArgumentError: ``maxlen`` leaves nothing.

    Example:
        >>> import os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> x = np.array([[4, 7], [1, 9, 2]], dtype=object)
        >>> np.savez(own, x_train=x, y_train=[0, 1], x_test=x[:1], y_test=[0])
        >>> (x_train, y_train), _ = load_data(own, num_words=10)
        >>> sorted(x_train.tolist())  # 7 + 3 and 9 + 3 are not below 10
        [[1, 4, 2, 5], [1, 7, 2]]

    Source: Maas et al., "Learning word vectors for sentiment analysis", ACL 2011; ``keras.datasets.imdb``.
    """
    num_words = kwargs.pop("nb_words", num_words)  # Keras 1's name
    if kwargs:
        raise ArgumentTypeError(f"Unrecognized keyword arguments: {kwargs}")
    path, fix = locate("imdb.load_data", path, ORIGIN + "imdb.npz", SHA256)
    x_train, y_train, x_test, y_test = _pickles.read_lists(path, ARRAYS, fix)
    rng = np.random.RandomState(seed)
    x_train, y_train = _words.shuffled(rng, x_train, y_train)
    x_test, y_test = _words.shuffled(rng, x_test, y_test)
    train, y_train = _words.short_enough(_words.prefixed(x_train, start_char, index_from), y_train, maxlen)
    test, y_test = _words.short_enough(_words.prefixed(x_test, start_char, index_from), y_test, maxlen)
    x = _words.known(train + test, num_words, skip_top, oov_char)
    return (x[: len(train)], y_train), (x[len(train) :], y_test)


def get_word_index(path: str | os.PathLike = "imdb_word_index.json") -> dict[str, int]:
    """Return the number of each word, 1 for the most frequent; in ``load_data`` it is ``index_from`` more.

    Args:
        path: Name in the cache folder; an absolute path names a file of yours.

    Example:
        >>> index = get_word_index()                                              # doctest: +SKIP
        >>> words = {number + 3: word for word, number in index.items()}          # doctest: +SKIP
        >>> " ".join(words.get(number, "?") for number in x_train[0])             # doctest: +SKIP
        "? this film was just brilliant ..."
    """
    return _words.read_index(*locate("imdb.get_word_index", path, ORIGIN + "imdb_word_index.json", INDEX_MD5))
