"""STFTSpectrogram: how strong each frequency is, moment by moment, by kernels that may be trained on."""

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError, ArgumentTypeError
from teachkeras.layers.layer import Layer
from teachkeras.ops._layout import is_first

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
LEAST = 1e-7  # of a squared magnitude, so that roots and logarithms stay finite


class STFTSpectrogram(Layer):
    """Cut a signal into overlapping windows and give each one's spectrum.

    Math:
        X_k = Σ_t w_t x_t e^{-2πi k t / F};  log: ln √max(|X|², 10⁻⁷);  psd: |X|², doubled where -k is meant too

    Args:
        mode: "log", "magnitude", "psd", "real", "imag", "angle" or "stft" (real and imaginary parts beside each other).
        frame_length: L, samples in a window.
        frame_step: How far the next window is; L/2 by default.
        fft_length: F; the next power of two by default.
        window: "hann", "hamming", L numbers, or None.
        periodic: Whether the window is one period instead of symmetric.
        scaling: "density" (Σ w² = 1), "spectrum" (Σ w = 1) or None.
        padding: "valid" or "same".
        expand_dims: Whether channels get an axis of their own.
        data_format: Where the channels stand.

    Shapes:
        x (n, t, c) → y (n, windows, c · (F/2 + 1)), with `expand_dims` (n, windows, F/2 + 1, c)

    Raises:
        ArgumentError: a mode, scaling, padding, step, length or window that doesn't fit.
        ArgumentTypeError: inputs that aren't floats.

    Example:
        >>> STFTSpectrogram(frame_length=8)(np.zeros((1, 16, 1), "float32")).shape
        (1, 3, 5)

    Source: ``keras.layers.STFTSpectrogram``; Allen & Rabiner, 1977.
    """

    def __init__(self, mode="log", frame_length=256, frame_step=None, fft_length=None, window="hann", periodic=False,
                 scaling="density", padding="valid", expand_dims=False, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        _check(mode, frame_length, frame_step, fft_length, scaling, padding)
        self.mode, self.frame_length, self.frame_step, self.fft_length = mode, frame_length, frame_step, fft_length
        self.window, self.periodic, self.scaling, self.padding = window, periodic, scaling, padding
        self.expand_dims, self.data_format = expand_dims, "channels_first" if is_first(data_format) else "channels_last"
        self._step = frame_step or max(frame_length // 2, 1)
        self._fft = fft_length or 1 << max(frame_length - 1, 0).bit_length()
        self._taps = _window_of(window, frame_length, periodic)

    def build(self, input_shape):
        """Make the kernels: the window times cosines, and times sines."""
        if len(input_shape) != 3:
            raise ArgumentError(
                f"{self.name}: inputs", expected="three axes: batch, time, channels", got=f"{tuple(input_shape)}"
            )  # fmt: skip
        scale = {"density": np.sqrt((self._taps**2).sum()), "spectrum": self._taps.sum()}.get(self.scaling, 1.0)
        angle = np.outer(np.arange(self.frame_length), np.arange(self._fft // 2 + 1)) * (2 * np.pi / self._fft)
        shape = (self.frame_length, 1, self._fft // 2 + 1)
        for name, waves in (("real", np.cos(angle)), ("imag", -np.sin(angle))):
            if self.mode != {"real": "imag", "imag": "real"}[name]:
                kernel = (waves * (self._taps / scale)[:, None]).reshape(shape)
                start = lambda shape, dtype, kernel=kernel: kernel.astype(dtype)  # noqa: E731
                setattr(self, f"{name}_kernel", self.add_weight(shape, start, name=f"{name}_kernel"))

    def call(self, inputs):
        """Return the spectra."""
        if np.dtype(inputs.dtype).kind != "f":
            raise ArgumentTypeError(
                f"Invalid input type. Expected `float16`, `float32` or `float64`. Received: input type={inputs.dtype}"
            )
        x = inputs if self.data_format == "channels_first" else ops.transpose(inputs, (0, 2, 1))  # (n, c, t)
        n, c, t = x.shape
        flat = ops.reshape(x, (n * c, t, 1))
        parts = [ops.conv(flat, kernel, strides=self._step, padding=self.padding, data_format="channels_last")
                 for kernel in self.weights]  # fmt: skip
        y = self._combined(*parts)
        y = ops.reshape(y, (n, c, *y.shape[1:]))  # (n, c, windows, frequencies)
        if self.expand_dims:
            return y if self.data_format == "channels_first" else ops.transpose(y, (0, 2, 3, 1))
        if self.data_format == "channels_first":
            return ops.reshape(ops.transpose(y, (0, 1, 3, 2)), (n, c * y.shape[3], y.shape[2]))
        return ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (n, y.shape[2], c * y.shape[3]))

    def _combined(self, *parts):
        """Return what the mode wants of real and imaginary parts."""
        if self.mode in ("real", "imag"):
            return parts[0]
        if self.mode == "stft":
            return ops.concatenate(parts, axis=-1)
        if self.mode == "angle":
            return ops.arctan2(parts[1], parts[0])
        square = parts[0] * parts[0] + parts[1] * parts[1]
        if self.mode == "psd":
            both = np.full(square.shape[-1], 2.0, self.compute_dtype)
            both[0] = 1.0
            if self._fft % 2 == 0:
                both[-1] = 1.0
            return square * both
        size = ops.sqrt(ops.maximum(square, np.asarray(LEAST, self.compute_dtype)))
        return ops.log(size) if self.mode == "log" else size

    def compute_output_shape(self, input_shape):
        """Return the shape of the spectra."""
        last = self.data_format == "channels_last"
        n, t, c = input_shape if last else (input_shape[0], input_shape[2], input_shape[1])
        start = 0 if self.padding == "same" else self.frame_length - 1
        windows = None if t is None else max(-(-(t - start) // self._step), 0)
        bins = (self._fft // 2 + 1) * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            return (n, windows, bins, c) if last else (n, c, windows, bins)
        return (n, windows, c * bins) if last else (n, c * bins, windows)


def _window_of(window: object, length: int, periodic: bool) -> np.ndarray:
    """Return a window's weights.

    Math:
        hann: ½ - ½ cos(2π t/N), hamming: 0.54 - 0.46 cos(2π t/N);  N the length if periodic, else one less
    """
    if window is None:
        return np.ones(length)
    if not isinstance(window, str):
        weights = np.asarray(window, "float64")
        if weights.shape != (length,):
            raise ArgumentError(
                f"The shape of `window` must be equal to [frame_length].Received: window shape={weights.shape}"
            )
        return weights
    known = {"hann": 0.5, "hanning": 0.5, "hamming": 0.54}
    if window not in known:
        raise ArgumentError(f"Invalid window name {window!r} in parameter window={window!r}!", fix="hann or hamming")
    turn = 2 * np.pi * np.arange(length) / max(length if periodic else length - 1, 1)
    return known[window] - (1 - known[window]) * np.cos(turn)


def _check(mode, frame_length, frame_step, fft_length, scaling, padding) -> None:
    if mode not in MODES:
        raise ArgumentError(
            f"Output mode is invalid, it must be one of {', '.join(MODES)}. Received: mode={mode}"
        )  # fmt: skip
    if scaling not in ("density", "spectrum", None):
        raise ArgumentError(
            f"Scaling is invalid, it must be `None`, 'density' or 'spectrum'. Received scaling={scaling}"
        )
    if padding not in ("valid", "same"):
        raise ArgumentError(f"Padding is invalid, it should be 'valid', 'same'. Received: padding={padding}")
    if frame_length < 1 or (frame_step is not None and not 0 < frame_step <= frame_length):
        raise ArgumentError(
            "`frame_step` should be a positive integer not greater than `frame_length`. "
            f"Received frame_step={frame_step}, frame_length={frame_length}"
        )
    if fft_length is not None and fft_length < frame_length:
        raise ArgumentError(
            "`fft_length` should be not less than `frame_length`. "
            f"Received fft_length={fft_length}, frame_length={frame_length}"
        )
