"""Write ``cupy_names.json``: what CuPy offers, with signatures, for the stand-in to hold callers to.

python tests/gpu/cupy_names.py      (with CuPy installed; no GPU is needed)
"""

import importlib
import inspect
import json
from pathlib import Path

import numpy as np

PLACES = ("", ".linalg", ".fft", ".lib.stride_tricks")


def described(thing):
    """Return a function's parameters as text, "ufunc" for a ufunc, None for what is neither."""
    if type(thing).__name__ in ("ufunc", "_GUFunc"):
        return "ufunc"
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):
        return "(*args, **kwargs)" if callable(thing) else None


def table():
    import cupy

    found = {"version": cupy.__version__, "methods": sorted(n for n in dir(cupy.ndarray) if not n.startswith("_"))}
    for place in PLACES:
        module, ours = importlib.import_module(f"numpy{place}"), importlib.import_module(f"cupy{place}")
        names = (n for n in dir(module) if not n.startswith("_") and callable(getattr(module, n)))
        own = {n: getattr(ours, n) for n in names if hasattr(ours, n) and getattr(ours, n) is not getattr(module, n)}
        found[f"numpy{place}"] = {name: text for name, thing in own.items() if (text := described(thing))}
    return found


if __name__ == "__main__":
    Path(__file__).with_name("cupy_names.json").write_text(json.dumps(table(), indent=1) + "\n", encoding="utf-8")
    print(np.__version__)
