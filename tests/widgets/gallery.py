"""One of each view on small models: cells of a notebook, for the tests that look at all of them."""

SET_UP = """
import numpy as np, teachkeras as tk
import teachkeras_widgets as views
from teachkeras.datasets import digits
layers = tk.layers
tk.utils.set_random_seed(1)
(x, y), (x_test, y_test) = digits.load_data()
x, x_test = (each[..., None].astype("float32") / 16 for each in (x, x_test))
convolution = layers.Conv2D(8, 3, activation="relu", name="convolution")
hidden, last = layers.Dense(16, activation="tanh", name="hidden"), layers.Dense(10, activation="softmax", name="last")
cnn = tk.Sequential([tk.Input((8, 8, 1)), convolution, layers.MaxPooling2D(2), layers.Flatten(), hidden, last])
cnn.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
rnn = tk.Sequential([tk.Input((12, 3)), layers.LSTM(8, return_sequences=True), layers.Dense(1)])
series = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
inner = tk.Sequential([tk.Input((8,)), layers.Dense(6, name="six"), layers.Dense(4)], name="inner")
whole = tk.Sequential([tk.Input((8,)), inner, layers.Dense(2, name="head")])
whole.compile("sgd", "mse")
"""
VIEWS = {
    "LiveTraining": "view = views.LiveTraining(cnn)\ncnn.fit(x, y, epochs=2, validation_data=(x_test, y_test), verbose=0)\ncnn.watchers.clear()",
    "Gradients": "view = views.Gradients(cnn)\ncnn.fit(x, y, epochs=1, verbose=0)\ncnn.watchers.clear()",
    "Activations": "views.Activations(cnn, x_test[:50])",
    "ActivationCurves": "views.ActivationCurves(cnn, layer='hidden', x=x_test)",
    "Neuron": "views.Neuron(cnn, layer='hidden', unit=3, x=x_test[0])",
    "StepThrough": "views.StepThrough(cnn, x_test[:4], y_test[:4])",
    "ModelGraph": "views.ModelGraph(whole)",
    "TensorView": "views.TensorView(x_test[:20], 'x_test')",
    "Convolution": "views.Convolution(x_test[0], layer=convolution)",
    "Recurrence": "views.Recurrence(rnn, series)",
    "Attention": "views.Attention([[0.25, 0.75], [0.5, 0.5]])",
    "Playground": "views.Playground('moons').train(40)",
    "Optimizers": "views.Optimizers(cnn, x_test, y_test, racers=['SGD', 'Adam'])",
    "Classifier": "views.Classifier(cnn, x_test, y_test)",
}

# Hold a thing and move about for a while, a step for each frame: how many frames a second, and what a frame's work takes. The work of
# most frames is judged by the quickest quarter: a busy machine takes the processor away in the middle of the others.
DRAG = """async (node) => {
  const box = node.getBoundingClientRect(), [x, y] = [box.left + box.width / 2, box.top + box.height / 2], work = [];
  const send = (kind, dx, dy) => node.dispatchEvent(
    new PointerEvent(kind, { clientX: x + dx, clientY: y + dy, pointerId: 1, bubbles: true, cancelable: true }));
  node.setPointerCapture = () => {};
  send("pointerdown", 0, 0);
  const began = performance.now();
  while (performance.now() - began < 1500) {
    const now = performance.now(), t = (now - began) / 300;
    send("pointermove", Math.max(box.width * 0.45, 40) * Math.sin(t), Math.max(box.height * 0.45, 40) * Math.sin(1.3 * t));
    const handled = performance.now() - now;
    const drawn = await new Promise((done) => requestAnimationFrame((frame) => done(performance.now() - frame)));
    work.push(handled + drawn);
  }
  send("pointerup", 0, 0);
  work.sort((a, b) => a - b);
  return [work.length / ((performance.now() - began) / 1000), work[Math.floor(work.length / 4)]];
}"""


def drag(node):
    """The best of three drags of a node: ``(frames a second, milliseconds of work a frame)``."""
    return max(tuple(node.evaluate(DRAG)) for _ in range(3))
