"""Every op, one by one, on the stand-in: the host's numbers, on the device; and which ones take a way through the host."""

import numpy as np
import op_samples
import pytest

from teachkeras import config
from teachkeras.kernels import device
from teachkeras.ops.op import OPS
from teachkeras.tape import Tape
from teachkeras.tensor import Tensor, as_array

NAMES = sorted({name for name, _, _ in op_samples.named()})

THROUGH_THE_HOST = {  # and back; everything else stays on the device
    # several gradients may fall on one place: CuPy adds them in any order, the host in one
    "_put_back", "get_item.vjp", "take.vjp", "take_along_axis.vjp", "_written.vjp",
    "embed.vjp",  # of float64; float32 has a kernel
    "max", "min",  # with `initial`, which CuPy does not know
    "det", "_logabsdet", "count_nonzero", "erfinv", "eigh.vjp", "_svd.vjp",  # rare, and small
}  # fmt: skip


def daily(names, every=8):
    """Return the names as parameters: every eighth is tried each day, all in the full run."""
    return [pytest.param(n, marks=[] if k % every == 0 else [pytest.mark.full]) for k, n in enumerate(names)]


def results(name):
    """Return outputs and gradients of all samples of an op."""
    op, found = OPS[name], []
    for other, _, sample in op_samples.named():
        if other != name:
            continue
        tensors = {k: Tensor(as_array(x)) for k, x in enumerate(sample.inputs) if x is not None}
        with Tape() as tape:
            floats = [tensors[k] for k in sample.floats()]
            tape.tracked.update(t.uid for t in floats)
            y = sample.call(op, tensors)
        outputs = list(y) if isinstance(y, (list, tuple)) else [y]
        found += [t.data for t in outputs]
        target = outputs[0]
        if op.gradient is not None and floats and target.dtype.kind == "f":
            bars = tape.gradients(target, floats)
            found += [bar.data if isinstance(bar, Tensor) else bar for bar in bars if bar is not None]
    return found


@pytest.mark.parametrize("name", daily(NAMES))
def test_op_is_that_of_the_host(pretended, name):
    device.detours.clear()
    got = results(name)
    detours = set(device.detours)
    config.set_backend("numpy")
    want = results(name)
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        assert device.is_device_array(g) or np.asarray(g).dtype.kind not in "biufc", f"{name}: a result left the device"
        assert g.shape == np.shape(w) and g.dtype == w.dtype
        np.testing.assert_allclose(g.get(), w, rtol=2e-6, atol=1e-9, equal_nan=True)
    assert detours == {d for d in THROUGH_THE_HOST if d.split(".")[0] == name}
