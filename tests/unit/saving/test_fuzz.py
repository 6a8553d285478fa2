"""Damaged and hostile files: each gives a clear error or a right load; nothing hangs, crashes or grows."""

import copy
import io
import json
import os
import random
import resource
import time
import warnings
import zipfile

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import TeachKerasError

SECONDS, MEGABYTES = 5.0, 400  # for one file; for all together
HOSTILE = [
    None, True, -1, 0, 10**12, 10**400, 1e308, float("nan"), "", "x" * 5000, [], {}, [[]], "../../etc/passwd", "\x00", [None] * 50,
    {"class_name": "function", "config": "eval"}, {"module": "os", "class_name": "system", "config": {"command": "touch x"}},
    {"class_name": "__lambda__", "config": {"code": "4wAAAA==", "defaults": None, "closure": None}},
    {"class_name": "__numpy__", "config": {"value": [[1], [2, 3]], "dtype": "O"}}, [10**9] * 4, "keras.src.utils", "builtins",
]  # fmt: skip


def model():
    built = tk.Sequential(
        [
            tk.layers.Input((4,)),
            tk.layers.Dense(5, activation="relu", kernel_regularizer="l2"),
            tk.layers.Dropout(0.2, seed=1),
            tk.layers.Dense(3, name="out"),
        ],
        name="victim",
    )
    built.compile("adam", "mse", metrics=["mae"])
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    built.fit(x, x[:, :3], verbose=0)
    return built


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    built = model()
    built.save(folder / "m.keras"), built.save(folder / "m.h5"), built.save_weights(folder / "m.weights.h5")
    return {name: (folder / name).read_bytes() for name in ("m.keras", "m.h5", "m.weights.h5")}


def flipped(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def replaced(data, rng):
    data, at = bytearray(data), rng.randrange(len(data))
    piece = rng.choice([b"\xff" * 8, b"\0" * 8, rng.randbytes(8), rng.randrange(2**32).to_bytes(8, "little")])
    data[at : at + 8] = piece
    return bytes(data)


def cut(data, rng):
    return data[: rng.randrange(len(data))] + rng.choice([b"", b"", rng.randbytes(16)])


def moved(data, rng):
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:a] + data[b:] if rng.random() < 0.5 else data[:b] + data[a:]


def changed_json(value, rng):
    """Return a config with one thing in it replaced, removed or doubled."""
    places = []

    def visit(item, path):
        places.append(path)
        pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        for key, inner in pairs:
            visit(inner, (*path, key))

    visit(value, ())
    path = rng.choice(places[1:])
    inside = value
    for key in path[:-1]:
        inside = inside[key]
    if rng.random() < 0.2:
        del inside[path[-1]]
    else:
        inside[path[-1]] = copy.deepcopy(rng.choice(HOSTILE))
    return value


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members):
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def other_members(data, rng):
    members = members_of(data)
    kind = rng.randrange(6)
    if kind == 0:
        names = list(members)
        rng.shuffle(names)
        return zipped(zip(names, members.values(), strict=True))
    if kind == 1:
        members.pop(rng.choice(list(members)))
    elif kind == 2:
        members[rng.choice(["../x", "/x", "assets/../../x", "C:\\x", "a\\b", "assets/x"])] = b"x"
    elif kind == 3:
        return zipped([*members.items(), rng.choice(list(members.items()))])
    elif kind == 4:
        members["model.weights.h5"] = rng.choice([flipped, replaced, cut, moved])(members["model.weights.h5"], rng)
    else:
        members["config.json"] = rng.choice([flipped, cut, moved])(members["config.json"], rng)
    return zipped(members.items())


def other_config(data, rng):
    members = members_of(data)
    config = json.loads(members["config.json"])
    for _ in range(rng.choice([1, 1, 3])):
        config = changed_json(config, rng)
    return zipped({**members, "config.json": json.dumps(config)}.items())


def attempt(folder, name, data):
    """Load a file; return "loaded" or the kind of error, which must be one of ours."""
    path = folder / name
    path.write_bytes(data)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if "weights" in name:
                victim = model()
                before = victim.get_weights()
                try:
                    victim.load_weights(path)
                except TeachKerasError:
                    assert all(np.array_equal(a, b) for a, b in zip(before, victim.get_weights(), strict=True))
                    raise
            else:
                tk.models.load_model(path)
            result = "loaded"
        except TeachKerasError as error:
            assert str(error)
            result = type(error).__name__
    assert time.perf_counter() - started < SECONDS
    assert os.listdir(folder) == [name]
    path.unlink()
    return result


def run(originals, folder, tries, seed):
    rng = random.Random(seed)
    counted: dict = {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(tries):
        name = rng.choice(list(originals))
        ways = [flipped, replaced, cut, moved] + ([other_members, other_config] * 3 if name == "m.keras" else [])
        way = rng.choice(ways)
        state = rng.getstate()
        try:
            result = attempt(folder, name, way(originals[name], rng))
        except BaseException:
            print("failing case:", name, way.__name__, hash(state))
            raise
        counted[way.__name__, result] = counted.get((way.__name__, result), 0) + 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEGABYTES, f"{grown} MB more"
    return counted


def test_damaged_files(originals, tmp_path):
    counted = run(originals, tmp_path, 150, seed=1)
    assert sum(counted.values()) == 150


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
def test_many_damaged_files(originals, tmp_path, seed):
    counted = run(originals, tmp_path, 1100, seed=100 + seed)
    print(counted)
