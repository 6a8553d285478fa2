"""What every layer, optimizer, loss, metric and callback keeps to. A new class is covered once it is in its namespace.

A class that needs arguments, or inputs other than (2, 4) floats, and stands in none of the tables fails. Families keep
theirs in files of their own, tests/contract_cases_<family>.py: a dict ARGUMENTS, a dict SHAPES, sets INTEGERS and WORDS.
"""

import importlib
import pathlib

import numpy as np
import pytest

from teachkeras import callbacks, config, layers, losses, metrics, optimizers, serial
from teachkeras.gradcheck import check_gradient
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Tensor
from teachkeras.variable import Variable

ARGUMENTS = {  # constructor arguments of the classes that need some
    "Dense": {"units": 3, "activation": "tanh"}, "Activation": {"activation": "tanh"}, "Dropout": {"rate": 0.5},
    "InputLayer": {"shape": (4,)}, "MeanMetricWrapper": {"fn": losses.mean_squared_error},
    "SensitivityAtSpecificity": {"specificity": 0.5}, "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5}, "RecallAtPrecision": {"precision": 0.5},
    "LossScaleOptimizer": {"inner_optimizer": optimizers.SGD(0.05)},
    "MultiOptimizer": {"optimizer_map": optimizers.OptimizerMap(optimizers.SGD(0.05))},
    "OptimizerMap": {"default_optimizer": optimizers.SGD(0.05)}, "CSVLogger": {"filename": "log.csv"}, "ModelCheckpoint": {"filepath": "a.keras"},
    "BackupAndRestore": {"backup_dir": "b"}, "LearningRateScheduler": {"schedule": lambda epoch: 0.1},
}  # fmt: skip
# of the input, where (2, 4) alone would say little; a list of shapes is a list of inputs, a dict inputs by name
SHAPES = {"Flatten": [(2, 3, 2), (2, 4)]}
INTEGERS = set()  # layers whose inputs are whole numbers, 0 to 3
WORDS = set()  # layers whose inputs are words: built and described here, fed elsewhere
ABSTRACT = {"Layer", "Optimizer", "Loss", "Metric", "InputSpec", "LossFunctionWrapper"}

for _file in sorted(pathlib.Path(__file__).parent.parent.glob("contract_cases_*.py")):
    _family = importlib.import_module(_file.stem)
    ARGUMENTS |= getattr(_family, "ARGUMENTS", {})
    SHAPES |= getattr(_family, "SHAPES", {})
    INTEGERS |= getattr(_family, "INTEGERS", set())
    WORDS |= getattr(_family, "WORDS", set())


def classes(namespace):
    """Return the classes of a namespace that can be built."""
    found = namespace.names().items()
    return [
        thing
        for name, thing in sorted(found)
        if isinstance(thing, type) and name not in ABSTRACT and name == thing.__name__
    ]


def build(cls, **more):
    return cls(**{**ARGUMENTS.get(cls.__name__, {}), **more})


def by_name(cls):
    return cls.__name__


LAYERS = [cls for cls in classes(layers) if cls is not layers.InputLayer and cls.__name__ not in WORDS]
SAMPLES = [(cls, shape) for cls in LAYERS for shape in SHAPES.get(cls.__name__, [(2, 4)])]
WITH_CONFIG = [*classes(layers), *classes(optimizers), *classes(losses), *classes(metrics)]


@pytest.fixture
def back_end():
    before = config.backend()
    yield config.set_backend
    config.set_backend(before)


def sample(shape, dtype="float32", cls=None, seed=3):
    """Return inputs of a shape, of a list or of a dict of shapes."""
    if isinstance(shape, list):
        return [sample(one, dtype, cls, seed + k) for k, one in enumerate(shape)]
    if isinstance(shape, dict):
        return {name: sample(one, dtype, cls, seed + k) for k, (name, one) in enumerate(shape.items())}
    rng = np.random.default_rng(seed)
    if cls is not None and cls.__name__ in INTEGERS:
        return rng.integers(0, 4, shape).astype("int32")
    return rng.normal(size=shape).astype(dtype)


def run(layer, inputs, **more):
    return layer(**inputs, **more) if isinstance(inputs, dict) else layer(inputs, **more)


def shape_after(layer, shape):
    """Return the output's shape as the layer foretells it."""
    return tuple(layer.compute_output_shape(*shape.values() if isinstance(shape, dict) else [shape]))


def batch_open(shape):
    """Return the shape(s) with an unknown batch length."""
    if isinstance(shape, list):
        return [batch_open(one) for one in shape]
    if isinstance(shape, dict):
        return {name: batch_open(one) for name, one in shape.items()}
    return (None, *shape[1:])


def symbols(inputs):
    if isinstance(inputs, list):
        return [symbols(one) for one in inputs]
    if isinstance(inputs, dict):
        return {name: symbols(one) for name, one in inputs.items()}
    return SymbolicTensor((None, *inputs.shape[1:]), inputs.dtype)


def test_the_lists_are_not_empty():
    assert len(LAYERS) >= 4 and len(classes(optimizers)) >= 4 and len(classes(losses)) >= 5
    assert len(classes(metrics)) >= 5 and len(classes(callbacks)) >= 4


@pytest.mark.parametrize(("cls", "shape"), SAMPLES, ids=str)
@pytest.mark.parametrize("training", [False, True])
def test_layer_shapes_and_dtype(cls, shape, training):
    layer, inputs = build(cls), sample(shape, cls=cls)
    y = run(layer, inputs, training=training)
    assert isinstance(y, Tensor) and y.dtype == "float32"
    assert shape_after(layer, shape) == y.shape
    assert shape_after(layer, batch_open(shape)) == (None, *y.shape[1:])
    symbol = run(build(cls), symbols(inputs))
    assert symbol.shape == (None, *y.shape[1:]) and symbol.dtype == y.dtype


@pytest.mark.parametrize(("cls", "shape"), SAMPLES, ids=str)
def test_layer_gradients(cls, shape):
    layer, inputs = build(cls, dtype="float64"), sample(shape, "float64", cls)
    run(layer, inputs)
    assert layer.dtype == "float64" and all(w.dtype == "float64" for w in layer.weights)
    if cls.__name__ in INTEGERS and not layer.trainable_weights:
        pytest.skip("nothing to differentiate by")
    if isinstance(shape, dict):
        named = lambda *xs: run(layer, dict(zip(inputs, xs, strict=True)), training=False)  # noqa: E731
        assert check_gradient(named, list(inputs.values()), variables=layer.trainable_weights)
    elif isinstance(shape, list):
        assert check_gradient(lambda *xs: layer(list(xs), training=False), inputs, variables=layer.trainable_weights)
    else:
        assert check_gradient(lambda x: layer(x, training=False), [inputs], variables=layer.trainable_weights)


@pytest.mark.parametrize(("cls", "shape"), SAMPLES, ids=str)
def test_layer_on_both_back_ends(cls, shape, back_end):
    layer, inputs = build(cls), sample(shape, cls=cls)
    run(layer, inputs)
    found = []
    for name in ("numpy", "numba"):
        back_end(name)
        found.append(run(layer, inputs, training=False).numpy())
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("cls", WITH_CONFIG, ids=by_name)
def test_config_round_trip(cls):
    first = build(cls)
    described = first.get_config()
    assert cls.from_config(described).get_config() == described
    again = serial.deserialize(serial.serialize(first))
    assert type(again) is cls and again.get_config() == described


@pytest.mark.parametrize("cls", [*WITH_CONFIG, *classes(callbacks)], ids=by_name)
def test_unknown_keyword_is_refused(cls):
    if cls in (callbacks.LambdaCallback, callbacks.CallbackList, metrics.MeanMetricWrapper):
        pytest.skip("hands keywords on, as Keras's does")
    with pytest.raises((ValueError, TypeError), match="nonsense"):
        build(cls, nonsense=1)


@pytest.mark.parametrize("cls", classes(layers), ids=by_name)
def test_layers_are_numbered(cls):
    names = [build(cls).name for _ in range(2)]
    assert names[0] != names[1] and names[1].rsplit("_", 1)[1].isdigit()
    assert build(cls, name="mine").name == "mine"


@pytest.mark.parametrize(("cls", "shape"), SAMPLES, ids=str)
def test_weights_have_names_and_paths(cls, shape):
    layer = build(cls, name="mine")
    run(layer, sample(shape, cls=cls))
    assert all(w.path.startswith("mine/") and w.path.endswith(f"/{w.name}") for w in layer.weights)
    layer.trainable = False
    assert layer.trainable_weights == [] and len(layer.non_trainable_weights) == len(layer.weights)


NO_STEP = (None, optimizers.Optimizer.update_step)  # wrappers hand weights on
STEPPING = [c for c in classes(optimizers) if getattr(c, "update_step", None) not in NO_STEP]


@pytest.mark.parametrize("cls", STEPPING, ids=by_name)
def test_optimizer_goes_downhill(cls, back_end):
    found = []
    for name in ("numpy", "numba"):
        back_end(name)
        optimizer, w = build(cls, learning_rate=0.05), Variable(sample((5,)))
        start = float(np.square(w.numpy()).sum())
        for _ in range(20):
            optimizer.apply([2 * w.numpy()], [w])
        assert float(np.square(w.numpy()).sum()) < start and int(optimizer.iterations) == 20
        assert optimizer.tex and optimizer.spec
        found.append(w.numpy())
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("cls", [c for c in classes(callbacks) if c is not callbacks.Progbar], ids=by_name)
def test_callback_has_every_moment(cls):
    made = build(cls)
    for moment in (m for m in dir(callbacks.Callback) if m.startswith("on_")):
        assert callable(getattr(made, moment))
