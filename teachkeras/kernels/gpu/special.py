"""Special functions, by CUDA's own library."""

from teachkeras.kernels.gpu import blocks, empty, in_order, is_ready, launch
from teachkeras.kernels.reference import special as reference
from teachkeras.kernels.registry import routine


@routine("erf", on="gpu")
def erf(x):
    # y[i] = 2/√π ∫_0^x[i] e^-t² dt
    if not is_ready(x):
        return reference.erf(x)
    (x,) = in_order(x)
    y = empty(x.shape)
    launch("special", "erf_of", blocks(x.size), x, y, x.size)
    return y
