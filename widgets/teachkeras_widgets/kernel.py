"""What the kernel around us can do: is a notebook there, and does it hear a button while a cell runs?"""

import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version


def shell():
    """The notebook's IPython shell, or None in a script, a plain prompt or a terminal IPython."""
    ipython = sys.modules.get("IPython")
    found = ipython.get_ipython() if ipython else None
    return found if hasattr(found, "kernel") else None


@cache
def hears_while_busy(ipykernel=None):
    """Does a button reach this kernel while a cell blocks it?

    ipykernel 7.0–7.3 answers widgets on a subshell, so yes. 7.4 answers on the shell that published last, and 6 has
    one shell only: there a blocking cell hears nothing until it ends (seen in JupyterLab 4.6).

    >>> [hears_while_busy(v) for v in ("6.29.5", "7.0.0", "7.3.1", "7.4.0")]
    [False, True, True, False]
    """
    major, minor = _version(ipykernel)
    return major == 7 and minor <= 3


@cache
def hears_while_awaiting(ipykernel=None):
    """Does a button reach this kernel while a cell awaits, as in ``await model.fit_async(…)``? From ipykernel 7 on.

    >>> [hears_while_awaiting(v) for v in ("6.31.0", "7.3.0", "7.4.0")]
    [False, True, True]
    """
    return _version(ipykernel)[0] >= 7


def _version(ipykernel):
    try:
        major, minor = (int(part) for part in (ipykernel or version("ipykernel")).split(".")[:2])
    except (PackageNotFoundError, ValueError):
        return 0, 0
    return major, minor
