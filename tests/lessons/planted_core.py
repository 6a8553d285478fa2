"""Wrong answers to the exercises of lessons 1 to 13, each with a word that its hint must hold."""

_RUN = "def forward(x, weights):\n    for W, b in weights:\n        x = {}\n    return x"
_ADAM = """def adam(w, g, m, v, t, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = {}
    return {}
"""


def small(hidden=16, activation="tanh", units=10, last="softmax", compiled=True):
    """Return the code of lesson 1's small model, with a mistake."""
    dense = f"keras.layers.Dense({hidden}, '{activation}'), keras.layers.Dense({units}, '{last}')"
    code = f"small = keras.Sequential([keras.layers.Flatten(input_shape=(8, 8)), {dense}])"
    return code + ("\nsmall.compile('adam', 'categorical_crossentropy')" if compiled else "")


def line(build, call):
    """Return the code of a layer of lesson 4."""
    head = "class Shift(keras.layers.Layer):\n"
    body = f"    def build(self, shape):\n        self.c = {build}\n" if build else ""
    return head + body + f"    def call(self, x):\n        return {call}"


def stack(first=12, act="tanh", last=3, inputs="keras.Input((20,)), ", end="softmax"):
    """Return the code of lesson 5's model."""
    return f"keras.Sequential([{inputs}keras.layers.Dense({first}, '{act}'), keras.layers.Dense({last}, '{end}')])"


def deeper(*layers):
    """Return the code of a stack of Dense layers."""
    return f"keras.Sequential([{', '.join(f'keras.layers.Dense({layer})' for layer in layers)}])"


def shortcut(join, activation="tanh", units=1):
    """Return the code of lesson 6's model with a shortcut."""
    lines = ["x = keras.Input((8,))", f"h = keras.layers.Dense(8, activation='{activation}')(x)"]
    return "\n".join([*lines, f"model = keras.Model(x, keras.layers.Dense({units})(keras.layers.{join}))"])


def compiled(loss="categorical_crossentropy", optimizer="keras.optimizers.SGD(0.1)", metrics="['accuracy']"):
    """Return the code of lesson 7's compile."""
    model = "model = keras.Sequential([keras.layers.Dense(10, activation='softmax', input_dim=64)])\n"
    return model + f"model.compile(loss='{loss}', optimizer={optimizer}, metrics={metrics})"


PLANTED = {
    "1.1": [("2368", "bias"), ("2080", "second"), ("2730", "64 pixels"), ("9610", "128"), ("2410.5", "whole number")],
    "1.2": [("0.0", "bias"), ("4.5", "sign"), ("-1.5", "ReLU"), ("'half'", "could not be checked")],
    "1.3": [
        (small(hidden=32), "16 units"),
        (small(activation="relu"), "tanh"),
        (small(units=9), "ten digits"),
        (small(last="sigmoid"), "softmax"),
        (small(compiled=False), "compile"),
        ("3", "a model"),
    ],
    "2.1": [
        ("['keras', 'perceptron', 'backpropagation', 'lstm', 'alexnet']", "after perceptron"),
        ("['perceptron', 'lstm', 'backpropagation', 'alexnet', 'keras']", "after backpropagation"),
        ("['perceptron', 'keras']", "missing"),
        ("['perceptron', 'theano']", "none of the five"),
    ],
    "2.2": [
        ("lambda a: 1 - a**2", "tanh"),
        ("lambda a: 1 - a", "factor a"),
        ("lambda a: 1 / (1 + np.exp(-a)) * (1 - 1 / (1 + np.exp(-a)))", "already"),
    ],
    "2.3": [
        (deeper("8, 'tanh', input_dim=2", "1"), "three Dense"),
        (deeper("8, 'tanh', input_dim=2", "8", "1"), "linear"),
        (deeper("8, 'tanh'", "8, 'tanh'", "1"), "two inputs"),
        (deeper("8, 'tanh', input_dim=2", "4, 'tanh'", "1"), "8 are asked"),
    ],
    "3.1": [
        ("(50, 48, 32, 3)", "height"),
        ("(50, 3, 32, 48)", "last"),
        ("(32, 48, 3)", "first axis"),
        ("7", "a shape"),
    ],
    "3.2": [("(7, 1, 5)", "stretched"), ("(7, 4, 1, 5)", "right"), ("(7, 5, 4)", "order"), ("(4, 5)", "7")],
    "3.3": [
        ("lambda x: x - x.mean(axis=0)", "divide"),
        ("lambda x: (x - x.mean()) / x.std()", "axis=0"),
        ("lambda x: (x - x.mean(axis=0)) / x.var(axis=0)", "variance"),
        ("lambda x: x.mean(axis=0)", "shape"),
    ],
    "4.1": [("168", "no bias"), ("28", "multiplied"), ("20", "each of the 8"), ("180", "one per unit")],
    "4.2": [
        ("class Square(keras.layers.Layer):\n    def call(self, x):\n        return 2 * x", "doubles"),
        ("class Square(keras.layers.Layer):\n    def call(self, x):\n        return x", "unchanged"),
        ("keras.layers.Dense(3)", "without brackets"),
        ("lambda x: x * x", "a class"),
    ],
    "4.3": [
        (line(None, "x + 1"), "no weights"),
        (line("self.add_weight(shape=(shape[-1],), initializer='ones')", "x + self.c"), "zero"),
        (line("self.add_weight(shape=(), initializer='zeros')", "x + self.c"), "(3,)"),
        (line("self.add_weight(shape=(shape[-1],), initializer='zeros')", "x"), "does not add"),
    ],
    "5.1": [
        (stack(first=3, last=12), "12 units"),
        (stack(act="relu"), "tanh"),
        (stack(inputs=""), "does not know"),
        (stack(inputs="keras.Input((12,)), "), "20 inputs"),
        (stack(end="sigmoid"), "softmax"),
    ],
    "5.2": [("276", "bias"), ("252", "second"), ("315", "12 outputs")],
    "5.3": [
        ("def run(layers, x):\n    for layer in layers:\n        y = layer(x)\n    return y", "before"),
        ("def run(layers, x):\n    for layer in layers:\n        x = layer(x)", "return"),
        ("def run(layers, x):\n    for layer in layers[::-1]:\n        x = layer(x)\n    return x", "order"),
        ("def run(layers, x):\n    for layer in layers:\n        return layer(x)", "after the loop"),
    ],
    "6.1": [("240", "multiplied"), ("10", "add up"), ("4", "kept"), ("-20", "sign")],
    "6.2": [
        ("keras.Sequential([keras.Input((8,)), keras.layers.Dense(8, 'tanh'), keras.layers.Dense(1)])", "Add"),
        (shortcut("Add()([h, h])"), "*input*"),
        (shortcut("Add()([x, h])", "relu"), "tanh"),
        (shortcut("Add()([x, h])", units=2), "8 units and 1"),
        (shortcut("Concatenate()([x, h])"), "Add"),
    ],
    "6.3": [("72", "last"), ("73", "8 weights"), ("89", "not 16"), ("80", "bias")],
    "7.1": [("75", "smaller batch"), ("16", "one epoch"), ("79", "each epoch"), ("320", "divided")],
    "7.2": [
        (compiled(loss="sparse_categorical_crossentropy"), "class numbers"),
        (compiled(optimizer="'adam'"), "SGD"),
        (compiled(optimizer="'sgd'"), "0.1"),
        (compiled(metrics="[]"), "metric"),
        (compiled().splitlines()[0], "not compiled"),
    ],
    "7.3": [
        ("lambda p, y: (p.argmax(axis=1) == y).sum()", "share"),
        ("lambda p, y: (p.argmax(axis=1) != y).mean()", "mistakes"),
        ("lambda p, y: p[np.arange(len(y)), y].mean()", "probability"),
    ],
    "8.1": [("[-0.5, 4]", "ReLU"), ("[0, 3]", "bias"), ("[0, 0]", "+2"), ("[[0, 4]]", "shape")],
    "8.2": [
        ("[(30, 12), (4, 30)]", "other way"),
        ("[(50, 30), (30, 4)]", "50"),
        ("[(12, 30), (12, 4)]", "30 outputs"),
        ("[(12, 30)]", "two shapes"),
    ],
    "8.3": [
        (_RUN.format("np.maximum(0, x @ W + b)"), "last layer"),
        (_RUN.format("x @ W + b"), "ReLU"),
        (_RUN.format("x @ W + b").replace("return x", "pass"), "return"),
        ("3", "function"),
    ],
    "9.1": [("2.5", "half"), ("10", "divide"), ("2", "absolute"), ("1", "cancel")],
    "9.2": [("-np.log(0.8)", "1 - p"), ("np.log(0.2)", "minus"), ("-np.log10(0.2)", "base 10"), ("0.64", "squared")],
    "9.3": [
        ("lambda y, y_hat: (y_hat - y) / len(y)", "2 of the derivative"),
        ("lambda y, y_hat: 2 * (y - y_hat) / len(y)", "sign"),
        ("lambda y, y_hat: 2 * (y_hat - y)", "1/n"),
        ("lambda y, y_hat: ((y_hat - y) ** 2).mean()", "shape"),
    ],
    "10.1": [("2.6", "sign"), ("1.7", "6w"), ("-10", "rate"), ("0.6", "step")],
    "10.2": [("1/6", "larger"), ("2/3", "second derivative"), ("1", "w²"), ("3", "turn it round")],
    "10.3": [
        (
            "def descend(s, w, rate, steps):\n    for _ in range(steps):\n        w = w + rate * s(w)\n    return w",
            "climbs",
        ),
        ("lambda s, w, rate, steps: w - steps * rate * s(w)", "anew"),
        ("lambda s, w, rate, steps: w - rate * s(w)", "one step"),
        ("lambda s, w, rate, steps: None", "return"),
    ],
    "11.1": [("12", "sign"), ("-4", "input"), ("-6", "2 of the derivative"), ("4", "times the weight")],
    "11.2": [("0.16", "came back"), ("0.4", "1 - a"), ("0.1", "factor a"), ("0.18", "tanh")],
    "11.3": [
        ("lambda y_bar, a1, W2, x: np.outer(y_bar * W2 * a1 * (1 - a1), x)", "transpose"),
        ("lambda y_bar, a1, W2, x: np.outer(x, y_bar * W2)", "slope"),
        ("lambda y_bar, a1, W2, x: np.outer(x, y_bar * a1 * (1 - a1))", "second layer"),
        ("lambda y_bar, a1, W2, x: y_bar * W2", "shape"),
    ],
    "12.1": [("12", "factor of 2"), ("6", "this is v"), ("36", "L itself"), ("-24", "sign")],
    "12.2": [("1.5", "second"), ("3.5", "sign"), ("-3", "added"), ("[1.5, -2]", "one number")],
    "12.3": [
        ("lambda x: 1 - np.tanh(x**2) ** 2", "inner"),
        ("lambda x: (1 - np.tanh(x) ** 2) * 2 * x", "inner value"),
        ("lambda x: 2 * x", "outer"),
        ("lambda x: (1 - np.tanh(x**2)) * 2 * x", "square"),
    ],
    "13.1": [("0.2", "SGD"), ("0.19", "first"), ("0.11", "in full"), ("-0.29", "sign")],
    "13.2": [("0.1", "Adam"), ("0.4", "SGD"), ("0.25", "root")],
    "13.3": [
        (_ADAM.format("m, v", "w - rate * m_hat / (np.sqrt(v_hat) + 1e-7), m, v"), "correction"),
        (_ADAM.format("m / (1 - 0.9**t), v / (1 - 0.999**t)", "w - rate * m_hat / (v_hat + 1e-7), m, v"), "root"),
        (
            _ADAM.format("m / (1 - 0.9**t), v / (1 - 0.999**t)", "w + rate * m_hat / (np.sqrt(v_hat) + 1e-7), m, v"),
            "sign",
        ),
        (_ADAM.format("m / (1 - 0.9**t), v / (1 - 0.999**t)", "w, m_hat, v_hat"), "uncorrected"),
        ("lambda w, g, m, v, t, rate: w", "three things"),
    ],
}
