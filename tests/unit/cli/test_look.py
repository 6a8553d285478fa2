"""``teachkeras look``: an unmodified Keras script runs, and a page that needs nothing else tells what happened."""

import json
import re
import sys

import pytest

from teachkeras import events
from teachkeras.cli import main
from teachkeras.explain.typeset import formula_html
from teachkeras.ops.op import OPS

SCRIPT = """
import numpy as np
{imports}
keras.utils.set_random_seed(1)
rng = np.random.default_rng(0)
x = 30 * rng.normal(size=(120, 6)).astype("float32")
y = to_categorical((x[:, 0] > 0).astype(int), 2)
model = Sequential([Dense(8, activation="relu", input_shape=(6,)), Dense(2, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, batch_size=32, verbose=0)
"""
KERAS = "import keras\nfrom keras.layers import Dense\nfrom keras.models import Sequential\nfrom keras.utils import to_categorical"
TENSORFLOW = (
    "from tensorflow import keras\nfrom tensorflow.keras.layers import Dense\n"
    "from tensorflow.keras import Sequential\nfrom keras.utils import to_categorical"
)


def listeners():
    return [list(c.listeners) for c in vars(events).values() if isinstance(c, events.Channel)]


@pytest.mark.parametrize("imports", [KERAS, TENSORFLOW], ids=["keras", "tensorflow.keras"])
def test_a_script_becomes_a_page(tmp_path, capsys, imports):
    script = tmp_path / "s.py"
    script.write_text(SCRIPT.format(imports=imports))
    before, heard = set(sys.modules), listeners()
    assert main(["look", str(script), "--step", "6"]) == 0
    assert "s.html" in capsys.readouterr().out
    text = (tmp_path / "s.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'type="application/json" id="data">(.*?)</script>', text, re.S)[1])
    assert [s["phase"] for s in data["steps"]][:2] == ["forward", "forward"] and len(data["curves"]["loss"]) == 2
    assert {f["name"] for f in data["findings"]} >= {"unscaled_input"}
    drawn = data["graph"]
    assert len([layer for layer in drawn["layers"] if layer["params"]]) == 2 and "path 1" in data["chain"]
    assert len(drawn["arrows"]) == len(drawn["layers"]) - 1 and all(len(layer["box"]) == 4 for layer in drawn["layers"])
    assert all(f["lesson"] for f in data["findings"]) and data["lessons"]
    assert all(s["numbers"] for s in data["steps"] if s["phase"] in ("forward", "backward", "update"))
    assert not re.search(r"""(src|href)\s*=|@import|url\(|https?://(?!www\.w3\.org)""", text.split('id="data">')[0])
    assert not {m for m in set(sys.modules) - before if m.split(".")[0] == "tensorflow"}
    assert listeners() == heard


def test_trouble_is_told(tmp_path, capsys):
    assert main(["look", str(tmp_path / "none.py")]) == 1
    (tmp_path / "empty.py").write_text("import keras\n")
    assert main(["look", str(tmp_path / "empty.py")]) == 1
    told = capsys.readouterr().err
    assert "no file" in told and "model.fit" in told


def test_every_formula_of_the_engine_can_be_set():
    from teachkeras import ops

    ops.names()
    for op in OPS.values():
        for tex in (op.tex, op.gradient.tex if op.gradient else ""):
            assert "\\" not in formula_html(tex), (op.name, formula_html(tex))
