"""A stand-in for the Binder image: a copy of the checkout, an environment and a home of an unprivileged user.

Docker is not needed. The environment sees the packages that run the tests; only ``teachkeras`` itself is the copy.
Commands run as ``nobody`` if the tests run as root, else as who runs them; they may write in here, and nowhere else.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import venv

CHECKOUT = pathlib.Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", "__pycache__", ".*_cache", ".ipynb_checkpoints", ".venv", "venv", "dist", "build"
)
NOBODY = 65534
LOOPBACK_UP = (
    "import fcntl, os, socket, struct, sys;"
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14s', b'lo', 0x41, b''));"  # SIOCSIFFLAGS: up, running
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


class Image:
    """Where everything is, and how to run something in it."""

    def __init__(self, root: pathlib.Path):
        self.root, self.repo, self.home, self.env = root, root / "repo", root / "home", root / "env"
        shutil.copytree(CHECKOUT, self.repo, ignore=LEFT_OUT)
        self.home.mkdir()
        venv.create(self.env, symlinks=True)
        self._install()
        if os.geteuid() == 0:
            for path in (root, *root.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            for parent in root.parents[:2]:  # pytest makes its folders for the user alone
                parent.chmod(parent.stat().st_mode | 0o711)

    @property
    def python(self) -> str:
        return str(self.env / "bin" / "python")

    def _install(self) -> None:
        (site,) = self.env.glob("lib/python*/site-packages")
        (site / "host.pth").write_text(sysconfig.get_path("purelib") + "\n")
        (site / "teachkeras").symlink_to(self.repo / "teachkeras")
        (site / "teachkeras_widgets").symlink_to(self.repo / "widgets" / "teachkeras_widgets")
        script = self.env / "bin" / "teachkeras"
        script.write_text(f"#!{self.python}\nimport sys\nfrom teachkeras.cli import main\nsys.exit(main())\n")
        script.chmod(0o755)

    def command(self, *words: str, offline: bool = False) -> list[str]:
        """Return the command line that runs `words` unprivileged and, if wished, without any network but itself."""
        root = os.geteuid() == 0
        network = ["unshare", "--net", *([] if root else ["--map-root-user"]), sys.executable, "-c", LOOPBACK_UP]
        # a capability to *read* (not to write) what others own: the interpreter may lie in somebody's home
        caps = ["--inh-caps", "-all,+dac_read_search", "--ambient-caps", "+dac_read_search"]
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *caps, "--no-new-privs"]
        return [*(network if offline else []), *(user if root else []), *words]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the image: its own home and PATH, nothing of the session that runs the tests."""
        kept = {
            name: os.environ[name] for name in ("LANG", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ
        }
        path = os.pathsep.join([str(self.env / "bin"), "/usr/local/bin", "/usr/bin", "/bin"])
        return {**kept, "HOME": str(self.home), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}

    def run(self, *words: str, offline: bool = False, **more: str) -> subprocess.CompletedProcess:
        """Run a command in the copy of the checkout and return what it did."""
        return subprocess.run(
            self.command(*words, offline=offline),
            cwd=self.repo,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )

    def compiled(self) -> dict[str, tuple[int, int]]:
        """Return {file: (size, time written)} of the compiled routines on disk."""
        found = [path for top in (self.repo, self.home) for path in top.rglob("*.nb[ic]")]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}


def can_isolate(offline: bool) -> bool:
    """Return whether this machine lets the tests drop privileges and, if wished, the network."""
    needed = ["setpriv"] * (os.geteuid() == 0) + ["unshare"] * offline
    if not all(map(shutil.which, needed)):
        return False
    trial = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "true"] if offline else ["true"]
    return subprocess.run(trial, capture_output=True).returncode == 0
