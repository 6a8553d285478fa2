"""HDF5 files stored in ways that our reader does not know, rewritten plainly by a process of their own.

The HDF5 library reads such files (compressed or chunked arrays, new-style groups), but a damaged one can crash it or
keep it busy for ever. So it works in another process, with a limit on time and memory; what comes back is read by
``hdf5``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from teachkeras.errors import CorruptFileError

SECONDS = 60
CHILD = r"""
import sys, h5py
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]),) * 2)
except ImportError:
    pass

def copy(source, target, depth=0):
    if depth > 64:
        sys.exit("groups too deep")
    for name, value in source.attrs.items():
        target.attrs[name] = value
    for name in source:
        if not isinstance(source.get(name, getlink=True), h5py.HardLink):
            sys.exit(f"a link: {name!r}")
        item = source[name]
        if isinstance(item, h5py.Group):
            copy(item, target.create_group(name), depth + 1)
        elif item.is_virtual or item.external:
            sys.exit(f"{name!r} keeps its numbers in another file")
        elif item.nbytes > int(sys.argv[4]):
            sys.exit(f"{name!r} of shape {item.shape} is larger than the file can hold")
        else:
            made = target.create_dataset(name, data=item[()])
            for key, value in item.attrs.items():
                made.attrs[key] = value

with h5py.File(sys.argv[1], "r") as source, h5py.File(sys.argv[2], "w", libver=("earliest", "v108")) as target:
    copy(source, target)
"""


def rewritten(data: bytes, where: str) -> bytes:
    """Return the same groups and arrays as a plain HDF5 file.

    Raises:
        CorruptFileError: the library can't read the file in a minute, or it points outside of itself.
    """
    most = 100 * len(data) + (1 << 24)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "source.h5"), os.path.join(folder, "target.h5")
        with open(source, "wb") as file:
            file.write(data)
        command = [sys.executable, "-c", CHILD, source, target, str(3 * most + (4 << 30)), str(most)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, text=True)
        except subprocess.TimeoutExpired:
            raise CorruptFileError(where, expected="a file read within a minute", got="none") from None
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"the reader ended with {done.returncode}"])[-1]
            raise CorruptFileError(where, expected="a whole HDF5 file without links", got=last[:300])
        with open(target, "rb") as file:
            return file.read()
