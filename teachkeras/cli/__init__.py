"""The command ``teachkeras``: open the lessons, look at the installation, compile the routines in advance.

Each command is a module with ``add(commands)``, which declares its arguments, and ``run(args)``, which returns the exit
status. What goes wrong on purpose is told in one message, without a traceback.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Sequence

from teachkeras.cli import doctor, lab, look, warmup
from teachkeras.errors import TeachKerasError


def version() -> str:
    """Return the installed version, or ``"0+unknown"`` for a checkout that was never installed."""
    try:
        return importlib.metadata.version("teachkeras")
    except importlib.metadata.PackageNotFoundError:
        return "0+unknown"


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="teachkeras",
        description="A readable Keras-like engine: train a model and watch every number move.",
        epilog="`teachkeras COMMAND --help` tells more of each.",
    )
    top.add_argument("--version", action="version", version=f"teachkeras {version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (lab, look, doctor, warmup):
        command.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` and return its exit status: 0 for success, 1 for trouble, 2 for wrong usage."""
    argv = list(sys.argv[1:] if argv is None else argv)
    argv, for_jupyter = lab.split(argv)
    args = parser().parse_args(argv)
    args.for_jupyter = for_jupyter
    try:
        return args.run(args)
    except TeachKerasError as error:
        print(f"teachkeras: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `teachkeras doctor | head`
        sys.stderr.close()
        return 1
