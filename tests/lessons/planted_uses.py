"""Wrong answers to the exercises of the uses, the tools and the outlook, each with a word that its hint must hold."""


def joined(a=5, b=3, order="[l, r]", units=1, left="left"):
    """Return the code of lesson 41's model, with a mistake."""
    inputs = f"l, r = keras.Input(({a},), name={left!r}), keras.Input(({b},), name='right')"
    return f"{inputs}\nboth = keras.Model([l, r], keras.layers.Dense({units})(keras.layers.Concatenate()({order})))"


PLANTED = {
    "28.1": [("15 / 50", "twice"), ("0.5", "true area"), ("0.75", "what was found"), ("35 / 15", "upside down")],
    "28.2": [
        (
            "lambda a, b: (h := min(a[2], b[2]) - max(a[0], b[0])) * (w := min(a[3], b[3]) - max(a[1], b[1]))"
            " / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - h * w)",
            "do not touch",
        ),
        (
            "lambda a, b: max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))"
            " / ((a[2] - a[0]) * (a[3] - a[1]))",
            "first box",
        ),
        (
            "lambda a, b: max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))"
            " / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]))",
            "once",
        ),
        ("lambda a, b: None", "nothing"),
    ],
    "29.1": [("[4, 7, 2]", "itself"), ("[4, 7, 9]", "first"), ("[9, 4, 7, 2]", "shape"), ("[9, 2, 7]", "order")],
    "29.2": [
        ("lambda d, H: (H @ d) @ H", "softmax"),
        ("lambda d, H: np.exp(H @ d) @ H", "divide"),
        ("lambda d, H: H.mean(axis=0)", "equal shares"),
        ("lambda d, H: np.exp(H @ d) / np.exp(H @ d).sum()", "mix the states"),
        ("lambda d, H: H[np.argmax(H @ d)]", "mix all"),
    ],
    "30.1": [("89", "one fewer"), ("87", "one more"), ("8", "overlap")],
    "30.2": [
        ("lambda m, bu, bi, p, q: m + bu + bi + p @ q", "clipped"),
        ("lambda m, bu, bi, p, q: min(5, m + bu + bi + p @ q)", "below 1"),
        ("lambda m, bu, bi, p, q: np.clip(m + bu + bi, 1, 5)", "taste"),
        ("lambda m, bu, bi, p, q: np.clip(m + p @ q, 1, 5)", "biases"),
        ("lambda m, bu, bi, p, q: m + bu + bi + p * q", "added up"),
    ],
    "31.1": [
        ("440 / 400", "rate / window"),
        ("440 / 8000", "share of the rate"),
        ("20", "how many such steps"),
        ("-22", "sign"),
    ],
    "31.2": [
        ("lambda n, length, stride: (n - length) // stride", "starts at 0"),
        ("lambda n, length, stride: n // stride", "stick out"),
        ("lambda n, length, stride: n // length", "overlap"),
        ("lambda n, length, stride: (n - length) / stride + 1", "whole windows"),
        ("lambda n, length, stride: None", "nothing"),
    ],
    "31.3": [
        ("lambda m: 700 * 10 ** (m / 2595)", "subtract"),
        ("lambda m: 700 * (np.exp(m / 2595) - 1)", "base 10"),
        ("lambda m: 10 ** (m / 2595) - 1", "700"),
        ("lambda m: 2595 * np.log10(1 + m / 700)", "way there"),
    ],
    "34.1": [("5120", "biases"), ("14714688", "frozen"), ("522", "times"), ("513", "one unit")],
    "34.2": [
        ("lambda model, n: None", "nothing has changed"),
        ("lambda model, n: [setattr(layer, 'trainable', False) for layer in model.layers]", "nothing learns"),
        ("lambda model, n: [setattr(layer, 'trainable', False) for layer in model.layers[:n]]", "must learn again"),
        ("lambda model, n: [setattr(k, 'trainable', i < n) for i, k in enumerate(model.layers)]", "other way"),
    ],
    "35.1": [("400_000", "one byte"), ("900_000", "one of ten"), ("1_000_000", "without"), ("800_000", "bits")],
    "35.2": [
        ("lambda w, share: w", "nothing has been cut"),
        ("lambda w, share: np.where(np.abs(w) > share, w, 0)", "share of entries"),
        ("lambda w, share: np.where(w > np.quantile(np.abs(w), share), w, 0)", "negative"),
        ("lambda w, share: np.where(np.abs(w) > np.quantile(np.abs(w), share), 1, 0)", "mask"),
        ("lambda w, share: np.where(np.abs(w) < np.quantile(np.abs(w), share), w, 0)", "wrong ones"),
    ],
    "36.1": [("0.24", "sum"), ("0.08", "all four"), ("0.2", "square"), ("0.12", "half")],
    "36.2": [
        ("lambda A, B: -np.diag(A @ B.T).mean()", "only the partners"),
        ("lambda A, B: np.log(np.exp(A @ B.T).sum(axis=1)).mean()", "S_nn"),
        ("lambda A, B: np.log(np.exp(A @ B.T).sum(axis=1)) - np.diag(A @ B.T)", "row by row"),
        ("lambda A, B: (np.log(np.exp(A @ B.T).sum(axis=1)) - np.diag(A @ B.T)).sum()", "not their sum"),
    ],
    "37.1": [("[2, -1]", "slopes"), ("[6, 4]", "sign"), ("[3, 4]", "the way"), ("[3, -2]", "no half")],
    "37.2": [
        ("lambda x, gradient, step: x + step * np.sign(gradient)", "leaves"),
        ("lambda x, gradient, step: np.clip(x - step * np.sign(gradient), 0, 1)", "goes up"),
        ("lambda x, gradient, step: np.clip(x + step * gradient, 0, 1)", "sign"),
        ("lambda x, gradient, step: np.clip(x + np.sign(gradient), 0, 1)", "step is missing"),
    ],
    "38.1": [("1000", "asks all"), ("2000", "times"), ("500_500", "causal"), ("999_000", "itself")],
    "38.2": [
        ("lambda Q, K, V: softmax(Q @ K.T) @ V", "root of d"),
        ("lambda Q, K, V: Q @ K.T / np.sqrt(K.shape[-1]) @ V", "softmax is missing"),
        ("lambda Q, K, V: softmax(K @ Q.T / np.sqrt(K.shape[-1])) @ V", "queries ask"),
        ("lambda Q, K, V: softmax(Q @ K.T / np.sqrt(K.shape[-1]))", "times V"),
        ("lambda Q, K, V: softmax(Q @ K.T / np.sqrt(K.shape[-1])) @ K", "values"),
    ],
    "39.1": [
        ("-np.log(0.8) - np.log(0.7)", "sum"),
        ("-(np.log(0.8) + np.log(0.3)) / 2", "get 0"),
        ("-np.log(0.8)", "forged point is missing"),
        ("(np.log(0.8) + np.log(0.7)) / 2", "sign"),
    ],
    "39.2": [
        ("lambda d: -np.log(1 - d).mean()", "wants 1"),
        ("lambda d: np.log(1 - d).mean()", "flat"),
        ("lambda d: -np.log(d)", "one by one"),
        ("lambda d: -np.log(d.mean())", "first the logarithms"),
    ],
    "40.1": [("0.75", "accepted"), ("0.1", "by all"), ("5 / 60", "false positives"), ("10", "a rate")],
    "40.2": [
        ("lambda g, C: np.clip(g, -C, C)", "each entry"),
        ("lambda g, C: g", "too long"),
        ("lambda g, C: g * C / np.sqrt((g**2).sum())", "shorter than C"),
        ("lambda g, C: g * min(1, C / (g**2).sum())", "root"),
    ],
    "41.1": [("280", "biases"), ("5130", "do not multiply"), ("28", "joined row"), ("38", "each unit")],
    "41.2": [
        ("keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])", "two are asked"),
        (joined(left="a"), "name the inputs"),
        (joined(5, 3, "[r, l]"), "left should stand first"),
        (joined(3, 5), "5 numbers"),
        (joined(units=2), "one number"),
        ("3", "a model"),
    ],
    "48.1": [("1_000_000", "forward"), ("2_000_000", "backward costs"), ("120_000", "batch"), ("90_000", "times")],
    "48.2": [
        ("lambda n, batch: n // batch * 2 + n * 0.01", "round up"),
        ("lambda n, batch: n / batch * 2 + n * 0.01", "half calls"),
        ("lambda n, batch: -(-n // batch) * 2", "samples is missing"),
        ("lambda n, batch: (n // batch + 1) * 2 + n * 0.01", "too many"),
    ],
}
