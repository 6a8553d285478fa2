"""The benchmark of the GPU runs through; its figures mean something on a real card alone."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.benchmarks import gpu as benchmark


def test_it_measures_and_prints_on_the_stand_in(pretended):
    found = benchmark.measure("mlp-64", 4, ["teachkeras", *benchmark.WATCHED], rounds=2, steps=2)
    assert all(len(times) == 2 for times in found.values())
    text = "\n".join(benchmark.lines("mlp-64", 4, found | {"torch": [1.0], "torch.compile": "ImportError: none"}))
    assert "MLP 100-64-10, batch 4" in text and "× torch" in text and "ImportError" in text


def test_it_measures_the_documents_models_on_a_gpu(gpu):
    for name in benchmark.DEFAULT:
        assert isinstance(benchmark.measure(name, 32, ["teachkeras"], rounds=1, steps=2)["teachkeras"], list)
