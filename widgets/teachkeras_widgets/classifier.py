"""Draw a digit, see what the model makes of it, and why; the confusion matrix opens the mistakes.

The page sends the drawing, at most ten times a second; the user's own model answers with its probabilities and with how
much each pixel moves the winning one.
"""

import numpy as np
from traitlets import Dict

from teachkeras.errors import ArgumentError
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

from .finding import array, built, plain, refuse
from .view import View, look, page

TESTED, CLASSES, EXAMPLES, BYTES = 2000, 20, 8, 300_000


class Classifier(View):
    """A sheet to draw on, the model's answer as bars, saliency over the drawing, and a confusion matrix of test data.

    Math: saliency = |∂p_winner / ∂x|, pixel by pixel.

    Args:
        model: a built model that takes an image of one channel, (h, w), (h, w, 1) or flat, and gives probabilities.
        x, y: test images and their class numbers, for the matrix (2,000 are used); they also tell how bright ink is.
        classes: names of the classes; numbers without.
        ink: the brightest value that the model was trained on; from ``x``, or 1.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, ArgumentError, DataError: the model doesn't take such images; the message says what it takes.

    Example::

        Classifier(model, x_test, y_test)
    """

    topic = "classifier"
    _esm = page("controls.js", "plot.js", "grid.js", "classifier.js")
    _css = look("classifier.css")
    setup = Dict().tag(sync=True)
    frame = Dict().tag(sync=True)

    def __init__(self, model, x=None, y=None, classes=None, *, ink=None, language=None):
        super().__init__(language=language)
        self.model = built("Classifier", model)
        self._shape = tuple(model.input_shape[1:]) if isinstance(model.input_shape, tuple) else ()
        self._edge = _edges(self._shape)
        x = None if x is None else array("Classifier", x)[:TESTED].astype("float32")
        self._ink = float(ink) if ink is not None else 1.0 if x is None else float(x.max()) or 1.0
        first = self._asked(np.zeros(self._edge, "float32"))
        n = len(first["probabilities"])
        refuse("Classifier", not 2 <= n <= CLASSES, f"{n} outputs", f"a model with 2 to {CLASSES} classes", "softmax")
        names = list(map(str, classes if classes is not None else range(n)))
        refuse("Classifier", len(names) != n, f"{len(names)} names", f"{n}, one for each class", "classes=[…]")
        self.matrix = None
        self.setup = {"rows": self._edge[0], "columns": self._edge[1], "classes": names, "matrix": None}
        if x is not None and y is not None:
            self.setup = {**self.setup, **self._tested(x, array("Classifier", y, "y")[: len(x)])}
        self.frame = first
        self.on_msg(self._receive)

    def answer(self, drawing):
        """The model's probabilities for a drawing, 0 to 1, of the image's size."""
        self.frame = self._asked(np.asarray(drawing, "float32").reshape(self._edge))
        return np.array(self.frame["probabilities"])

    def _asked(self, drawing):
        x = Tensor((drawing * self._ink).reshape(1, *self._shape).astype("float32"))
        with GradientTape() as tape:
            tape.watch(x)
            y = self.model(x, training=False)
            if y.ndim != 2:
                raise ArgumentError(
                    "Classifier",
                    expected="one row of probabilities for an image",
                    got=f"shape {y.shape}",
                    fix="softmax",
                )
            values = plain(y)[0]
            winner = y[0, int(values.argmax())]
        slope = np.abs(plain(tape.gradient(winner, x))).reshape(self._edge)
        return {
            "answer": getattr(self, "_count", 0),
            "probabilities": [float(v) for v in values],
            "drawing": drawing.tobytes(),
            "saliency": np.ascontiguousarray(slope, "float32").tobytes(),
        }

    def _tested(self, x, y):
        """The confusion matrix, and some images of each of its cells."""
        guessed = plain(self.model.predict(x.reshape(len(x), *self._shape), verbose=0)).argmax(axis=1)
        true = y.argmax(axis=1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(int)
        n = max(int(true.max()) + 1, len(self.setup["classes"]))
        refuse("Classifier", n > len(self.setup["classes"]) or true.min() < 0, f"class {int(true.max())}",
               f"classes 0 to {len(self.setup['classes']) - 1}", "class numbers in y")  # fmt: skip
        self.matrix = np.zeros((n, n), "int32")
        np.add.at(self.matrix, (true, guessed), 1)
        order, cells, room = np.argsort(true == guessed, kind="stable"), {}, BYTES
        for i in order:
            cell = cells.setdefault(f"{true[i]}/{guessed[i]}", [])
            if len(cell) < EXAMPLES and room > 0:
                scaled = np.clip(x[i].reshape(-1) / self._ink * 255, 0, 255).astype("uint8").tobytes()
                cell.append(scaled)
                room -= len(scaled)
        return {"matrix": self.matrix.tobytes(), "examples": {key: cell for key, cell in cells.items() if cell}}

    def _receive(self, _, message, buffers):
        if message.get("type") == "ask":
            self._count = getattr(self, "_count", 0) + 1
            drawing = np.frombuffer(buffers[0], "float32") if buffers else np.array(message["pixels"], "float32")
            self.frame = self._asked(np.nan_to_num(drawing).reshape(self._edge))

    def figure(self):
        """Drawing, saliency, bars and matrix as a matplotlib figure."""
        from .classifier_figure import classifier_figure

        return classifier_figure(self)


def _edges(shape):
    """Rows and columns of the image that the model takes."""
    size = int(np.prod([n or 0 for n in shape])) if shape else 0
    if len(shape) == 1 and round(size**0.5) ** 2 == size and size >= 16:
        return round(size**0.5), round(size**0.5)
    good = len(shape) == 2 or (len(shape) == 3 and shape[-1] == 1)
    refuse("Classifier", not good or not size or max(shape) > 64, f"a model that takes {shape}",
           "one that takes images (h, w), (h, w, 1) or flat squares of at most 64 × 64", "Input((28, 28))")  # fmt: skip
    return shape[0], shape[1]
