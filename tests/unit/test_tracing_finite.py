"""The first NaN or infinity: the step runs again under the recorder, and layer, op and entry are named, before the update."""

import warnings

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import layers, ops
from teachkeras.errors import NonFiniteError, NonFiniteWarning
from teachkeras.training import finite


class Scaled(layers.Layer):
    """Breaks a column of its output."""

    def call(self, x):
        return x * np.array([1, np.inf, 1, 1], "float32")


class Rooted(layers.Layer):
    """A square root, whose gradient at 0 is infinite."""

    def call(self, x):
        return ops.sqrt(ops.relu(x) * 0.0)


def built(*middle):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([
        layers.Dense(4, input_shape=(3,), name="first"), *middle, layers.BatchNormalization(name="norm"),
        layers.Dropout(0.5), layers.Dense(1, name="last"),
    ], name="m")  # fmt: skip
    model.compile("sgd", "mse")
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(8, 3)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")


def test_a_bad_output_is_followed_back_to_its_entry_and_the_step_can_be_looked_into():
    model, x, y = built(Scaled(name="spoiler"))
    before = [v.numpy() for v in model.trainable_variables]
    with pytest.raises(NonFiniteError, match=r"layer m/spoiler, op multiply, entry \(0, 1\)") as caught:
        with keras.config.strict(), keras.record(model) as own, np.errstate(all="ignore"):
            model.train_on_batch(x, y)
    after = [v.numpy() for v in model.trainable_variables]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    recording = caught.value.recording
    assert "inf" in str(keras.explain(recording, "spoiler/multiply", entry=(0, 1)))
    assert sum(s.path == "m/spoiler/multiply" and s.phase == "forward" for s in own) == 1  # the second run is not in it


def test_the_second_run_leaves_nothing_behind():
    def run(look):
        model, x, y = built(Scaled(name="spoiler"))
        if not look:
            model._report_nonfinite = lambda *args: None
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y, epochs=2, verbose=0)
        return [v.numpy().tobytes() for v in model.variables]

    assert run(True) == run(False)


def test_a_weight_that_an_update_broke_is_named():
    model, x, y = built()
    broken = model.get_weights()
    broken[0][1, 2] = np.inf
    model.set_weights(broken)
    with pytest.warns(
        NonFiniteWarning, match=r"(?s)first/affine|first, op affine.*weight m/first/kernel\[1, 2\] is inf"
    ):
        with np.errstate(all="ignore"):
            model.train_on_batch(x, y)


def test_a_nan_that_arises_on_the_way_back_is_named_before_the_update():
    model, x, y = built(Rooted(name="rooted"))
    with np.errstate(all="ignore"):
        _, loss, gradients = model.forward_backward(keras.Tensor(x), keras.Tensor(y), None)
        assert np.isfinite(float(loss)) and not finite.sound(model, gradients)
        with pytest.warns(
            NonFiniteWarning, match=r"a gradient is not finite(?s:.)*m/rooted, op gradient of sqrt, entry"
        ):
            model._report_nonfinite(float(loss), (x, y, None), [])


def test_masks_made_of_infinities_are_nobody_s_fault():
    class Masked(layers.Layer):
        def call(self, x):
            hidden = ops.where(np.array([[True, False, False, False]]), x * 0.0 - np.float32(np.inf), x)
            return ops.softmax(hidden) * 1.0

    model, x, y = built(Masked(name="masked"), Scaled(name="spoiler"))
    with pytest.warns(NonFiniteWarning, match="m/spoiler, op multiply"), np.errstate(all="ignore"):
        model.train_on_batch(x, y)
