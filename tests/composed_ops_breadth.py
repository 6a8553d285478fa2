"""Calls of composed functions, made once on us and once on Keras: name -> calls, given the namespace."""

import numpy as np
from op_samples import reals

X, Y = reals(3, 4).astype("float32"), reals(3, 4, seed=1).astype("float32")
V, W = reals(4).astype("float32"), reals(4, seed=2).astype("float32")
CUBE = reals(2, 3, 4).astype("float32")
P = (np.abs(X) + 0.1).astype("float32")
GAPS = X.copy()
GAPS[0, 1] = GAPS[2, 2] = np.nan
I, J = np.array([[5, 3, 12], [7, 8, 1]], "int32"), np.array([[1, 2, 3], [3, 2, 1]], "int32")  # noqa: E741
SQUARE = (reals(3, 3) + 3 * np.eye(3)).astype("float32")
SPD = (SQUARE @ SQUARE.T).astype("float32")
IMAGES = reals(2, 6, 8, 3, low=0, high=1).astype("float32")
BLOCKS = reals(2, 4, 4, 8).astype("float32")
SIGNAL = reals(2, 32).astype("float32")
B = np.array([True, False, True])

ONE = "fabs cbrt exp2 deg2rad rad2deg erfc sinc isneginf isposinf isreal signbit i0 real imag conj conjugate angle sparse_plus sparse_sigmoid sparsemax diagonal trace ptp median nansum nanmean nanmax nanmin nanvar nanstd nanprod nanmedian nanargmax nanargmin nancumsum nancumprod cumprod diff fliplr flipud rot90 diagflat trapezoid corrcoef nan_to_num empty_like nonzero"
COMPOSED = {name: [lambda o, name=name: getattr(o, name)(X)] for name in ONE.split()}
for _name in "nansum nanmean nanmax nanmin nanvar nanstd nanprod nanmedian nanargmax nanargmin nancumsum nancumprod nan_to_num median".split():
    COMPOSED[_name] += [lambda o, n=_name: getattr(o, n)(GAPS), lambda o, n=_name: getattr(o, n)(X)]
    if _name != "nan_to_num":
        COMPOSED[_name] += [lambda o, n=_name: getattr(o, n)(GAPS, axis=1)]
for _name in "hypot logaddexp2 fmax fmin fmod divide_no_nan heaviside nextafter isclose allclose isin append kron".split():
    COMPOSED[_name] = [lambda o, n=_name: getattr(o, n)(X, Y)]
for _name in "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift left_shift right_shift gcd lcm".split():
    COMPOSED[_name] = [lambda o, n=_name: getattr(o, n)(I, J)]
for _name in "bartlett blackman hamming hanning".split():
    COMPOSED[_name] = [lambda o, n=_name: getattr(o, n)(7)]
for _name in "inv det logdet slogdet cholesky cholesky_inverse matrix_rank pinv eigh lu_factor".split():
    COMPOSED[_name] = [lambda o, n=_name: getattr(o, n)(SPD)]
for _name in "segment_sum segment_max segment_min segment_prod".split():
    COMPOSED[_name] = [lambda o, n=_name: getattr(o, n)(X, np.array([0, 0, 2]), num_segments=3)]
COMPOSED["sparsemax"] = []  # Keras 3.15 gives rows that sum to 0; ours sum to 1 (tests/unit/test_ops_breadth.py)
COMPOSED |= {
    "bitwise_not": [lambda o: o.bitwise_not(I)], "bitwise_invert": [lambda o: o.bitwise_invert(I)],
    "erfinv": [lambda o: o.erfinv(X * 0.4)],
    "ldexp": [lambda o: o.ldexp(X, np.arange(4, dtype="int32"))],
    "kaiser": [lambda o: o.kaiser(6, 3.0)],
    "saturate_cast": [lambda o: o.saturate_cast(X * 1000, "uint8"), lambda o: o.saturate_cast(X, "int32")],
    "psnr": [lambda o: o.psnr(X, Y, 4.0)],
    "quantile": [lambda o: o.quantile(X, 0.3), lambda o: o.quantile(X, np.array([0.1, 0.6], "float32"), axis=1),
        lambda o: o.quantile(CUBE, 0.3, axis=(0, 2), keepdims=True), lambda o: o.quantile(X, 0.3, method="nearest"),
        lambda o: o.quantile(X, 0.35, axis=0, method="midpoint"), lambda o: o.quantile(X, 0.35, method="higher")],
    "percentile": [lambda o: o.percentile(X, 30, axis=0)],
    "nanquantile": [lambda o: o.nanquantile(GAPS, 0.3, axis=1)],
    "nanpercentile": [lambda o: o.nanpercentile(GAPS, 30)],
    "cross": [lambda o: o.cross(CUBE[..., :3], CUBE[..., 1:]), lambda o: o.cross(X[:, :2], Y[:, :2]),
        lambda o: o.cross(X[:, :2], Y[:, :3])],
    "dstack": [lambda o: o.dstack([X, Y]), lambda o: o.dstack([V, W])],
    "array_split": [lambda o: o.array_split(X, 3, axis=1)], "hsplit": [lambda o: o.hsplit(X, 2)],
    "vsplit": [lambda o: o.vsplit(X, 3)], "dsplit": [lambda o: o.dsplit(CUBE, [1, 3])],
    "diag": [lambda o: o.diag(V), lambda o: o.diag(X, k=1), lambda o: o.diag(V, k=-2)],
    "tri": [lambda o: o.tri(3), lambda o: o.tri(3, 4, k=1, dtype="int32")],
    "vander": [lambda o: o.vander(V), lambda o: o.vander(V, 3, increasing=True)],
    "correlate": [lambda o: o.correlate(SIGNAL[0], V), lambda o: o.correlate(SIGNAL[0], V, mode="same"),
        lambda o: o.correlate(V, SIGNAL[0], mode="full"), lambda o: o.correlate(SIGNAL[0], V[:3], mode="same")],
    "cdist": [lambda o: o.cdist(X, Y)],
    "select": [lambda o: o.select([X > 1, X > 0], [Y, Y * 2], 0.0)],
    "histogram": [lambda o: o.histogram(V, bins=5), lambda o: o.histogram(V, 4, range=(-1.0, 1.0))],
    "bincount": [lambda o: o.bincount(I[0]), lambda o: o.bincount(J, weights=X[:2, :3], minlength=6)],
    "digitize": [lambda o: o.digitize(X, np.array([-1.0, 0.0, 1.0], "float32"))],
    "searchsorted": [lambda o: o.searchsorted(np.sort(V), W)],
    "unique": [lambda o: o.unique(J), lambda o: o.unique(J, return_inverse=True, return_counts=True)],
    "unravel_index": [lambda o: o.unravel_index(I, (4, 5))],
    "logspace": [lambda o: o.logspace(0.0, 2.0, 5)], "geomspace": [lambda o: o.geomspace(1.0, 16.0, 5)],
    "full_like": [lambda o: o.full_like(X, 2.5)], "empty": [lambda o: o.empty((2, 3)) * 0],
    "multi_hot": [lambda o: o.multi_hot(J, num_classes=5), lambda o: o.multi_hot(J[0], num_classes=5)],
    "space_to_depth": [lambda o: o.space_to_depth(BLOCKS, 2), lambda o: o.space_to_depth(BLOCKS, 2, "channels_first")],
    "depth_to_space": [lambda o: o.depth_to_space(BLOCKS, 2),
        lambda o: o.depth_to_space(BLOCKS.transpose(0, 3, 1, 2), 2, "channels_first")],
    "unfold": [lambda o: o.unfold(IMAGES.transpose(0, 3, 1, 2), 2), lambda o: o.unfold(IMAGES, (2, 3), padding=1, stride=2)],
    "fold": [lambda o: o.fold(reals(2, 12, 15).astype("float32"), (4, 6), 2)],
    "extract_sequences": [lambda o: o.extract_sequences(SIGNAL, 8, 4)],
    "threshold": [lambda o: o.threshold(X, 0.5, -3.0)],
    "rearrange": [lambda o: o.rearrange(CUBE, "a b (c d) -> (b a) d c", c=2)],
    "cond": [lambda o: o.cond(True, lambda: o.array(X), lambda: o.array(Y))],
    "switch": [lambda o: o.switch(1, [lambda x: x, lambda x: x * 2], o.array(X))],
    "while_loop": [lambda o: o.while_loop(lambda i: i < 10, lambda i: (i + 3,), (o.array(0),))],
    "fori_loop": [lambda o: o.fori_loop(0, 4, lambda i, v: v * 2.0, o.array(X))],
    "scan": [lambda o: o.scan(lambda c, x: (c + x, c * x), o.array(V), o.array(X)),
        lambda o: o.scan(lambda c, x: (c + x, c * x), o.array(V), o.array(X), reverse=True)],
    "associative_scan": [lambda o: o.associative_scan(lambda a, b: a + b, o.array(X)),
        lambda o: o.associative_scan(lambda a, b: a * b, o.array(X), reverse=True, axis=1)],
    "map": [lambda o: o.map(lambda r: r * 2, o.array(X))],
    "vectorized_map": [lambda o: o.vectorized_map(lambda r: o.sum(r), o.array(X))],
    "vectorize": [lambda o: o.vectorize(lambda a: a * a)(o.array(X))],
    "scatter": [lambda o: o.scatter(np.array([[0], [2], [2]]), X, (4, 4))],
    "scatter_update": [lambda o, r=r: o.scatter_update(X, np.array([[0, 1], [2, 3]]), np.array([5.0, 6.0], "float32"), reduction=r)
        for r in (None, "add", "mul", "max", "min")],
    "slice": [lambda o: o.slice(X, (1, 0), (2, 3))],
    "slice_update": [lambda o: o.slice_update(X, (1, 1), np.ones((2, 2), "float32"))],
    "solve": [lambda o: o.solve(SQUARE, X)],
    "solve_triangular": [lambda o: o.solve_triangular(SQUARE, X, lower=True), lambda o: o.solve_triangular(SQUARE, X)],
    "lstsq": [lambda o: o.lstsq(X.T, V)],
    "svd": [lambda o: o.svd(X, compute_uv=False)], "qr": [lambda o: o.abs(o.qr(X.T)[1])],
    "eig": [lambda o: np.sort(np.real(o.convert_to_numpy(o.eig(SPD)[0])))],
    "jvp": [lambda o: o.jvp(lambda x: o.sin(x), (o.array(X),), (o.array(Y),))],
    "in_top_k": [lambda o: o.in_top_k(np.array([0, 3, 2]), X, 2)],
    "argpartition": [lambda o: o.take_along_axis(X, o.argpartition(X, 1), -1)[..., 1]],
    "view": [lambda o: o.view(X, "int32")],
    "dtype": [lambda o: np.array(o.dtype(o.array(X)) == "float32")],
    "fft": [lambda o: o.fft((CUBE, CUBE))], "fft2": [lambda o: o.fft2((CUBE, CUBE))],
    "ifft2": [lambda o: o.ifft2((CUBE, CUBE))],
    "rfft": [lambda o: o.rfft(CUBE), lambda o: o.rfft(CUBE, 7)],
    "irfft": [lambda o: o.irfft((CUBE, CUBE)), lambda o: o.irfft((CUBE, CUBE), 7)],
    "stft": [lambda o: o.stft(SIGNAL, 8, 4, 16), lambda o: o.stft(SIGNAL, 8, 4, 8, center=False)],
    "istft": [lambda o: o.istft(o.stft(SIGNAL, 8, 4, 16), 8, 4, 16), lambda o: o.istft(o.stft(SIGNAL, 8, 4, 8), 8, 4, 8, length=30)],
    "polar": [lambda o: o.view_as_real(o.polar(P, X))], "view_as_complex": [lambda o: o.real(o.view_as_complex(CUBE[..., :2]))],
    "view_as_real": [lambda o: o.view_as_real(o.view_as_complex(CUBE[..., :2]))],
    "custom_gradient": [lambda o: o.array(X)],
    "ctc_loss": [lambda o: o.ctc_loss(np.array([[1, 2, 2], [3, 1, 0]]), reals(2, 9, 4).astype("float32"), np.array([3, 2]), np.array([9, 7]))],
    "ctc_decode": [lambda o: o.ctc_decode(reals(2, 9, 4).astype("float32"), np.array([9, 7]))],
}  # fmt: skip
