"""Measure teachkeras beside its peers: one process an engine, rounds in turn, medians, best rounds and ratios.

Each engine trains in a process of its own and sleeps while another is measured, so that a change in the machine's mood meets all
alike. The ratio is that of the best rounds: on a shared machine the median tells more about the neighbours.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.budgets import judge
from tests.benchmarks.documents import CASES, GROWTH

ROOT = Path(__file__).resolve().parents[2]
REST = 0.25  # seconds between two turns: threads of the last engine that spin while they wait have gone to sleep


def command(python, module, engine):
    return [python, "-m", f"tests.benchmarks.{module}", engine]


class Engine:
    """An engine's process, told what to do and asked what it found."""

    def __init__(self, name, python):
        quiet = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", JAX_PLATFORMS="cpu", CUDA_VISIBLE_DEVICES="")
        self.name = name
        self.process = subprocess.Popen(
            command(python, "worker", name), cwd=ROOT, env=quiet, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.hello = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"missing": "its process ended"}

    def ask(self, **task):
        """Return the answer to a task."""
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        answer = self._answer()
        if "missing" in answer:
            raise RuntimeError(f"{self.name} failed at {task}")
        return answer

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def running(names, pythons, say):
    """Start these engines, give those that are installed, end them."""
    engines = [Engine(name, pythons(name)) for name in names]
    there = [e for e in engines if "missing" not in e.hello]
    for engine in engines:
        say(f"{engine.name}: {engine.hello.get('version') or engine.hello.get('missing', '')}")
    try:
        yield there
    finally:
        for engine in engines:
            engine.close()


def compare(engines, name, rounds, settings=None, steps=None):
    """Return {engine: its median and best milliseconds a step, and each round's} of one case, the rounds in turn."""
    taking = [e for e in engines if e.ask(do="prepare", name=name, settings=settings, steps=steps)["there"]]
    times = {e.name: [] for e in taking}
    for number in range(rounds):
        for engine in taking[number % len(taking) :] + taking[: number % len(taking)]:
            time.sleep(REST)
            times[engine.name].append(engine.ask(do="measure")["ms"])
    for engine in taking:
        engine.ask(do="forget")
    return {e: {"best_ms": min(t), "median_ms": statistics.median(t), "rounds_ms": t} for e, t in times.items()}


def growth(engines, rounds):
    """Return {"case setting": {value: what `compare` returns}}."""
    found = {}
    for name, setting, values in GROWTH:
        table = found[f"{name} {setting}"] = {}
        for value in values:
            steps = max(5, CASES[name].steps // (1 + value // values[1]))
            table[value] = compare(engines, name, rounds, {setting: value}, steps)
    return found


def start(name, python, rounds):
    """Return an engine's best import and first step, with cold and warm caches, and its peak memory; None if it is missing."""
    with tempfile.TemporaryDirectory() as cache:
        places = {"NUMBA_CACHE_DIR": cache, "JAX_COMPILATION_CACHE_DIR": cache, "CUDA_VISIBLE_DEVICES": ""}
        env = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", JAX_PLATFORMS="cpu") | places
        runs = []
        for _ in range(rounds + 1):
            done = subprocess.run(command(python, "start", name), cwd=ROOT, env=env, capture_output=True, text=True)
            if done.returncode:
                return None
            runs.append(json.loads(done.stdout))
    warm = {key: min(run[key] for run in runs[1:]) for key in runs[0]}
    warm["first_step_cold_s"], warm["first_step_warm_s"] = runs[0]["first_step_s"], warm.pop("first_step_s")
    return warm


def machine():
    """Return what the numbers were measured on, and how busy it was."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"processor": model, "cores": os.cpu_count(), "load_before": load, "python": sys.version.split()[0]}


def _lines(path):
    with contextlib.suppress(OSError):
        return Path(path).read_text().splitlines()
    return []


def measure(options, pythons, say):
    """Return everything that was asked for, as one table for JSON."""
    results = {"machine": machine(), "steps": {}, "growth": {}, "start": {}, "peaks": {}}
    with running(options.engines, pythons, say) as engines:
        results["engines"] = {e.name: e.hello["version"] for e in engines}
        for name in options.cases:
            results["steps"][name] = compare(engines, name, options.rounds, steps=options.steps)
            say(f"measured: {CASES[name].title}")
        if options.growth:
            results["growth"] = growth(engines, max(2, options.rounds // 2))
    if options.start:
        for name in results["engines"]:
            results["start"][name] = start(name, pythons(name), options.start)
            say(f"started: {name}")
    if options.peaks:
        from tests.benchmarks.peaks import fractions

        results["peaks"] = fractions(results["steps"])
    results["budgets"] = judge(results)
    return results
