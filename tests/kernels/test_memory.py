"""What a step frees is there for the next one: no fresh pages."""

import resource
import sys

import numpy as np
import pytest

from teachkeras.kernels import memory


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_large_arrays_come_from_memory_that_was_freed():
    if not memory.keep_freed():
        pytest.skip("another C library than glibc")

    def step():
        arrays = [np.ones(2_000_000, "float32") for _ in range(3)]
        return sum(float(a[0]) for a in arrays)

    step(), step()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        step()
    pages = 5 * 3 * 2_000_000 * 4 / 4096
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < pages / 20
