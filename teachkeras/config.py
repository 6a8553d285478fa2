"""Settings of the process: floating-point type, epsilon, back end, strictness, threads, folders.

Names and defaults are those of ``keras.config``. What a process may use of the machine (:func:`threads`) is what its
CPU affinity and its cgroup quota allow, not what the host has.
"""

from __future__ import annotations

import contextlib
import contextvars
import importlib
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from teachkeras.errors import ArgumentError, DeviceError, MissingPackageError, UnknownNameError, did_you_mean

BACKENDS = ("numpy", "numba", "cupy")
FLOATS = ("float16", "bfloat16", "float32", "float64")

_settings = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last", "backend": None}
_strict = contextvars.ContextVar("strict", default=False)
on_backend_change: list[Callable[[str], None]] = []


def floatx() -> str:
    """Return the default floating-point type, a name such as ``"float32"``."""
    return _settings["floatx"]


def set_floatx(value: str) -> None:
    """Set the default floating-point type.

    Raises:
        UnknownNameError: `value` is none of float16, bfloat16, float32, float64.
    """
    if value not in FLOATS:
        raise UnknownNameError(
            "set_floatx", expected=" or ".join(FLOATS), got=repr(value), fix=did_you_mean(value, FLOATS)
        )
    _settings["floatx"] = str(value)


def epsilon() -> float:
    """Return the fuzz factor that keeps logarithms and quotients finite (1e-7)."""
    return _settings["epsilon"]


def set_epsilon(value: float) -> None:
    """Set the fuzz factor."""
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """Return ``"channels_last"`` (N, H, W, C) or ``"channels_first"`` (N, C, H, W)."""
    return _settings["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set the default order of an image's axes."""
    if str(data_format).lower() not in ("channels_first", "channels_last"):
        raise UnknownNameError(
            "set_image_data_format", expected="'channels_first' or 'channels_last'", got=repr(data_format)
        )
    _settings["image_data_format"] = str(data_format).lower()


def backend() -> str:
    """Return the back end in use: ``"numpy"`` (reference routines), ``"numba"`` (fast ones) or ``"cupy"``.

    Without a choice (:func:`set_backend` or the environment variable ``TEACHKERAS_BACKEND``) it is ``"numba"`` where
    Numba is installed, else ``"numpy"``.
    """
    if _settings["backend"] is None:
        set_backend(os.environ.get("TEACHKERAS_BACKEND") or _default_backend())
    return _settings["backend"]


def set_backend(backend: str) -> None:
    """Choose the back end, at any time; the routines in use change with it, and every variable moves to its side.

    Raises:
        UnknownNameError: no back end has that name.
        MissingPackageError: ``"cupy"`` without CuPy.
        DeviceError: ``"cupy"`` without a GPU that works.
    """
    if backend not in BACKENDS:
        raise UnknownNameError(
            "back end", expected=" or ".join(BACKENDS), got=repr(backend), fix=did_you_mean(backend, BACKENDS)
        )
    if backend == "cupy":
        require_gpu()
    _settings["backend"] = backend
    for tell in on_backend_change:
        tell(backend)


def is_chosen() -> bool:
    """Return whether the back end is settled already."""
    return _settings["backend"] is not None


def require_gpu() -> None:
    """Import CuPy and compute something on the GPU.

    Raises:
        MissingPackageError: CuPy is not installed.
        DeviceError: there is no GPU, or it does not work.
    """
    try:
        import cupy
    except ImportError as error:
        raise MissingPackageError(
            "back end 'cupy'", expected="CuPy", got=f"{type(error).__name__}: {error}",
            fix='python -m pip install "teachkeras[gpu]"; `teachkeras doctor` says what is there',
        ) from error  # fmt: skip
    try:
        cupy.zeros(1).sum()
    except Exception as error:  # CuPy's own kinds of error, by driver, toolkit and card
        raise DeviceError(
            "back end 'cupy'", expected="an NVIDIA GPU with its driver", got=f"{type(error).__name__}: {error}",
            fix="`teachkeras doctor` says what is there; TEACHKERAS_BACKEND=numba trains on the processor",
        ) from error  # fmt: skip


def _default_backend() -> str:
    import importlib.util

    return "numba" if importlib.util.find_spec("numba") else "numpy"


def is_strict() -> bool:
    """Return whether likely mistakes raise (inside ``with strict():``) instead of warning."""
    return _strict.get()


@contextlib.contextmanager
def strict(on: bool = True) -> Iterator[None]:
    """Turn warnings about likely mistakes into errors inside a ``with`` block."""
    token = _strict.set(on)
    try:
        yield
    finally:
        _strict.reset(token)


def threads() -> int:
    """Return how many threads this process may really use: the least of CPU affinity and cgroup quota, at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cgroup_quota()
    return max(1, min(allowed, math.ceil(quota) if quota else allowed))


def cgroup_quota(root: str = "/sys/fs/cgroup") -> float | None:
    """Return the number of CPUs that the control group grants (v2 ``cpu.max``, v1 ``cpu.cfs_quota_us``), or None."""
    try:
        limit, period = Path(root, "cpu.max").read_text().split()
        return None if limit == "max" else int(limit) / int(period)
    except (OSError, ValueError):
        pass
    try:
        limit = int(Path(root, "cpu/cpu.cfs_quota_us").read_text())
        return limit / int(Path(root, "cpu/cpu.cfs_period_us").read_text()) if limit > 0 else None
    except (OSError, ValueError):
        return None


def keras_home() -> Path:
    """Return Keras's cache folder: the environment variable ``KERAS_HOME``, else ``~/.keras``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


# --- what Keras's own settings do elsewhere --------------------------------------------------------------------------

_limits: dict[str, int | None] = {"epochs": None, "steps": None}
_switches = {"interactive_logging": True, "traceback_filtering": True, "unsafe_deserialization": False}


def max_epochs() -> int | None:
    """Return the most epochs that any ``fit`` runs, None for no limit (environment: ``KERAS_MAX_EPOCHS``)."""
    return _limit("epochs", "KERAS_MAX_EPOCHS")


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit every ``fit`` to so many epochs, to try a long script quickly; None for no limit."""
    _limits["epochs"] = _count("set_max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """Return the most batches of an epoch, None for no limit (environment: ``KERAS_MAX_STEPS_PER_EPOCH``)."""
    return _limit("steps", "KERAS_MAX_STEPS_PER_EPOCH")


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit every epoch to so many batches; None for no limit."""
    _limits["steps"] = _count("set_max_steps_per_epoch", max_steps_per_epoch)


def _limit(what: str, variable: str) -> int | None:
    if _limits[what] is None and os.environ.get(variable):
        return _count(variable, int(os.environ[variable]))
    return _limits[what]


def _count(where: str, value: int | None) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ArgumentError(where, expected="a whole number above 0, or None", got=repr(value))
    return value


def is_interactive_logging_enabled() -> bool:
    """Tell whether ``verbose="auto"`` draws a moving bar; without, ``fit`` prints a line per epoch."""
    return _switches["interactive_logging"]


def enable_interactive_logging() -> None:
    """Let ``verbose="auto"`` draw a moving bar."""
    _switches["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Let ``verbose="auto"`` print plain lines."""
    _switches["interactive_logging"] = False


def is_traceback_filtering_enabled() -> bool:
    """Tell what was last set; errors here name the layer, so nothing needs to be filtered."""
    return _switches["traceback_filtering"]


def enable_traceback_filtering() -> None:
    """Taken for compatibility."""
    _switches["traceback_filtering"] = True


def disable_traceback_filtering() -> None:
    """Taken for compatibility."""
    _switches["traceback_filtering"] = False


def unsafe_deserialization() -> bool:
    """Tell whether files may bring functions of their own; see :func:`enable_unsafe_deserialization`."""
    return _switches["unsafe_deserialization"]


def enable_unsafe_deserialization() -> None:
    """Taken for compatibility: teachkeras runs no code from a file, whatever is set here."""
    _switches["unsafe_deserialization"] = True


def __getattr__(name: str) -> object:
    if name in ("dtype_policy", "set_dtype_policy"):  # they live a rank higher, with the policies
        return getattr(importlib.import_module("teachkeras.dtype_policies"), name)
    raise AttributeError(f"module 'teachkeras.config' has no attribute {name!r}")
