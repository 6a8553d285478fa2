"""Sequences: padding, windows over a series, and word pairs for word vectors."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError, DataError
from teachkeras.utils.pydataset import PyDataset
from teachkeras.utils.sequences import pad_sequences

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]


class TimeseriesGenerator(PyDataset):
    """Batches of windows and the value that follows each, as Keras 2 made them.

    Args:
        data, targets: Series of one length; the target of a window that ends before t is ``targets[t]``.
        length: How far back a window reaches.
        sampling_rate: How far apart two entries of a window are.
        stride: How far apart two windows start.
        start_index, end_index: The first and last entry to use.
        shuffle: Whether windows are drawn at random.
        reverse: Whether each window runs backwards.
        batch_size: Windows in a batch.

    Raises:
        DataError: data and targets of different lengths.
        ArgumentError: no window fits.

    >>> x, y = TimeseriesGenerator(np.arange(6), np.arange(6), length=2, batch_size=3)[0]
    >>> x.tolist(), y.tolist()
    ([[0, 1], [1, 2], [2, 3]], [2, 3, 4])

    Source: ``keras.preprocessing.sequence.TimeseriesGenerator`` of Keras 2.
    """

    def __init__(self, data, targets, length, sampling_rate=1, stride=1, start_index=0, end_index=None, shuffle=False,
                 reverse=False, batch_size=128):  # fmt: skip
        super().__init__()
        if len(data) != len(targets):
            raise DataError(f"Data and targets have to be of same length. Data length is {len(data)} while target "
                            f"length is {len(targets)}")  # fmt: skip
        self.data, self.targets, self.length, self.sampling_rate = data, targets, length, sampling_rate
        self.stride, self.start_index, self.shuffle, self.reverse = stride, start_index + length, shuffle, reverse
        self.end_index, self.batch_size = len(data) - 1 if end_index is None else end_index, batch_size
        if self.start_index > self.end_index:
            raise ArgumentError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is disallowed, as no part of "
                "the sequence would be left to be used as current step."
            )

    def __len__(self):
        return -(-(self.end_index - self.start_index + 1) // (self.batch_size * self.stride))

    def __getitem__(self, index):
        if self.shuffle:
            ends = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)  # noqa: NPY002
        else:
            first = self.start_index + self.batch_size * self.stride * index
            ends = np.arange(first, min(first + self.batch_size * self.stride, self.end_index + 1), self.stride)
        x = np.array([self.data[end - self.length : end : self.sampling_rate] for end in ends])
        y = np.array([self.targets[end] for end in ends])
        return (x[:, ::-1, ...], y) if self.reverse else (x, y)


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """Return how likely each word, by its rank of frequency, is kept when word pairs are drawn.

    Math:
        The frequency of rank i is about ``f = 1/(i·(ln i + γ) + ½ - 1/(12 i))`` (Zipf's law, γ Euler's constant); the
        word stays with probability ``min(1, √(s/f))``, s being ``sampling_factor``: rare words always do.

    >>> make_sampling_table(3, 0.1).round(3).tolist()
    [0.315, 0.315, 0.548]

    Source: Mikolov et al., "Distributed representations of words and phrases", 2013, section 2.3.
    """
    gamma = 0.577
    rank = np.arange(size)
    rank[0] = 1
    inverse = rank * (np.log(rank) + gamma) + 0.5 - 1.0 / (12.0 * rank)
    f = sampling_factor * inverse
    return np.minimum(1.0, f / np.sqrt(f))


def skipgrams(sequence, vocabulary_size, window_size=4, negative_samples=1.0, shuffle=True, categorical=False,
              sampling_table=None, seed=None):  # fmt: skip
    """Return (pairs of words, labels): 1 for a word and one near it, 0 for a word and one drawn at random.

    Args:
        sequence: Word numbers; 0 is no word.
        vocabulary_size: Numbers are drawn from 1 to below this.
        window_size: How far apart two words may stand to be near.
        negative_samples: How many random pairs come for each near one.
        shuffle: Whether the pairs are put in a random order.
        categorical: Whether labels are ``[0, 1]`` and ``[1, 0]`` instead of 1 and 0.
        sampling_table: How likely each word is kept (``make_sampling_table``).
        seed: Of the shuffling.

    >>> pairs, labels = skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
    >>> pairs, labels
    ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])

    Source: Mikolov et al., "Efficient estimation of word representations in vector space", 2013, section 3.2.
    """
    import random

    pairs, labels = [], []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                pairs.append([word, sequence[j]])
                labels.append([0, 1] if categorical else 1)
    if negative_samples > 0:
        count = int(len(labels) * negative_samples)
        words = [pair[0] for pair in pairs]
        random.shuffle(words)
        pairs += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [[1, 0] if categorical else 0] * count
    if shuffle:
        seed = random.randint(0, 10_000_000) if seed is None else seed
        for column in (pairs, labels):
            random.Random(seed).shuffle(column)
    return pairs, labels
