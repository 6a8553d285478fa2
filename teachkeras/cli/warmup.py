"""``teachkeras warmup``: compile every routine now, so that no lesson waits for it."""

from __future__ import annotations

import argparse
import time

from teachkeras import config


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "warmup",
        help="compile and cache the fast routines",
        description="Compile the Numba routines and keep them on disk, so that later sessions start at once.",
    )
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compile the routines and say how many there are and how long it took."""
    if config.backend() == "numpy":
        print("back end numpy: nothing to compile")
        return 0
    from teachkeras import kernels

    start = time.perf_counter()
    names = kernels.warmup()
    print(f"{len(names)} routines ready in {time.perf_counter() - start:.1f} s")
    return 0
