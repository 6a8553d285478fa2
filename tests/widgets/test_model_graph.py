"""The model graph without a browser: nodes, edges, shapes and counts are the model's."""

import json
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import layers
from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras_widgets import ModelGraph
from teachkeras_widgets.view import asset


def two_ways():
    a = tk.Input((8,), name="a")
    shared = layers.Dense(4, name="shared")
    x = layers.Dense(4, name="d")(a)
    y = shared(x)
    z = shared(y)
    inner = tk.Sequential([tk.Input((4,)), layers.Dense(6), layers.Dense(4)], name="inner")
    return tk.Model(a, inner(layers.Add(name="add")([y, z, x])), name="two_ways")


def test_a_functional_model_with_shared_and_inner_layers():
    model = two_ways()
    setup = ModelGraph(model).setup
    nodes = {node["id"]: node for node in setup["graph"]["nodes"]}
    assert nodes.keys() == {"a", "d", "shared", "shared/1", "add", "inner"}
    assert sorted(map(tuple, setup["graph"]["edges"])) == sorted(
        [
            ("a", "d"),
            ("d", "shared"),
            ("shared", "shared/1"),
            ("shared", "add"),
            ("shared/1", "add"),
            ("d", "add"),
            ("add", "inner"),
        ]
    )
    assert nodes["d"]["shape"] == [None, 4] and nodes["d"]["weights"] == [["kernel", [8, 4]], ["bias", [4]]]
    assert len(nodes["inner"]["inner"]["nodes"]) >= 2
    assert setup["parameters"] == sum(np.prod(w.shape) for w in model.weights)


def test_a_sequential_is_a_chain():
    graph = ModelGraph(tk.Sequential([tk.Input((8, 8)), layers.Flatten(name="f"), layers.Dense(3, name="d")])).setup[
        "graph"
    ]
    assert [node["shape"] for node in graph["nodes"]] == [[None, 8, 8], [None, 64], [None, 3]]
    assert graph["edges"] == [["input", "f"], ["f", "d"]]


def test_a_subclassed_model_is_a_list():
    class Two(tk.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = layers.Dense(3), layers.Dense(2)

        def call(self, x):
            return self.two(self.one(x))

    model = Two()
    model(np.ones((1, 4), "float32"))
    graph = ModelGraph(model).setup["graph"]
    assert (len(graph["nodes"]), graph["edges"], graph["connected"]) == (2, [], False)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_layout_leaves_no_two_boxes_on_each_other(tmp_path):
    graph = ModelGraph(two_ways()).setup["graph"]
    script = tmp_path / "check.mjs"
    run = f"console.log(JSON.stringify(placed({json.dumps(graph)}, new Set(['inner'])).nodes.map((n) => [n.x, n.y, n.width, n.height])));"
    script.write_text(asset("graph_layout.js") + run, encoding="utf-8")
    boxes = json.loads(subprocess.run(["node", script], capture_output=True, check=True, text=True).stdout)
    for i, (x, y, w, h) in enumerate(boxes):
        for u, v, p, q in boxes[:i]:
            assert abs(x - u) >= (w + p) / 2 or y >= v + q or v >= y + h


def test_figures():
    assert ModelGraph(two_ways()).png().startswith(b"\x89PNG")


def test_says_what_is_wrong():
    with pytest.raises(NotBuiltError, match="Input"):
        ModelGraph(tk.Sequential([layers.Dense(2)]))
    with pytest.raises(ArgumentError, match="teachkeras model"):
        ModelGraph([1, 2])


def test_a_graph_on_show_tells_what_flows(notebook):
    model = two_ways()
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(40, 8)).astype("float32")
    view = ModelGraph(model)
    model.fit(x, np.zeros((40, 4)), verbose=0)
    assert not view.frame and not notebook.outputs  # nobody looks: it does not come by itself
    view.show()
    before = [weight.numpy() for weight in model.weights]
    model.fit(x[:32], np.zeros((32, 4)), verbose=0)
    told = view.frame["layers"]
    names = {key.split("/")[0] if "inner" in key else key for key in told}
    assert len(told) == 6 and names >= {"d", "shared", "shared/1", "add"}
    output = x[:32] @ before[0] + before[1]  # the only batch: its order changes neither mean nor spread
    assert told["d"]["mean"] == pytest.approx(output.mean(), abs=1e-5)
    assert told["d"]["std"] == pytest.approx(output.std(), rel=1e-4) and told["d"]["zeros"] == 0
    assert view.frame["state"] == "finished" and told["add"]["gradient"] is None and told["d"]["gradient"] > 0
