"""Wrong answers to the exercises of lessons 14 on, each with a word that its hint must hold."""

_EQUAL = """def equal(x):
    f = lambda w, b, x: int(np.dot(w, x) + b > 0)
    either, both = f([1, 1], -0.5, x), f([1, 1], -1.5, x)
    return f({}, {}, [either, both])
"""

_CONVOLVE = """def convolve(x, w, step):
    rows, columns = (x.shape[0] - w.shape[0]) // step + 1, (x.shape[1] - w.shape[1]) // step + 1
    out, v, s = np.zeros((rows, columns)), {}, {}
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (x[i * s : i * s + w.shape[0], j * s : j * s + w.shape[1]] * v).sum()
    return out
"""
_POOL = """def max_pool(x, size):
    n, m = x.shape[0] // size, x.shape[1] // size
    block = lambda i, j: x[i * size : (i + 1) * size, j * size : (j + 1) * size]
    return np.array([[block(i, j).{} for j in range(m)] for i in range(n)])
"""
_RUN = """def run(x, W, U, b):
    h = np.zeros(U.shape[0])
    for row in x:
        h = {}
    return h
"""
_NORM = "lambda x, gamma, beta: {}"

PLANTED = {
    "14.1": [("(1, 1, -1.5)", "AND"), ("(-1, -1, -0.5)", "positive"), ("(-1, -1, 0.5)", "(0, 1)"), ("5", "could not")],
    "14.2": [
        ("[1, 0, 1]", "half"),
        ("[1, -1, 0]", "does change"),
        ("[1, -1.5, -0.5]", "sign"),
        ("[1, -0.5, 0]", "bias"),
    ],
    "14.3": [
        (_EQUAL.format("[1, -2]", "-0.5"), "XOR"),
        (_EQUAL.format("[1, 0]", "-0.5"), "(0, 0)"),
        ("lambda x: 1", "(0, 1)"),
        ("1", "function"),
    ],
    "15.1": [("1", "bias"), ("2", "taken away"), ("6", "sign"), ("0.5", "sigmoid")],
    "15.2": [("10", "other side"), ("-2", "length"), ("-14", "root"), ("-0.4", "multiply")],
    "15.3": [
        ("lambda x, w, b: x @ w + b", "sigmoid"),
        ("lambda x, w, b: 1 / (1 + np.exp(x @ w + b))", "minus"),
        ("lambda x, w, b: 1 / (1 + np.exp(-(x @ w)))", "bias"),
        ("lambda x, w, b: 1 / (1 + np.exp(-x @ w + b))", "brackets"),
        ("lambda x, w, b: 1 / (1 + np.exp(-(x * w + b)))", "shape"),
    ],
    "16.1": [("0.2055", "output"), ("0.9", "σ(1 - σ)"), ("0.19", "tanh"), ("0.25", "largest")],
    "16.2": [
        ("lambda z, slope: np.maximum(z, 0)", "plain ReLU"),
        ("lambda z, slope: np.where(z > 0, z, -slope * z)", "sign"),
        ("lambda z, slope: np.where(z > 0, z, slope)", "multiply"),
        ("lambda z, slope: slope * z", "above zero"),
    ],
    "16.3": [
        ("lambda z: (z <= 0).sum()", "every sample"),
        ("lambda z: (z.max(axis=0) < 0).sum()", "exactly 0"),
        ("lambda z: (z.min(axis=0) <= 0).sum()", "some sample"),
        ("lambda z: z.max(axis=0) <= 0", "one number"),
    ],
    "17.1": [("(20, 5)", "W"), ("(32, 5)", "looks like A"), ("(20, 32)", "order"), ("32", "a shape")],
    "17.2": [
        ("lambda z_bar, a, W: (z_bar.T @ a, z_bar.sum(axis=0), z_bar @ W.T)", "transpose"),
        ("lambda z_bar, a, W: (a.T @ z_bar, z_bar.mean(axis=0), z_bar @ W.T)", "mean"),
        ("lambda z_bar, a, W: (a.T @ z_bar, z_bar.sum(axis=0), z_bar @ W)", "transposed"),
        ("lambda z_bar, a, W: a.T @ z_bar", "three things"),
    ],
    "17.3": [
        ("lambda a_bar, z: np.maximum(a_bar, 0)", "condition is on z"),
        ("lambda a_bar, z: a_bar * np.maximum(z, 0)", "slope"),
        ("lambda a_bar, z: a_bar * (z < 0)", "changed places"),
        ("lambda a_bar, z: (z > 0) * 1.0", "multiply"),
    ],
    "18.1": [("23", "add 1"), ("28", "same"), ("26", "window of 3"), ("32", "inside")],
    "18.2": [("18432", "biases"), ("640", "channels"), ("18464", "comes out"), ("289", "64")],
    "18.3": [
        (_CONVOLVE.format("w[::-1, ::-1]", "step"), "turned round"),
        (_CONVOLVE.format("1", "step"), "products"),
        (_CONVOLVE.format("w", "1"), "i·step"),
        ("lambda x, w, step: x", "shape"),
    ],
    "19.1": [
        ("(15, 15, 32)", "channels"),
        ("(15, 15)", "channels"),
        ("(29, 29, 64)", "step"),
        ("(60, 60, 64)", "smaller"),
    ],
    "19.2": [("4", "places"), ("256", "weights"), ("64", "biases"), ("1000", "no weights")],
    "19.3": [
        (_POOL.format("mean()"), "mean"),
        (_POOL.format("min()"), "smallest"),
        (_POOL.format("max(initial=0.0)"), "negative"),
        ("lambda x, size: x[::size, ::size]", "first of each"),
        ("lambda x, size: x", "shape"),
    ],
    "20.1": [("1.6", "in part"), ("1.0", "new is missing"), ("1.4", "sign"), ("1.8", "changed places")],
    "20.2": [("400", "four"), ("1200", "candidate"), ("576", "recurrent"), ("1536", "biases")],
    "20.3": [
        (_RUN.format("np.tanh(row @ W + b)"), "last state"),
        (_RUN.format("np.tanh(row @ W + h @ U)"), "bias"),
        (_RUN.format("row @ W + h @ U + b"), "tanh"),
        (_RUN.format("np.tanh(row @ W + h @ U.T + b)"), "other way"),
        (_RUN.format("np.tanh(row @ W + h @ U + b)").replace("return h", "pass"), "return"),
    ],
    "21.1": [("1", "not shares"), ("0.25", "first class"), ("3", "divide"), ("np.log(3)", "logit")],
    "21.2": [
        ("[0.2, -0.5, 0.3]", "from 0"),
        ("[0, 0, -0.7]", "other classes"),
        ("[0.2, 0.5, 0.3]", "truth"),
        ("[-0.2, -0.5, 0.7]", "sign"),
    ],
    "21.3": [
        ("lambda z: np.exp(z) / np.exp(z).sum()", "each row"),
        ("lambda z: np.exp(z) / np.exp(z).sum(axis=0)", "columns"),
        ("lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)", "1000 breaks it"),
        ("lambda z: np.exp(z)", "division"),
    ],
    "22.1": [("0.04", "variance"), ("np.sqrt(1 / 50)", "doubles"), ("5", "turn it round"), ("-0.2", "sign")],
    "22.2": [("4", "root"), ("40", "deviations"), ("0.1", "added")],
    "22.3": [
        ("lambda m, n, rng: rng.uniform(-np.sqrt(2 / (m + n)), np.sqrt(2 / (m + n)), (m, n))", "variance r²/3"),
        ("lambda m, n, rng: rng.uniform(-6 / (m + n), 6 / (m + n), (m, n))", "root"),
        ("lambda m, n, rng: rng.uniform(0, np.sqrt(6 / (m + n)), (m, n))", "negative"),
        ("lambda m, n, rng: rng.uniform(-1, 1, (n, m))", "shape"),
        ("lambda m, n, rng: rng.uniform(-np.sqrt(6 / m), np.sqrt(6 / m), (m, n))", "outputs"),
    ],
    "23.1": [("0.6", "L1"), ("0.4", "cancel"), ("14", "λ"), ("0.7", "half")],
    "23.2": [("[0, 6]", "scaled up"), ("[0, 24]", "not by r"), ("[0, 4.5]", "not down"), ("[8, 0]", "smaller")],
    "23.3": [
        ("lambda w, g, rate, l2: w - rate * g", "price"),
        ("lambda w, g, rate, l2: w - rate * (g + l2 * w)", "2 of the derivative"),
        ("lambda w, g, rate, l2: w - rate * (g - 2 * l2 * w)", "sign"),
        ("lambda w, g, rate, l2: w - rate * g - 2 * l2 * w", "rate applies"),
    ],
    "24.1": [("1", "n - 1"), ("0.75", "variance"), ("2", "divide"), ("6 / np.sqrt(8 / 3)", "mean")],
    "24.2": [("40", "moving"), ("4", "each unit"), ("60", "four")],
    "24.3": [
        (_NORM.format("gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0)) + beta"), "ε"),
        (_NORM.format("(x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 0.001)"), "γ and β"),
        (_NORM.format("gamma * (x - x.mean()) / np.sqrt(x.var() + 0.001) + beta"), "axis=0"),
        (_NORM.format("gamma * (x - x.mean(axis=0)) / (x.var(axis=0) + 0.001) + beta"), "root"),
    ],
}
