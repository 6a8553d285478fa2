"""Texts as lists of word numbers, the way IMDB and Reuters come: which words are kept, and how they are numbered.

In the files word 1 is the most frequent. What ``load_data`` returns leaves room below for three signs: 0 for padding,
1 for the start of a text, 2 for a word left out; so word w becomes ``w + index_from``.
"""

from __future__ import annotations

import json

import numpy as np

from teachkeras.errors import ArgumentError, CorruptFileError


def shuffled(rng: np.random.RandomState, *columns: np.ndarray) -> list[np.ndarray]:
    """Return columns in one new order, drawn as Keras draws it."""
    order = np.arange(len(columns[0]))
    rng.shuffle(order)
    return [column[order] for column in columns]


def prefixed(texts: np.ndarray, start_char: int | None, index_from: int) -> list[np.ndarray]:
    """Return texts with their words renumbered and the start sign in front."""
    start = [] if start_char is None else [start_char]
    return [np.asarray([*start, *(np.asarray(text, "int64") + (index_from or 0))], "int64") for text in texts]


def short_enough(texts: list, labels: np.ndarray, maxlen: int | None) -> tuple[list, np.ndarray]:
    """Return the texts of fewer than `maxlen` words and their labels."""
    if not maxlen:
        return texts, labels
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not kept:
        raise ArgumentError(
            f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. Increase maxlen."
        )
    return [texts[i] for i in kept], np.asarray([labels[i] for i in kept])


def known(texts: list, num_words: int | None, skip_top: int, oov_char: int | None) -> np.ndarray:
    """Return texts in which only words from `skip_top` up to below `num_words` stay; others become `oov_char`.

    Without `num_words` that is the largest word number there is, which itself is left out, as in Keras.
    """
    if not num_words:
        num_words = max(int(text.max()) for text in texts if len(text))
    result = np.empty(len(texts), object)
    for place, text in enumerate(texts):
        stays = (text >= skip_top) & (text < num_words)
        result[place] = (text[stays] if oov_char is None else np.where(stays, text, oov_char)).tolist()
    return result


def read_index(path: str, fix: str) -> dict[str, int]:
    """Return the word index in a JSON file: word → number, 1 for the most frequent."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise CorruptFileError(f"word index {path}", expected="a JSON file", got=str(error), fix=fix) from error
