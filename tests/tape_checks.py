"""What the tape must do, one function each: ``unit/test_tape.py`` runs them, the planted faults want one to fail."""

import gc
import weakref

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError, NoGradientError, StaleVariableError
from teachkeras.tape import GradientTape, Tape
from teachkeras.tensor import Tensor
from teachkeras.variable import Variable

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def raises(kind, action, text=""):
    """Fail unless `action` raises an error of that kind that says `text`."""
    try:
        action()
    except kind as error:
        assert text in str(error), f"{text!r} not in {error}"
        return
    raise AssertionError(f"no {kind.__name__}")


def same(got, want):
    got = np.asarray(getattr(got, "data", got))
    want = np.asarray(want)
    assert got.shape == want.shape, f"{got.shape} instead of {want.shape}"
    assert np.allclose(got, want, rtol=1e-6, atol=1e-12), f"{got} instead of {want}"


def var(*numbers, **options):
    return Variable(np.array(numbers, "float32"), **options)


@check
def chain():
    x = var(0.5, -1.0)
    with GradientTape() as tape:
        y = ops.sum(ops.exp(ops.sin(x) * 2.0))
    same(tape.gradient(y, x), 2 * np.cos(x.data) * np.exp(2 * np.sin(x.data)))


@check
def fan_out_adds_up():
    x = var(3.0)
    with GradientTape() as tape:
        y = x * x + x * 4.0 + x
    same(tape.gradient(y, x), [11.0])


@check
def three_uses_of_an_intermediate_add_up():
    x = var(2.0, 3.0)
    with GradientTape() as tape:
        z = ops.square(x)
        y = ops.sum(z * z + ops.log(z) + z)
    same(tape.gradient(y, x), 4 * x.data**3 + 2 / x.data + 2 * x.data)


@check
def same_tensor_as_both_inputs():
    x = var(3.0, 5.0)
    with GradientTape() as tape:
        y = ops.subtract(x, x) + ops.divide(x, x) + ops.power(x, 1.0)
    same(tape.gradient(y, x), [1.0, 1.0])


@check
def unused_outputs_do_not_matter():
    x = var(2.0)
    with GradientTape() as tape:
        y = x * 3.0
        ops.exp(y) * 100.0
        ops.floor(y)  # has no gradient, and nobody asks
    same(tape.gradient(y, x), [3.0])


@check
def broadcasting_is_summed_back():
    row, column, scalar = (
        Variable(np.ones((1, 4), "float32")),
        Variable(np.ones((3, 1), "float32")),
        Variable(np.float32(2.0)),
    )
    weights = np.arange(24, dtype="float32").reshape(2, 3, 4)
    with GradientTape() as tape:
        y = ops.sum((row + column * 2.0) * weights * scalar)
    bars = tape.gradient(y, [row, column, scalar])
    same(bars[0], 2 * weights.sum(axis=(0, 1))[None, :])
    same(bars[1], 4 * weights.sum(axis=(0, 2))[:, None])
    same(bars[2], 3 * weights.sum())


@check
def gradients_keep_their_inputs_dtype():
    half, single = Variable(np.ones(3, "float16")), Variable(np.ones(3, "float32"))
    with GradientTape() as tape:
        y = ops.sum(half * single)
    bars = tape.gradient(y, [half, single])
    assert [b.dtype.name for b in bars] == ["float16", "float32"]


@check
def integers_and_truth_values_get_no_gradient():
    x, k = var(1.5, 2.5), Variable(np.array([2, 3], "int32"))
    with GradientTape() as tape:
        tape.watch(k)
        y = ops.sum(x * k * (x > 2.0) * ops.cast(ops.cast(x, "int32"), "float32"))
    bars = tape.gradient(y, [x, k])
    same(bars[0], [0.0, 6.0])
    assert bars[1] is None


@check
def unconnected_gives_none_or_zeros():
    x, other = var(1.0), Variable(np.ones((2, 3), "float32"))
    with GradientTape(persistent=True) as tape:
        y = x * 2.0
    assert tape.gradient(y, other) is None
    zeros = tape.gradient(y, [x, other], unconnected_gradients="zero")
    same(zeros[0], [2.0])
    same(zeros[1], np.zeros((2, 3)))
    assert zeros[1].dtype.name == "float32"


@check
def stop_gradient_cuts():
    x = var(3.0)
    with GradientTape() as tape:
        y = x * ops.stop_gradient(x)
    same(tape.gradient(y, x), [3.0])


@check
def only_what_is_watched_is_followed():
    x, y = Tensor(np.float32([2.0])), Tensor(np.float32([5.0]))
    with GradientTape() as tape:
        tape.watch(x)
        z = x * y
    bars = tape.gradient(z, {"x": x, "y": y})
    same(bars["x"], [5.0])
    assert bars["y"] is None
    with GradientTape() as tape:
        ops.exp(y)
    assert tape.records == []


@check
def untrainable_variables_are_followed_only_when_watched():
    frozen, free = var(2.0, trainable=False), var(3.0)
    with GradientTape() as tape:
        y = frozen * free
    assert tape.watched_variables() == (free,)
    assert tape.gradient(y, frozen) is None
    with GradientTape() as tape:
        tape.watch(frozen)
        y = frozen * free
    same(tape.gradient(y, frozen), [3.0])
    with GradientTape(watch_accessed_variables=False) as tape:
        y = frozen * free
    assert tape.gradient(y, free) is None


@check
def value_of_a_variable_is_followed_to_it():
    v = var(2.0)
    with GradientTape() as tape:
        y = ops.square(v.value)
    same(tape.gradient(y, v), [4.0])


@check
def persistent_tape_answers_twice_and_others_once():
    x = var(3.0)
    with GradientTape(persistent=True) as tape:
        y = x * x
        z = y * x
    same(tape.gradient(z, x), [27.0])
    same(tape.gradient(y, x), [6.0])
    same(tape.gradient(z, y), [3.0])
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    raises(ArgumentError, lambda: tape.gradient(y, x), "persistent=True")


@check
def order_of_records_is_followed_backwards():
    x = var(0.3)
    with Tape() as tape:
        y = x
        for step in (ops.sin, ops.exp, ops.square, ops.tanh):
            y = step(y)
    assert [r.op.name for r in tape.records] == ["sin", "exp", "square", "tanh"]
    s = np.sin(0.3)
    want = np.cos(0.3) * np.exp(s) * 2 * np.exp(s) * (1 - np.tanh(np.exp(s) ** 2) ** 2)
    same(tape.gradients(y, [x])[0], np.float32([want]))


@check
def output_gradient_weighs_the_entries():
    x = var(1.0, 2.0, 3.0)
    with GradientTape(persistent=True) as tape:
        y = ops.square(x)
    same(tape.gradient(y, x, output_gradients=np.float32([1, 10, 100])), [2, 40, 600])
    same(tape.gradient(y, x), [2, 4, 6])


@check
def list_of_targets_is_summed():
    x = var(1.0, 2.0)
    with GradientTape() as tape:
        a, b = ops.square(x), x * 3.0
    same(tape.gradient([a, b], x), [5.0, 7.0])


@check
def ops_with_several_outputs():
    x = Variable(np.arange(6, dtype="float32"))
    with GradientTape() as tape:
        first, _, third = ops.split(x, 3)
        y = ops.sum(first * 2.0) + ops.sum(ops.square(third))  # the second is left out
    same(tape.gradient(y, x), [2, 2, 0, 0, 8, 10])


@check
def nested_tapes_give_higher_derivatives():
    x = var(1.5)
    with GradientTape() as outer, GradientTape() as middle:
        with GradientTape() as inner:
            y = ops.power(x, 4.0) + ops.sin(x)
        dy = inner.gradient(y, x)
        ddy = middle.gradient(dy, x)
    same(dy, [4 * 1.5**3 + np.cos(1.5)])
    same(ddy, [12 * 1.5**2 - np.sin(1.5)])
    same(outer.gradient(ddy, x), [24 * 1.5 - np.cos(1.5)])


@check
def gradient_penalty_reaches_the_weights():
    x, w = Tensor(np.float32([[1.0, 2.0]])), Variable(np.float32([[0.3], [-0.2]]))
    with GradientTape() as outer:
        with GradientTape() as inner:
            inner.watch(x)
            y = ops.sum(ops.tanh(ops.matmul(x, w)))
        slope = inner.gradient(y, x)
        penalty = ops.sum(ops.square(slope))

    def value(a):
        return np.sum(((1 - np.tanh(x.data @ a) ** 2) * a.T) ** 2)

    h, numeric = 1e-4, np.zeros((2, 1))
    for k in range(2):
        e = np.zeros((2, 1))
        e[k] = h
        numeric[k] = (value(w.data + e) - value(w.data - e)) / (2 * h)
    got = outer.gradient(penalty, w)
    assert np.allclose(got.data, numeric, rtol=1e-3), f"{got} instead of {numeric}"


@check
def output_gradient_stays_on_the_outer_tape():
    x, g = var(2.0), var(5.0)
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = ops.square(x)
        dx = inner.gradient(y, x, output_gradients=g * 1.0)
    same(outer.gradient(dx, g), [4.0])


@check
def stop_recording_pauses_one_tape():
    x = var(2.0)
    with GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            ops.exp(y)
        y = y * 3.0
    assert len(tape.records) == 2
    same(tape.gradient(y, x), [12.0])


@check
def reset_forgets():
    x = var(2.0)
    with GradientTape() as tape:
        ops.exp(x)
        tape.reset()
        y = x * 3.0
    assert len(tape.records) == 1
    same(tape.gradient(y, x), [3.0])


@check
def nothing_is_recorded_outside_the_block():
    x = var(2.0)
    with GradientTape() as tape:
        y = x * x
    ops.exp(y)
    assert len(tape.records) == 1


@check
def stale_variable_raises():
    x, w = var(2.0), var(3.0, name="w")
    with GradientTape(persistent=True) as tape:
        y = x * w
    w.assign([4.0])
    raises(StaleVariableError, lambda: tape.gradient(y, x), "'w'")
    with GradientTape() as tape:
        y = x + w
    w.assign([5.0])  # a sum's gradient needs no value
    same(tape.gradient(y, x), [1.0])


@check
def path_without_gradient_raises():
    x = var(2.5)
    with GradientTape() as tape:
        y = ops.floor(x) * 2.0
    raises(NoGradientError, lambda: tape.gradient(y, x), "floor")
    raises(NoGradientError, lambda: GradientTape().watch(np.ones(2)), "convert_to_tensor")


@check
def records_are_freed_after_gradients():
    x = Variable(np.ones(1000, "float32"))
    with GradientTape() as tape:
        y = ops.exp(x)
        kept = weakref.ref(y)
        loss = ops.sum(y)
    del y
    assert kept() is not None, "exp's gradient needs its output"
    tape.gradient(loss, x)
    gc.collect()
    assert tape.records == []
    assert kept() is None, "the tape still holds an intermediate"


@check
def tape_keeps_only_what_gradients_need():
    x = Variable(np.ones(1000, "float32"))
    with GradientTape() as tape:
        z = x * 2.0
        seen = weakref.ref(z)
        y = z + 1.0
    del z
    gc.collect()
    assert seen() is None, "an addition's gradient needs none of its inputs"
    same(tape.gradient(y, x), np.full(1000, 2.0))


@check
def gradients_are_not_aliased():
    """Changing one returned gradient in place must not change another, nor an array that the model holds."""
    a, b = var(1.0, 2.0), var(3.0, 4.0)
    with GradientTape() as tape:
        y = ops.sum(a + b)
    bars = tape.gradient(y, [a, b])
    same(bars[0], [1.0, 1.0])
    same(bars[1], [1.0, 1.0])


@check
def one_input_watched_the_other_constant():
    w = Variable(np.full((4, 2), 0.5, "float32"))
    x = np.arange(12, dtype="float32").reshape(3, 4)
    for product in (
        lambda: ops.matmul(x, w),
        lambda: ops.einsum("ij,jk->ik", x, w),
        lambda: np.matmul(x, w),
        lambda: x @ w,
    ):
        with GradientTape() as tape:
            y = ops.sum(product())
        same(tape.gradient(y, w), x.sum(axis=0)[:, None] * np.ones((4, 2)))
