"""RNN over any cell, stacks, Bidirectional and TimeDistributed beside Keras's; configs, signatures and errors of all."""

import json

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, outcome

import teachkeras
from teachkeras import tree

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

N, T, D, U = 3, 4, 3, 5
X = np.random.default_rng(1).normal(size=(N, T, D)).astype("float32")
MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1]], bool)


def with_cells(*cells, **more):
    """Return a builder of RNN over these cells: (name, arguments) each; one alone is no stack."""

    def build(engine):
        made = [getattr(engine.layers, name)(U, **arguments) for name, arguments in cells]
        return engine.layers.RNN(made if len(made) > 1 else made[0], **more)

    return build


def around(wrapper, name, arguments, **more):
    """Return a builder of a wrapper around a layer."""
    return lambda e: getattr(e.layers, wrapper)(getattr(e.layers, name)(U, **arguments), **more)


def minimal(engine):
    """A cell that a user wrote."""

    class Minimal(engine.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = self.state_size = units

        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
            self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), name="recurrent_kernel")

        def call(self, inputs, states):
            ops = engine.ops
            y = ops.tanh(ops.matmul(inputs, self.kernel) + ops.matmul(states[0], self.recurrent_kernel))
            return y, [y]

    return engine.layers.RNN(Minimal(U), return_sequences=True)


SEQUENCES = {"return_sequences": True}
BOTH = {"return_sequences": True, "return_state": True}
BUILDERS = {
    "LSTMCell": with_cells(("LSTMCell", {}), **BOTH), "GRUCell": with_cells(("GRUCell", {}), go_backwards=True),
    "GRUCell before": with_cells(("GRUCell", {"reset_after": False}), **BOTH), "zeros": with_cells(
        ("SimpleRNNCell", {}), zero_output_for_mask=True, **SEQUENCES), "SimpleRNNCell": with_cells(("SimpleRNNCell", {})),
    "stack": with_cells(("LSTMCell", {}), ("LSTMCell", {"implementation": 1}), **BOTH),
    "mixed stack": with_cells(("GRUCell", {}), ("LSTMCell", {}), ("SimpleRNNCell", {}), **SEQUENCES),
    "implementation 1": with_cells(("LSTMCell", {"implementation": 1})), "minimal": minimal,
    **{f"Bidirectional {mode}": around("Bidirectional", "LSTM", SEQUENCES, merge_mode=mode)
       for mode in ("concat", "sum", "mul", "ave", None)},
    "Bidirectional last": around("Bidirectional", "GRU", {}), "Bidirectional states": around(
        "Bidirectional", "LSTM", BOTH), "Bidirectional state": around("Bidirectional", "SimpleRNN", {"return_state": True}),
    "Bidirectional other": lambda e: e.layers.Bidirectional(
        e.layers.LSTM(U, return_sequences=True),
        backward_layer=e.layers.GRU(U, return_sequences=True, go_backwards=True)),
    "TimeDistributed": around("TimeDistributed", "Dense", {"activation": "tanh"}),


}  # fmt: skip


def flat(y):
    return [part for one in y for part in flat(one)] if isinstance(y, (tuple, list)) else [np.asarray(y)]


QUICK = {"stack", "mixed stack", "minimal", "Bidirectional concat", "Bidirectional states", "TimeDistributed"}


@pytest.mark.parametrize("case", [pytest.param(c, marks=[] if c in QUICK else pytest.mark.full) for c in BUILDERS])
def test_outputs(keras, case):
    theirs, ours = BUILDERS[case](keras), BUILDERS[case](teachkeras)
    theirs(X), ours(X)
    rng = np.random.default_rng(3)
    weights = [rng.normal(size=w.shape, scale=0.5).astype("float32") for w in theirs.weights]
    assert [w.shape for w in ours.weights] == [w.shape for w in weights]
    theirs.set_weights(weights), ours.set_weights(weights)
    for mask in (None, MASK):
        a, b = theirs(X, mask=mask), ours(X, mask=mask)
        assert_alike(flat(a), flat(b))
    for shape in [(N, T, D), (None, T, D)]:
        a, b = theirs.compute_output_shape(shape), ours.compute_output_shape(shape)
        assert json.dumps(a) == json.dumps(b)
    symbols = ours(teachkeras.Input((T, D)))
    assert [s.shape[1:] for s in tree.flatten(symbols)] == [y.shape[1:] for y in flat(ours(X))]


@pytest.mark.parametrize("case", [c for c in BUILDERS if c != "minimal"])
def test_configs_go_both_ways(keras, case):
    theirs, ours = BUILDERS[case](keras), BUILDERS[case](teachkeras)
    described = json.loads(json.dumps(theirs.get_config()))
    again = type(ours).from_config(json.loads(json.dumps(described)))
    assert in_order(again.get_config()) == in_order(described)
    assert type(theirs).from_config(json.loads(json.dumps(ours.get_config()))).get_config().keys() == described.keys()


def in_order(value):
    return json.dumps(value, sort_keys=True)


NAMES = ["LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell", "RNN", "StackedRNNCells", "Bidirectional",
         "TimeDistributed", "Wrapper"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


@pytest.mark.parametrize("name", NAMES[:6])
def test_config(keras, name):
    for more in ({}, {"dropout": 0.2, "seed": 3, "kernel_regularizer": "l2", "activation": "relu"}, {"dropout": 2.0}):
        theirs, ours = (getattr(e.layers, name)(4, name="mine", **more).get_config() for e in (keras, teachkeras))
        assert in_order(theirs) == in_order(ours)


BAD = {
    **{f"{name} {units}": (lambda e, name=name, units=units: getattr(e.layers, name)(units))
       for name in NAMES[:6] for units in (0, -1, None, "3")},
    **{f"{name} keyword": (lambda e, name=name: getattr(e.layers, name)(3, nonsense=1)) for name in NAMES[:6]},
    **{f"{name} activation": (lambda e, name=name: getattr(e.layers, name)(3, activation="nonsense")) for name in NAMES[:6]},
    **{f"{name} rank": (lambda e, name=name: getattr(e.layers, name)(3)(X[:, 0])) for name in NAMES[:3]},
    **{f"{name} features": (lambda e, name=name: twice(getattr(e.layers, name)(3))) for name in NAMES[:3]},
    "cudnn": lambda e: e.layers.LSTM(3, use_cudnn="nonsense"), "cudnn true": lambda e: e.layers.LSTM(3, use_cudnn=True)(X),
    "RNN": lambda e: e.layers.RNN(3), "RNN of a layer": lambda e: e.layers.RNN(e.layers.Dense(3)),
    "stack": lambda e: e.layers.StackedRNNCells([3]), "stack of layers": lambda e: e.layers.RNN([e.layers.Dense(3)]),
    "merge": lambda e: e.layers.Bidirectional(e.layers.LSTM(3), merge_mode="nonsense"),
    "Bidirectional": lambda e: e.layers.Bidirectional(3), "backward": lambda e: e.layers.Bidirectional(
        e.layers.LSTM(3), backward_layer=3), "same way": lambda e: e.layers.Bidirectional(
        e.layers.LSTM(3), backward_layer=e.layers.LSTM(3)), "unlike": lambda e: e.layers.Bidirectional(
        e.layers.LSTM(3), backward_layer=e.layers.LSTM(3, go_backwards=True, return_sequences=True)),
    "reset": lambda e: e.layers.Bidirectional(e.layers.LSTM(3)).reset_state(),
    "TimeDistributed": lambda e: e.layers.TimeDistributed(3),
    "TimeDistributed of rank 2": lambda e: e.layers.TimeDistributed(e.layers.Dense(3))(X[:, 0]),
    "TimeDistributed mask": lambda e: e.layers.TimeDistributed(e.layers.Dense(3))(X, mask=MASK[:, :2]),
    "Wrapper": lambda e: e.layers.Wrapper(3),
    "stateful": lambda e: e.layers.LSTM(3, stateful=True)(e.Input((T, D))),
    "state": lambda e: e.layers.LSTM(3)(X, initial_state=[np.zeros((N, 2), "float32")] * 2),
}  # fmt: skip


def twice(layer):
    layer(X)
    return layer(X[:, :, :2])


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)
