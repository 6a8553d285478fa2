"""Which inputs decide? Saliency, integrated gradients, occlusion, Grad-CAM: functions that return arrays.

Notation: F(x) is the model's output for the chosen class (for one output, that output); x the input, x₀ a baseline.
"""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.explain.observing import untouched
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor, as_array


def target_of(outputs: np.ndarray, target: object) -> np.ndarray:
    """Return which output is asked about, for each sample: the given one, or the largest."""
    if outputs.ndim == 1 or outputs.shape[-1] == 1:
        return np.zeros(len(outputs), "int64")
    if target is None:
        return outputs.reshape(len(outputs), -1).argmax(axis=-1)
    return np.broadcast_to(np.asarray(target, "int64"), (len(outputs),))


def input_gradient(model: object, x: object, target: object = None) -> tuple[np.ndarray, np.ndarray]:
    """Return (∂F/∂x, F(x)) for each sample of a batch.

    Args:
        model: Any callable from a tensor to a tensor, such as a model.
        x: A batch ``(N, …)`` of floats.
        target: The class asked about, one for all or one each; by default the one with the largest output.
    """
    x = Tensor(np.array(as_array(x)))
    if x.dtype.kind != "f":
        raise ArgumentError(
            "attribution", expected="inputs of a float type", got=str(x.dtype), fix='x.astype("float32")'
        )
    with GradientTape() as tape:
        tape.watch(x)
        outputs = model(x)
        flat = outputs.reshape((len(x.data), -1))
        chosen = target_of(outputs.data, target)
        picks = (np.arange(flat.shape[-1]) == chosen[:, None]).astype(flat.dtype)
        values = (flat * picks).sum(axis=-1)
        total = values.sum()
    gradient = tape.gradients(total, [x])[0]
    return (np.zeros(x.shape, x.dtype) if gradient is None else np.asarray(gradient)), values.numpy()


def saliency(model: object, x: object, target: object = None) -> np.ndarray:
    """Return ``|∂F/∂x|`` for each entry of each sample: where a small change would matter most.

    Example:
        >>> from teachkeras import layers, models
        >>> dense = layers.Dense(1, kernel_initializer="ones", input_shape=(3,))
        >>> saliency(models.Sequential([dense]), np.zeros((1, 3), "float32"))
        array([[1., 1., 1.]], dtype=float32)

    Source: Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks", 2013, section 3.
    """
    return np.abs(input_gradient(model, x, target)[0])


def integrated_gradients(
    model: object, x: object, baseline: object = 0.0, target: object = None, steps: int = 64
) -> np.ndarray:
    """Return what each input entry adds to F on the way from a baseline to x; the entries sum to ``F(x) - F(x₀)``.

    Math:
        ``IG_i = (x_i - x₀_i) ∫₀¹ ∂F/∂x_i (x₀ + α(x - x₀)) dα``, the integral by the Gauss-Legendre rule in 8 panels.

    Args:
        model: From a tensor to a tensor.
        x: A batch of floats.
        baseline: A number, a sample or a batch: what "nothing there" looks like.
        target: The class asked about, by default the one with the largest output at x.
        steps: How many points of the way are looked at.

    Example:
        >>> from teachkeras import layers, models
        >>> dense = layers.Dense(1, kernel_initializer="ones", input_shape=(3,))
        >>> integrated_gradients(models.Sequential([dense]), np.array([[1.0, 2.0, -4.0]], "float32")).round(4)
        array([[ 1.,  2., -4.]], dtype=float32)

    Source: Sundararajan, Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017, eq. 1.
    """
    x = np.asarray(as_array(x))
    start = np.broadcast_to(np.asarray(baseline, x.dtype), x.shape)
    target = target_of(as_array(model(Tensor(x))), target)
    panels = max(1, min(8, steps // 4))
    nodes, weights = np.polynomial.legendre.leggauss(max(2, steps // panels))
    total = np.zeros(x.shape, "float64")
    for panel in range(panels):  # a kink (ReLU) then spoils one panel only
        for node, weight in zip(nodes, weights, strict=True):
            alpha = (panel + (node + 1) / 2) / panels
            point = (start + alpha * (x - start)).astype(x.dtype)
            total += weight / 2 / panels * input_gradient(model, point, target)[0]
    return ((x - start) * total).astype(x.dtype)


def occlusion(
    model: object, x: object, window: object = 1, stride: object = None, fill: float = 0.0, target: object = None
) -> np.ndarray:
    """Return how far F falls when a window of the input is covered.

    Args:
        model: From an array to an array or tensor.
        x: A batch; the axes between the first and (for images) the last are covered window by window.
        window, stride: Lengths along those axes, one for all or one each; a table is covered feature by feature.
        fill: What covers it.
        target: The class asked about.

    Shapes: the result has one entry per place of the window: ``(N, places…)``.

    Source: Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.
    """
    x = np.array(as_array(x))
    axes = x.shape[1:-1] if x.ndim > 2 else x.shape[1:]
    window = np.broadcast_to(window, len(axes))
    stride = window if stride is None else np.broadcast_to(stride, len(axes))
    target = target_of(_outputs(model, x), target)
    before = _picked(_outputs(model, x), target)
    places = [range(0, max(n - w, 0) + 1, s) for n, w, s in zip(axes, window, stride, strict=True)]
    falls = np.empty((len(x), *map(len, places)), "float64")
    for number in np.ndindex(*map(len, places)):
        covered = x.copy()
        start = [place[k] for place, k in zip(places, number, strict=True)]
        covered[(slice(None), *[slice(s, s + w) for s, w in zip(start, window, strict=True)])] = fill
        falls[(slice(None), *number)] = before - _picked(_outputs(model, covered), target)
    return falls


def _outputs(model: object, x: np.ndarray) -> np.ndarray:
    return as_array(model(Tensor(x)))


def _picked(outputs: np.ndarray, target: np.ndarray) -> np.ndarray:
    flat = outputs.reshape(len(outputs), -1)
    return flat[np.arange(len(flat)), target].astype("float64")


def grad_cam(model: object, x: object, layer: object, target: object = None) -> np.ndarray:
    """Return where a convolution's maps speak for the class: ``(N, height, width)``, from 0 up.

    Math:
        ``L = max(0, Σ_k α_k A^k)`` with ``α_k = mean over places of ∂F/∂A^k``, A^k the k-th map of the layer.

    Args:
        model: A model.
        x: A batch of images.
        layer: The layer whose maps are used, or its name.
        target: The class asked about.

    Raises:
        UnknownNameError: no such layer.
        ArgumentError: the layer's output has no places.

    Source: Selvaraju et al., "Grad-CAM", ICCV 2017, eq. 1-2.
    """
    from teachkeras.tracing.hooks import hook, layers_at

    (layer,) = layers_at(model, layer)[:1]
    seen: dict[str, np.ndarray] = {}
    with (
        untouched(model),
        hook(
            model,
            layer,
            forward=lambda _, inputs, maps: seen.__setitem__("maps", np.array(maps.data)),
            backward=lambda _, bar: seen.__setitem__("bar", np.array(bar)),
        ),
    ):
        input_gradient(model, x, target)
    maps, bar = seen["maps"], seen.get("bar", np.zeros_like(seen["maps"]))
    if maps.ndim < 3:
        raise ArgumentError(
            "grad_cam", expected="a layer whose output has places and channels", got=f"shape {maps.shape}"
        )
    places = tuple(range(1, maps.ndim - 1))
    strength = bar.mean(axis=places, keepdims=True)
    return np.maximum((maps * strength).sum(axis=-1), 0)


def maximise_activation(
    model: object,
    layer: object,
    unit: object,
    shape: tuple,
    steps: int = 100,
    rate: float = 0.5,
    decay: float = 1e-3,
    seed: int = 0,
) -> tuple[np.ndarray, list[float]]:
    """Return an input that excites one unit (or map) of a layer, found by climbing its gradient, and its climb.

    Math:
        ``x ← x + rate · g / rms(g) - decay · x`` with ``g = ∂ mean(unit)/∂x``.

    Args:
        model: A model.
        layer: The layer or its name.
        unit: The index on the layer's last axis.
        shape: The shape of one sample.
        steps, rate, decay, seed: The climb.

    Source: Erhan, Bengio, Courville & Vincent, "Visualizing higher-layer features of a deep network", 2009.
    """
    from teachkeras.tracing.hooks import hook, layers_at

    (layer,) = layers_at(model, layer)[:1]
    x = 0.1 * np.random.default_rng(seed).normal(size=(1, *shape)).astype("float32")
    climb: list[float] = []
    for _ in range(steps):
        found: list[Tensor] = []
        sample = Tensor(x)
        with untouched(model), GradientTape() as tape:
            tape.watch(sample)
            with hook(model, layer, forward=lambda _, inputs, out, found=found: found.append(out)):
                model(sample)
            goal = found[-1][..., unit].mean()
        gradient = tape.gradients(goal, [sample])[0]
        climb.append(float(goal.data))
        if gradient is None or not np.any(gradient):
            break
        x = x + rate * gradient / (np.sqrt(np.mean(np.square(gradient))) + 1e-12) - decay * x
    return x[0], climb


def counterfactual(
    model: object,
    x: object,
    target: object,
    rate: float = 0.05,
    strength: float = 0.5,
    steps: int = 400,
    bounds: tuple | None = None,
) -> np.ndarray:
    """Return a near neighbour of each sample that the model puts into the class `target`: a small change that flips it.

    The change is found by gradient steps on ``log F_target``, then halved again and again as long as the class holds.

    Args:
        model: A model that ends in probabilities; with a single output, target 1 means above 0.5, 0 below.
        x: A batch of samples.
        target: The class to reach, one for all or one each.
        rate: The length of a step, as a share of the samples' spread.
        strength: How sure the model must be at least (0.5: just past one half; or simply the largest).
        steps: How many steps at most; a sample that has not flipped by then comes back as NaN.
        bounds: (lowest, highest) value of an entry.

    Source: Wachter, Mittelstadt & Russell, "Counterfactual explanations without opening the black box", 2017.
    """
    start = np.array(as_array(x), "float32")
    target = np.broadcast_to(np.asarray(target, "int64"), (len(start),))
    size = rate * max(float(start.std()), 1e-3)
    low, high = bounds or (-np.inf, np.inf)

    def reached(points: np.ndarray) -> np.ndarray:
        outputs = _outputs(model, points)
        if outputs.shape[-1] == 1:
            return np.where(target == 1, outputs[:, 0] > strength, outputs[:, 0] < 1 - strength)
        return (outputs.argmax(axis=-1) == target) & (
            outputs.max(axis=-1) >= min(strength, 1 / outputs.shape[-1] + 0.01)
        )

    here = start.copy()
    for _ in range(steps):
        done = reached(here)
        if done.all():
            break
        one = _outputs(model, here[:1]).shape[-1] == 1
        gradient = input_gradient(model, here, 0 if one else target)[0]
        gradient = gradient * np.where(target == 0, -1, 1).reshape(-1, *[1] * (start.ndim - 1)) if one else gradient
        axes = tuple(range(1, start.ndim))
        norm = np.sqrt(np.mean(np.square(gradient), axis=axes, keepdims=True)) + 1e-20
        move = np.where(done.reshape(-1, *[1] * (start.ndim - 1)), 0, size * gradient / norm)
        here = np.clip(here + move.astype("float32"), low, high)
    flipped = reached(here)
    near, far = (
        np.zeros(len(start)),
        np.ones(len(start)),
    )  # the share of the change that is still too little, and enough
    for _ in range(12):
        middle = (near + far) / 2
        holds = reached(start + middle.reshape(-1, *[1] * (start.ndim - 1)).astype("float32") * (here - start))
        far, near = np.where(holds, middle, far), np.where(holds, near, middle)
    found = start + far.reshape(-1, *[1] * (start.ndim - 1)).astype("float32") * (here - start)
    return np.where(flipped.reshape(-1, *[1] * (start.ndim - 1)), found, np.nan)
