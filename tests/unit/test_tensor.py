"""Tensors and NumPy's protocols: NumPy on tensors runs ops; what has no op raises instead of cutting a gradient."""

import operator

import numpy as np
import pytest

from teachkeras import ops
from teachkeras.errors import ArgumentTypeError, NoGradientError
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor, as_array, numpy_ops
from teachkeras.variable import Variable

A = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], "float32")


def watched(*arrays):
    tape = GradientTape(persistent=True)
    tensors = [Tensor(a.copy()) for a in arrays]
    tape.watch(tensors)
    return tape, tensors


UFUNCS = {
    "add": (2, lambda a, b: np.add(a, b)), "subtract": (2, np.subtract), "multiply": (2, np.multiply),
    "divide": (2, np.divide),
    "exp": (1, np.exp), "tanh": (1, np.tanh), "sin": (1, np.sin), "maximum": (2, np.maximum), "absolute": (1, np.abs),
    "square": (1, np.square), "negative": (1, np.negative), "matmul": (2, lambda a, b: np.matmul(a, b.T)),
}  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_run_ops_and_are_differentiable(name):
    arity, function = UFUNCS[name]
    tape, tensors = watched(*[A, A + 0.5][:arity])
    with tape:
        y = function(*tensors)
    assert type(y) is Tensor
    assert np.allclose(y.data, function(*[A, A + 0.5][:arity]))
    assert tape.records[-1].op.name == name
    assert all(bar is not None for bar in tape.gradients(y, tensors))


FUNCTIONS = {
    "sum": lambda x: np.sum(x, axis=0),
    "mean": lambda x: np.mean(x, axis=1, keepdims=True),
    "var": lambda x: np.var(x, axis=0),
    "max": lambda x: np.max(x, axis=1),
    "min": lambda x: np.min(x),
    "prod": lambda x: np.prod(x, axis=1),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "transpose": lambda x: np.transpose(x),
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "squeeze": lambda x: np.squeeze(x[None]),
    "broadcast_to": lambda x: np.broadcast_to(x, (4, 2, 3)),
    "concatenate": lambda x: np.concatenate([x, x * 2, A], axis=1),
    "stack": lambda x: np.stack([x, A], axis=1),
    "where": lambda x: np.where(A > 0, x, 0.0),
    "clip": lambda x: np.clip(x, -1.5, 3.5),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, A),
    "dot": lambda x: np.dot(x, A.T),
    "tensordot": lambda x: np.tensordot(x, A, axes=([1], [1])),
    "outer": lambda x: np.outer(x[0], A[1]),
    "split": lambda x: np.split(x, 3, axis=1)[1],
    "flip": lambda x: np.flip(x, 1),
    "roll": lambda x: np.roll(x, 1, axis=0),
    "tile": lambda x: np.tile(x, (1, 2)),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "take": lambda x: np.take(x, [0, 2, 0], axis=1),
    "tril": lambda x: np.tril(x),
    "copy": lambda x: np.copy(x),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy_functions_run_ops_and_are_differentiable(name):
    function = FUNCTIONS[name]
    tape, (x,) = watched(A)
    with tape:
        y = function(x)
    assert type(y) is Tensor
    assert np.allclose(y.data, function(A), rtol=1e-6)
    assert tape.gradients(y, [x])[0].shape == A.shape


@pytest.mark.parametrize(
    "symbol", ["add", "sub", "mul", "truediv", "pow", "floordiv", "mod", "lt", "le", "gt", "ge", "eq", "ne"]
)
@pytest.mark.parametrize(
    "other", [2.0, 3, A + 1.0, Tensor(A + 1.0), Variable(A + 1.0), [1.0, 2.0, 3.0]], ids=lambda o: type(o).__name__
)
def test_operators_on_both_sides(symbol, other):
    function = getattr(operator, symbol)
    x, plain = Tensor(np.abs(A)), np.asarray(other)
    left, right = function(x, other), function(other, x)
    assert type(left) is type(right) is Tensor
    assert np.allclose(left.data, function(np.abs(A), plain.astype("float32")), rtol=1e-5)
    assert np.allclose(right.data, function(plain.astype("float32"), np.abs(A)), rtol=1e-5)
    assert left.dtype == (bool if symbol in ("lt", "le", "gt", "ge", "eq", "ne") else np.float32)


def test_an_array_times_a_tensor_is_a_tensor_on_the_tape():
    tape, (x,) = watched(A)
    with tape:
        y = A * x + np.float32(2.0) * x + A
        y -= x
    assert type(y) is Tensor
    assert np.allclose(tape.gradients(y, [x])[0], A + 1.0)


def test_unary_operators_and_methods():
    x = Tensor(A)
    assert (-x).tolist() == (-A).tolist()
    assert abs(x).tolist() == np.abs(A).tolist()
    assert (~(x > 0)).tolist() == (A <= 0).tolist()
    assert ((x > 0) & (x < 4)).tolist() == ((A > 0) & (A < 4)).tolist()
    assert ((x < 0) | (x > 4)).tolist() == ((A < 0) | (A > 4)).tolist()
    assert x.T.shape == (3, 2)
    assert x.reshape(3, 2).shape == x.reshape((3, 2)).shape == (3, 2)
    assert x.reshape(-1).shape == (6,)
    assert x.transpose().shape == x.transpose(1, 0).shape == x.transpose((1, 0)).shape == (3, 2)
    assert x.astype("int32").dtype == np.int32
    assert [float(getattr(x, m)()) for m in ("sum", "mean", "max", "min")] == [5.0, A.mean(), 5.0, -6.0]
    assert (x @ A.T).shape == (A @ x.T).shape == (2, 2)


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        (0, 1),
        slice(1),
        (slice(None), [0, 2]),
        (..., None),
        A[:, 0] > 2,
        np.array([1, 0, 1]),
        (slice(None, None, -1), 2),
    ],
    ids=str,
)
def test_indexing(key):
    tape, (x,) = watched(A)
    with tape:
        y = x[key]
    assert np.array_equal(y.data, A[key])
    want = np.zeros_like(A)
    np.add.at(want, key, 1.0)
    assert np.array_equal(tape.gradients(y, [x])[0], want)


def test_indexing_by_a_tensor():
    assert Tensor(A)[Tensor(np.array([1, 0]))].tolist() == A[[1, 0]].tolist()
    assert Tensor(A)[:, Tensor(np.array(2))].tolist() == A[:, 2].tolist()


def test_python_sees_numbers_and_sequences():
    x = Tensor(np.array([2.0, 3.0], "float32"))
    assert len(x) == 2
    assert [float(v) for v in x] == [2.0, 3.0]
    assert float(x[0]) == 2.0
    assert int(x[1]) == 3
    assert bool(x[0] > 1)
    assert [10, 20, 30][Tensor(np.array(1))] == 20
    assert f"{x[0]:.2f}" == "2.00"
    assert x[0].item() == 2.0
    assert repr(x) == "Tensor([2., 3.], shape=(2,), dtype=float32)"
    assert len({x, x}) == 1, "tensors are hashed by identity"


# --- what must raise --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        np.linalg.svd,
        np.median,
        np.fft.fft,
        np.nanmean,
        np.partition,
        lambda x: np.interp(x, x, x),
        np.cbrt,
        np.add.reduce,
    ],
    ids=lambda f: getattr(f, "__qualname__", str(f)),
)
def test_a_function_without_an_op_raises_on_a_watched_tensor_only(function):
    argument = {"args": (Tensor(A),)} if function is not np.partition else {"args": (Tensor(A), 1)}
    plain = (A, 1) if function is np.partition else (A,)
    if getattr(function, "__name__", "") != "<lambda>":
        got, want = function(*argument["args"]), function(*plain)
        for g, w in zip(*[r if isinstance(r, tuple) else (r,) for r in (got, want)], strict=True):
            assert np.allclose(g, w)
    tape = GradientTape()
    tape.watch(argument["args"][0])
    with tape, pytest.raises(NoGradientError, match="stop_gradient"):
        function(*argument["args"])


def test_a_watched_tensor_inside_a_list_is_seen_too():
    tape, (x,) = watched(A)
    with tape, pytest.raises(NoGradientError):
        np.block([x, x])


def test_a_list_of_watched_tensors_is_no_tensor():
    tape, (x,) = watched(A)
    with tape:
        with pytest.raises(NoGradientError, match=r"ops\.stack"):
            ops.sum([x, x * 2.0])
        y = ops.sum(ops.stack([x, x * 2.0]))
    assert np.array_equal(tape.gradients(y, [x])[0], np.full_like(A, 3.0))
    assert float(ops.sum([x, x])) == 10.0, "without a tape, lists are taken as they are"


@pytest.mark.parametrize(
    "pull", [np.asarray, np.array, lambda x: A + np.asarray(x), lambda x: np.linalg.norm(np.array(x))]
)
def test_pulling_an_array_out_of_a_tapes_sight_raises(pull):
    tape, (x,) = watched(A)
    with tape, pytest.raises(NoGradientError, match="watched tensor"):
        pull(x)
    assert np.asarray(x) is not None, "after the block it is an array like any other"


def test_the_way_out_that_the_error_names_works():
    tape, (x,) = watched(A)
    with tape:
        array = ops.stop_gradient(x).numpy()
    assert np.array_equal(array, A)


def test_writing_into_out_is_refused_on_the_tape():
    tape, (x,) = watched(A)
    with tape, pytest.raises(NoGradientError):
        np.add(x, 1.0, out=np.zeros_like(A))


# --- copies -----------------------------------------------------------------------------------------------------------


def test_what_is_handed_out_is_a_copy():
    x = Tensor(A.copy())
    for handed in (x.numpy(), np.array(x), np.asarray(x)):
        handed[...] = 0.0
    assert np.array_equal(x.data, A)


def test_value_of_a_variable_never_changes_afterwards():
    v = Variable(A.copy())
    before, copied = v.value, v.numpy()
    v.assign(A * 2)
    v.assign_add(A)
    v.writable()[...] = 7.0
    assert np.array_equal(before.data, A)
    assert np.array_equal(copied, A)
    assert np.array_equal(v.numpy(), np.full_like(A, 7.0))
    assert v.version == 3


def test_a_variable_takes_a_copy_of_what_it_is_given():
    source = A.copy()
    v = Variable(source)
    source[...] = 0.0
    assert np.array_equal(v.numpy(), A)
    w = Variable(v)
    v.assign(A * 0)
    assert np.array_equal(w.numpy(), A)


def test_copy_and_convert_do_not_share():
    x = Tensor(A.copy())
    y = ops.copy(x)
    y.data[...] = 0.0
    assert np.array_equal(x.data, A)


# --- as_array ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, "int32"), (1.5, "float32"), (True, "bool"), ([1, 2], "int32"), ([1, 2.5], "float32"), ([[True]], "bool"),
        (np.arange(2), "int64"), (np.float64(1), "float64"), ([np.float32(1)], "float32"), ([Tensor(A), Tensor(A)],
            "float32"),
        (range(3), "int32"),
    ],
)  # fmt: skip
def test_as_array_gives_keras_types(value, dtype):
    assert as_array(value).dtype.name == dtype


@pytest.mark.parametrize("value", [["a", None], 1j.__class__, {"a": 1}, None, [None]], ids=str)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ArgumentTypeError, match="convert to a tensor"):
        as_array(value)


@pytest.mark.parametrize("value", [[[1, 2], [3]], [[1], 2]], ids=str)
def test_ragged_lists_are_refused(value):
    with pytest.raises(ValueError):
        as_array(value)


def test_ops_stand_for_numpy_functions():
    assert numpy_ops[np.exp].name == "exp"
    assert len(numpy_ops) > 80
