"""Images read at other places: each pixel of the result comes from somewhere else."""

import numpy as np

from teachkeras import ops
from teachkeras.layers.preprocessing._images import RandomImageLayer


class Warp(RandomImageLayer):
    """Reads each pixel somewhere else: subclasses give (a0, a1, a2, b0, b1, b2) for each image."""

    def draw(self, x):
        """Draw the matrix of each image."""
        height, width = x.shape[self._rows], x.shape[self._rows + 1]
        rows = np.stack([np.broadcast_to(c, (x.shape[0],)) for c in (*self.matrix(x, height, width), 0, 0)], axis=1)
        return rows.astype("float32")

    def changed(self, x, drawn):
        """Return a batch, each image warped."""
        return ops.image.affine_transform(
            x, drawn, self.interpolation, self.fill_mode, self.fill_value, self.data_format
        )

    def fill(self, fill_mode, interpolation, seed, fill_value, data_format):
        """Keep how pixels are mixed, and what stands where there are none."""
        self.start(seed, data_format)
        if fill_mode not in ("reflect", "wrap", "constant", "nearest") or interpolation not in ("nearest", "bilinear"):
            raise NotImplementedError(f"Unknown `fill_mode` {fill_mode} or `interpolation` {interpolation}.")
        self.fill_mode, self.interpolation, self.fill_value = fill_mode, interpolation, fill_value
