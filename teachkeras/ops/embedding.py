"""Embedding: rows of a table, looked up by number.

Index letters: n the lookups (any axes), k the rows of the table E, o its columns.
"""

import numpy as np

from teachkeras import kernels
from teachkeras.errors import DataError
from teachkeras.kernels import device
from teachkeras.ops.op import op
from teachkeras.ops.shapes import put_back


@op(
    tex=r"y_{no} = E_{i_n\,o}", spec="take(embeddings, indices, 0)", shape=lambda i, e: (*i, e[1]), dtype=lambda i, e: e
)
def embed(indices, embeddings):
    """Look up rows of a table: indices (…), embeddings (rows, d), y (…, d).

    It is the product of the indices' one-hot rows with the table, without the multiplications by 0.

    Raises:
        DataError: an index is below 0 or not below the number of rows.

    >>> embed([1, 0, 1], np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]
    """
    rows = len(embeddings)
    if device.outside(indices, rows):
        indices = device.host(indices)
        wrong = (indices < 0) | (indices >= rows)
        place = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), indices.shape))
        raise DataError(
            "embed", expected=f"indices from 0 to {rows - 1} (the table has {rows} rows)",
            got=f"index {indices[place]} at entry {place}",
            fix=f"give Embedding input_dim={int(indices.max()) + 1} or more, or cut the vocabulary (num_words=…)"
            if indices.min() >= 0 else "number the words from 0 on",
        )  # fmt: skip
    return np.take(embeddings, indices, axis=0)


def _put_back(y_bar, indices, embeddings_shape):
    return None, put_back(y_bar, embeddings_shape, (indices,))


@embed.vjp(
    tex=r"\bar E_{ko} = \sum_{n:\,i_n=k}\bar y_{no}",
    spec="0, place(y_bar, along(indices, 0, embeddings_shape), embeddings_shape)",
    twin=_put_back,
)
def embed_vjp(y_bar, indices, embeddings_shape):
    rows, d = embeddings_shape
    return None, kernels.embed_vjp(y_bar.reshape((indices.size, d)), indices.reshape(indices.size), rows)
