"""Damaged and hostile files: each gives a clear error or a right load; nothing hangs, crashes, grows or leaves its folder."""

import collections
import json
import os
import pathlib
import subprocess
import sys

import pytest

WORKER = pathlib.Path(__file__).parents[2] / "fuzzing.py"


def run(folder, seed, tries):
    """Try damaged files in a process with limits, its temporary folder inside `folder`; return what came of them."""
    (folder / "inside").mkdir()
    environment = {**os.environ, "TMPDIR": str(folder / "inside"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(WORKER), str(folder / "inside"), str(seed), str(tries)],
        capture_output=True, text=True, timeout=900, env=environment, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert os.listdir(folder) == ["inside"]
    return json.loads(done.stdout.splitlines()[-1])


def test_damaged_files(tmp_path):
    assert sum(run(tmp_path, seed=1, tries=100)["counted"].values()) == 100


@pytest.mark.full
@pytest.mark.parametrize("seed", range(6))
def test_many_damaged_files(tmp_path, seed):
    found = run(tmp_path, 100 + seed, 1000)
    table = collections.Counter()
    for key, n in found["counted"].items():
        name, _, result = key.split()
        table[name, "loaded" if result == "loaded" else "refused"] += n
    print(
        f"\nseed {seed}: {sum(table.values())} files, grown by {found['grown']:.0f} MB; {dict(sorted(table.items()))}"
    )
    assert sum(table.values()) == 1000
