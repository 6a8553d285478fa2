"""What ``teachkeras doctor`` looks at: each probe returns plain data (JSON) about one side of the installation."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from teachkeras import config
from teachkeras.errors import TeachKerasError

REQUIRED = ("numpy", "h5py", "threadpoolctl")
FAST = ("numba", "llvmlite")
LAB = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "matplotlib")
TEST = ("pytest", "nbval", "hypothesis", "sympy", "playwright", "keras", "jax")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed(package: str) -> str | None:
    """Return the version of an installed distribution, without importing it, or None.

    >>> installed("no-such-distribution") is None
    True
    """
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def python() -> dict:
    """Return what runs this."""
    return {
        "version": platform.python_version(),
        "executable": sys.executable,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "teachkeras": installed("teachkeras"),
        "folder": str(Path(__file__).parents[1]),
    }


def packages() -> dict[str, dict[str, str | None]]:
    """Return the versions of what teachkeras uses, by what needs it."""
    groups = {"engine": REQUIRED, "fast": FAST, "lab": LAB, "test": TEST}
    return {group: {name: installed(name) for name in names} for group, names in groups.items()}


def backend() -> dict:
    """Return the back end in use and who chose it."""
    asked = os.environ.get("TEACHKERAS_BACKEND")
    found = "Numba is installed" if installed("numba") else "Numba is not installed"
    return {"name": config.backend(), "why": f"TEACHKERAS_BACKEND={asked}" if asked else found}


def threads() -> dict:
    """Return how many threads are used, and what sets the number."""
    host = os.cpu_count() or 1
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else host
    quota, used = config.cgroup_quota(), config.threads()
    if used < affinity:
        why = f"the control group grants {quota:g} CPUs"
    elif used < host:
        why = f"this process may run on {affinity} CPUs (affinity)"
    else:
        why = "all CPUs of the machine"
    return {"used": used, "host": host, "affinity": affinity, "cgroup_quota": quota, "why": why}


def blas() -> list[dict]:
    """Return the BLAS libraries that NumPy has loaded, with their kernels and threads."""
    try:
        import threadpoolctl
    except ImportError:
        return []
    import numpy  # noqa: F401  (loads its BLAS)

    keys = ("internal_api", "version", "architecture", "num_threads")
    pools = [pool for pool in threadpoolctl.threadpool_info() if pool.get("user_api") == "blas"]
    return [{key: pool.get(key) for key in keys} for pool in pools]


def cache() -> dict:
    """Return where compiled routines are kept, whether that can be written, and what is in it."""
    folder = cache_folder()
    routines = list(folder.rglob("*.nbc")) if folder.is_dir() else []
    return {
        "folder": str(folder),
        "writable": can_write(folder),
        "routines": len(routines),
        "megabytes": round(sum(path.stat().st_size for path in routines) / 1e6, 1),
    }


def cache_folder() -> Path:
    """Return where Numba says that it keeps the routines; without it, where it would.

    That is below ``NUMBA_CACHE_DIR``, else ``__pycache__`` beside their source, else, where that can't be written, in
    the user's cache folder.
    """
    if installed("numba") and "NUMBA_CACHE_DIR" not in os.environ:
        from teachkeras import kernels

        kernels.implementations("numba")
        from teachkeras.kernels import cpu

        for fast, _ in cpu._compiled:
            if fast.stats.cache_path:
                return Path(fast.stats.cache_path)
    return Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parents[1] / "kernels" / "cpu" / "__pycache__")


def can_write(folder: Path) -> bool:
    """Return whether a file can be made in `folder`, or in the nearest folder above it that exists, by making one."""
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def data() -> dict:
    """Return Keras's cache folder and which full-size sets are in it."""
    folder = config.keras_home() / "datasets"
    return {
        "folder": str(folder),
        "writable": can_write(folder),
        "cached": sorted(path.name for path in folder.glob("*.npz")) if folder.is_dir() else [],
    }


def gpu() -> dict:
    """Return the NVIDIA card, if the driver shows one, CuPy's version, and whether the back end "cupy" works."""
    name = None
    if smi := shutil.which("nvidia-smi"):
        ask = [smi, "--query-gpu=name,memory.total", "--format=csv,noheader"]
        try:
            name = subprocess.run(ask, capture_output=True, text=True, timeout=10).stdout.strip() or None
        except (OSError, subprocess.TimeoutExpired):
            name = None
    cupy = next((v for p in ("cupy-cuda12x", "cupy-cuda13x", "cupy") if (v := installed(p))), None)
    why = "not installed"
    if cupy:
        try:
            config.require_gpu()
            why = None
        except TeachKerasError as error:
            why = error.got
    return {"card": name, "cupy": cupy, "works": why is None, "why": why}


def browser() -> str | None:
    """Return the path of a Chromium for the browser tests, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def buttons() -> dict:
    """Return whether a widget's buttons work while a cell blocks in ``fit``, which depends on ipykernel's version.

    ipykernel 7.0 to 7.3 hear a message on a second thread meanwhile; 6 and 7.4 only once the cell has ended.
    ``await model.fit_async(...)`` hears between batches.
    """
    version = installed("ipykernel")
    if version is None:
        return {"during_fit": False, "why": "ipykernel is not installed"}
    major, minor = (int(part) for part in version.split(".")[:2])
    good = (7, 0) <= (major, minor) < (7, 4)
    return {
        "during_fit": good,
        "why": f"ipykernel {version} {'hears' if good else 'does not hear'} them while a cell runs",
    }
