"""Wrong answers to the exercises of the uses, the tools and the outlook, each with a word that its hint must hold."""

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
    "34.1": [("5120", "biases"), ("14714688", "frozen"), ("522", "times"), ("513", "one unit")],
    "34.2": [
        ("lambda model, n: None", "nothing has changed"),
        ("lambda model, n: [setattr(layer, 'trainable', False) for layer in model.layers]", "nothing learns"),
        ("lambda model, n: [setattr(layer, 'trainable', False) for layer in model.layers[:n]]", "must learn again"),
        ("lambda model, n: [setattr(k, 'trainable', i < n) for i, k in enumerate(model.layers)]", "other way"),
    ],
}
