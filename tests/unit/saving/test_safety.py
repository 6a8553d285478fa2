"""What a file must not do, and what saving promises: whole or not at all, all or nothing."""

import io
import json
import os
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, CorruptFileError, ShapeError, TeachKerasError
from teachkeras.saving import foreign, whole


def small(units=3):
    return tk.Sequential([tk.layers.Input((4,)), tk.layers.Dense(units, name="first"), tk.layers.Dense(2, name="last")])


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, **changes):
    content = members(path)
    content.update({name.replace("__", "."): data for name, data in changes.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def saved(tmp_path):
    small().save(tmp_path / "m.keras")
    return tmp_path / "m.keras"


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/tmp/evil.txt", "assets/../../evil", "C:\\evil", "a\\..\\evil", "C:/evil"]
)
def test_a_name_outside_the_archive(saved, name):
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(name, b"evil")
    with pytest.raises(CorruptFileError, match="plain files inside"):
        tk.models.load_model(saved)
    assert os.listdir(saved.parent) == ["m.keras"]


def test_a_link_in_the_archive(saved):
    info = zipfile.ZipInfo("assets/link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(CorruptFileError):
        tk.models.load_model(saved)


def test_a_bomb_in_the_archive(saved):
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("assets/zeros", "w") as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    with pytest.raises(CorruptFileError, match="that claim"):
        tk.models.load_model(saved)


def test_a_config_that_asks_for_all_memory(saved):
    config = json.loads(members(saved)["config.json"])
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "Dense":
            layer["config"]["units"] = 2_000_000_000
            layer.pop("build_config")
    rewritten(saved, config__json=json.dumps(config))
    with pytest.raises(TeachKerasError, match="bytes"):
        tk.models.load_model(saved)


def test_deeply_nested_json(saved):
    rewritten(saved, config__json="[" * 100_000)
    with pytest.raises(CorruptFileError):
        tk.models.load_model(saved)


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("teachkeras.cli", "main"), ("keras.saving", "Node"),
     ("keras.callbacks", "CSVLogger"), ("keras.utils", "get_file"), ("keras.datasets", "mnist")],
)  # fmt: skip
def test_a_class_from_elsewhere(saved, module, name):
    config = json.loads(members(saved)["config.json"])
    config["config"]["layers"][1].update(
        module=module, class_name=name, registered_name=name, config={"command": "touch x"}
    )
    rewritten(saved, config__json=json.dumps(config))
    with pytest.raises(TypeError, match="Could not locate"):
        tk.models.load_model(saved)


def hdf5(build):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver="latest" if build is virtual_data else ("earliest", "v108")) as file:
        small_weights(file)
        build(file)
    return buffer.getvalue()


def small_weights(file, names=("dense", "dense_1"), shapes=(((4, 3), (3,)), ((3, 2), (2,)))):
    for name, (kernel, bias) in zip(names, shapes, strict=True):
        group = file.create_group(f"layers/{name}/vars")
        group["0"], group["1"] = np.ones(kernel, "float32"), np.ones(bias, "float32")


def external_link(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("other.h5", "/secret")


def soft_link(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense_1/vars/0")


def external_data(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (4, 3), "float32", external=[("/etc/passwd", 0, 48)])


def virtual_data(file):
    del file["layers/dense/vars/0"]
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource("other.h5", "secret", (4, 3))
    file["layers/dense/vars"].create_virtual_dataset("0", layout)


def loop(file):
    file["layers/dense/vars/again"] = file["layers"]


def text(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = "import os"


def huge(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (10**6, 10**6), "float32", chunks=(1, 1000))


@pytest.mark.parametrize("build", [external_link, soft_link, external_data, virtual_data, loop, text, huge])
def test_hostile_hdf5(tmp_path, build):
    (tmp_path / "x.weights.h5").write_bytes(hdf5(build))
    model = small()
    before = model.get_weights()
    with pytest.raises((CorruptFileError, ShapeError)):
        model.load_weights(tmp_path / "x.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    "options", [{"compression": "gzip"}, {"chunks": (2, 2)}, {"compression": "lzf", "shuffle": True}], ids=str
)
def test_uncommon_storage_is_rewritten(tmp_path, options):
    kernel = np.arange(12, dtype="float32").reshape(4, 3)

    def build(file):
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset("0", data=kernel, **options)

    (tmp_path / "x.weights.h5").write_bytes(hdf5(build))
    model = small()
    model.load_weights(tmp_path / "x.weights.h5")
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_new_style_groups(tmp_path):
    with h5py.File(tmp_path / "x.weights.h5", "w", libver="latest") as file:
        small_weights(file)
    model = small()
    model.load_weights(tmp_path / "x.weights.h5")
    assert np.all(model.get_weights()[0] == 1)


def test_a_reader_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(foreign, "SECONDS", 0.3)
    monkeypatch.setattr(foreign, "CHILD", "import time; time.sleep(60)")
    with pytest.raises(CorruptFileError, match="within a minute"):
        foreign.rewritten(b"x", "file")


def test_a_lambda_is_not_run(tmp_path, saved):
    config = json.loads(members(saved)["config.json"])
    config["config"]["layers"][1] = {
        "module": "keras.layers", "class_name": "Activation", "registered_name": None,
        "config": {"name": "x", "activation": {"class_name": "__lambda__", "config": {"code": "4wAA", "defaults": None}}},
    }  # fmt: skip
    rewritten(saved, config__json=json.dumps(config))
    for safe_mode in (True, False):
        with pytest.raises(ArgumentError, match="Python lambda"):
            tk.models.load_model(saved, safe_mode=safe_mode)


# --- whole or not at all ---------------------------------------------------------------------------------------------


def test_a_failed_save_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr(tk.saving.archive, "packed_weights", lambda model: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        small().save(saved)
    assert saved.read_bytes() == before and os.listdir(saved.parent) == ["m.keras"]


def test_a_block_that_fails_writes_nothing(tmp_path):
    with pytest.raises(KeyError), whole.written_whole(tmp_path / "x") as file:
        file.write(b"half")
        raise KeyError
    assert os.listdir(tmp_path) == []


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "m.keras").write_bytes(b"old")
    (tmp_path / "m.keras").symlink_to(tmp_path / "real" / "m.keras")
    small().save(tmp_path / "m.keras")
    assert (tmp_path / "m.keras").is_symlink() and tk.models.load_model(tmp_path / "real" / "m.keras").built


def test_loading_changes_all_or_nothing(tmp_path):
    small().save_weights(tmp_path / "x.weights.h5")
    other = tk.Sequential([tk.layers.Input((4,)), tk.layers.Dense(3), tk.layers.Dense(5)])
    before = other.get_weights()
    with pytest.raises(ShapeError, match="nothing was changed"):
        other.load_weights(tmp_path / "x.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(before, other.get_weights(), strict=True))
    with pytest.warns(UserWarning, match="could not be loaded"):
        other.load_weights(tmp_path / "x.weights.h5", skip_mismatch=True)
    assert not np.array_equal(before[0], other.get_weights()[0])
    np.testing.assert_array_equal(before[2], other.get_weights()[2])


def test_a_layers_own_loading_is_undone_too(tmp_path):
    class Own(tk.layers.Dense):
        def load_own_variables(self, store):
            super().load_own_variables(store)
            if getattr(self, "fails", False):
                raise RuntimeError("no")

    build = lambda: tk.Sequential([tk.layers.Input((2,)), Own(2), Own(2)])  # noqa: E731
    build().save_weights(tmp_path / "x.weights.h5")
    model = build()
    model.layers[1].fails = True
    before = model.get_weights()
    with pytest.raises(ValueError, match="no"):
        model.load_weights(tmp_path / "x.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """No file may grow beyond 20,000 bytes, as on a disk that has no more: the file that was there stays whole."""
    script = """
import resource, signal, sys
import numpy as np
import teachkeras as tk
from teachkeras import callbacks
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = sys.argv[1]
def model(units):
    return tk.Sequential([tk.layers.Input((4,)), tk.layers.Dense(units), tk.layers.Dense(2)])
names = ["m.keras", "m.h5", "m.weights.h5", "old.h5"]
def write(m, name):
    m.save(f"{folder}/{name}") if name in names[:2] else m.save_weights(f"{folder}/{name}")
small = model(3)
for name in names:
    write(small, name)
small.compile("sgd", "mse")
backup = callbacks.BackupAndRestore(f"{folder}/backup", delete_checkpoint=False)
small.fit(np.ones((4, 4)), np.ones((4, 2)), verbose=0, callbacks=[backup])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
large = model(5000)
large.compile("sgd", "mse")
for name in names:
    try:
        write(large, name)
    except OSError as error:
        print(name, error.errno)
large.fit(np.ones((4, 4)), np.ones((4, 2)), verbose=0, epochs=1)
try:
    backup.set_model(large)
    backup._save(0)
except OSError as error:
    print("backup", error.errno)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["m.keras", "27", "m.h5", "27", "m.weights.h5", "27", "old.h5", "27", "backup", "27"]  # EFBIG
    assert sorted(os.listdir(tmp_path)) == ["backup", "m.h5", "m.keras", "m.weights.h5", "old.h5"]
    assert sorted(os.listdir(tmp_path / "backup")) == ["latest.weights.h5", "training_metadata.json"]
    for name in ("m.keras", "m.h5"):
        assert tk.models.load_model(tmp_path / name).layers[0].units == 3
    for name in ("m.weights.h5", "old.h5", "backup/latest.weights.h5"):
        small(3).load_weights(tmp_path / name)
