"""TensorBoard's files: checksums against published values, records and messages read back, the tags of a run."""

import struct
import zlib

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.callbacks import _event_file as events

# RFC 3720, appendix B.4, and the usual check value
CHECKSUMS = [
    (b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (bytes(range(32)), 0x46DD794E),
    (bytes(range(31, -1, -1)), 0x113FDB5C), (b"", 0),
]  # fmt: skip


@pytest.mark.parametrize(("data", "crc"), CHECKSUMS)
def test_crc32c(data, crc):
    assert events.crc32c(data) == crc


def test_mask_is_undone():
    def unmasked(number):
        turned = (number - 0xA282EAD8) & 0xFFFFFFFF
        return (turned >> 17 | turned << 15) & 0xFFFFFFFF

    assert unmasked(events.masked(b"123456789")) == 0xE3069283


def fields(message):
    """Yield (number, value) of a message's fields."""

    def varint():
        nonlocal at
        number = shift = 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    at = 0
    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 1:
            yield key >> 3, struct.unpack_from("<d", message, at)[0]
            at += 8
        else:
            size = varint()
            yield key >> 3, message[at : at + size]
            at += size


def read(path):
    """Return (tag, step, content of the tensor, plugin) of each value; every checksum must hold."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        (size,), (crc,) = struct.unpack_from("<Q", data, at), struct.unpack_from("<I", data, at + 8)
        assert crc == events.masked(data[at : at + 8])
        message = data[at + 12 : at + 12 + size]
        assert struct.unpack_from("<I", data, at + 12 + size) == (events.masked(message),)
        at += 16 + size
        event = dict(fields(message))
        if 5 in event:
            value = dict(fields(dict(fields(event[5]))[1]))
            tensor, about = dict(fields(value[8])), dict(fields(value[9]))
            found.append((value[1].decode(), event.get(2), tensor.get(4, b""), dict(fields(about[1]))[1].decode()))
        else:
            assert event[3] == b"brain.Event:2"
    return found


def test_values_read_back(tmp_path):
    file = events.EventFile(str(tmp_path))
    file.scalar("loss", 0.25, 3)
    file.histogram("w", np.array([0.0, 1.0, 1.0, np.nan]), 4)
    file.images("p", [np.full((2, 3, 1), 7, np.uint8)], 300)
    file.close()
    loss, w, p = read(next(tmp_path.iterdir()))
    assert loss == ("loss", 3, np.float32(0.25).tobytes(), "scalars")
    rows = np.frombuffer(w[2], "<f8").reshape(-1, 3)
    assert len(rows) == 30 and rows[:, 2].sum() == 3 and w[3] == "histograms"
    assert p[1] == 300 and p[3] == "images"


def test_png():
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    data = events.png(pixels)
    size = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT")
    length = struct.unpack(">I", data[start - 4 : start])[0]
    rows = zlib.decompress(data[start + 4 : start + 4 + length])
    assert size == (2, 2) and rows == b"\0" + pixels[0].tobytes() + b"\0" + pixels[1].tobytes()


def run(folder, **settings):
    model = tk.Sequential([tk.layers.Input((4,)), tk.layers.Dense(3, name="hidden"), tk.layers.Dense(1, name="out")])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
    board = tk.callbacks.TensorBoard(folder, **settings)
    history = model.fit(x, x[:, 0], epochs=2, verbose=0, batch_size=10, validation_split=0.2, callbacks=[board])
    return model, history.history


def test_tags_of_a_run(tmp_path):
    _, history = run(tmp_path, histogram_freq=1, write_images=True, update_freq=2, write_steps_per_second=True)
    train = read(next((tmp_path / "train").iterdir()))
    validation = read(next((tmp_path / "validation").iterdir()))
    tags = {tag for tag, *_ in train if tag != "keras"}
    weights = {tag for tag in tags if "/" in tag}
    assert tags - weights == {"epoch_loss", "epoch_mae", "epoch_learning_rate", "epoch_steps_per_second", "batch_loss",
                              "batch_mae", "batch_steps_per_second"}  # fmt: skip
    assert sum(tag.endswith("kernel/histogram") for tag in weights) == 2
    assert {t for t, *_ in validation} == {"epoch_loss", "epoch_mae", "evaluation_loss_vs_iterations",
                                           "evaluation_mae_vs_iterations"}  # fmt: skip
    losses = [np.frombuffer(content, "<f4")[0] for tag, _, content, _ in train if tag == "epoch_loss"]
    np.testing.assert_allclose(losses, history["loss"], rtol=1e-6)
    assert [step for tag, step, *_ in train if tag == "batch_loss"] == [0, 2, 4, 6]
    assert [step for tag, step, *_ in validation if tag == "evaluation_loss_vs_iterations"] == [4, 8]


def test_tensorboard_reads_it(tmp_path):
    reader = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
    )
    _, history = run(tmp_path)
    found = reader.EventAccumulator(str(tmp_path / "train"))
    found.Reload()
    assert len(found.Tensors("epoch_loss")) == len(history["loss"])


def test_bad_arguments():
    with pytest.raises(ValueError, match="update_freq"):
        tk.callbacks.TensorBoard(update_freq="hour")
    with pytest.raises(ValueError, match="profile_batch"):
        tk.callbacks.TensorBoard(profile_batch="1,2,3")
    with pytest.warns(UserWarning, match="record"):
        tk.callbacks.TensorBoard(profile_batch=2)
