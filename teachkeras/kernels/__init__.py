"""Routines: the number-crunching, by back end.

``kernels.affine(x, w, b)`` runs the routine of that name on the back end in use. ``reference/`` holds each routine in
plain NumPy, slow and obvious, the truth that every other must match; ``cpu/`` holds those that Numba makes faster
(measured). A file in ``cpu/`` bears the name of the file in ``reference/`` whose routines it speeds up, and is
imported when one of them first runs: plain NumPy work never loads Numba.
"""

from teachkeras.kernels.registry import ROUTINES, implementations, routine, warmup

__all__ = ["ROUTINES", "implementations", "routine", "warmup"]


def __getattr__(name: str) -> object:
    if name.startswith("__") or name in ("reference", "cpu", "gpu"):
        raise AttributeError(name)
    from teachkeras.kernels.registry import load_reference

    load_reference()
    if name not in ROUTINES:
        raise AttributeError(f"no routine named {name!r}")
    globals()[name] = ROUTINES[name]  # found without this function from now on
    return ROUTINES[name]
