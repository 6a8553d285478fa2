"""Complex numbers, as far as Keras has them. The engine differentiates real numbers; these give values only."""

import numpy as np

from teachkeras.ops._numbers import arrays
from teachkeras.ops.elementwise import copy, less, where
from teachkeras.ops.shapes import as_tensor
from teachkeras.tensor import Tensor, as_array


def real(x):
    """The real part; a real tensor stays itself."""
    x = as_tensor(x)
    return Tensor(np.real(x.data).copy()) if _is_complex(x) else copy(x)


def imag(x):
    """The imaginary part, 0 for real numbers."""
    return Tensor(np.array(np.imag(*arrays(x))))


def conj(x):
    """The complex conjugate; a real tensor stays itself."""
    x = as_tensor(x)
    return Tensor(np.conj(x.data)) if _is_complex(x) else copy(x)


def angle(x):
    """The angle of a complex number: 0 for positive numbers, π for negative ones."""
    x = as_tensor(x)
    if _is_complex(x):
        return Tensor(np.angle(x.data).astype(x.data.real.dtype))
    (plain,) = arrays(x)
    kind = plain.dtype if plain.dtype.kind == "f" else np.dtype("float32")
    return where(less(x, 0), np.asarray(np.pi, kind), np.zeros((), kind))


def view_as_complex(x):
    """Pairs on the last axis as complex numbers."""
    (x,) = arrays(x)
    return Tensor((x[..., 0] + 1j * x[..., 1]).astype("complex128" if x.dtype == np.float64 else "complex64"))


def view_as_real(x):
    """Complex numbers as pairs on a new last axis."""
    (x,) = arrays(x)
    return Tensor(np.stack([x.real, x.imag], axis=-1))


def _is_complex(x):
    return hasattr(x, "data") and as_array(x).dtype.kind == "c"


aliases = {"conjugate": conj}
