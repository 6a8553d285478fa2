"""The benchmark suite runs in its smallest form and its table is whole; the full form needs a quiet machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import budgets, report
from tests.benchmarks.documents import CASES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.benchmark
@pytest.mark.parity
def test_the_tiny_form_measures_both_engines_and_prints_a_whole_table(tmp_path):
    pytest.importorskip("jax")
    found = tmp_path / "found.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--tiny", "--peers", "keras-jax", "--json", str(found)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads(found.read_text())
    for name, times in results["steps"].items():
        assert set(times) == {"teachkeras", "keras-jax"}, name
        assert all(0 < t["best_ms"] <= t["median_ms"] and len(t["rounds_ms"]) == 2 for t in times.values())
        assert CASES[name].title in done.stdout
    assert len(results["budgets"]) == len(budgets.RATIOS) + len(budgets.LIMITS)
    assert "keras-jax" in done.stdout and "budget" in done.stdout


def test_budgets_are_judged_by_best_rounds():
    def times(ours, theirs):
        return {"teachkeras": {"best_ms": ours}, "keras-jax": {"best_ms": theirs}}

    start = {"teachkeras": {"import_s": 0.2, "first_step_warm_s": 0.9, "first_step_cold_s": 5.0, "peak_mb": 200.0}}
    rows = budgets.judge({"steps": {"mlp-128": times(0.4, 1.0), "lstm": times(0.4, 1.0)}, "start": start})
    verdicts = {what: verdict for what, *_, verdict in rows}
    assert verdicts["MLP 784-128-10, batch 32, Adam"] == "met"
    assert verdicts["LSTM with dropout and recurrent dropout"] == "missed"
    assert verdicts["CNN of the image chapter"] == "not measured"
    assert verdicts["first training step, caches warm"] == "missed" and verdicts["import"] == "met"


def test_the_report_shows_growth_start_and_peaks():
    one = {"best_ms": 1.0, "median_ms": 2.0, "rounds_ms": [1.0, 3.0]}
    started = {"import_s": 0.2, "first_step_warm_s": 0.5, "first_step_cold_s": 5.0, "peak_mb": 200.0}
    results = {
        "machine": {}, "engines": {"teachkeras": "0"}, "steps": {"mlp-64": {"teachkeras": one}}, "budgets": [],
        "growth": {"mlp-128 batch": {8: {"teachkeras": one}, 32: {}}}, "start": {"teachkeras": started, "torch": None},
        "peaks": {"peak_gflops": 100.0, "cnn": {"gflops": 50.0, "share": 0.5}},
    }  # fmt: skip
    text = "\n".join(report.lines(results))
    for part in ("mlp-128 batch", "200 MB", "5.00 s", "50% of it"):
        assert part in text
