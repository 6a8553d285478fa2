"""Each op's gradient against the truth: differences, the adjoint identity, second derivatives."""

import op_checks
import op_samples
import pytest

from teachkeras.ops.op import OPS

pytestmark = pytest.mark.usefixtures("reference")
CASES = [pytest.param(name, sample, id=f"{name}-{k}") for name, k, sample in op_samples.named()]


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_vjp_against_central_differences(name, sample):
    assert op_checks.gradient(OPS[name], sample) <= 1e-6


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_vjp_is_the_transposed_jacobian(name, sample):
    assert op_checks.transposed(OPS[name], sample) <= 1e-8


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_vjp_of_one_input_alone(name, sample):
    op_checks.want_flags(OPS[name], sample)


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_second_derivative_or_an_error(name, sample):
    error = op_checks.second(OPS[name], sample)
    assert error is None or error <= 1e-6


def test_which_ops_have_no_second_derivative():
    """Those with a dedicated gradient routine and no composed twin say so; today there are none."""
    once = {name for name, _, sample in op_samples.named() if op_checks.second(OPS[name], sample) is None}
    assert once == {name for name in once if OPS[name].gradient.once}


@pytest.mark.parametrize("sample", op_samples.SAMPLES["sparse_categorical_crossentropy"])
def test_sparse_crossentropy_is_categorical_of_one_hot(sample):
    assert op_checks.like_twin(OPS["sparse_categorical_crossentropy"], sample) <= 1e-12
