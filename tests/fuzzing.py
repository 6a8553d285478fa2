"""Damages model files in every way we could think of and loads them; run as a process of its own, with limits on memory.

``python fuzzing.py FOLDER SEED TRIES`` prints a JSON object: what was tried, by format, way and outcome. An outcome other
than a load or one of our errors, a file opened outside of FOLDER, a try of more than 5 s or a process grown by more
than 400 MB ends it with a traceback.
"""

import collections
import copy
import io
import json
import os
import random
import resource
import sys
import warnings
import zipfile

SECONDS, MEGABYTES, ADDRESSES = 5.0, 400, 6 << 30
HOSTILE = [
    None, True, -1, 0, 10**12, 10**400, 1e308, float("nan"), "", "x" * 5000, [], {}, [[]], "../../etc/passwd", "/etc/passwd", "\x00", [None] * 50,
    {"class_name": "function", "config": "eval"}, {"module": "os", "class_name": "system", "config": {"command": "touch x"}},
    {"class_name": "__lambda__", "config": {"code": "4wAAAA==", "defaults": None, "closure": None}},
    {"class_name": "__numpy__", "config": {"value": [[1], [2, 3]], "dtype": "O"}}, [10**9] * 4, "keras.src.utils", "builtins",
    {"module": "keras.layers", "class_name": "Lambda", "config": {"function": "os.system"}},
    {"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}, "registered_name": None},
]  # fmt: skip


# --- ways to damage a file -------------------------------------------------------------------------------------------


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
    elif rng.random() < 0.2:
        inside[path[-1]] = {"a": [inside[path[-1]]] * 3}
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
    if kind == 0:  # swapped
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


def other_json(data, rng):
    return json.dumps(changed_json(json.loads(data), rng)).encode()


def other_shapes(data, rng):
    """Return an HDF5 file with an array of another shape, another type, or under another name."""
    import h5py
    import numpy as np

    buffer = io.BytesIO(data)
    with h5py.File(buffer, "r+") as file:
        found = []
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        name = rng.choice(found)
        shape = file[name].shape
        del file[name]
        kind = rng.randrange(4)
        if kind == 0:
            file[name] = np.zeros((*shape, 2), "float32")
        elif kind == 1:
            file[name] = np.zeros(shape, rng.choice(["int8", "S4", "complex64", "bool", "float16"]))
        elif kind == 2:
            file[name + "x"] = np.zeros(shape, "float32")
        if "model_config" in file.attrs and rng.random() < 0.7:
            file.attrs["model_config"] = json.dumps(changed_json(json.loads(file.attrs["model_config"]), rng))
    return buffer.getvalue()


BYTES = [flipped, replaced, cut, moved]
WAYS = {
    "m.keras": BYTES + [other_members, other_config] * 3, "m.h5": BYTES + [other_shapes] * 2,
    "m.weights.h5": [*BYTES, other_shapes], "old.h5": [*BYTES, other_shapes], "m.json": [*BYTES, *[other_json] * 4],
}  # fmt: skip


# --- trying them -----------------------------------------------------------------------------------------------------


def simple(tk):
    L = tk.layers
    return tk.Sequential(
        [L.Input((4,)), L.Dense(5, "relu", kernel_regularizer="l2"), L.Dropout(0.2, seed=1), L.Dense(4, name="out")],
        name="victim",
    )


def rich(tk):
    L = tk.layers
    i = L.Input((4,))
    x = L.Reshape((2, 2))(i)
    x = L.Bidirectional(L.LSTM(2, return_sequences=True))(x)
    x = L.Add()([L.MultiHeadAttention(1, 2)(x, x), x])
    inner = tk.Sequential([L.Input((2, 4)), L.BatchNormalization(), L.Conv1D(3, 1)], name="inner")
    return tk.Model(i, L.Dense(4)(L.GlobalAveragePooling1D()(inner(x))), name="victim")


def originals(tk, build, folder):
    """Return the model, and the bytes of a good file of every format."""
    import numpy as np

    model = build(tk)
    model.compile("adam", "mse", metrics=["mae"])
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    model.fit(x, x, verbose=0)
    for name in WAYS:
        path = os.path.join(folder, name)
        if name == "m.json":
            with open(path, "w") as file:
                file.write(model.to_json())
        elif name in ("m.weights.h5", "old.h5"):
            model.save_weights(path)
        else:
            model.save(path)
    found = {}
    for name in WAYS:
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
        os.remove(os.path.join(folder, name))
    return model, found


class Watch:
    """Notes every file that is opened outside of the folders that may be, and every command that is run."""

    def __init__(self, folder):
        self.inside = os.path.realpath(folder)
        repository = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.readable = (self.inside, repository, sys.prefix, sys.base_prefix, "/usr", "/lib", "/proc", "/sys", "/dev")
        self.seen: list = []
        sys.addaudithook(self)

    def __call__(self, event, arguments):
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path, _, flags = arguments
            path = os.path.realpath(os.fsdecode(path))
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                if not path.startswith((self.inside, "/dev/null")):
                    self.seen.append(("written", path))
            elif not path.startswith(self.readable):
                self.seen.append(("read", path))
        elif event in ("os.system", "os.exec", "os.symlink", "socket.connect", "pickle.find_class", "marshal.loads"):
            if event != "marshal.loads" or not _importing():
                self.seen.append((event, str(arguments)[:200]))


def _importing():
    frame = sys._getframe(2)
    while frame is not None:
        if "importlib" in frame.f_code.co_filename or "numba" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def seconds():
    """Return the processor time that this process and those that it started have used: the machine may be busy."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def attempt(tk, model, before, path, data):
    """Load a file; return "loaded" or the kind of error, which must be one of ours and leave a model unchanged."""
    import numpy as np

    with open(path, "wb") as file:
        file.write(data)
    started = seconds()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if path.endswith("json"):
                tk.models.model_from_json(data.decode("utf-8", "replace"))
            elif os.path.basename(path) in ("m.weights.h5", "old.h5"):
                model.load_weights(path)
                model.set_weights(before)
            else:
                tk.models.load_model(path)
            result = "loaded"
        except tk.errors.TeachKerasError as error:
            assert str(error)
            result = type(error).__name__
    for a, b in zip(before, model.get_weights(), strict=True):
        assert np.array_equal(a, b), "weights changed by a file that was refused"
    took = seconds() - started
    assert took < SECONDS, f"{took} s"
    os.remove(path)
    return result


def run(folder, seed, tries):
    """Try so many damaged files; return how many of which had which outcome."""
    import teachkeras as tk

    rng = random.Random(seed)
    kinds = []
    for build in (simple, rich):
        model, found = originals(tk, build, folder)
        kinds.append((model, model.get_weights(), found))
    for model, before, found in kinds:  # everything imported and compiled before anything is watched or weighed
        for name, data in found.items():
            assert attempt(tk, model, before, os.path.join(folder, name), data) == "loaded"
    watch, counted = Watch(folder), collections.Counter()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(tries):
        model, before, found = rng.choice(kinds)
        name = rng.choice(list(WAYS))
        way = rng.choice(WAYS[name])
        data = way(found[name], rng)
        try:
            result = attempt(tk, model, before, os.path.join(folder, name), data)
            assert not watch.seen, watch.seen
            assert os.listdir(folder) == [], os.listdir(folder)
        except BaseException:
            print(f"failing case: seed {seed}, try {number}, {name}, {way.__name__}", file=sys.stderr)
            raise
        counted[f"{name} {way.__name__} {result}"] += 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024
    assert grown < MEGABYTES, f"{grown} MB more"
    return {"counted": counted, "grown": grown}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
