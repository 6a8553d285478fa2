"""Initializers that make a convolution compute a Fourier transform."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError, MissingPackageError, ShapeError
from teachkeras.initializers.base import Initializer, typed
from teachkeras.tensor import Tensor


class STFT(Initializer):
    """Kernels of a convolution that computes a short-time Fourier transform: its real or its imaginary part.

    Math:
        ``k_tf = w_t cos(-2π t f / F)`` (or sin), t < frame length, f ≤ F/2, divided by √Σw² or Σ|w|.

    Args:
        side: ``"real"`` or ``"imag"``.
        window: The name of a window of ``scipy.signal.windows``, its values, or None.
        scaling: ``"density"`` (√Σw²), ``"spectrum"`` (Σ|w|) or None.
        periodic: Whether the window is periodic.

    Raises:
        ArgumentError: another side, scaling or window.
        ShapeError: a window of another length than the kernel.

    >>> STFT(window=None)((4, 1, 3)).numpy().round(3)[1, 0].tolist()
    [1.0, 0.0, -1.0]
    """

    def __init__(self, side="real", window="hann", scaling="density", periodic=False):
        if side not in ("real", "imag") or scaling not in (None, "density", "spectrum"):
            raise ArgumentError(
                "STFT", expected="side 'real' or 'imag'; scaling 'density', 'spectrum' or None",
                got=f"side={side!r}, scaling={scaling!r}",
            )  # fmt: skip
        self.side, self.window, self.scaling, self.periodic = side, window, scaling, periodic
        if isinstance(window, str):
            self._named_window(1)  # refuses a name that nobody knows

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {"side": self.side, "window": self.window, "periodic": self.periodic, "scaling": self.scaling}

    def _named_window(self, length: int) -> np.ndarray:
        try:
            from scipy.signal import get_window
        except ImportError:
            raise MissingPackageError(
                "STFT", expected="SciPy, which knows the windows", got="no module 'scipy'",
                fix="python -m pip install scipy, or pass the window's values",
            ) from None  # fmt: skip
        try:
            return get_window(self.window, length, self.periodic)
        except ValueError as error:
            raise ArgumentError("STFT", expected="a window of scipy.signal", got=repr(self.window)) from error

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return kernels of shape (frame length, 1, F/2 + 1)."""
        length, _, bands = shape
        angle = -2 * np.pi * np.arange(length)[:, None, None] * np.arange(bands) / max((bands - 1) * 2, 1)
        kernel = np.cos(angle) if self.side == "real" else np.sin(angle)
        if self.window is not None:
            window = self._named_window(length) if isinstance(self.window, str) else np.asarray(self.window)
            if window.shape != (length,):
                raise ShapeError("STFT", expected=f"a window of {length} numbers", got=f"shape {window.shape}")
            size = {"density": np.sqrt(np.square(window).sum()), "spectrum": np.abs(window).sum(), None: 1.0}
            kernel = kernel * window[:, None, None] / size[self.scaling]
        return Tensor(kernel.astype(typed(dtype)))


aliases = {"stft": STFT, "STFTInitializer": STFT}
