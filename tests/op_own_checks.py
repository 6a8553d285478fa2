"""What only some ops can be held to: random masks, a recurrence's gates, outputs that go into one loss, known values."""

import numpy as np
import op_samples
import op_samples_matrices

from teachkeras.gradcheck import check_gradient
from teachkeras.tape import GradientTape


def near(got, want, tolerance, what):
    worst = float(np.max(np.abs(np.asarray(got) - np.asarray(want))))
    assert worst <= tolerance, f"{what}: {got} instead of {want}"


def dropout(op):
    for rate in (0.2, 0.75):
        kept = op(np.ones(20_000), rate=rate, seed=1).numpy()
        near(np.unique(kept), [0.0, 1.0 / (1.0 - rate)], 1e-12, "values of the mask")
        near(np.mean(kept == 0.0), rate, 0.02, "share that is dropped")


def gaussian_dropout(op):
    for rate in (0.2, 0.75):
        noisy = op(np.full(200_000, 2.0), rate=rate, seed=1).numpy()
        near(noisy.mean(), 2.0, 0.02, "mean")
        near(noisy.std(), 2.0 * np.sqrt(rate / (1.0 - rate)), 0.02, "standard deviation")


def alpha_dropout(op):
    low = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
    for rate in (0.2, 0.75):
        a = 1.0 / np.sqrt((1.0 - rate) * (1.0 + rate * low**2))
        shift = -a * rate * low
        got = op(np.full(20_000, 3.0), rate=rate, seed=1).numpy()
        near(np.unique(got), np.sort([a * low + shift, a * 3.0 + shift]), 1e-9, "values")
        near(np.mean(got < 1.5), rate, 0.02, "share that is dropped")
        got = op(np.ones((50, 40, 3)), rate=rate, noise_shape=(None, 1, 3), seed=2).numpy()
        assert np.ptp(got, axis=1).max() == 0.0, "axes of length 1 share their fate"


def _sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def _sequence(gates):
    rng = np.random.default_rng(3)
    return [rng.standard_normal(shape) for shape in ((2, 3, 2), (2, 4), (2, 4), (2, 4 * gates), (4, 4 * gates))]


def lstm(op):
    x, h, c, w, u = _sequence(4)
    _, *kept = op.function(x, h, c, w, u, np.zeros(16))
    for t in range(x.shape[1]):
        z = (x[:, t] @ w + h @ u).reshape(2, 4, 4)
        i, f, g, o = _sigmoid(z[:, 0]), _sigmoid(z[:, 1]), np.tanh(z[:, 2]), _sigmoid(z[:, 3])
        c = f * c + i * g
        h = o * np.tanh(c)
        for got, want, name in zip(kept, (i, f, g, o, c), op.keeps, strict=False):
            near(got[:, t], want, 1e-12, name)


def gru(op):
    x, h, _, w, u = _sequence(3)
    _, *kept = op.function(x, h, w, u, np.zeros((2, 12)))
    for t in range(x.shape[1]):
        a, b = (x[:, t] @ w).reshape(2, 3, 4), (h @ u).reshape(2, 3, 4)
        z, r = _sigmoid(a[:, 0] + b[:, 0]), _sigmoid(a[:, 1] + b[:, 1])
        g = np.tanh(a[:, 2] + r * b[:, 2])
        h = z * h + (1.0 - z) * g
        for got, want, name in zip(kept, (z, r, g), op.keeps, strict=False):
            near(got[:, t], want, 1e-12, name)


def _cholesky(op):
    """Differences that keep the matrix symmetric; of the gradient too."""
    for x in (op_samples_matrices.positive, op_samples_matrices.positive[0]):
        factor = lambda a: op(0.5 * (a + a.swapaxes(-1, -2)))  # noqa: E731
        report = check_gradient(factor, [x])
        assert report, str(report)

        def slope(a, factor=factor):
            with GradientTape() as tape:
                tape.watch(a)
                y = (factor(a) ** 3).sum()
            return tape.gradient(y, a)

        report = check_gradient(slope, [x])
        assert report, str(report)


def together(op):
    """All outputs in one loss, whose gradient must be what differences say."""
    for sample in op_samples.samples(op):
        at = sample.floats()

        def loss(*xs, sample=sample, at=at):
            total = 0.0
            for k, y in enumerate(sample.call(op, dict(zip(at, xs, strict=True)))):
                total = total + (y * (y * 0.3 + np.cos(np.arange(y.size) + k).reshape(y.shape))).sum()
            return total

        report = check_gradient(loss, [np.array(sample.inputs[k]) for k in at])
        assert report, str(report)


ERFINV = {  # from mpmath, 20 digits
    0.01: 0.008862501280950597915,
    0.1: 0.088855990494257686141,
    0.25: 0.22531205501217810294,
    0.5: 0.4769362762044698778,
    0.75: 0.8134198475976185394,
    0.9: 1.1630871536766742569,
    0.97: 1.5344856217777178564,
    0.99: 1.8213863677184494172,
    0.999: 2.3267537655135246411,
}


def erfinv(op):
    x = np.array(list(ERFINV))
    want = np.array(list(ERFINV.values()))
    near(op(x).numpy() / want, 1.0, 1e-12, "known values")
    near(op(-x).numpy() / want, -1.0, 1e-12, "known values, mirrored")
    assert op(np.array([-1.0, 0.0, 1.0])).numpy().tolist() == [-np.inf, 0.0, np.inf]
    assert np.isnan(op(np.array([1.5, -1.2])).numpy()).all(), "no number has such an error function"


CHECKS = {check.__name__: check for check in (dropout, gaussian_dropout, alpha_dropout, lstm, gru, _cholesky, erfinv)}
CHECKS |= dict.fromkeys(("eigh", "_svd", "standardize"), together)
