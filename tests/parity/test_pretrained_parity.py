"""Published weights from a server of our own, names of classes, and a frozen base that is then fine-tuned, beside Keras."""

import contextlib
import hashlib
import http.server
import json
import sys
import threading

import numpy as np
import pytest
from twins import assert_alike

import teachkeras
from teachkeras import applications
from teachkeras.applications import _family, imagenet_utils, mobilenet, vgg16
from teachkeras.errors import CorruptFileError

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]


@contextlib.contextmanager
def serving(folder):
    """Serve a folder on the loopback address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def publish(keras, model, path):
    """Write a model's weights the way Keras's published files are laid out; returns their MD5."""
    h5py = pytest.importorskip("h5py")
    legacy = __import__("importlib").import_module("keras.src.legacy.saving.legacy_h5_format")
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        legacy.save_weights_to_hdf5_group(file, model)
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def shaken(model):
    """Give a model weights that are no start values."""
    rng = np.random.default_rng(0)
    model.set_weights([np.abs(rng.normal(0.5, 0.2, w.shape)).astype("float32") * 0.3 for w in model.weights])
    return model


def test_published_weights_are_checked_and_loaded(keras, monkeypatch, tmp_path):
    """VGG16 with two small blocks: the whole way from address to outputs."""
    monkeypatch.setattr(vgg16, "BLOCKS", ((1, 4), (2, 6)))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    k = keras.layers
    theirs = shaken(keras.Sequential([
        keras.Input((32, 32, 3)), k.Conv2D(4, 3, padding="same", activation="relu", name="block1_conv1"),
        k.MaxPooling2D(name="block1_pool"), k.Conv2D(6, 3, padding="same", activation="relu", name="block2_conv1"),
        k.Conv2D(6, 3, padding="same", activation="relu", name="block2_conv2"), k.MaxPooling2D(name="block2_pool"),
    ]))  # fmt: skip
    name = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    md5 = publish(keras, theirs, tmp_path / "served" / "vgg16" / name)
    x = np.random.default_rng(1).random((2, 32, 32, 3)).astype("float32")
    with serving(tmp_path / "served") as address:
        monkeypatch.setattr(_family, "BUCKET", address)
        monkeypatch.setattr(vgg16, "HASHES", ("0" * 32, "0" * 32))
        with pytest.raises(CorruptFileError, match="md5"):
            applications.VGG16(include_top=False, input_shape=(32, 32, 3))
        assert not list((tmp_path / "cache" / "models").iterdir())
        monkeypatch.setattr(vgg16, "HASHES", ("0" * 32, md5))
        ours = applications.VGG16(include_top=False, input_shape=(32, 32, 3))
    np.testing.assert_allclose(ours(x), np.asarray(theirs(x)), rtol=1e-3, atol=1e-5)
    offline = applications.VGG16(include_top=False, input_shape=(32, 32, 3), pooling="max")  # the server is gone
    np.testing.assert_allclose(offline(x), np.asarray(theirs(x)).max((1, 2)), rtol=1e-3, atol=1e-5)
    local = applications.VGG16(
        include_top=False, input_shape=(32, 32, 3), weights=str(tmp_path / "served" / "vgg16" / name)
    )
    np.testing.assert_array_equal(local(x), ours(x))


def test_names_of_classes(keras, monkeypatch, tmp_path):
    names = {str(i): [f"n{i:08d}", f"thing_{i}"] for i in range(1000)}
    (tmp_path / "index.json").write_text(json.dumps(names))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "cache"))
    preds = np.random.default_rng(0).dirichlet(np.ones(1000), 3).astype("float32")
    with serving(tmp_path) as address:
        monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", (f"{address}index.json", None))
        ours = applications.imagenet_utils.decode_predictions(preds, top=4)
    monkeypatch.setattr(sys.modules["keras.src.applications.imagenet_utils"], "CLASS_INDEX", names)
    assert ours == keras.applications.imagenet_utils.decode_predictions(preds, top=4)
    assert mobilenet.decode_predictions(preds) == keras.applications.mobilenet.decode_predictions(preds)
    for engine in (keras, teachkeras):
        with pytest.raises(ValueError, match="decode_predictions"):
            engine.applications.imagenet_utils.decode_predictions(preds[:, :10])


def small_base(engine):
    k = engine.layers
    start = engine.Input((16, 16, 3))
    x = k.ReLU(6.0)(k.BatchNormalization()(k.Conv2D(4, 3, strides=2)(start)))
    return engine.Model(start, k.GlobalAveragePooling2D()(k.DepthwiseConv2D(3)(x)))


def mobilenet_base(engine):
    return engine.applications.MobileNet((32, 32, 3), alpha=0.25, weights=None, include_top=False, pooling="avg")


@pytest.mark.parametrize(("make", "side"), [
    pytest.param(small_base, 16, id="small"), pytest.param(mobilenet_base, 32, id="MobileNet", marks=pytest.mark.full),
])  # fmt: skip
def test_extract_then_fine_tune(keras, make, side):
    """A frozen base below a new head, trained; then all of it at a small rate: the same numbers as Keras."""
    rng = np.random.default_rng(3)
    x = rng.random((12, side, side, 3)).astype("float32")
    t = np.eye(2, dtype="float32")[rng.integers(0, 2, 12)]
    found, start = [], None
    for engine in (keras, teachkeras):
        base = make(engine)
        start = shaken(base).get_weights()
        base.trainable = False
        inputs = engine.Input((side, side, 3))
        outputs = engine.layers.Dense(2, activation="softmax", kernel_initializer="ones")(base(inputs, training=False))
        model = engine.Model(inputs, outputs)
        model.compile(engine.optimizers.SGD(0.1), "categorical_crossentropy")
        first = model.fit(x, t, epochs=2, batch_size=6, shuffle=False, verbose=0).history["loss"]
        for before, after in zip(start, base.get_weights(), strict=True):
            np.testing.assert_array_equal(before, after)
        base.trainable = True
        model.compile(engine.optimizers.SGD(1e-3), "categorical_crossentropy")
        second = model.fit(x, t, epochs=2, batch_size=6, shuffle=False, verbose=0).history["loss"]
        assert any(np.abs(b - a).max() > 0 for b, a in zip(start, base.get_weights(), strict=True))
        found.append((first, second, model.predict(x, verbose=0), model.get_weights()[-1]))
    assert_alike(found[0], found[1], rtol=1e-3, atol=1e-4)
