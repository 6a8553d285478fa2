"""Data sets from folders: what they hold, how they are cut, and fit on them."""

import wave

import numpy as np
import pytest

import teachkeras
from teachkeras import utils
from teachkeras.errors import CorruptFileError

pytest.importorskip("PIL")


@pytest.fixture
def pictures(tmp_path):
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        for i in range(5):
            utils.save_img(tmp_path / name / f"{i}.png", np.full((4, 6, 3), 100 * number + i, "uint8"), scale=False)
    (tmp_path / "a" / "notes.md").write_text("no picture")
    return tmp_path


def test_pictures(pictures, capsys):
    data = utils.image_dataset_from_directory(pictures, image_size=(2, 3), batch_size=4, shuffle=False)
    assert capsys.readouterr().out == "Found 10 files belonging to 2 classes.\n"
    assert len(data) == 3 and data.class_names == ["a", "b"] and data.file_paths[0].endswith("0.png")
    x = np.concatenate([x for x, _ in data])
    assert x.shape == (10, 2, 3, 3) and x.dtype == "float32" and x[:, 0, 0, 0].tolist() == [*range(5), *range(100, 105)]
    assert np.concatenate([y for _, y in data]).tolist() == [0] * 5 + [1] * 5
    grey = utils.image_dataset_from_directory(
        pictures, color_mode="grayscale", data_format="channels_first", image_size=(8, 8)
    )
    assert next(iter(grey))[0].shape == (10, 1, 8, 8)


@pytest.mark.parametrize(("mode", "shape", "last"), [
    ("int", (10,), 1), ("categorical", (10, 2), [0, 1]), ("binary", (10, 1), [1.0]), (None, None, None),
])  # fmt: skip
def test_labels(pictures, mode, shape, last):
    data = utils.image_dataset_from_directory(
        pictures, label_mode=mode, image_size=(2, 2), shuffle=False, verbose=False
    )
    (batch,) = data
    if mode is None:
        assert batch.shape == (10, 2, 2, 3)
    else:
        assert batch[1].shape == shape and batch[1][-1].tolist() == last
    given = utils.image_dataset_from_directory(
        pictures, labels=list(range(10)), image_size=(2, 2), batch_size=None, shuffle=False
    )
    assert [int(y) for _, y in given] == list(range(10)) and len(given) == 10


def test_parts_are_complete_and_apart(pictures, capsys):
    options = {"validation_split": 0.3, "seed": 7, "image_size": (2, 2), "batch_size": 2}
    train, test = utils.image_dataset_from_directory(pictures, subset="both", **options)
    assert capsys.readouterr().out.splitlines()[1:] == ["Using 7 files for training.", "Using 3 files for validation."]
    assert set(train.file_paths) | set(test.file_paths) and not set(train.file_paths) & set(test.file_paths)
    assert len(train.file_paths) == 7 and len(test.file_paths) == 3
    again = utils.image_dataset_from_directory(pictures, subset="validation", **options)
    assert again.file_paths == test.file_paths
    first, second = (np.concatenate([x[:, 0, 0, 0] for x, _ in train]).tolist() for _ in range(2))
    assert first != second and sorted(first) == sorted(second)


def test_fit_evaluate_predict(pictures):
    data = utils.image_dataset_from_directory(pictures, image_size=(4, 6), batch_size=4, seed=1, verbose=False)
    k = teachkeras.layers
    model = teachkeras.Sequential([k.Rescaling(1 / 255), k.Flatten(), k.Dense(1, activation="sigmoid")])
    model.compile(teachkeras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    model.fit(data, validation_data=data, epochs=20, verbose=0)
    assert model.evaluate(data, verbose=0)[1] == 1.0
    assert model.predict(data, verbose=0).shape == (10, 1)


def test_texts(tmp_path):
    for name, text in (("good", "a fine film"), ("bad", "a sad één")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text(text, encoding="utf-8")
    data = utils.text_dataset_from_directory(tmp_path, shuffle=False, verbose=False)
    x, y = next(iter(data))
    assert x.tolist() == ["a sad één", "a fine film"] and y.tolist() == [0, 1] and data.class_names == ["bad", "good"]
    words = teachkeras.layers.TextVectorization()
    words.adapt(x)
    assert words(x).shape == (2, 3)
    (short,) = utils.text_dataset_from_directory(tmp_path, shuffle=False, max_length=5, label_mode=None, verbose=False)
    assert short.tolist() == ["a sad", "a fin"]


def write_sound(path, samples, rate=8000, channels=1, width=2):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels), file.setsampwidth(width), file.setframerate(rate)
        file.writeframes(np.asarray(samples, f"<i{width}").tobytes())


def test_sounds(tmp_path):
    for name, length in (("hum", 6), ("beep", 4)):
        (tmp_path / name).mkdir()
        write_sound(tmp_path / name / "1.wav", np.arange(length) * 1000)
    data = utils.audio_dataset_from_directory(tmp_path, shuffle=False, verbose=False)
    x, y = next(iter(data))
    assert x.shape == (2, 6, 1) and y.tolist() == [0, 1] and x[0, 4:].tolist() == [[0], [0]]
    np.testing.assert_allclose(x[1, :, 0], np.arange(6) * 1000 / 32768)
    (fast,) = utils.audio_dataset_from_directory(
        tmp_path, sampling_rate=16000, output_sequence_length=8, label_mode=None, shuffle=False
    )
    np.testing.assert_allclose(fast[1, :4, 0], np.arange(4) * 500 / 32768)
    (tmp_path / "hum" / "2.wav").write_bytes(b"noise")
    with pytest.raises(CorruptFileError, match=r"2\.wav"):
        list(utils.audio_dataset_from_directory(tmp_path, shuffle=False, verbose=False))


@pytest.mark.parametrize("wrong", [
    {"label_mode": "x"}, {"labels": 3}, {"labels": [1]}, {"validation_split": 2, "subset": "both"}, {"subset": "training"},
    {"validation_split": 0.2}, {"validation_split": 0.2, "subset": "both"}, {"validation_split": 0.2, "subset": "x", "seed": 1},
    {"class_names": ["a", "c"]}, {"class_names": ["a"], "labels": None}, {"color_mode": "x"},
], ids=str)  # fmt: skip
def test_wrong_arguments(pictures, wrong):
    with pytest.raises(ValueError):
        utils.image_dataset_from_directory(pictures, verbose=False, **wrong)


def test_no_file(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ValueError, match="No"):
        utils.text_dataset_from_directory(tmp_path, verbose=False)
