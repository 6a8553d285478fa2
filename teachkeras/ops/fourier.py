r"""Fourier transforms on pairs (real part, imaginary part), all in real numbers and differentiable.

Y_k = Σ_j X_j e^{-2πi jk/n}.  The transform is linear, so its way back is the same sum with the sign turned.
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import arrange
from teachkeras.ops.elementwise import multiply, negative
from teachkeras.ops.op import op
from teachkeras.ops.shapes import as_tensor, concatenate, get_item, put_back, reshape
from teachkeras.tensor import as_array

_REASON = "a sum over complex numbers; tests hold it against Keras and its gradient against finite differences"


def _transform(re, im, axes, inverse):
    y = (np.fft.ifftn if inverse else np.fft.fftn)(re + 1j * im, axes=axes)
    return y.real.astype(re.dtype), y.imag.astype(re.dtype)


@op(tex=r"Y_k = \sum_j X_j\,e^{-2\pi i jk/n}", reason=_REASON, shape=lambda re, im, **_: [re, im], dtype="float")
def _fft(re, im, axes=(-1,), inverse=False):
    return _transform(re, im, axes, inverse)


@_fft.vjp(tex=r"\bar X_j = \sum_k \bar Y_k\,e^{2\pi i jk/n}")
def _fft_vjp(y_bars, axes, inverse, want):
    one, two = y_bars
    known = one if one is not None else two
    one, two = (np.zeros(known.shape, known.dtype) if b is None else b for b in (one, two))
    n = float(np.prod([known.shape[a] for a in axes]))
    scale = 1.0 / n if inverse else n
    back = _fft(one, two, axes=axes, inverse=not inverse)
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray):
        back = [as_array(part) for part in back]
    return back[0] * scale if want[0] else None, back[1] * scale if want[1] else None


def _parts(x, where):
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ArgumentError(where, expected="a pair (real part, imaginary part)", got=type(x).__name__)
    return as_tensor(x[0]), as_tensor(x[1])


def fft(x):
    """Fourier transform of the last axis of a pair (real part, imaginary part)."""
    return tuple(_fft(*_parts(x, "ops.fft")))


def fft2(x):
    """Fourier transform of the last two axes of a pair (real part, imaginary part)."""
    return tuple(_fft(*_parts(x, "ops.fft2"), axes=(-2, -1)))


def ifft2(x):
    """The way back of :func:`fft2`."""
    return tuple(_fft(*_parts(x, "ops.ifft2"), axes=(-2, -1), inverse=True))


def _to_length(x, n):
    x = as_tensor(x)
    have = x.shape[-1]
    return x[..., :n] if n <= have else arrange.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(0, n - have)])


def rfft(x, fft_length=None):
    """Fourier transform of a real signal: the first half of the frequencies, which says all.

    >>> re, im = rfft([1.0, 0.0, 0.0, 0.0])
    >>> re.tolist(), im.tolist()
    ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])
    """
    x = as_tensor(x)
    n = x.shape[-1] if fft_length is None else int(fft_length)
    x = _to_length(x, n)
    re, im = _fft(x, multiply(x, 0.0))
    return re[..., : n // 2 + 1], im[..., : n // 2 + 1]


def irfft(x, fft_length=None):
    """The real signal whose first half of frequencies is `x`: the way back of :func:`rfft`."""
    re, im = _parts(x, "ops.irfft")
    n = 2 * (re.shape[-1] - 1) if fft_length is None else int(fft_length)
    half = n // 2 + 1
    re, im = _to_length(re, half), _to_length(im, half)
    real_only = np.ones(half, as_array(im).dtype)  # frequencies 0 and n/2 of a real signal have no imaginary part
    real_only[[0, -1] if n % 2 == 0 else [0]] = 0.0
    im = multiply(im, real_only)
    mirrored = slice(1, half - 1 if n % 2 == 0 else half)
    re = concatenate([re, arrange.flip(re[..., mirrored], axis=-1)], axis=-1)
    im = concatenate([im, negative(arrange.flip(im[..., mirrored], axis=-1))], axis=-1)
    return _fft(re, im, inverse=True)[0]


def _window(window, length, fft_length, dtype):
    if window is None:
        taps = np.ones(length)
    elif isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ArgumentError("ops.stft", expected="window 'hann', 'hamming', None or an array", got=repr(window))
        angles = 2 * np.pi * np.arange(length) / length
        taps = 0.5 - 0.5 * np.cos(angles) if window == "hann" else 0.54 - 0.46 * np.cos(angles)
    else:
        taps = as_array(window)
    left = (fft_length - length) // 2
    return np.pad(taps, (left, fft_length - length - left)).astype(dtype)


def stft(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    """Short-time Fourier transform: :func:`rfft` of windows of the last axis, (…, n) to (…, windows, frequencies)."""
    from teachkeras.ops.blocks import extract_sequences

    x = as_tensor(x)
    taps = _window(window, sequence_length, fft_length, dtypes.as_numpy(dtypes.name_of(x.dtype)))
    if center:
        edges = [(0, 0)] * (len(x.shape) - 1) + [(fft_length // 2, fft_length // 2)]
        x = arrange.pad(x, edges, mode="reflect")
    return rfft(multiply(extract_sequences(x, fft_length, sequence_stride), taps), fft_length)


def istft(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    """The signal whose short-time transform is `x`: windows added up, divided by the sum of squared windows."""
    frames = irfft(x, fft_length)
    taps = _window(window, sequence_length, fft_length, as_array(frames).dtype)
    count = frames.shape[-2]
    total = fft_length + sequence_stride * (count - 1)
    places = sequence_stride * np.arange(count)[:, None] + np.arange(fft_length)
    lead = tuple(frames.shape[:-2])
    rows = reshape(multiply(frames, taps), (-1, count, fft_length))
    signal = as_tensor(put_back(rows, (rows.shape[0], total), (slice(None), places)))
    weight = np.zeros(total, taps.dtype)
    np.add.at(weight, places, np.broadcast_to(taps * taps, places.shape))
    signal = multiply(
        signal, np.where(weight > 1e-11, 1.0 / np.where(weight > 1e-11, weight, 1.0), 1.0).astype(taps.dtype)
    )
    start = fft_length // 2 if center else 0
    end = total - start if length is None else start + length
    signal = get_item(signal, key=(slice(None), slice(start, min(end, total))))
    if length is not None and end > total:
        signal = arrange.pad(signal, ((0, 0), (0, end - total)))
    return reshape(signal, (*lead, -1))
