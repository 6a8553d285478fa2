"""Merging layers beside Keras's: numbers, gradients, shapes, masks, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import array, same_layer
from twins import assert_alike, outcome

import teachkeras
from teachkeras.symbolic import SymbolicTensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

ALL = ("Add", "Multiply", "Average", "Maximum", "Minimum")
FITTING = [[(2, 3), (2, 3)], [(2, 3)] * 3, [(2, 3, 4), (2, 1, 4)], [(2, 3, 4), (2, 4)], [(2, 4), (2, 3, 4), (2, 3, 1)]]
CASES = [
    *[(name, {}, shapes) for name in ALL for shapes in FITTING],
    *[("Subtract", {}, shapes) for shapes in FITTING if len(shapes) == 2],
    *[("Concatenate", {"axis": a}, s) for a, s in [(-1, [(2, 3), (2, 4)]), (1, [(2, 3, 4), (2, 1, 4), (2, 2, 4)]),
        (2, [(2, 3, 4), (2, 3, 1)]), (0, [(2, 3), (2, 3)])]],
    *[("Dot", {"axes": a, "normalize": n}, s) for n in (False, True) for a, s in [
        (1, [(2, 3), (2, 3)]), (-1, [(2, 3, 4), (2, 5, 4)]), ((1, 2), [(2, 3, 4), (2, 5, 3)]), ((2, 1), [(2, 3, 4),
            (2, 4)]), ((1, 1), [(2, 3), (2, 3, 5)]), ((3, 1), [(2, 3, 4, 5), (2, 5, 2)]), (1, [(2, 3, 2), (2, 3, 4, 2)])]],
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "shape"), CASES, ids=str)
def test_layer(keras, name, more, shape):
    theirs, ours = same_layer(keras, name, (), more, shape)
    assert theirs.supports_masking == ours.supports_masking


SYMBOLIC = [[(None, 3), (None, 3)], [(None, None, 4), (None, 3, 4)], [(None, 3, 4), (None, None, 4)],
    [(None, 3, 4), (None, 4)], [(2, 3), (None, 3)], [(None, 1, 4), (None, 3, 4)], [(None, None, 1), (None, 3, 4)],
    [(None, 3), (None, 4)], [(2, 4), (3, 4)], [(None, 3, 4), (None, 3)]]  # fmt: skip


@pytest.mark.parametrize("shapes", SYMBOLIC, ids=str)
@pytest.mark.parametrize("name", [*ALL, "Subtract", "Concatenate"])
def test_shapes_with_unknown_lengths(keras, name, shapes):
    theirs = outcome(lambda: getattr(keras.layers, name)()([keras.Input(batch_shape=s) for s in shapes]).shape)
    ours = outcome(lambda: getattr(teachkeras.layers, name)()([SymbolicTensor(s) for s in shapes]).shape)
    assert_alike(theirs, ours)


def marking(engine, mask):
    """Return a layer that hands its input on with this mask."""

    class Marking(engine.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, x):
            return x * 1.0

        def compute_mask(self, inputs, previous=None):
            return engine.ops.convert_to_tensor(mask)

    return Marking()


ONE, TWO = np.array([[True, False, False], [True, True, False]]), np.array([[True, True, False], [False, True, False]])
MASKS = [[ONE, TWO], [ONE, None], [None, TWO], [ONE, TWO, TWO], [ONE, TWO, None], [None, None]]


@pytest.mark.parametrize("masks", MASKS, ids=lambda m: "-".join("none" if x is None else "mask" for x in m))
@pytest.mark.parametrize(("name", "more"), [*[(n, {}) for n in (*ALL, "Subtract", "Concatenate")],
    ("Concatenate", {"axis": 1})])  # fmt: skip
def test_masks(keras, name, more, masks):
    if name == "Subtract" and len(masks) > 2:
        pytest.skip("takes two")
    xs = [np.random.default_rng(k).normal(size=(2, 3, 4)).astype("float32") for k in range(len(masks))]
    found = []
    for engine in (keras, teachkeras):
        inputs = [x if m is None else marking(engine, m)(x) for x, m in zip(xs, masks, strict=True)]
        y = getattr(engine.layers, name)(**more)(inputs)
        mask = getattr(y, "_keras_mask", None)
        found.append([array(y), None if mask is None else array(mask)])
    assert_alike(*found)


def masked_call(engine, *masks):
    return engine.layers.Add().compute_mask([np.ones((2, 3, 1))] * 2, *masks)


FUNCTIONS = ["add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(keras, name):
    xs = [np.random.default_rng(k).normal(size=(2, 3)).astype("float32") for k in range(2)]
    assert_alike(*[array(getattr(engine.layers, name)(xs)) for engine in (keras, teachkeras)])
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))
    graph = [getattr(e.layers, name)([e.Input((3,)), e.Input((3,))], name="q").shape for e in (keras, teachkeras)]
    assert graph[0] == graph[1]


def test_dot_function(keras):
    xs = [np.random.default_rng(k).normal(size=(2, 3)).astype("float32") for k in range(2)]
    for more in ({"axes": 1}, {"axes": -1, "normalize": True}, {}):
        assert_alike(*[array(engine.layers.dot(xs, **more)) for engine in (keras, teachkeras)])


@pytest.mark.parametrize("name", [*ALL, "Subtract", "Concatenate"])
def test_number_types(keras, name):
    for kinds in (("int32", "int32"), ("int32", "float32"), ("float32", "float16")):
        xs = [np.ones((2, 3), kind) for kind in kinds]
        theirs, ours = (array(getattr(engine.layers, name)()(xs)) for engine in (keras, teachkeras))
        assert theirs.dtype == ours.dtype
        assert_alike(theirs, ours)


o = np.ones
BAD = {
    **{f"{n} no list": lambda e, n=n: getattr(e.layers, n)()(o((2, 3))) for n in (*ALL, "Subtract", "Concatenate")},
    **{f"{n} lengths": lambda e, n=n: getattr(e.layers, n)()([o((2, 3)), o((2, 4))]) for n in (*ALL, "Subtract")},
    **{f"{n} batch": lambda e, n=n: getattr(e.layers, n)()([o((2, 3)), o((3, 3))]) for n in (*ALL, "Concatenate")},
    **{f"{n} ranks": lambda e, n=n: getattr(e.layers, n)()([o((2, 3, 4)), o((2, 3))]) for n in (*ALL, "Concatenate")},
    "one row": lambda e: e.layers.Add()([o((1, 3)), o((3, 3))]),
    "subtract one": lambda e: e.layers.Subtract()([o((2, 3))]),
    "subtract three": lambda e: e.layers.Subtract()([o((2, 3))] * 3),
    "concatenate axis": lambda e: e.layers.Concatenate(2)([o((2, 3)), o((2, 3))]),
    "mask no list": lambda e: masked_call(e, o((2, 3), bool)),
    "one mask": lambda e: masked_call(e, [o((2, 3), bool)]),
    "inputs no list": lambda e: e.layers.Add().compute_mask(o((2, 3, 1)), [None]),
    **{f"dot axes {a}": lambda e, a=a: e.layers.Dot(a) for a in ("a", 1.5, (1,), (1, 2, 3), None)},
    **{f"dot call {a}": lambda e, a=a: e.layers.Dot(a)([o((2, 3, 4)), o((2, 3, 4))]) for a in (0, 3, (1, 2), (0, 1))},
    "dot lengths": lambda e: e.layers.Dot(1)([o((2, 3)), o((2, 4))]), "dot one": lambda e: e.layers.Dot(1)([o((2, 3))]),
    "dot no list": lambda e: e.layers.Dot(1)(o((2, 3))), "dot three": lambda e: e.layers.Dot(1)([o((2, 3))] * 3),
    "keyword": lambda e: e.layers.Add(nonsense=1),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", [*ALL, "Subtract", "Concatenate", "Dot"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))
