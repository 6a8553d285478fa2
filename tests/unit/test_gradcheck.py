"""The gradient checker: right gradients pass, wrong ones fail, and the report says where."""

import numpy as np
import pytest

from teachkeras import ops
from teachkeras.errors import ArgumentError, NoGradientError
from teachkeras.gradcheck import STEP, central_difference, check_gradient
from teachkeras.ops.op import OPS
from teachkeras.variable import Variable


@pytest.fixture
def wrong(monkeypatch):
    """Give an op another vjp for the length of a test."""

    def plant(name, vjp):
        monkeypatch.setattr(OPS[name].gradient, "function", vjp)

    return plant


def test_a_right_gradient_passes_with_digits_to_spare():
    report = check_gradient(lambda x, y: ops.tanh(x * y) + ops.exp(y), [np.linspace(-1, 1, 5), np.full((3, 1), 0.3)])
    assert report
    assert report.error < 1e-8
    assert report.entries == 8
    assert [g.shape for g in report.gradients] == [(5,), (3, 1)]


@pytest.mark.parametrize("factor", [-1.0, 0.0, 1.001, 1.00001, 2.0])
def test_a_wrong_scale_fails(wrong, factor):
    original = OPS["sin"].gradient.function
    wrong("sin", lambda y_bar, x: factor * original(y_bar, x))
    assert not check_gradient(ops.sin, np.linspace(-1, 1, 5))


def test_the_report_names_the_worst_entry(wrong):
    def vjp(y_bar, x):
        bar = y_bar * 2.0 * x
        bar[1, 2] *= 1.5
        return bar

    wrong("square", vjp)
    report = check_gradient(ops.square, np.arange(1.0, 7.0).reshape(2, 3), output_gradient=np.ones((2, 3)))
    assert not report
    assert report.where == "x0[1, 2]"
    assert (report.analytic, round(report.numeric, 6)) == (18.0, 12.0)
    assert "gradient WRONG" in str(report)
    assert "at x0[1, 2]: the tape says 18, central differences say 12" in str(report)


def test_nan_is_wrong(wrong):
    wrong("sin", lambda y_bar, x: y_bar * np.nan)
    assert check_gradient(ops.sin, [0.1, 0.2]).error == np.inf


def test_a_missing_gradient_is_zero_and_found():
    report = check_gradient(lambda x: ops.stop_gradient(x) * x, [2.0])
    assert not report
    assert check_gradient(lambda x: ops.stop_gradient(x), [2.0]).gradients == (None,)


def test_errors_of_opposite_sign_do_not_cancel(wrong):
    wrong("sin", lambda y_bar, x: y_bar * np.cos(x) + np.array([0.1, -0.1]) * y_bar)
    assert not check_gradient(ops.sin, [0.3, 0.3])


def test_variables_are_varied_in_float64_and_put_back():
    w = Variable(np.float32([[0.1, -0.4], [0.7, 0.2]]), name="kernel")
    data, version = w.data, w.version
    report = check_gradient(lambda x: ops.sigmoid(ops.matmul(x, w)), np.ones((3, 2)), variables=[w])
    assert report.error < 1e-8
    assert report.entries == 10
    assert w.data is data
    assert w.version == version


def test_a_wrong_variable_gradient_is_named(wrong):
    w = Variable(np.float32([[0.1, -0.4], [0.7, 0.2]]), name="kernel")
    wrong("matmul", lambda y_bar, x1, x2, want: (y_bar @ x2.T, 2.0 * x1.T @ y_bar))
    assert check_gradient(lambda x: ops.matmul(x, w), np.ones((3, 2)), variables=[w]).where.startswith("kernel[")


def test_integers_are_passed_as_they_are():
    assert check_gradient(lambda x, i: ops.take(x, i, axis=0), [np.arange(4.0), np.array([0, 0, 3])])


def test_several_outputs():
    assert check_gradient(lambda x: ops.split(ops.square(x), 2), np.arange(1.0, 5.0))


def test_chance_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match="same output"):
        check_gradient(lambda x: x * rng.normal(), [1.0])


def test_nothing_to_vary_is_refused():
    with pytest.raises(ArgumentError, match="floating-point input"):
        check_gradient(lambda i: i, np.arange(3))


def test_an_output_of_integers_is_refused():
    with pytest.raises(NoGradientError, match="floating-point output"):
        check_gradient(lambda x: x > 0, [1.0])


def test_an_op_without_gradient_raises():
    with pytest.raises(NoGradientError, match="floor"):
        check_gradient(ops.floor, [0.5])


def test_step_weighs_cut_off_against_rounding():
    """The default step loses neither to truncation nor to rounding: steps a hundred times away do worse."""
    x = np.array([0.7])

    def error(step):
        return abs(float(central_difference(lambda: float(np.exp(np.sin(3 * x))[0]), x, step)[0]) - truth)

    truth = 3 * np.cos(2.1) * np.exp(np.sin(2.1))
    assert error(STEP) < 1e-9
    assert error(100 * STEP) > error(STEP)
    assert error(STEP / 1e4) > error(STEP)
