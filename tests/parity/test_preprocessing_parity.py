"""Sequences, tokenizers and every kind of data that fit takes, beside Keras."""

import importlib
import random

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, outcome, stack, twins

import teachkeras
from teachkeras import utils
from teachkeras.preprocessing import sequence, text

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

PADDED = [
    ([[1], [2, 3], [4, 5, 6]], {}), ([[1], [2, 3], [4, 5, 6]], {"maxlen": 2}), ([[1], [2, 3]], {"padding": "post"}),
    ([[1, 2, 3, 4], [5]], {"maxlen": 3, "truncating": "post", "value": 9}), ([[], [1]], {"maxlen": 2}), ([[], []], {}),
    ([[1.5, 2], [3]], {"dtype": "float32", "value": -1.0}), ([["a"], ["b", "c"]], {"dtype": object, "value": "pad"}),
    ([[[1, 2], [3, 4]], [[5, 6]]], {}), (3, {}), ([1, 2], {}), ([[1]], {"value": "x"}), ([[1]], {"padding": "x"}),
    ([[1]], {"truncating": "x"}), ([[[1, 2]], [[1]]], {}), ([["a"]], {}), (np.arange(6).reshape(2, 3), {"maxlen": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("sequences", "settings"), PADDED, ids=str)
def test_pad_sequences(keras, sequences, settings):
    theirs, ours = (
        outcome(lambda make=module.pad_sequences: make(sequences, **settings)) for module in (keras.utils, utils)
    )
    if isinstance(theirs, np.ndarray):
        assert theirs.shape == ours.shape and theirs.dtype == ours.dtype and theirs.tolist() == ours.tolist()
    else:
        assert_alike(theirs, ours)
        assert str(theirs) in str(ours) or "literal" in str(ours)


TEXTS = ["The cat sat on the mat.", "The dog, the cat!", "a b\tc-d; THE end", ""]
TOKENIZERS = [{}, {"num_words": 4}, {"oov_token": "?"}, {"num_words": 4, "oov_token": "?"}, {"char_level": True},
              {"lower": False}, {"filters": "", "split": "t"}, {"analyzer": str.split}]  # fmt: skip


@pytest.fixture
def old(keras):
    return importlib.import_module("keras.src.legacy.preprocessing.text")


@pytest.mark.parametrize("settings", TOKENIZERS, ids=str)
def test_tokenizer(old, settings):
    theirs, ours = old.Tokenizer(**settings), text.Tokenizer(**settings)
    for words in (theirs, ours):
        words.fit_on_texts(TEXTS)
        words.fit_on_sequences([[1, 2], [2, 3]])
    for name in ("word_index", "index_word", "word_counts", "word_docs", "index_docs", "document_count"):
        assert dict(getattr(theirs, name)) == dict(getattr(ours, name)) if name != "document_count" else (
            theirs.document_count == ours.document_count), name  # fmt: skip
    sequences = theirs.texts_to_sequences([*TEXTS, "the unknown cat"])
    assert ours.texts_to_sequences([*TEXTS, "the unknown cat"]) == sequences
    assert ours.sequences_to_texts([*sequences, [99]]) == theirs.sequences_to_texts([*sequences, [99]])
    for mode in ("binary", "count", "freq", "tfidf"):
        np.testing.assert_allclose(ours.texts_to_matrix(TEXTS[:3], mode), theirs.texts_to_matrix(TEXTS[:3], mode))
    if "analyzer" not in settings:
        again = text.tokenizer_from_json(theirs.to_json())
        assert again.texts_to_sequences(TEXTS) == theirs.texts_to_sequences(TEXTS)
        assert old.tokenizer_from_json(ours.to_json()).word_index == ours.word_index


def test_words(old):
    for arguments in [(), ("aeiou",), ("", False), ("", True, "t")]:
        for line in TEXTS:
            assert text.text_to_word_sequence(line, *arguments) == old.text_to_word_sequence(line, *arguments)
            assert text.one_hot(line, 20) == old.one_hot(line, 20)
            assert text.hashing_trick(line, 9, "md5") == old.hashing_trick(line, 9, "md5")


def test_errors_of_tokenizers(old):
    for module in (old, text):
        with pytest.raises(ValueError, match="Specify a dimension"):
            module.Tokenizer().sequences_to_matrix([[1]])
        with pytest.raises(ValueError, match="Fit the Tokenizer"):
            module.Tokenizer(3).sequences_to_matrix([[1]], "tfidf")
        with pytest.raises(ValueError, match="Unknown vectorization mode"):
            module.Tokenizer(3).sequences_to_matrix([[1]], "x")
        with pytest.raises(TypeError, match="Unrecognized keyword"):
            module.Tokenizer(words=3)


def test_old_sequences(keras):
    old = importlib.import_module("keras.src.legacy.preprocessing.sequence")
    data = np.arange(40).reshape(20, 2)
    for settings in [{}, {"stride": 2}, {"sampling_rate": 2}, {"reverse": True}, {"start_index": 3, "end_index": 15}]:
        theirs, ours = (m.TimeseriesGenerator(data, data[:, 0], 4, batch_size=3, **settings) for m in (old, sequence))
        assert len(theirs) == len(ours)
        for i in range(len(theirs)):
            for a, b in zip(theirs[i], ours[i], strict=True):
                np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(sequence.make_sampling_table(50), old.make_sampling_table(50))
    for settings in [{}, {"negative_samples": 0}, {"categorical": True}, {"window_size": 1, "shuffle": False}]:
        found = []
        for module in (old, sequence):
            random.seed(4)
            found.append(module.skipgrams([1, 2, 0, 3, 4], 6, seed=2, **settings))
        assert tuple(found[0]) == found[1]


def test_signatures(keras, old):
    for name in ("pad_sequences", "timeseries_dataset_from_array", "PyDataset", "Sequence"):
        assert signature(getattr(keras.utils, name)) == signature(getattr(utils, name)), name
    for name in ("Tokenizer", "text_to_word_sequence", "one_hot", "hashing_trick", "tokenizer_from_json"):
        assert signature(getattr(old, name)) == signature(getattr(text, name)), name
    assert signature(keras.preprocessing.sequence.pad_sequences) == signature(sequence.pad_sequences)


BAD_WINDOWS = [{"sequence_stride": 0}, {"sequence_stride": 20}, {"sampling_rate": 0}, {"sampling_rate": 30},
               {"start_index": -1}, {"start_index": 12}, {"end_index": 20}, {"start_index": 5, "end_index": 3}]  # fmt: skip


@pytest.mark.parametrize("settings", BAD_WINDOWS, ids=str)
def test_bad_windows(keras, settings):
    for module in (keras.utils, utils):
        with pytest.raises(ValueError, match=next(reversed(settings))):
            module.timeseries_dataset_from_array(np.arange(10), None, 3, **settings)


def test_windows_are_those_of_the_documentation():
    windows = utils.timeseries_dataset_from_array(np.arange(99), None, 10, 3, 2)
    (found,) = list(windows)
    assert found[0].tolist() == list(range(0, 20, 2)) and found[-1].tolist() == list(range(78, 97, 2))
    x, y = next(iter(utils.timeseries_dataset_from_array(np.arange(90), np.arange(10, 100), 10)))
    assert x[0].tolist() == list(range(10)) and y[0] == 10


# --- data into fit, evaluate and predict ---

X = np.random.default_rng(0).normal(size=(50, 6)).astype("float32")
Y = np.eye(3, dtype="float32")[np.argmax(X[:, :3], axis=-1)]


def numbered(engine, **settings):
    class Data(engine.utils.PyDataset):
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return X[10 * i : 10 * i + 10], Y[10 * i : 10 * i + 10]

    return Data(**settings)


def pairs():
    while True:
        for i in range(0, 50, 10):
            yield X[i : i + 10], Y[i : i + 10]


def frame(values):
    return pytest.importorskip("pandas").DataFrame(values)


def torch(values):
    return pytest.importorskip("torch").tensor(values)


def loader(engine):
    data = pytest.importorskip("torch").utils.data
    return data.DataLoader(data.TensorDataset(torch(X), torch(Y)), batch_size=10)


def sparse(kind):
    return getattr(pytest.importorskip("scipy.sparse"), kind)(np.where(X > 0.5, X, 0))


DATA = {
    "numbered": lambda e: {"x": numbered(e)}, "workers": lambda e: {"x": numbered(e, **({"workers": 3} if e is teachkeras else {}))},
    "numbered steps": lambda e: {"x": numbered(e), "steps_per_epoch": 3},
    "numbered weighted": lambda e: {"x": numbered(e), "class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
    "numbered validation": lambda e: {"x": X, "y": Y, "validation_data": numbered(e)},
    "generator": lambda e: {"x": pairs(), "steps_per_epoch": 5},
    "pandas": lambda e: {"x": frame(X), "y": frame(Y)}, "torch": lambda e: {"x": torch(X), "y": torch(Y)},
    "loader": lambda e: {"x": loader(e)}, "csr": lambda e: {"x": sparse("csr_matrix"), "y": Y},
    "coo": lambda e: {"x": sparse("coo_matrix"), "y": Y}, "csr array": lambda e: {"x": sparse("csr_array"), "y": Y},
    "lists": lambda e: {"x": X.tolist(), "y": Y.tolist()} if e is teachkeras else {"x": np.array(X), "y": Y},
    "targets beside": lambda e: {"x": numbered(e), "y": Y},
}  # fmt: skip


@pytest.mark.parametrize("kind", DATA)
def test_data_into_fit(keras, kind):
    found = []
    for engine, model in zip((keras, teachkeras), twins(keras, stack), strict=True):
        model.compile("sgd", "categorical_crossentropy", run_eagerly=True)
        arguments = DATA[kind](engine)
        history = outcome(lambda m=model, a=arguments: m.fit(**a, epochs=2, verbose=0, shuffle=False, batch_size=(
            None if kind.startswith(("numbered", "workers", "generator", "loader")) else 10)).history)  # fmt: skip
        found.append((history, model.get_weights()))
        if not isinstance(history, Exception) and kind in ("numbered", "csr", "pandas", "torch", "loader"):
            data = {"x": arguments["x"], "y": arguments.get("y")}
            found[-1] += (model.evaluate(**data, verbose=0), model.predict(arguments["x"], verbose=0))
    assert_alike(found[0], found[1], rtol=2e-4, atol=2e-5)
