"""Scripts written for Keras, run unchanged: every import form that tutorials use, each in a fresh process."""

import subprocess
import sys
import textwrap

import pytest

SCRIPTS = {
    "keras 3": """
        import keras
        from keras import layers, ops
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="relu"), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.MeanSquaredError(), metrics=["mae"])
        """,
    "tensorflow.keras": """
        import tensorflow as tf
        from tensorflow import keras
        from tensorflow.keras.models import Sequential
        from tensorflow.keras.layers import Dense, Dropout
        from tensorflow.keras.utils import to_categorical
        model = Sequential([Dense(3, activation="relu", input_shape=(4,)), Dropout(0.2), tf.keras.layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=["mae"])
        assert to_categorical([1], 2).tolist() == [[0.0, 1.0]] and keras.Model is tf.keras.Model
        """,
    "keras 2": """
        import keras
        from keras.models import Sequential
        from keras.layers.core import Dense, Activation, Dropout
        from keras.optimizers import SGD
        from keras.utils import np_utils
        from keras import backend as K
        model = Sequential()
        model.add(Dense(3, input_dim=4))
        model.add(Activation("relu"))
        model.add(Dense(1))
        model.compile(loss="mean_squared_error", optimizer=SGD(learning_rate=0.1), metrics=["mae"])
        assert K.image_data_format() == "channels_last" and K.epsilon() == 1e-7
        assert float(K.mean([1.0, 3.0])) == 2.0 and np_utils.to_categorical([0], 2).tolist() == [[1.0, 0.0]]
        """,
    "star import": """
        from keras.layers import *
        from keras.models import *
        model = Sequential([Dense(3, input_dim=4), Dense(1)])
        model.compile("sgd", "mse", metrics=["mae"])
        """,
}
RUN = """
    import numpy as np
    assert type(model).__module__.startswith("teachkeras")
    history = model.fit(np.ones((8, 4)), np.ones((8, 1)), epochs=2, verbose=0)
    assert sorted(history.history) == ["loss", "mae"]
    """


def run(script):
    code = "import teachkeras\nteachkeras.install_as_keras()\n" + textwrap.dedent(script)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_unchanged_scripts_run(script):
    done = run(textwrap.dedent(script) + textwrap.dedent(RUN))
    assert done.returncode == 0, done.stderr


def test_what_is_not_there_says_so():
    done = run("import tensorflow as tf\ntf.constant(1)")
    assert "TensorFlow is not here, only tensorflow.keras" in done.stderr
    done = run("import keras.nonsense")
    assert "No module named 'keras.nonsense'" in done.stderr


def test_it_can_be_taken_back():
    done = run("import sys, keras\nteachkeras.uninstall_as_keras()\nassert 'keras' not in sys.modules")
    assert done.returncode == 0, done.stderr


def test_limits_of_a_trial_run():
    import numpy as np

    import teachkeras as keras

    model = keras.Sequential([keras.layers.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    try:
        keras.config.set_max_epochs(2)
        keras.config.set_max_steps_per_epoch(3)
        model.fit(np.ones((20, 2)), np.ones((20, 1)), batch_size=2, epochs=50, verbose=0)
    finally:
        keras.config.set_max_epochs(None)
        keras.config.set_max_steps_per_epoch(None)
    assert int(model.optimizer.iterations) == 6
    with pytest.raises(ValueError, match="above 0"):
        keras.config.set_max_epochs(0)
