"""Reuters: 11,228 newswires of 46 topics, as lists of word numbers."""

from __future__ import annotations

import os

import numpy as np

from teachkeras.datasets import _pickles, _words
from teachkeras.datasets._source import locate

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
SHA256 = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
INDEX_MD5 = "4d44cc38712099c9e383dc6e5f11a921"
TOPICS = (
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar",
    "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp",
    "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel",
    "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
)  # fmt: skip

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path="reuters.npz", num_words=None, skip_top=0, maxlen=None, test_split=0.2, seed=113, start_char=1,
              oov_char=2, index_from=3) -> tuple[Pair, Pair]:  # fmt: skip
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (2 MB) the first time.

    Shapes: x (8982,) and (2246,), of lists of whole numbers; y the same, 0 to 45 (see ``get_label_names``).

    Args:
        path: Name in the cache folder, where the file's hash is checked; an absolute path names a file of yours.
        num_words, skip_top, maxlen, seed, start_char, oov_char, index_from: As in ``imdb.load_data``.
        test_split: Share of the texts to test on.

    Raises:
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file. Nothing in it is run: its pickles may hold arrays of lists only.
        ArgumentError: ``maxlen`` leaves nothing.

    Example:
        >>> import os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> np.savez(own, x=np.array([[4], [1, 9], [5]] * 5, dtype=object), y=np.arange(15))
        >>> (x_train, y_train), (x_test, y_test) = load_data(own)
        >>> x_train.shape, x_test.shape
        ((12,), (3,))

    Source: D. Lewis, *Reuters-21578 text categorization collection*; ``keras.datasets.reuters``.
    """
    path, fix = locate("reuters.load_data", path, ORIGIN + "reuters.npz", SHA256)
    x, y = _words.shuffled(np.random.RandomState(seed), *_pickles.read_lists(path, ("x", "y"), fix))
    texts, y = _words.short_enough(_words.prefixed(x, start_char, index_from), y, maxlen)
    x = _words.known(texts, num_words, skip_top, oov_char)
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def get_word_index(path: str | os.PathLike = "reuters_word_index.json") -> dict[str, int]:
    """Return the number of each word, 1 for the most frequent; in ``load_data`` it is ``index_from`` more.

    Args:
        path: Name in the cache folder; an absolute path names a file of yours.
    """
    return _words.read_index(*locate("reuters.get_word_index", path, ORIGIN + "reuters_word_index.json", INDEX_MD5))


def get_label_names() -> tuple[str, ...]:
    """Return the 46 topics, in the order of their numbers.

    >>> get_label_names()[3], len(get_label_names())
    ('earn', 46)
    """
    return TOPICS
