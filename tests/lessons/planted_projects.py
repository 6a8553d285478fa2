"""Wrong answers to the exercises of the projects and the questions, each with a word that its hint must hold."""

_STOPS = """def stops(losses, patience):
    lowest, waited = np.inf, 0
    for epoch, loss in enumerate(losses, start={}):
        {}
        if waited >= patience:
            return epoch
    {}
"""


def pictures(filters=8, activation="relu", pool=2, units=4, last="softmax", shape="(16, 16, 3)"):
    """Return the code of lesson 26's model."""
    conv = f"keras.layers.Conv2D({filters}, 3, activation='{activation}')"
    end = f"keras.layers.Flatten(), keras.layers.Dense({units}, '{last}')"
    return f"keras.Sequential([keras.Input({shape}), {conv}, keras.layers.MaxPooling2D({pool}), {end}])"


PLANTED = {
    "25.1": [("406528", "biases"), ("401920", "last layer"), ("38410", "8×8"), ("404490", "dropout")],
    "25.2": [
        ("lambda y, answers, digit: (y[answers == digit] == digit).mean()", "precision"),
        ("lambda y, answers, digit: (answers == y)[y == digit].sum()", "number of pictures"),
        ("lambda y, answers, digit: ((answers == digit) & (y == digit)).mean()", "by all"),
        ("lambda y, answers, digit: (answers[y == digit] != digit).mean()", "mistakes"),
    ],
    "25.3": [
        ("0.95 * 0.05 / 400", "root"),
        ("np.sqrt(0.95 * 0.05)", "inside the root"),
        ("np.sqrt(0.95 / 400)", "1 - q"),
    ],
    "26.1": [("6272", "takes 2 off"), ("21632", "halves"), ("169", "channels"), ("416", "both sides")],
    "26.2": [
        (pictures(filters=16), "8 windows"),
        (pictures(activation="tanh"), "relu"),
        (pictures(units=10), "4 classes"),
        (pictures(last="sigmoid"), "softmax"),
        (pictures(shape="(16, 16, 1)"), "channels"),
        (pictures(pool=4), "pooling of 2"),
        ("keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Dense(4)])", "no Conv2D"),
    ],
    "26.3": [
        ("lambda x: x.astype('float32') / 255", "channel axis"),
        ("lambda x: x.astype('float32')[..., None]", "divide"),
        ("lambda x: (x // 255).astype('float32')[..., None]", "whole-number"),
        ("lambda x: (x / 255)[..., None]", "float32"),
    ],
    "27.1": [
        ("[7, 3, 9, 0, 0]", "in front"),
        ("[0, 7, 3, 9, 0]", "in front"),
        ("[7, 3, 9]", "shape"),
        ("[0, 0, 9, 3, 7]", "order"),
    ],
    "27.2": [("160032", "biases"), ("160032 - 64", "once more"), ("5032", "times"), ("5000", "row of 32")],
    "27.3": [
        ("lambda rows, size, unknown: rows", "nothing"),
        ("lambda rows, size, unknown: [[n for n in row if n < size] for row in rows]", "left out"),
        ("lambda rows, size, unknown: [[n if n <= size else unknown for n in row] for row in rows]", "5 itself"),
        ("lambda rows, size, unknown: [[n if n >= size else unknown for n in row] for row in rows]", "wrong side"),
    ],
    "33.1": [("7840000", "four bytes"), ("62720000", "float64"), ("31.36", "millions"), ("3136", "one picture")],
    "33.2": [("'mnist'", "fetched"), ("'imdb'", "fetched"), ("'coco'", "one of these")],
    "33.3": [
        ("lambda x, y, share, rng: ((x[:6], y[:6]), (x[6:], y[6:]))", "7 and 3"),
        ("lambda x, y, share, rng: ((x[:7], y[:7]), (x[7:], y[7:]))", "shuffled"),
        ("lambda x, y, share, rng: ((x[:3], y[:3]), (x[3:], y[3:]))", "changed places"),
        (
            "def split(x, y, share, rng):\n    x, y = rng.permutation(x), rng.permutation(y)\n"
            "    return (x[:7], y[:7]), (x[7:], y[7:])",
            "belong together",
        ),
    ],
    "43.1": [("'softmax'", "share 1"), ("'relu'", "probabilities"), ("'tanh'", "-1 to 1"), ("3", "a word")],
    "43.2": [("'mse'", "mean"), ("'huber'", "median"), ("'binary_crossentropy'", "class")],
    "43.3": [
        ("lambda low, high, n: np.linspace(low, high, n)", "quotients"),
        ("lambda low, high, n: np.linspace(np.log10(low), np.log10(high), n)", "exponents"),
        ("lambda low, high, n: np.geomspace(high, low, n)", "low to high"),
        ("lambda low, high, n: low", "shape"),
    ],
    "44.1": [("3", "best epoch"), ("4", "three epochs"), ("5", "epoch 3"), ("7", "sixth")],
    "44.2": [("6", "stops"), ("5", "0.5 is lower"), ("2", "from 1")],
    "44.3": [
        (
            _STOPS.format(
                1, "lowest, waited = (loss, waited) if loss < lowest else (lowest, waited + 1)", "return len(losses)"
            ),
            "from 0",
        ),
        (
            _STOPS.format(
                1, "lowest, waited = (loss, 0) if loss < lowest else (loss, waited + 1)", "return len(losses)"
            ),
            "lowest so far",
        ),
        (
            _STOPS.format(
                0, "lowest, waited = (loss, 0) if loss < lowest else (lowest, waited + 1)", "return len(losses)"
            ),
            "from 1",
        ),
        (_STOPS.format(1, "lowest, waited = (loss, 0) if loss < lowest else (lowest, waited + 1)", "pass"), "return"),
    ],
    "45.1": [("0.75", "precision"), ("0.5", "false alarms"), ("0.4", "missed"), ("1.5", "above 1")],
    "45.2": [("0.675", "plain mean"), ("0.45", "product"), ("1 / 3", "2 is missing")],
    "45.3": [
        ("lambda y: {0: 5.0, 1: 10 / 18}", "changed places"),
        ("lambda y: {c: len(y) / (y == c).sum() for c in (0, 1)}", "2 is missing"),
        ("lambda y: {c: (y == c).mean() for c in (0, 1)}", "shares"),
        ("lambda y: [1, 2]", "dict"),
    ],
    "46.1": [("24", "five seeds"), ("9", "multiply"), ("45", "five times"), ("60", "dropouts")],
    "46.2": [("'too low'", "luck"), ("'right'", "without looking"), ("1", "a word")],
    "46.3": [
        ("lambda rng, low, high: rng.uniform(low, high)", "exponent evenly"),
        ("lambda rng, low, high: rng.uniform(np.log10(low), np.log10(high))", "10 to the power"),
        ("lambda rng, low, high: np.sqrt(low * high)", "same number"),
        ("lambda rng, low, high: 10 ** rng.uniform(-6, 0)", "between low and high"),
    ],
    "47.1": [("'optimizer'", "go on"), ("'history'", "reading"), ("'loss'", "judges")],
    "47.2": [
        ("lambda model: model", "same model"),
        ("lambda model: keras.Sequential.from_config(model.get_config())", "set_weights"),
        ("lambda model: keras.Sequential(model.layers)", "layers of the original"),
        ("lambda model: None", "return"),
    ],
    "47.3": [("2410", "answer"), ("4820", "two numbers"), ("4821", "themselves"), ("7230", "step count")],
}
