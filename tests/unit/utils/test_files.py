"""get_file against a server of its own on the loopback address."""

import hashlib
import http.server
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from teachkeras.errors import ArgumentError, CorruptFileError, DownloadError, UnknownNameError
from teachkeras.utils import _download, files
from teachkeras.utils.files import get_file

CONTENT = bytes(range(256)) * 700
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Each path is a way in which a download can go."""

    def do_GET(self):
        self.server.paths.append(self.path)
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/ok/" + self.path.rpartition("/")[2])
            self.end_headers()
        elif self.path.startswith(("/ok", "/slow", "/truncated", "/unannounced")):
            self.send_response(200)
            if not self.path.startswith("/unannounced"):
                self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: 1000 if self.path.startswith(("/slow", "/truncated")) else None])
            self.wfile.flush()
            if self.path.startswith("/slow"):
                self.server.release.wait(5)
        else:
            self.send_error(404)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.paths, server.release = [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.address = f"http://127.0.0.1:{server.server_port}"
        yield server
        server.release.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "datasets"


@pytest.mark.parametrize("path", ["/ok/a.bin", "/moved/a.bin", "/unannounced/a.bin"])
@pytest.mark.parametrize("file_hash", [None, SHA256, SHA256.upper(), MD5])
def test_downloads_once(server, cache, path, file_hash):
    for _ in range(2):
        assert get_file(origin=server.address + path, file_hash=file_hash) == str(cache / "a.bin")
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert len([p for p in server.paths if not p.startswith("/moved")]) == 1
    assert os.listdir(cache) == ["a.bin"]


def test_keras_arguments(server, cache, tmp_path):
    origin = server.address + "/ok/a.bin"
    assert get_file("b", origin, md5_hash=MD5) == str(cache / "b")
    assert get_file("b", origin, cache_subdir="models") == str(cache.parent / "models" / "b")
    assert get_file("b", origin, cache_dir=tmp_path / "c") == str(tmp_path / "c" / "datasets" / "b")
    assert get_file("b", origin, cache_subdir=str(tmp_path / "abs")) == str(tmp_path / "abs" / "b")
    assert get_file("b", origin, force_download=True) == str(cache / "b")
    assert get_file(origin=origin + "?version=2") == str(cache / "a.bin")
    assert len(server.paths) == 6


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/truncated/a.bin", DownloadError, "1000 of 179200 bytes"),
        ("/missing/a.bin", DownloadError, "HTTP status 404"),
        ("/slow/a.bin", DownloadError, "no data for 0.2 s"),
        ("/ok/a.bin", CorruptFileError, SHA256),
    ],
)
@pytest.mark.parametrize("before", [None, b"older"])
def test_a_failed_download_changes_nothing(server, cache, monkeypatch, path, error, message, before):
    monkeypatch.setattr(_download, "TIMEOUT", 0.2)
    cache.mkdir(parents=True)
    if before:
        (cache / "a.bin").write_bytes(before)
    with pytest.raises(error, match=message) as caught:
        get_file(origin=server.address + path, file_hash="0" * 64)
    server.release.set()
    assert [p.read_bytes() for p in cache.iterdir()] == ([before] if before else [])
    if error is DownloadError:
        assert f"put it at {cache / 'a.bin'}" in str(caught.value)
        assert ("in place of the corrupt file" in str(caught.value)) == bool(before)


def test_a_corrupt_cached_file_is_fetched_again(server, cache, capsys):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(CONTENT[:-1])
    get_file(origin=server.address + "/ok/a.bin", file_hash=SHA256)
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert "incomplete or outdated" in capsys.readouterr().err


def test_offline(cache):
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DownloadError, match=r"(?s)refused.*check the connection"):
            get_file(origin=f"http://127.0.0.1:{taken.getsockname()[1]}/a.bin")
    assert os.listdir(cache) == []


def test_a_full_disk_leaves_nothing(server, cache, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DownloadError, match="No space left"):
        get_file(origin=server.address + "/ok/a.bin")
    assert os.listdir(cache) == []


def test_an_interrupt_leaves_nothing(server, cache, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        get_file(origin=server.address + "/ok/a.bin")
    assert os.listdir(cache) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ArgumentError, "origin"),
        ({"origin": "http://127.0.0.1/"}, ArgumentError, "without folders"),
        ({"origin": "http://127.0.0.1/..%2f..%2fx"}, None, ""),
        ({"origin": "http://127.0.0.1/a", "fname": "../a"}, ArgumentError, "without folders"),
        ({"origin": "http://127.0.0.1/a", "fname": "..\\a"}, ArgumentError, "without folders"),
        ({"origin": "http://127.0.0.1/a", "fname": ".."}, ArgumentError, "without folders"),
        ({"origin": "http://127.0.0.1/a", "file_hash": "abc"}, ArgumentError, "hexadecimal"),
        ({"origin": "http://127.0.0.1/a", "file_hash": MD5, "hash_algorithm": "sha256"}, ArgumentError, "hexadecimal"),
        ({"origin": "http://127.0.0.1/a", "hash_algorithm": "sha265"}, UnknownNameError, "'sha256'"),
        ({"origin": "nonsense"}, DownloadError, "unknown url type"),
    ],
)
def test_wrong_arguments(cache, tmp_path, arguments, error, message):
    if error is None:  # the name is cut from the decoded address, so that it stays a plain name inside the cache
        assert files._names(None, arguments["origin"], False) == ("x", None)
        return
    with pytest.raises(error, match=message):
        get_file(**arguments)


def test_two_processes_at_once(server, cache):
    code = (
        "import sys; from teachkeras.utils.files import get_file;"
        "print(get_file(origin=sys.argv[1], file_hash=sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, server.address + "/ok/a.bin", SHA256]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == [str(cache / "a.bin")] * 2
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert os.listdir(cache) == ["a.bin"]


def test_an_unwritable_cache_gives_way_to_the_temporary_folder(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    path = get_file(origin=server.address + "/ok/a.bin", cache_dir=tmp_path / "file")
    assert path == str(tmp_path / "tmp" / ".keras" / "datasets" / "a.bin")


def test_a_class_may_share_a_cache_that_it_cannot_write(cache, tmp_path, monkeypatch):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(CONTENT)
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(cache))
    monkeypatch.setattr(files.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    assert get_file("a.bin", "http://127.0.0.1:9/a.bin", file_hash=SHA256) == str(cache / "a.bin")


def test_progress_shows_on_a_terminal_only(monkeypatch, capsys):
    with _download.progress(100) as show:
        show(50)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with _download.progress(2_000_000) as show:
        show(1_000_000)
        show(1_000_001)  # too soon after the first
        show(2_000_000)
    assert capsys.readouterr().err.split("\r")[1:] == [
        "━" * 15 + " " * 15 + " 1.0 of 2.0 MB",
        "━" * 30 + " 2.0 of 2.0 MB\n",
    ]


def test_a_cached_file_costs_no_time(server, cache):
    get_file(origin=server.address + "/ok/a.bin", file_hash=SHA256)
    start = time.perf_counter()
    get_file(origin=server.address + "/ok/a.bin", file_hash=SHA256)
    assert time.perf_counter() - start < 0.1
