"""compile, fit, evaluate, predict and their relatives, beside Keras: same weights, same batches, same numbers."""

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, data, outcome, stack, twins

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

CCE = "categorical_crossentropy"
METRICS = [
    ["accuracy"], ["acc"], ["Accuracy"], "accuracy", ["mae", "mse"], ["accuracy", "categorical_accuracy"],
    ["top_k_categorical_accuracy"], ["categorical_crossentropy"], ["mean_absolute_error", "MSE"], [["accuracy", "mae"]],
]  # fmt: skip


def learn(engine, model, compile_arguments=None, metric_objects=None, **fit_arguments):
    """Compile and fit; return the history, what fit returned around it, and the weights."""
    eager = {"run_eagerly": True} if engine is not teachkeras else {}  # Keras need not compile for a few small steps
    arguments = {"optimizer": "sgd", "loss": CCE, **eager, **(compile_arguments or {})}
    for name, make in (metric_objects or {}).items():
        arguments[name] = make(engine)
    model.compile(**arguments)
    x, y = data()
    given = {"x": x, "y": y, "batch_size": 16, "epochs": 2, "shuffle": False, "verbose": 0, **fit_arguments}
    history = model.fit(**{k: v() if callable(v) else v for k, v in given.items() if v is not ...})
    return {
        "history": history.history, "epoch": history.epoch, "params": history.params, "weights": model.get_weights(),
        "iterations": int(np.asarray(model.optimizer.iterations)), "metrics_names": model.metrics_names,
    }  # fmt: skip


def compare(keras, build=stack, options=None, **arguments):
    theirs, ours = twins(keras, build, **(options or {}))
    assert_alike(
        outcome(lambda: learn(keras, theirs, **arguments)), outcome(lambda: learn(teachkeras, ours, **arguments))
    )


# --- metrics and losses of compile -----------------------------------------------------------------------------------


@pytest.mark.parametrize("metrics", METRICS, ids=str)
def test_metric_names(keras, metrics):
    compare(keras, compile_arguments={"metrics": metrics}, validation_split=0.2)


OBJECTS = {
    "objects": {"metrics": lambda e: [e.metrics.Precision(name="p"), e.metrics.Recall(name="r"), e.metrics.MeanSquaredError()]},
    "weighted": {"weighted_metrics": lambda e: ["accuracy", e.metrics.MeanAbsoluteError()]},
    "both": {"metrics": lambda e: ["accuracy"], "weighted_metrics": lambda e: ["accuracy", "mse"]},
    "twice": {"metrics": lambda e: ["mae", "mae"]},
    "function": {"metrics": lambda e: [e.losses.mean_squared_error]},
    "loss object": {"loss": lambda e: e.losses.CategoricalCrossentropy(label_smoothing=0.1)},
    "loss function": {"loss": lambda e: e.losses.mean_squared_error},
    "own function": {"loss": lambda e: lambda y, p: e.ops.mean(e.ops.square(y - p), axis=-1),
        "metrics": lambda e: ["mae"]},
    "one in a list": {"loss": lambda e: [CCE], "metrics": lambda e: ["mae"]},
    "loss_weights": {"loss_weights": lambda e: [0.3]},
    "loss_weight": {"loss_weights": lambda e: 0.3},
}  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", OBJECTS)
def test_losses_and_metrics_of_compile(keras, case, weighted):
    weights = np.linspace(0.1, 2, 50) if weighted else None
    compare(keras, metric_objects=OBJECTS[case], sample_weight=weights, validation_data=data(20, seed=4))


@pytest.mark.parametrize(
    "target", ["sparse flat", "sparse column", "binary", "binary flat", "regression", "regression flat"]
)
@pytest.mark.parametrize("metric", ["accuracy", "mae", "binary_accuracy"])
def test_targets(keras, target, metric):
    x, y = data()
    label = y.argmax(1)
    cases = {
        "sparse flat": (label, {}, "sparse_categorical_crossentropy"),
        "sparse column": (label[:, None], {}, "sparse_categorical_crossentropy"),
        "binary": ((label == 1)[:, None].astype("float32"), {"outputs": 1, "last": "sigmoid"}, "binary_crossentropy"),
        "binary flat": ((label == 1).astype("int64"), {"outputs": 1, "last": "sigmoid"}, "binary_crossentropy"),
        "regression": (x[:, :1] * 2, {"outputs": 1, "last": None}, "mse"),
        "regression flat": (x[:, 0] * 2, {"outputs": 1, "last": None}, "mse"),
    }
    targets, options, loss = cases[target]
    if "sparse" in target and metric != "accuracy":
        pytest.skip("labels beside a row of probabilities: shapes do not fit")
    compare(keras, options=options, compile_arguments={"loss": loss, "metrics": [metric]}, y=targets)


# --- arguments of fit ------------------------------------------------------------------------------------------------


def stream(weighted=False, forever=True, size=16):
    x, y = data()
    w = np.linspace(0.5, 1.5, 50).astype("float32")
    while True:
        for s in range(0, 50, size):
            yield (
                (x[s : s + size], y[s : s + size], w[s : s + size]) if weighted else (x[s : s + size], y[s : s + size])
            )
        if not forever:
            return


X, Y = data()
FITS = {
    "plain": {},
    "batch that divides": {"batch_size": 10},
    "batch larger than data": {"batch_size": 100},
    "default batch": {"batch_size": None},
    "one epoch": {"epochs": 1},
    "initial_epoch": {"epochs": 5, "initial_epoch": 3},
    "no epoch": {"epochs": 0},
    "initial epoch beyond": {"epochs": 2, "initial_epoch": 2},
    "validation_data": {"validation_data": data(21, seed=3)},
    "validation_data list": {"validation_data": list(data(21, seed=3))},
    "validation weighted": {"validation_data": (*data(21, seed=3), np.linspace(0, 1, 21))},
    "validation_split": {"validation_split": 0.3},
    "validation_split with weights": {"validation_split": 0.25, "sample_weight": np.linspace(0, 1, 50)},
    "validation_split with class weights": {"validation_split": 0.25, "class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
    "split and data": {"validation_split": 0.3, "validation_data": data(21, seed=3)},
    "validation_freq": {"validation_data": data(9, seed=3), "validation_freq": 2, "epochs": 3},
    "validation_freq list": {"validation_data": data(9, seed=3), "validation_freq": [1, 3], "epochs": 3},
    "validation_steps": {"validation_data": data(40, seed=3), "validation_steps": 2, "validation_batch_size": 7},
    "validation_batch_size": {"validation_data": data(40, seed=3), "validation_batch_size": 9},
    "sample_weight": {"sample_weight": np.linspace(0, 2, 50)},
    "sample_weight column": {"sample_weight": np.linspace(0, 2, 50)[:, None]},
    "zero weights": {"sample_weight": np.zeros(50)},
    "class_weight": {"class_weight": {0: 1.0, 1: 3.0, 2: 0.2}},
    "class_weight partly": {"class_weight": {1: 3.0}},
    "both weights": {"class_weight": {0: 1.0, 1: 3.0, 2: 0.2}, "sample_weight": np.linspace(0, 2, 50)},
    "steps_per_epoch": {"steps_per_epoch": 2, "epochs": 2},
    "steps without batch_size": {"steps_per_epoch": 3, "batch_size": None},
    "more steps than data": {"steps_per_epoch": 6, "epochs": 3},
    "steps that do not divide": {"steps_per_epoch": 3, "epochs": 4},
    "steps_per_epoch all": {"steps_per_epoch": 4, "epochs": 2},
    "float64": {"x": X.astype("float64"), "y": Y.astype("float64")},
    "integers": {"x": (X * 3).astype("int32"), "y": Y.astype("int32")},
    "booleans": {"x": X > 0, "y": Y > 0},
    "one-tuple x": {"x": (X,), "y": (Y,)},
    "generator": {"x": lambda: stream(), "y": ..., "batch_size": None, "steps_per_epoch": 3, "epochs": 3},
    "weighted generator": {"x": lambda: stream(True), "y": ..., "batch_size": None, "steps_per_epoch": 3},
    "ending generator": {"x": lambda: stream(forever=False), "y": ..., "batch_size": None, "epochs": 1},
    "generator class weights": {"x": lambda: stream(), "y": ..., "batch_size": None, "steps_per_epoch": 3,
        "class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
    "generator and validation": {"x": lambda: stream(), "y": ..., "batch_size": None, "steps_per_epoch": 3,
        "validation_data": data(20)},
    "validation generator": {"validation_data": lambda: stream(), "validation_steps": 2, "epochs": 1},
}  # fmt: skip


@pytest.mark.parametrize("case", FITS)
def test_fit(keras, case):
    compare(keras, compile_arguments={"metrics": ["accuracy"], "weighted_metrics": ["mae"]}, **FITS[case])


@pytest.mark.parametrize("regularizer", ["l1", "l2"])
def test_regularizers(keras, regularizer):
    compare(keras, options={"regularizer": regularizer}, compile_arguments={"metrics": ["mae"]}, validation_split=0.2)


def test_activity_regularizer(keras):
    def build(engine):
        return engine.Sequential([engine.layers.Input((6,)), engine.layers.Dense(5, activity_regularizer="l2"),
                                  engine.layers.Dense(3, activation="softmax", activity_regularizer="l1")])  # fmt: skip

    compare(keras, build, validation_split=0.2)


SETTINGS = [
    {}, {"clipnorm": 0.05}, {"clipvalue": 0.01}, {"global_clipnorm": 0.05}, {"weight_decay": 0.1},
    {"use_ema": True, "ema_momentum": 0.8}, {"use_ema": True, "ema_overwrite_frequency": 3},
    {"gradient_accumulation_steps": 2}, {"loss_scale_factor": 8.0},
    {"gradient_accumulation_steps": 3, "clipnorm": 0.05, "weight_decay": 0.01},
]  # fmt: skip
OWN = {
    "SGD": [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}],
    "RMSprop": [{"centered": True}, {"momentum": 0.5}, {"centered": True, "momentum": 0.5, "rho": 0.8}],
    "Adagrad": [{"initial_accumulator_value": 0.5, "epsilon": 1e-3}],
    "Adam": [{"amsgrad": True}, {"beta_1": 0.5, "epsilon": 1e-3}, {"amsgrad": True, "use_ema": True}],
}
OPTIMIZERS = [(name, settings) for name in OWN for settings in [*SETTINGS, *OWN[name]]]


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS, ids=lambda v: str(v))
def test_optimizer(keras, name, settings):
    made = {"optimizer": lambda e: getattr(e.optimizers, name)(learning_rate=0.05, **settings)}
    compare(keras, metric_objects=made)


# --- evaluate, predict, single batches -------------------------------------------------------------------------------


def each(keras, use, options=None, **compile_arguments):
    theirs, ours = twins(keras, **(options or {}))
    found = []
    for engine, model in ((keras, theirs), (teachkeras, ours)):
        model.compile(**{"optimizer": "sgd", "loss": CCE, "run_eagerly": engine is keras, **compile_arguments})
        found.append(outcome(use, model))
    assert_alike(*found)


USES = {
    "evaluate": lambda m: m.evaluate(X, Y, verbose=0),
    "evaluate dict": lambda m: m.evaluate(X, Y, verbose=0, return_dict=True),
    "evaluate weighted": lambda m: m.evaluate(X, Y, verbose=0, sample_weight=np.linspace(0, 1, 50)),
    "evaluate steps": lambda m: m.evaluate(X, Y, verbose=0, batch_size=7, steps=3),
    "evaluate generator": lambda m: m.evaluate(stream(), steps=2, verbose=0),
    "evaluate unknown": lambda m: m.evaluate(X, Y, nonsense=1),
    "predict": lambda m: m.predict(X, verbose=0),
    "predict steps": lambda m: m.predict(X, batch_size=7, steps=3, verbose=0),
    "predict generator": lambda m: m.predict(stream(), steps=2, verbose=0),
    "predict ending generator": lambda m: m.predict(((x,) for x, _ in stream(forever=False)), verbose=0),
    "train_on_batch": lambda m: [m.train_on_batch(X, Y) for _ in range(3)],
    "train_on_batch dict": lambda m: [m.train_on_batch(X, Y, return_dict=True) for _ in range(2)],
    "train_on_batch weighted": lambda m: m.train_on_batch(X, Y, sample_weight=np.linspace(0, 1, 50)),
    "train_on_batch class_weight": lambda m: m.train_on_batch(X, Y, class_weight={0: 1.0, 1: 2.0, 2: 3.0}),
    "train_on_batch both": lambda m: m.train_on_batch(X, Y, np.ones(50), {0: 1.0, 1: 2.0, 2: 3.0}),
    "test_on_batch": lambda m: [m.test_on_batch(X, Y) for _ in range(2)],
    "test_on_batch dict": lambda m: m.test_on_batch(X, Y, return_dict=True),
    "test_on_batch weighted": lambda m: m.test_on_batch(X, Y, np.linspace(0, 1, 50)),
    "predict_on_batch": lambda m: m.predict_on_batch(X),
    "metrics_names": lambda m: [m.metrics_names, m.evaluate(X, Y, verbose=0), m.metrics_names],
    "metrics": lambda m: [[t.name for t in m.metrics], m.evaluate(X, Y, verbose=0), [t.name for t in m.metrics]],
    "reset": lambda m: [m.train_on_batch(X, Y), m.reset_metrics(), m.test_on_batch(X, Y)],
    "result": lambda m: [m.test_on_batch(X, Y), {k: float(v) for k, v in m.get_metrics_result().items()}],
    "call": lambda m: np.asarray(m(X)),
    "types": lambda m: [type(m.evaluate(X, Y, verbose=0)).__name__, type(m.train_on_batch(X, Y)).__name__,
                        type(m.test_on_batch(X, Y)).__name__, str(m.predict(X, verbose=0).dtype),
                        type(m.predict(X, verbose=0)).__name__],
}  # fmt: skip


@pytest.mark.parametrize("metrics", [None, pytest.param(["mse", "accuracy", "mae"], marks=pytest.mark.full)], ids=str)
@pytest.mark.parametrize("use", USES)
def test_use(keras, use, metrics):
    each(keras, USES[use], metrics=metrics)


@pytest.mark.parametrize("method", ["compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch",
    "predict_on_batch", "compute_loss", "compute_metrics", "summary", "get_layer", "reset_metrics",
        "get_metrics_result",
    "get_compile_config", "build", "get_weights", "set_weights", "count_params", "add_loss", "get_config"])  # fmt: skip
def test_signature_of_model(keras, method):
    assert signature(getattr(keras.Model, method)) == signature(getattr(teachkeras.Model, method))


@pytest.mark.parametrize("name", ["Callback", "History", "LambdaCallback", "CallbackList"])
def test_signatures_of_callbacks(keras, name):
    theirs, ours = getattr(keras.callbacks, name), getattr(teachkeras.callbacks, name)
    assert signature(theirs) == signature(ours)
    for method in dir(keras.callbacks.Callback):
        if name != "CallbackList" and method.startswith(("on_", "set_")):
            assert signature(getattr(theirs, method)) == signature(getattr(ours, method)), method


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adagrad", "Adam"])
def test_signatures_and_configs_of_optimizers(keras, name):
    theirs, ours = getattr(keras.optimizers, name), getattr(teachkeras.optimizers, name)
    assert signature(theirs) == signature(ours)
    for settings in SETTINGS + OWN[name]:
        described = [make(**settings).get_config() for make in (theirs, ours)]
        assert_alike(*[dict(sorted(d.items()), name="") for d in described])
    for method in ("apply", "apply_gradients", "from_config", "scale_loss", "finalize_variable_values"):
        assert signature(getattr(theirs, method)) == signature(getattr(ours, method)), method
