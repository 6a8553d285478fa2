"""Can the checks fail? Plant faults by machine, in every op and in the tape, and count those that get away: none may.

A mutant of an op counts as caught when one of the functions in ``op_checks`` that hold the op to the truth complains;
one of the tape, when one of ``tape_checks`` does.
"""

import warnings

import faults
import numpy as np
import op_checks
import op_samples
import pytest
import tape_checks

from teachkeras import tape as tape_module
from teachkeras.errors import TeachKerasError
from teachkeras.ops.op import OPS, Op
from teachkeras.variable import Variable

pytestmark = pytest.mark.usefixtures("reference")
LIBRARY = sorted(name for name, o in OPS.items() if o.__module__.startswith("teachkeras."))
CHECKS = (op_checks.spec_forward, op_checks.gradient, op_checks.want_flags, op_checks.shapes, op_checks.no_float64,
          op_checks.spec_gradient, op_checks.second, op_checks.like_twin)  # fmt: skip

# Changes that are none: what is written and what is meant are the same for every input. Description -> why.
HARMLESS = {
    "absolute_vjp: index or axis in '0'": "one of two comparisons with 0, between samples",
    "add_vjp: results swapped in '(y_bar, y_bar)'": "both are the same",
    "affine: index or axis in '0'": "a guard that only decides whether to look closer",
    "affine_vjp: operation in 'x.size * w.shape[-1]'": "by how many threads BLAS works",
    "affine_vjp: right part dropped in 'x.size * w.shape[-1]'": "by how many threads BLAS works",
    "affine_vjp: left part dropped in 'x.size * w.shape[-1]'": "by how many threads BLAS works",
    "mean: results swapped in '(np.float32, np.float64)'": "one of two, in either order",
    "affine_vjp: index or axis in '1'": "any negative length means: work it out",
    "celu: index or axis in '0'": "a guard against overflow, which may start anywhere above 0",
    "mean_vjp: operation in 'share * device.ones(x_shape, share.dtype, share)'": "times one, or divided by it",
    "erfinv: index or axis in '2'": "two steps reach the last digit, a third one stays there",
    "elu: index or axis in '0'": "a guard against overflow, which may start anywhere above 0",
    "selu: index or axis in '0'": "a guard against overflow, which may start anywhere above 0",
    "selu_vjp: scale in '0.0'": "a guard against overflow, which may start anywhere above 0",
    "sparse_categorical_crossentropy_vjp: results swapped in '(False, True)'": "the gradient of the labels is dropped",
    "sparse_categorical_crossentropy_vjp: switch in 'False'": "the gradient of the labels is dropped",
    "sparse_categorical_crossentropy_vjp: switch in 'True'": "the gradient of the labels is dropped",
    "where: results swapped in '(x1, x2)'": "the common dtype of two is that of two",
}


def quietly(check, *args):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return check(*args)


def caught(op):
    """Return the name of the first check that `op` fails, or None."""
    for sample in op_samples.samples(op):
        for check in CHECKS:
            try:
                quietly(check, op, sample)
            except (
                AssertionError,
                TeachKerasError,
                ArithmeticError,
                TypeError,
                ValueError,
                LookupError,
                AttributeError,
            ):
                return check.__name__
    try:
        quietly(op_checks.special, op, None)
    except Exception:
        return "special"
    return None


def functions(op):
    yield op, "function"
    if op.gradient is not None:
        yield op.gradient, "function"


def planted(op):
    """Yield (description, check that caught it or None) for each mutant of an op."""
    for owner, attribute in functions(op):
        original = getattr(owner, attribute)
        try:
            for description, mutant in faults.mutants(original):
                setattr(owner, attribute, mutant)
                yield description, caught(op)
        finally:
            setattr(owner, attribute, original)


@pytest.mark.parametrize("name", LIBRARY)
def test_every_fault_planted_in_an_op_is_caught(name, record_property):
    results = list(planted(OPS[name]))
    survivors = [description for description, by in results if by is None and description not in HARMLESS]
    record_property("planted", len(results))
    record_property("caught", len(results) - len(survivors))
    print(f"{name}: {len(results) - len(survivors)} of {len(results)} planted faults caught")
    assert not survivors, "\n".join(survivors)


def test_enough_faults_are_planted():
    total = sum(
        1
        for name in LIBRARY
        for owner, attribute in functions(OPS[name])
        for _ in faults.mutants(getattr(owner, attribute))
    )
    assert total >= 300


@pytest.mark.parametrize("name", LIBRARY)
def test_without_a_fault_nothing_is_caught(name):
    assert caught(OPS[name]) is None


# what goes wrong, whose function, which; the text and what stands there instead
TAPE_FAULTS = [
    (
        "a second use overwrites the first",
        tape_module,
        "backward_pass",
        "bars[uid] + bar if uid in bars else bar",
        "bar",
    ),
    (
        "a second use is lost",
        tape_module,
        "backward_pass",
        "bars[uid] + bar if uid in bars else bar",
        "bars.get(uid, bar)",
    ),
    ("a second use is subtracted", tape_module, "backward_pass", "bars[uid] + bar", "bars[uid] - bar"),
    ("walked forwards", tape_module, "backward_pass", "reversed(records)", "records"),
    ("the first record is forgotten", tape_module, "backward_pass", "reversed(records)", "reversed(records[1:])"),
    ("gradients of inputs swapped", tape_module, "backward_pass", "zip(record.inputs,", "zip(record.inputs[::-1],"),
    ("integers get gradients", tape_module, "backward_pass", "if not dtypes.is_float(meta[1]):", "if False:"),
    ("un-broadcasting forgotten", tape_module, "backward_pass", "bar = unbroadcast(bar, *meta)", "pass"),
    (
        "a listener's answer is ignored",
        tape_module,
        "backward_pass",
        "input_bars if replaced is None else replaced",
        "input_bars",
    ),
    ("leading axes off by one", tape_module, "unbroadcast", "range(extra)", "range(1, extra + 1)"),
    ("repeated axes averaged", tape_module, "unbroadcast", "bar.sum(axis=repeated", "bar.mean(axis=repeated"),
    ("repeated axes dropped", tape_module, "unbroadcast", "keepdims=True", "keepdims=False"),
    (
        "gradient left in another dtype",
        tape_module,
        "unbroadcast",
        "bar if bar.dtype == dtype else bar.astype(dtype)",
        "bar",
    ),
    ("stale variables pass", tape_module, "vjp_of", "variable.version != version", "False"),
    ("no gradient passes as None", tape_module, "vjp_of", "op.gradient is None", "False"),
    ("one output's gradient for all", tape_module, "_arriving", "tuple(arriving)", "arriving[0]"),
    ("output gradient cut", tape_module, "_seed", "if higher and", "if False and"),
    (
        "output gradient ignored",
        tape_module,
        "_seed",
        "as_array(output_gradient, target.dtype)",
        "np.ones(target.shape, target.dtype)",
    ),
    ("starts from two", tape_module.Tape, "gradients", "np.ones(target.shape", "2 * np.ones(target.shape"),
    ("used-up tapes answer", tape_module.Tape, "gradients", "if self.closed:", "if False:"),
    ("records are kept", tape_module.Tape, "gradients", "self.records, self.closed = ([], True)", "self.closed = True"),
    (
        "never differentiable again",
        tape_module.Tape,
        "gradients",
        "any((tape is not self or self.persistent for tape in tapes.get()))",
        "False",
    ),
    ("not watched, yet followed", tape_module.Tape, "follows", "a.uid in self.tracked", "True"),
    (
        "trainable or not",
        tape_module.Tape,
        "access",
        "variable.trainable and self.watch_accessed_variables",
        "self.watch_accessed_variables",
    ),
    (
        "asked or not",
        tape_module.Tape,
        "access",
        "variable.trainable and self.watch_accessed_variables",
        "variable.trainable",
    ),
    ("reset keeps the records", tape_module.GradientTape, "reset", "([], False)", "(self.records, False)"),
    ("zeros instead of None", tape_module.GradientTape, "gradient", "unconnected_gradients == 'zero'", "True"),
    ("another variable version", Op, "_save", "(value, version)", "(value, version + 1)"),
    ("another input is saved", Op, "_save", "value = args[index] if", "value = args[index - 1] if"),
    ("outputs are not followed", Op, "_record", "tape.tracked.update(uids)", "pass"),
    ("the wrong inputs are wanted", Op, "_record", "uid = a.uid", "uid = a.uid + 1"),
    ("the promoted dtype for the input's", Op, "_record", "(r.shape, a.data.dtype)", "(r.shape, r.dtype)"),
    ("value loses its variable", Variable, "value", "tensor.uid = self.uid", "pass"),
]


def tape_caught():
    for check in tape_checks.CHECKS:
        try:
            quietly(check)
        except Exception:
            return check.__name__
    return None


def test_without_a_fault_the_tape_passes():
    assert tape_caught() is None


@pytest.mark.parametrize(("what", "owner", "name", "old", "new"), TAPE_FAULTS, ids=[fault[0] for fault in TAPE_FAULTS])
def test_fault_in_the_tape_is_caught(monkeypatch, what, owner, name, old, new):
    original = vars(owner)[name]
    if isinstance(original, property):
        monkeypatch.setattr(owner, name, property(faults.edited(original.fget, old, new)))
    else:
        monkeypatch.setattr(owner, name, faults.edited(original, old, new))
    from teachkeras import events

    heard = tape_caught()
    if heard is None:  # seen only by who listens
        with events.backward.subscribe(lambda record, y_bar, bars: tuple(None for _ in bars)):
            with tape_module.GradientTape() as tape:
                x = Variable(np.float32([1.0]))
                y = OPS["square"](x)
            heard = None if tape.gradient(y, x) is None else "listener"
    assert heard, f"nobody noticed: {what}"
