"""MelSpectrogram: sound as a picture, its frequencies spaced as we hear them."""

import numpy as np

from teachkeras import ops
from teachkeras.layers.layer import Layer


class MelSpectrogram(Layer):
    """Turn sound into the power of mel bands over time, in decibels.

    Math:
        S = |STFT(x)|^mag_exp · M,  M triangles evenly spaced in mel(f) = 1127 ln(1 + f/700);
        y = max(10 log₁₀(max(S, min_power) / ref_power), its maximum - top_db)

    Args:
        fft_length: Samples that are transformed at a time.
        sequence_stride: How far the next ones are.
        sequence_length: Length of the window in the middle of them; `fft_length` by default.
        window: "hann", "hamming", numbers, or None.
        sampling_rate: Samples a second.
        num_mel_bins: How many bands.
        min_freq, max_freq: Their range; up to half the sampling rate by default.
        power_to_db: Whether the result is in decibels.
        top_db: How far below the loudest the result goes.
        mag_exp: 1 for magnitudes, 2 for powers.
        min_power, ref_power: Least power, and the power of 0 dB.

    Shapes:
        x (n, samples) → y (n, num_mel_bins, 1 + ⌊samples/stride⌋); the same without n

    Example:
        >>> MelSpectrogram(num_mel_bins=8, fft_length=64, sequence_stride=32)(np.ones(160, "float32")).shape
        (8, 6)

    Source: ``keras.layers.MelSpectrogram``; O'Shaughnessy, "Speech communication", 1987, for the mel scale.
    """

    def __init__(self, fft_length=2048, sequence_stride=512, sequence_length=None, window="hann", sampling_rate=16000,
                 num_mel_bins=128, min_freq=20.0, max_freq=None, power_to_db=True, top_db=80.0, mag_exp=2.0,
                 min_power=1e-10, ref_power=1.0, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.fft_length, self.sequence_stride, self.window = fft_length, sequence_stride, window
        self.sequence_length = sequence_length or fft_length
        self.sampling_rate, self.num_mel_bins, self.min_freq = sampling_rate, num_mel_bins, min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        self.power_to_db, self.top_db, self.mag_exp = power_to_db, top_db, mag_exp
        self.min_power, self.ref_power = min_power, ref_power
        self._bands = _mel_matrix(num_mel_bins, fft_length // 2 + 1, sampling_rate, min_freq, self.max_freq)
        self.built = True

    def call(self, inputs):
        """Return the spectrogram."""
        single = len(inputs.shape) == 1
        x = ops.expand_dims(inputs, 0) if single else inputs
        real, imag = ops.stft(x, self.sequence_length, self.sequence_stride, self.fft_length, self.window)
        power = real * real + imag * imag
        size = power if self.mag_exp == 2.0 else ops.power(ops.maximum(power, 1e-30), self.mag_exp / 2)
        y = ops.swapaxes(ops.matmul(size, self._bands.astype(self.compute_dtype)), -1, -2)
        y = self._decibels(y) if self.power_to_db else y
        return ops.squeeze(y, 0) if single else y

    def _decibels(self, y):
        """Return powers in decibels, the quietest lifted."""
        ten = np.asarray(10 / np.log(10), self.compute_dtype)
        least = np.asarray(self.min_power, self.compute_dtype)
        level = ops.log(ops.maximum(y, least)) * ten
        level = level - 10 * float(np.log10(max(self.ref_power, self.min_power)))
        return ops.maximum(level, ops.max(level) - self.top_db)

    def compute_output_shape(self, input_shape):
        """Return (…, bands, moments)."""
        samples = input_shape[-1]
        times = None if samples is None else 1 + samples // self.sequence_stride
        return (*input_shape[:-1], self.num_mel_bins, times)


def _mel(frequency: object) -> object:
    return 1127.0 * np.log(1.0 + np.asarray(frequency) / 700.0)


def _mel_matrix(bands: int, frequencies: int, rate: int, low: float, high: float) -> np.ndarray:
    """Return (frequencies, bands): how much of each frequency belongs to each band."""
    at = _mel(np.linspace(0, rate / 2, frequencies))[:, None]
    edges = np.linspace(_mel(low), _mel(high), bands + 2)
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    matrix = np.maximum(0.0, np.minimum(rising, falling))
    matrix[0] = 0.0
    return matrix
