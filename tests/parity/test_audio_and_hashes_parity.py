"""Sound as spectrograms, numbers as bins and words as hashes, beside Keras (hashes: what Keras on TensorFlow gives)."""

import inspect

import numpy as np
import pytest

from teachkeras import layers

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

RNG = np.random.default_rng(0)
SOUND = RNG.normal(size=(2, 400, 2)).astype("float32")
SPECTRA = [
    *[{"mode": mode} for mode in ("log", "magnitude", "psd", "real", "imag", "stft")], {"mode": "psd", "fft_length": 128},
    {"padding": "same", "expand_dims": True}, {"data_format": "channels_first"}, {"scaling": "spectrum", "window": "hamming"},
    {"data_format": "channels_first", "expand_dims": True, "mode": "stft"}, {"scaling": None, "window": None},
    {"periodic": True, "frame_step": 20, "frame_length": 50}, {"window": np.linspace(0, 1, 64).tolist()},
]  # fmt: skip


@pytest.mark.parametrize("more", SPECTRA, ids=str)
def test_spectrogram(keras, more):
    more = {"frame_length": 64, **more}
    x = SOUND if more.get("data_format") != "channels_first" else SOUND.transpose(0, 2, 1)
    theirs, ours = (module.STFTSpectrogram(name="mine", **more) for module in (keras.layers, layers))
    a, b = np.asarray(theirs(x)), ours(x)
    np.testing.assert_allclose(b, a, rtol=1e-3, atol=2e-4)
    assert ours.compute_output_shape((None, *x.shape[1:])) == theirs.compute_output_shape((None, *x.shape[1:]))
    assert [(w.path, w.shape) for w in ours.weights] == [(w.path, w.shape) for w in theirs.weights]
    assert ours.get_config().keys() == theirs.get_config().keys()


def test_angles(keras):
    theirs, ours = (module.STFTSpectrogram(mode="angle", frame_length=64)(SOUND) for module in (keras.layers, layers))
    turned = np.angle(np.exp(1j * (np.asarray(theirs) - ours.numpy())))
    assert np.abs(turned).max() < 1e-2


MEL = [{}, {"power_to_db": False, "mag_exp": 1.0, "sequence_length": 50}, {"top_db": 10.0, "ref_power": 2.0, "max_freq": 3000},
       {"window": "hamming", "min_power": 1e-3, "num_mel_bins": 5}]  # fmt: skip


@pytest.mark.parametrize("more", MEL, ids=str)
def test_mel(keras, more):
    more = {"fft_length": 64, "sequence_stride": 20, "sampling_rate": 8000, "num_mel_bins": 10, "name": "mine", **more}
    theirs, ours = (module.MelSpectrogram(**more) for module in (keras.layers, layers))
    for x in (SOUND[..., 0], SOUND[0, :, 0]):
        np.testing.assert_allclose(ours(x), np.asarray(theirs(x)), rtol=1e-3, atol=1e-3)
    assert ours.get_config() == theirs.get_config()


@pytest.mark.parametrize("wrong", [{"mode": "x"}, {"scaling": "x"}, {"padding": "full"}, {"frame_step": 0}, {"frame_step": 300},
                                   {"fft_length": 100}, {"window": [1, 2]}], ids=str)  # fmt: skip
def test_wrong_spectrogram(keras, wrong):
    for module in (keras.layers, layers):
        with pytest.raises(ValueError):
            module.STFTSpectrogram(**wrong)(SOUND)
    with pytest.raises(TypeError):
        layers.STFTSpectrogram()(SOUND.astype(int))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
def test_bins(keras, mode):
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    theirs, ours = (
        module.Discretization([0.0, 1.0, 2.0], output_mode=mode, name="mine") for module in (keras.layers, layers)
    )
    a, b = np.asarray(theirs(x)), ours(x)
    assert a.tolist() == b.tolist() and a.dtype == b.dtype and theirs.get_config() == ours.get_config()


def test_bins_learnt():
    """What Keras 3.15.1 on TensorFlow 2.21 finds."""
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    for bins, bounds, found in (
        (2, [0.5], [[0, 1, 1, 1], [0, 1, 1, 0]]), (3, [0.0, 1.1], [[0, 1, 2, 1], [1, 2, 2, 1]]),
        (4, [0.0, 0.5, 1.3], [[0, 2, 3, 2], [1, 3, 3, 1]]), (5, [-0.6, 0.1, 0.9, 1.98], [[0, 3, 4, 2], [1, 4, 3, 1]]),
    ):  # fmt: skip
        layer = layers.Discretization(num_bins=bins)
        layer.adapt(x)
        np.testing.assert_allclose(layer.bin_boundaries, bounds, atol=1e-6)
        assert layer(x).tolist() == found
        assert layers.Discretization.from_config(layer.get_config())(x).tolist() == found
    for n, epsilon, bounds in ((10, 0.01, [1.5, 4.0, 6.5]), (100, 0.01, [24.0, 49.0, 74.0]), (100, 0.3, [29.0, 59.0])):
        layer = layers.Discretization(num_bins=4, epsilon=epsilon)
        layer.adapt(np.arange(float(n)))
        np.testing.assert_allclose(layer.bin_boundaries, bounds, atol=1e-4)
    parts = layers.Discretization(num_bins=4)
    parts.adapt(part for part in (np.arange(50.0), np.arange(50.0, 100.0)))
    np.testing.assert_allclose(parts.bin_boundaries, [24, 49, 74], atol=1.5)


WORDS = ["", "A", "B", "C", "D", "E", "hello", "hello world", "x" * 16, "y" * 17, "z" * 32, "w" * 33, "v" * 64, "u" * 65,
         "t" * 128, "s" * 129, "été", "中文"]  # fmt: skip
FARM = [397263, 60564, 643528, 388007, 775295, 299012, 800296, 946011, 647644, 3573, 131553, 904042, 781921, 281983, 743227,
        332543, 920534, 166955]  # fmt: skip
SIP = [450900, 627024, 928070, 610727, 72842, 309134, 190957, 363296, 431651, 955201, 520918, 863057, 56923, 676146, 304344,
       981810, 486067, 205666]  # fmt: skip
SIP_ONE = [311907, 497819, 631238, 907862, 843793, 129742, 697590, 32497, 538235, 340538, 300744, 693734, 974242, 658853,
           592713, 578491, 706888, 806664]  # fmt: skip


def test_hashes():
    """What Keras 3.15.1 on TensorFlow 2.21 gives: words of every length that FarmHash treats in its own way."""
    assert layers.Hashing(10**6)(WORDS).tolist() == FARM
    assert layers.Hashing(10**6, salt=[133, 137])(WORDS).tolist() == SIP
    assert layers.Hashing(10**6, salt=133)([w.encode() for w in WORDS]).tolist() == SIP_ONE
    numbers = np.array([0, 1, -1, 12345, 10**12])
    assert layers.Hashing(10**6)(numbers).tolist() == [572735, 34849, 76430, 84728, 513412]
    assert layers.Hashing(10**6, salt=5)(numbers[:4]).tolist() == [497715, 473333, 803037, 510048]
    assert layers.Hashing(3, mask_value="")([["A"], ["B"], [""], ["C"], ["D"]]).tolist() == [[1], [1], [0], [2], [2]]
    assert layers.Hashing(7, mask_value=0)(np.arange(4)).tolist() == [0, 4, 2, 4]
    pairs = np.array([["A", "B", "A"], ["C", "D", "E"]])
    assert layers.Hashing(4, output_mode="count")(pairs).tolist() == [[3, 0, 0, 0], [1, 0, 0, 2]]
    assert layers.Hashing(4, output_mode="multi_hot")(pairs).tolist() == [[1, 0, 0, 0], [1, 0, 0, 1]]
    assert layers.Hashing(4, output_mode="one_hot")(np.array(["A", "B"])).shape == (2, 4)


def test_crossed_features():
    """What Keras 3.15.1 on TensorFlow 2.21 gives."""
    a, b = np.array(["A", "B", "A", "B", "A"]), np.array([101, 101, 101, 102, 102])
    layer = layers.HashedCrossing(10**6)
    assert layer((a, b)).tolist() == [794891, 97754, 794891, 409576, 403523]
    assert layer((a, a)).tolist() == [241228, 33688, 241228, 33688, 241228]
    assert layer((b, b)).tolist() == [340013, 340013, 340013, 815129, 815129]
    assert layer([a, b, b]).tolist() == [403326, 336106, 403326, 899193, 889907]
    assert layer((a[:, None], b[:, None])).shape == (5, 1)
    hot = layers.HashedCrossing(5, output_mode="one_hot")((a, b))
    assert hot.numpy().argmax(1).tolist() == [1, 4, 1, 1, 3] and hot.dtype == "float32"
    for wrong in ((a,), a, (a, b[:3]), (a, b.astype(float)), (np.ones((2, 2), int), np.ones((2, 2), int))):
        with pytest.raises(ValueError, match="HashedCrossing"):
            layer(wrong)


@pytest.mark.parametrize("wrong", [{"num_bins": 0}, {"num_bins": None}, {"salt": "x"}, {"salt": [1, 2, 3]}, {"sparse": True},
                                   {"output_mode": "x"}, {"dtype": "float32"}], ids=str)  # fmt: skip
def test_wrong_hashing(wrong):
    with pytest.raises(ValueError):
        layers.Hashing(**{"num_bins": 2, **wrong})


def test_signatures(keras):
    for name in ("Hashing", "HashedCrossing", "Discretization", "STFTSpectrogram", "MelSpectrogram"):
        theirs, ours = (
            inspect.signature(getattr(module, name).__init__).parameters.values() for module in (keras.layers, layers)
        )
        assert [(p.name, p.default) for p in theirs] == [(p.name, p.default) for p in ours], name
