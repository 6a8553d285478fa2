"""The tape: what it follows, what it adds up, what it frees, what it refuses."""

import asyncio
import threading

import numpy as np
import pytest
import tape_checks

from teachkeras import events, ops
from teachkeras.errors import NoGradientError
from teachkeras.tape import GradientTape
from teachkeras.tensor import tapes
from teachkeras.variable import Variable


@pytest.mark.parametrize("check", tape_checks.CHECKS, ids=lambda check: check.__name__)
def test_tape(check):
    check()


def test_tapes_of_two_threads_do_not_see_each_other():
    x = Variable(np.float32([2.0]))
    seen, barrier = {}, threading.Barrier(2, timeout=20)

    def work(name, op):
        with GradientTape() as tape:
            y = op(x)
            barrier.wait()
            y = y * 2.0
        seen[name] = [r.op.name for r in tape.records], float(tape.gradient(y, x)[0])

    threads = [threading.Thread(target=work, args=pair) for pair in [("a", ops.square), ("b", ops.exp)]]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen["a"] == (["square", "multiply"], 8.0)
    assert seen["b"][0] == ["exp", "multiply"]
    assert tapes.get() == ()


def test_tapes_of_two_tasks_do_not_see_each_other():
    x = Variable(np.float32([3.0]))

    async def work(op):
        with GradientTape() as tape:
            y = op(x)
            await asyncio.sleep(0)
            y = y * 2.0
        return [r.op.name for r in tape.records]

    async def both():
        return await asyncio.gather(work(ops.square), work(ops.exp))

    assert asyncio.run(both()) == [["square", "multiply"], ["exp", "multiply"]]


def test_an_error_inside_the_block_ends_the_recording():
    with pytest.raises(ZeroDivisionError), GradientTape():
        1 / 0
    assert tapes.get() == ()


def test_a_listener_hears_every_gradient_and_may_replace_it():
    x = Variable(np.float32([2.0]))
    heard = []

    def listen(record, y_bar, bars):
        heard.append((record.op.name, float(np.asarray(y_bar)[0])))
        return tuple(None if bar is None else bar * 10 for bar in bars) if record.op.name == "square" else None

    with GradientTape() as tape:
        y = ops.square(x) * 3.0
    with events.backward.subscribe(listen):
        bar = tape.gradient(y, x)
    assert heard == [("multiply", 1.0), ("square", 3.0)]
    assert float(bar[0]) == 120.0


def test_a_forward_listener_may_replace_what_flows():
    x = Variable(np.float32([2.0, -1.0]))
    replacement = []

    def zero_second(record, inputs, outputs, kept):
        if record.op.name == "square":
            replacement.append(outputs[0] * np.float32([1.0, 0.0]))
            return replacement[0]
        return None

    with GradientTape() as tape, events.forward.subscribe(zero_second):
        y = ops.sum(ops.square(x))
    assert float(y) == 4.0
    assert tape.gradient(y, x).numpy().tolist() == [4.0, -0.0]


def test_recording_costs_nothing_when_off():
    y = ops.exp(Variable(np.float32([1.0])))
    assert tapes.get() == ()
    with GradientTape() as tape:
        pass
    assert tape.records == []
    assert tape.gradient(y, [y])[0].numpy().tolist() == [1.0]


def test_second_derivative_of_a_dedicated_gradient_is_an_error():
    gradient = ops.op.OPS["tanh"].gradient
    x = Variable(np.float32([1.0]))
    gradient.once = True
    try:
        with GradientTape() as outer:
            with GradientTape() as inner:
                y = ops.tanh(x)
            with pytest.raises(NoGradientError, match="second derivative of tanh"):
                inner.gradient(y, x)
        with GradientTape() as tape:
            y = ops.tanh(x)
        assert tape.gradient(y, x) is not None
        assert outer.records
    finally:
        gradient.once = False


def test_composed_twin_runs_for_higher_derivatives_only():
    gradient = ops.op.OPS["square"].gradient
    x, ran = Variable(np.float32([3.0])), []

    def twin(y_bar, x):
        ran.append("twin")
        return 2.0 * y_bar * x

    gradient.twin = twin
    try:
        with GradientTape() as tape:
            y = ops.square(x)
        tape.gradient(y, x)
        assert ran == []
        with GradientTape() as outer:
            with GradientTape() as inner:
                y = ops.square(x)
            dy = inner.gradient(y, x)
        assert ran == ["twin"]
        assert float(outer.gradient(dy, x)[0]) == 2.0
    finally:
        gradient.twin = None
