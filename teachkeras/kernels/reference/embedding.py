"""Rows of a table looked up, and their gradients put back.

Index letters: n the lookups, k the rows of the table, o the columns.
"""

import numpy as np

from teachkeras.kernels.registry import routine


@routine("embed_vjp", on="reference")
def embed_vjp(y_bar, indices, rows):
    # e_bar[k,o] = Σ_{n: i[n]=k} y_bar[n,o]: lookups sorted by row, then one sum for each run of equal rows
    order = np.argsort(indices, kind="stable")
    runs = indices[order]
    starts = np.flatnonzero(np.concatenate([runs[:1] >= 0, runs[1:] != runs[:-1]]))
    e_bar = np.zeros((rows, y_bar.shape[1]), y_bar.dtype, like=y_bar)
    if len(starts):
        e_bar[runs[starts]] = np.add.reduceat(y_bar[order], starts, axis=0)
    return e_bar
