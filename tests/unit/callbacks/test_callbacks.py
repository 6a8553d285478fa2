"""Callbacks that touch files or the network: checkpoints, backups, a monitor's server."""

import http.server
import json
import threading
import urllib.parse

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import callbacks

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


class Saved:
    """A model that only notes what is saved."""

    metrics = ()

    def __init__(self):
        self.paths = []

    def save(self, path, overwrite):
        self.paths.append(path)

    save_weights = save


def told(checkpoint, losses):
    model = Saved()
    checkpoint.set_model(model)
    checkpoint.on_train_begin()
    for epoch, loss in enumerate(losses):
        checkpoint.on_epoch_begin(epoch)
        for batch in range(4):
            checkpoint.on_train_batch_end(batch, {"loss": loss})
        checkpoint.on_epoch_end(epoch, {"loss": loss})
    return model.paths


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["1.keras", "2.keras", "3.keras"]),
        ({"save_best_only": True}, ["1.keras", "3.keras"]),
        ({"save_best_only": True, "mode": "max"}, ["1.keras", "2.keras"]),
        ({"save_best_only": True, "initial_value_threshold": 1.5}, ["3.keras"]),
        ({"filepath": "{epoch}-{batch}.keras", "save_freq": 3}, ["1-3.keras", "2-2.keras", "3-1.keras", "3-4.keras"]),
        ({"filepath": "{epoch:03d}-{loss:.2f}.weights.h5", "save_weights_only": True},
         ["001-2.00.weights.h5", "002-3.00.weights.h5", "003-1.00.weights.h5"]),
    ],
)  # fmt: skip
def test_checkpoints(settings, expected):
    assert told(callbacks.ModelCheckpoint(**{"filepath": "{epoch}.keras", "monitor": "loss", **settings}),
                [2.0, 3.0, 1.0]) == expected  # fmt: skip


def test_checkpoint_says_what_it_does(capsys):
    told(callbacks.ModelCheckpoint("m.keras", "loss", verbose=1, save_best_only=True), [2.0, 3.0, 1.0])
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [
        "Epoch 1: loss improved from None to 2.00000, saving model to m.keras",
        "Epoch 1: finished saving model to m.keras",
        "Epoch 2: loss did not improve from 2.00000",
        "Epoch 3: loss improved from 2.00000 to 1.00000, saving model to m.keras",
        "Epoch 3: finished saving model to m.keras",
    ]
    with pytest.warns(UserWarning, match="Can save best model only with val_loss available"):
        assert told(callbacks.ModelCheckpoint("m.keras", save_best_only=True), [1.0]) == ["m.keras"]  # as Keras does


class Server(http.server.BaseHTTPRequestHandler):
    got: list = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append((self.path, self.headers["Content-Type"], self.headers.get("X-Key"), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def test_remote_monitor():
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    root = f"http://127.0.0.1:{server.server_port}"
    try:
        for json_body in (False, True):
            monitor = callbacks.RemoteMonitor(root, headers={"X-Key": "k"}, send_as_json=json_body)
            monitor.on_epoch_end(1, {"loss": np.float32(0.5)})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    (path, kind, key, body), (_, json_kind, _, json_text) = Server.got
    assert (path, kind, key) == ("/publish/epoch/end/", "application/x-www-form-urlencoded", "k")
    assert json.loads(urllib.parse.parse_qs(body)["data"][0]) == {"epoch": 1, "loss": 0.5}
    assert json_kind == "application/json" and json.loads(json_text) == {"epoch": 1, "loss": 0.5}
    with pytest.warns(UserWarning, match="Could not reach RemoteMonitor root server"):
        callbacks.RemoteMonitor(root).on_epoch_end(0, {})


class Interrupt(callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise RuntimeError("power cut")


def fresh():
    model = tk.Sequential([tk.layers.Input((4,)), tk.layers.Dense(1, kernel_initializer="ones")])
    model.compile("adam", "mse")
    return model


@pytest.mark.skipif(not hasattr(tk.Model, "save_weights"), reason="saving is not there yet")
@pytest.mark.parametrize(("freq", "epochs", "steps"), [("epoch", [3, 4], 25), (3, [2, 3, 4], 30)])
def test_backup(tmp_path, freq, epochs, steps):
    folder = tmp_path / "backup"
    for double in (False, True):
        backup = callbacks.BackupAndRestore(folder, freq, double_checkpoint=double)
        with pytest.raises(RuntimeError, match="power cut"):
            fresh().fit(X, Y, epochs=5, batch_size=4, verbose=0, callbacks=[backup, Interrupt(3)])
        names = {"latest.weights.h5", "training_metadata.json"}
        assert {p.name for p in folder.iterdir()} == names | ({n + ".bkp" for n in names} if double else set())
        if double:
            (folder / "latest.weights.h5").write_bytes(b"cut")
        model = fresh()
        history = model.fit(X, Y, epochs=5, batch_size=4, verbose=0, callbacks=[
            callbacks.BackupAndRestore(folder, freq, double_checkpoint=double)])  # fmt: skip
        expected = epochs if not double else [epochs[0] - 1, *epochs] if freq == "epoch" else history.epoch
        assert history.epoch == expected and not folder.exists()
        if not double:
            assert int(model.optimizer.iterations) == steps
