"""Live training without a browser: what it keeps, what it sends and when, what it costs."""

import asyncio
import base64
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError
from teachkeras_widgets import LiveTraining, kernel, live
from teachkeras_widgets.live_figure import best_epoch


class Logs(dict):
    """What fit hands to a callback: a dict, and the batch's own loss for nothing."""

    def __init__(self, batch_loss, **values):
        super().__init__(loss=batch_loss, **values)
        self.batch_loss = batch_loss


class Control:
    """The levers of a model, which write down who pulled them."""

    def __init__(self):
        self.paused, self.running, self.pulled = False, True, []

    def __getattr__(self, name):
        if name == "awaiting":
            raise AttributeError(name)
        return lambda *values: self.pulled.append((name, *values))


def a_model():
    optimizer = SimpleNamespace(learning_rate=0.001)
    return SimpleNamespace(watchers=[], control=Control(), optimizer=optimizer, stop_training=False)


def a_view(epochs=5, steps=100, **options):
    view = LiveTraining(a_model(), **options)
    view.set_model(view_model := SimpleNamespace(**vars(a_model())))
    view.set_params({"epochs": epochs, "steps": steps, "verbose": 0})
    view.messages = []
    view.send = lambda message, buffers=None: view.messages.append((message, buffers))
    assert view.model is view_model
    return view


def train(view, notebook=None, epochs=5, steps=100, seconds=0.004):
    view.on_train_begin()
    for epoch in range(epochs):
        for batch in range(steps):
            if notebook:
                notebook.clock.now += seconds
            view.on_train_batch_end(batch, Logs(1.0 / (1 + epoch * steps + batch), accuracy=0.5))
        view.on_epoch_end(
            epoch, {"loss": 1 / (epoch + 1), "val_loss": abs(epoch - 2) + 1.0, "val_accuracy": 0.1 * epoch}
        )
    view.on_train_end()


def test_attaches_to_a_model_once_and_refuses_what_is_none():
    model = a_model()
    view = live(model)
    view.watch(model)
    assert model.watchers == [view]
    with pytest.raises(ArgumentError, match="callbacks="):
        LiveTraining("not a model")
    with pytest.raises(ArgumentError, match="even number"):
        LiveTraining(points=7)


def test_the_engine_names_it_too():
    model = a_model()
    assert model.watchers == [tk.live(model, language="zh")]


def test_works_silently_without_a_notebook(capsys):
    view = a_view()
    train(view)
    assert capsys.readouterr() == ("", "") and view.messages == [] and not view.shown
    run = view.runs[-1]
    assert (run.batches, run.epoch) == (500, 5)
    np.testing.assert_allclose(run.curves["batch/loss"].points[0, 2], 1.0)
    assert best_epoch(run, "loss") == (3, 1.0, "epoch/val_loss")


@pytest.mark.parametrize("awaited", [False, True])
def test_watching_changes_no_number_of_a_real_fit(notebook, awaited):
    def weights(*callbacks):
        tk.utils.set_random_seed(7)
        model = tk.Sequential([tk.Input((6,)), tk.layers.Dense(5, activation="relu"), tk.layers.Dense(2)])
        model.compile("adam", "mse", metrics=["mae"])
        x = np.random.default_rng(0).random((100, 6), "float32")
        options = {"epochs": 2, "batch_size": 10, "validation_split": 0.2, "verbose": 0, "callbacks": list(callbacks)}
        fit = model.fit_async if awaited else model.fit
        answer = fit(x, x[:, :2], **options)
        history = asyncio.run(answer) if awaited else answer
        return model.get_weights(), history.history

    view = LiveTraining()
    (free, _), (watched, history) = weights(), weights(view)
    assert all(np.array_equal(a, b) for a, b in zip(free, watched, strict=True))
    run = view.runs[-1]
    assert (run.batches, run.epoch) == (16, 2)
    np.testing.assert_allclose(run.curves["epoch/val_mae"].points[:, 2], history["val_mae"], rtol=1e-6)
    losses = run.curves["batch/loss"].points[:, 2]
    np.testing.assert_allclose([losses[:8].mean(), losses[8:].mean()], history["loss"], rtol=1e-5)


def test_shown_once_however_often_fit_runs_and_the_cell_names_it(notebook):
    view = a_view()
    train(view, notebook)
    train(view, notebook)
    view._ipython_display_()  # the same cell ends in `view`
    assert [update for _, update in notebook.outputs] == [False]
    notebook.shell.end_cell()
    assert [update for _, update in notebook.outputs] == [
        False,
        True,
    ]  # the picture of what has been trained stands beside it
    view._ipython_display_()  # a later cell asks for it again
    assert [update for _, update in notebook.outputs] == [False, True, False]


def test_at_most_ten_messages_a_second(notebook):
    view = a_view(epochs=4, steps=2500)
    sent = []
    view.observe(lambda _: sent.append(notebook.clock.now), "snapshot")
    view.send = lambda message, buffers=None: sent.append(notebook.clock.now)
    train(view, notebook, epochs=4, steps=2500, seconds=0.0004)
    assert 4.0 * 9 <= len(sent) <= 4.0 * 10 + 2  # 4 s of training, the last state on top
    assert np.diff(sent)[:-1].min() >= 0.1 - 1e-9


def test_sending_slows_down_when_it_is_dear(notebook):
    view = a_view()
    view.send = lambda *_, **__: setattr(notebook.clock, "now", notebook.clock.now + 0.005)
    view._next_snapshot = 1e9
    view.on_train_begin()
    view._next_snapshot = 1e9
    view._tick()
    assert view._due == pytest.approx(notebook.clock.now + 0.5)  # 5 ms of sending: half a second of rest, 1 %


def test_page_can_rebuild_everything_from_snapshot_and_changes(notebook):
    view = a_view(points=32)
    snapshots = []
    view.observe(lambda change: snapshots.append(change.new), "snapshot")
    view._receive(view, {"type": "hello"}, [])
    train(view, notebook, seconds=0.02)
    numbers = [s["sequence"] for s in snapshots] + [m["sequence"] for m, _ in view.messages]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    curves = {}
    for number in sorted(numbers):
        whole = next((s for s in snapshots if s["sequence"] == number), None)
        if whole:
            curves = dict(whole["runs"][-1]["curves"]) if whole["runs"] else {}
            continue
        message, buffers = next((m, b) for m, b in view.messages if m["sequence"] == number)
        for (key, start), data in zip(message["parts"], buffers, strict=True):
            curves[key] = curves.get(key, b"")[: start * 16] + data
    assert curves == {key: curve.points.tobytes() for key, curve in view.runs[-1].curves.items()}


def test_state_is_bounded(notebook):
    view = a_view(epochs=1, steps=60_000, runs=2)
    for _ in range(3):
        train(view, notebook, epochs=1, steps=60_000, seconds=0.0004)
    assert [run.number for run in view.runs] == [2, 3]
    size = sum(len(data) for run in view.snapshot["runs"] for data in run["curves"].values())
    assert size <= 2 * 2 * 512 * 16 + 1000  # runs × (loss, accuracy) × points × bytes, and a few epochs


def test_a_batch_costs_one_append_and_one_look_at_the_clock():
    view = a_view()
    view.on_train_begin()
    logs = Logs(0.5)
    view.on_train_batch_end(0, logs)
    calls = []
    sys.setprofile(lambda frame, event, what: calls.append((event, getattr(what, "__name__", None))))
    try:
        view.on_train_batch_end(1, logs)
    finally:
        sys.setprofile(None)
    inside = [name for event, name in calls if event == "c_call" and name != "setprofile"]
    assert inside == ["append", "perf_counter"]
    assert [event for event, _ in calls].count("call") == 1  # and no other Python function


def test_buttons_reach_the_control(notebook):
    view = a_view()
    view.on_train_begin()
    for message in (
        {"type": "pause"},
        {"type": "step"},
        {"type": "resume"},
        {"type": "rate", "value": 0.5},
        {"type": "stop"},
    ):
        view._receive(view, message, [])
    assert view.model.control.pulled == [("pause",), ("step",), ("resume",), ("set_learning_rate", 0.5), ("stop",)]
    view._receive(view, {"type": "nonsense"}, [])
    view.on_train_end()
    assert view._state == "stopped"


def test_while_held_the_page_learns_of_it(notebook):
    view = a_view()
    train_begun = view.on_train_begin()
    assert train_begun is None
    notebook.clock.now += 1
    view.on_train_batch_end(0, Logs(1.0))
    view.model.control.paused = True
    notebook.clock.now += 1
    view._on_idle(view.model)
    before = len(view.messages), view._sequence
    notebook.clock.now += 0.5
    view._on_idle(view.model)  # nothing new: nothing sent
    assert view._sent_status["state"] == "paused" and (len(view.messages), view._sequence) == before
    view.on_train_end()


def test_a_fit_that_breaks_is_named_at_the_cells_end(notebook):
    view = a_view()
    view.on_train_begin()
    view.model.control.running = False
    notebook.clock.now += 1
    notebook.shell.end_cell()
    assert view.snapshot["status"]["state"] == "failed" and notebook.shell.bells == []


@pytest.mark.parametrize("version, heard", [("6.30.1", False), ("7.0.0", True), ("7.3.0", True), ("7.4.0", False)])
def test_a_kernel_that_cannot_hear_is_known_by_its_version(version, heard):
    assert kernel.hears_while_busy(version) is heard


def test_mimebundle_is_one_constant_text_and_a_picture(notebook):
    view = a_view()
    for _ in range(2):
        bundle, _ = view._repr_mimebundle_()
        assert bundle["text/plain"] == "LiveTraining"
        assert bundle.keys() == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
        assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
        train(view, notebook)
    view.freeze()
    data, update = notebook.outputs[-1]
    assert update and data.keys() == {"text/plain", "image/png"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(language):
    view = a_view(language=language)
    train(view)
    train(view)
    figure = view.figure()
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["loss", "accuracy"]
    drawn = figure.axes[0].get_lines()
    assert any(np.allclose(line.get_ydata(), [3, 2, 1, 2, 3]) for line in drawn if len(line.get_ydata()) == 5)
    assert view.png().startswith(b"\x89PNG")
