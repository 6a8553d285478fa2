"""Vocabularies in files: models with lookups that Keras 3.15.1 wrote (on TensorFlow, which its lookups need), read here.

``lookups/NAME.keras`` and ``lookups/expected.json`` (what each was fed and gave there) were made with that Keras; the zip
archives were packed anew, their members are as Keras wrote them.
"""

import importlib.util
import json
import pathlib

import numpy as np
import pytest

import teachkeras as tk

FOLDER = pathlib.Path(__file__).parent / "lookups"
EXPECTED = json.loads((FOLDER / "expected.json").read_text())


def given(model, x):
    return np.asarray(model(np.array(x)[:, None]).data)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_vocabulary_that_keras_wrote(tmp_path, name):
    x, y = EXPECTED[name]
    model = tk.models.load_model(FOLDER / f"{name}.keras")
    np.testing.assert_allclose(given(model, x), y, atol=1e-6)
    model.save(tmp_path / "m.keras")
    np.testing.assert_allclose(given(tk.models.load_model(tmp_path / "m.keras"), x), y, atol=1e-6)


@pytest.mark.full
@pytest.mark.parity
@pytest.mark.parametrize("name", EXPECTED)
def test_a_vocabulary_that_keras_reads(tmp_path, name):
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("Keras's lookups need TensorFlow")
    import keras
    import tensorflow as tf

    x, y = EXPECTED[name]
    tk.models.load_model(FOLDER / f"{name}.keras").save(tmp_path / "m.keras")
    model = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(np.asarray(model(tf.constant(np.array(x)[:, None]))), y, atol=1e-6)


def test_no_file_of_words_is_read(tmp_path):
    (tmp_path / "secret.txt").write_text("a\nb\n")
    path = str(tmp_path / "secret.txt")
    for kind in (tk.layers.StringLookup, tk.layers.IntegerLookup, tk.layers.TextVectorization):
        with pytest.raises(ValueError, match="outside of the model archive"):
            kind.from_config({"vocabulary": path})
    layer = tk.layers.StringLookup(vocabulary=path)  # one's own code may
    assert layer.get_config()["vocabulary"] is None and layer(["b"]).tolist() == [2]
