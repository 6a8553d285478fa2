"""What an array looks like in six numbers, in one pass: for recordings that keep no arrays."""

import numpy as np

from teachkeras.kernels.registry import routine

RUN = 64  # entries that are looked at one after another


@routine("summary", on="reference")
def summary(x, apart=RUN):
    """Return [mean, std, smallest, largest, share of zeros, how many NaN or infinite] of a flat array.

    The first four are those of the finite entries, NaN where there are none. With ``apart`` above 64, only runs of 64
    entries are looked at, that many apart.
    """
    # mean = Σ x[i] / n;   std² = Σ (x[i] - mean)² / n;   over the finite x[i] with i mod apart < 64
    kind = x.dtype if x.dtype.kind == "f" else np.dtype("float64")
    seen = x[np.arange(x.size) % apart < RUN] if apart > RUN else x
    finite = seen[np.isfinite(seen)].astype("float64")
    if not finite.size:
        return np.array([np.nan] * 4 + [0.0, seen.size], kind)
    zeros = np.count_nonzero(seen == 0) / seen.size
    with np.errstate(over="ignore"):
        figures = [finite.mean(), finite.std(), finite.min(), finite.max(), zeros, seen.size - finite.size]
        return np.array(figures).astype(kind)
