"""The lowest ranks: settings, the event spine, lazy namespaces, variables."""

import os
import subprocess
import sys
import threading
import types

import numpy as np
import pytest

from teachkeras import config, events, namespace
from teachkeras.errors import ArgumentError, ShapeError, UnknownNameError
from teachkeras.variable import Variable


@pytest.fixture(autouse=True)
def settings():
    before = dict(config._settings)
    yield
    config._settings.update(before)
    config.set_backend(config.backend())


# --- config -----------------------------------------------------------------------------------------------------------


def test_defaults_are_keras_ones():
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float32", 1e-7, "channels_last")


@pytest.mark.parametrize(
    ("setter", "value", "nearest"),
    [
        (config.set_floatx, "flaot32", "float32"),
        (config.set_backend, "nunba", "numba"),
        (config.set_image_data_format, "channels", "channels_first"),
    ],
)
def test_a_wrong_setting_is_refused_and_changes_nothing(setter, value, nearest):
    before = dict(config._settings)
    with pytest.raises(UnknownNameError, match=nearest):
        setter(value)
    assert config._settings == before


def test_settings_stay():
    config.set_epsilon(1e-5)
    config.set_floatx("float64")
    config.set_image_data_format("channels_first")
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float64", 1e-5, "channels_first")


def test_strict_is_of_this_thread_and_block_only():
    seen = []
    with config.strict():
        assert config.is_strict()
        thread = threading.Thread(target=lambda: seen.append(config.is_strict()))
        thread.start()
        thread.join()
        with config.strict(False):
            assert not config.is_strict()
    assert not config.is_strict()
    assert seen == [False]


@pytest.mark.parametrize(("name", "want"), [("numpy", "numpy"), ("", None)])
def test_back_end_from_the_environment(name, want):
    code = "from teachkeras import config; print(config.backend())"
    environment = {**os.environ, "TEACHKERAS_BACKEND": name}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() in ([want] if want else ["numpy", "numba"])


@pytest.mark.parametrize(
    ("text", "quota"), [("max 100000", None), ("150000 100000", 1.5), ("50000 100000", 0.5), ("rubbish", None)]
)
def test_cgroup_quota(tmp_path, text, quota):
    (tmp_path / "cpu.max").write_text(text)
    assert config.cgroup_quota(str(tmp_path)) == quota


def test_cgroup_quota_of_the_old_kind(tmp_path):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("200000")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000")
    assert config.cgroup_quota(str(tmp_path)) == 2.0
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1")
    assert config.cgroup_quota(str(tmp_path)) is None


def test_threads_are_what_the_process_may_use(monkeypatch):
    monkeypatch.setattr(config, "cgroup_quota", lambda: 0.5)
    assert config.threads() == 1
    monkeypatch.setattr(config, "cgroup_quota", lambda: None)
    if hasattr(os, "sched_getaffinity"):
        assert config.threads() == len(os.sched_getaffinity(0))


# --- events -----------------------------------------------------------------------------------------------------------


def test_listeners_hear_in_order_and_the_last_answer_counts():
    channel, heard = events.Channel("demo"), []
    channel.subscribe(lambda x: heard.append(("a", x)))
    second = channel.subscribe(lambda x: "answer")
    channel.subscribe(lambda x: heard.append(("b", x)))
    assert channel.emit(1) == "answer"
    assert heard == [("a", 1), ("b", 1)]
    second.remove()
    second.remove()
    assert channel.emit(2) is None


def test_a_listener_may_leave_while_it_is_told():
    channel, heard = events.Channel("demo"), []
    handle = channel.subscribe(lambda: (heard.append(1), handle.remove()) and None)
    channel.subscribe(lambda: heard.append(2))
    channel.emit()
    channel.emit()
    assert heard == [1, 2, 2]


def test_the_same_listener_twice_is_two_subscriptions():
    channel = events.Channel("demo")
    first, second = channel.subscribe(print), channel.subscribe(print)
    first.remove()
    assert len(channel.listeners) == 1
    second.remove()
    assert channel.listeners == []


def test_a_with_block_ends_the_subscription_even_on_an_error():
    channel = events.Channel("demo")
    with pytest.raises(KeyError), channel.subscribe(print):
        raise KeyError
    assert channel.listeners == []


# --- namespaces -------------------------------------------------------------------------------------------------------


def test_public_is_what_a_module_defines_itself():
    module = types.ModuleType("demo")
    exec(
        "import os\nfrom json import dumps\nclass A: pass\ndef f(): pass\ndef _g(): pass\nx = 3\naliases = {'ff': f}",
        vars(module),
    )
    assert set(namespace.public(module)) == {"A", "f", "ff"}


def test_a_typo_is_answered():
    import teachkeras.ops

    with pytest.raises(AttributeError, match="did you mean 'softmax'"):
        teachkeras.ops.sofmax
    assert not hasattr(teachkeras.ops, "__wrapped__")


# --- variables --------------------------------------------------------------------------------------------------------


def test_an_initializer_needs_a_shape_and_gets_the_dtype():
    v = Variable(lambda shape, dtype: np.full(shape, 2, dtype), shape=(2, 3), dtype="float16")
    assert (v.shape, v.dtype, v.ndim, v.size) == ((2, 3), "float16", 2, 6)
    with pytest.raises(ArgumentError, match="shape"):
        Variable(lambda shape, dtype: 0, name="w")
    with pytest.raises(ArgumentError, match="colour"):
        Variable(1.0, colour="red")


def test_assigning_keeps_shape_and_dtype():
    v = Variable(np.zeros((2, 3), "float32"), name="kernel")
    with pytest.raises(ShapeError, match="kernel"):
        v.assign(np.zeros(3))
    assert v.version == 0
    v.assign(np.ones((2, 3), "float64"))
    assert v.dtype == "float32"
    assert v.assign_sub(np.ones((2, 3))) is v
    assert not v.numpy().any()


def test_every_change_is_told():
    heard, v = [], Variable([1.0, 2.0])
    with events.update.subscribe(lambda variable, gradient, before, slots: heard.append((variable, before.tolist()))):
        v.assign([3.0, 4.0])
    assert heard == [(v, [1.0, 2.0])]


def test_a_float_variable_takes_floatx():
    assert Variable(1.0).dtype == Variable([1.0]).dtype == "float32"
    assert Variable(np.float64([1.0])).dtype == "float64"
    assert Variable([1, 2]).dtype == "int32"
