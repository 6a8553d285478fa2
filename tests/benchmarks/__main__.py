"""Measure everything that teachkeras promises, beside its peers, in one run.

    python -m tests.benchmarks                                       all of it: about 15 minutes on a quiet machine
    python -m tests.benchmarks --cases lstm gru --peers keras-jax    some of it
    python -m tests.benchmarks --tiny                                as the tests run it: seconds

Peers that are not installed are left out; `pip install -e ".[peers]"` brings them, or `--peers-python` names a Python that
has them. The closing table says of every budget whether it was met.
"""

import argparse
import json
import sys

from tests.benchmarks import report, suite
from tests.benchmarks.documents import CASES
from tests.benchmarks.engines import ENGINES

TINY = {"rounds": 2, "steps": 2, "start": 0, "growth": False, "peaks": False, "cases": ["mlp-64"]}


def options():
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--peers", nargs="*", choices=ENGINES[1:], default=ENGINES[1:])
    parser.add_argument("--peers-python", default=sys.executable, help="the Python that runs the peers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, help="steps a round, in place of each case's own")
    parser.add_argument("--start", type=int, default=3, help="how often start and memory are measured; 0: not")
    parser.add_argument("--no-growth", dest="growth", action="store_false")
    parser.add_argument("--no-peaks", dest="peaks", action="store_false")
    parser.add_argument("--tiny", action="store_true", help="one small model, two rounds of two steps")
    parser.add_argument("--json", help="a file for all results")
    given = parser.parse_args()
    if given.tiny:
        vars(given).update(TINY)
    given.engines = ["teachkeras", *given.peers]
    return given


def main():
    """Measure and print; return 1 if a budget was missed."""
    asked = options()
    results = suite.measure(
        asked,
        lambda name: sys.executable if name == "teachkeras" else asked.peers_python,
        lambda line: print(line, file=sys.stderr, flush=True),
    )
    if asked.json:
        with open(asked.json, "w") as file:
            json.dump(results, file, indent=1)
    print("\n".join(report.lines(results)))
    return int(not asked.tiny and any(verdict == "missed" for *_, verdict in results["budgets"]))


if __name__ == "__main__":
    sys.exit(main())
