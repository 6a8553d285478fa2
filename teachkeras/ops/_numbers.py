"""For functions without a gradient: plain arrays of tensors, of one number type."""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentTypeError
from teachkeras.kernels import device
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Tensor, plain_array


def arrays(*xs):
    """Return the arrays behind tensors, in the processor's memory.

    Raises:
        ArgumentTypeError: one is symbolic, so that there are no numbers yet.
    """
    if any(isinstance(x, SymbolicTensor) for x in xs):
        raise ArgumentTypeError(
            "ops", expected="numbers", got="a symbolic tensor",
            fix="call it inside a layer's `call`, on the numbers that arrive there",
        )  # fmt: skip
    return tuple(device.host(plain_array(x)) for x in xs)


def together(function, *xs):
    """Run a NumPy function on inputs brought to the dtype that they have together."""
    kinds = [type(x) if type(x) in (bool, int, float) else plain_array(x).dtype for x in xs]
    wide = dtypes.as_numpy(dtypes.result_type(*kinds))
    return Tensor(np.asarray(function(*[x.astype(wide, copy=False) for x in arrays(*xs)])))
