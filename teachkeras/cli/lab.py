"""``teachkeras lab``: lay the lessons into a folder of the user's and open JupyterLab on the first.

JupyterLab is told to save widgets' state in notebooks, without which a saved lesson shows "model not found" where a
widget was. That goes through an additional folder of defaults (``JUPYTER_CONFIG_PATH``): the user's own settings are
neither touched nor overruled.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

from teachkeras.cli import lessons
from teachkeras.errors import MissingPackageError

FOLDER = "teachkeras-lessons"
DEFAULTS = Path(__file__).parent / "jupyter"
OPTIONS = ("-h", "--help", "--no-browser", "--lay-only")
SAID = {
    "new": "laid",
    "updated": "brought up to date",
    "kept": "yours, left as it is",
    "beside": "yours, left as it is; the new version is beside it, named .new",
}


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Lay the lessons into a folder of yours and open the first one in JupyterLab. Files that you "
        "changed are never overwritten; to get an original back, delete or rename yours and run this again.",
        usage="teachkeras lab [FOLDER] [--no-browser] [--lay-only] [options of `jupyter lab`]",
        epilog="The first option that is not listed here, and all that follows, goes to `jupyter lab` as it is.",
    )
    command.add_argument("folder", nargs="?", metavar="FOLDER", help=f"where to lay the lessons (default: ./{FOLDER})")
    command.add_argument("--no-browser", action="store_true", help="start the server without opening a browser")
    command.add_argument("--lay-only", action="store_true", help="lay the lessons and stop there")
    command.set_defaults(run=run)


def split(argv: list[str]) -> tuple[list[str], list[str]]:
    """Split a command line before the first option of ``lab`` that is not ours.

    >>> split(["lab", "mine", "--no-browser", "--port", "8890"])
    (['lab', 'mine', '--no-browser'], ['--port', '8890'])
    """
    if argv[:1] == ["lab"]:
        for index, word in enumerate(argv):
            if word.startswith("-") and word not in OPTIONS:
                return argv[:index], argv[index + (word == "--") :]
    return argv, []


def run(args: argparse.Namespace) -> int:
    """Lay the lessons and start JupyterLab; return its exit status.

    Raises:
        MissingPackageError: JupyterLab is not installed.
    """
    if not args.lay_only and importlib.util.find_spec("jupyterlab") is None:
        raise MissingPackageError(
            "teachkeras lab", expected="JupyterLab", got="not installed", fix="python -m pip install 'teachkeras[lab]'"
        )
    folder = Path(args.folder).expanduser() if args.folder else default_folder()
    tell(lessons.lay(folder), folder)
    if args.lay_only:
        return 0
    more = (["--no-browser"] if args.no_browser else []) + args.for_jupyter
    return start(command(folder, lessons.first(lessons.source()), more), environment())


def default_folder() -> Path:
    """Return the folder to use without a word from the user; the current one where it already holds laid lessons."""
    return Path.cwd() if Path(lessons.MANIFEST).exists() else Path(FOLDER)


def tell(laid: list[lessons.Laid], folder: Path) -> None:
    """Say what became of the lessons, one line for each kind that matters."""
    print(f"lessons in {folder.resolve()}")
    for what, said in SAID.items():
        names = [one.name for one in laid if one.what == what]
        if names:
            print(f"  {said}: {', '.join(names)}")
    sys.stdout.flush()


def command(folder: Path, lesson: str, more: list[str]) -> list[str]:
    """Return the command that starts JupyterLab in `folder` on `lesson`."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{urllib.parse.quote(lesson)}",
        *(["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),  # a container's only user, most often
        *more,
    ]


def start(command: list[str], environment: dict[str, str]) -> int:
    """Become JupyterLab, so that it gets the terminal's signals itself; where that can't be done, wait for it."""
    if os.name == "posix":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab heard it too and asks whether to stop
            continue


def environment() -> dict[str, str]:
    """Return the environment with our folder of defaults put behind whatever is in ``JUPYTER_CONFIG_PATH``."""
    paths = [path for path in (os.environ.get("JUPYTER_CONFIG_PATH"), str(DEFAULTS)) if path]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
