"""Unpacking: the honest archives whole, the hostile ones not at all."""

import io
import os
import tarfile
import zipfile

import pytest

from teachkeras.errors import CorruptFileError, UnknownNameError
from teachkeras.utils import _archives as archives
from teachkeras.utils.files import get_file

CONTENT = {"photos/a.txt": b"a" * 3000, "photos/deep/b.bin": bytes(range(256)), "top.txt": b""}


def tar(path, content=CONTENT, mode="w:gz", extra=()):
    with tarfile.open(path, mode) as archive:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o4777
            archive.addfile(info, io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    return path


def zipped(path, content=CONTENT):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("photos") if hasattr(archive, "mkdir") else None
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def content_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (tar, "x.tar.gz"),
        (lambda p: tar(p, mode="w"), "x.tar"),
        (lambda p: tar(p, mode="w:bz2"), "x.tbz"),
        (lambda p: tar(p, mode="w:xz"), "x.txz"),
        (zipped, "x.zip"),
    ],
)
def test_unpacks(tmp_path, make, name):
    (tmp_path / "from").mkdir()
    origin = make(tmp_path / "from" / name).as_uri()
    for _ in range(2):
        folder = get_file(origin=origin, extract=True, cache_dir=tmp_path)
        assert folder == str(tmp_path / "datasets" / name)
        assert content_of(tmp_path / "datasets" / name) == CONTENT
    (tmp_path / "datasets" / name / "top.txt").unlink()  # what is not whole is replaced
    get_file(origin=origin, extract=True, cache_dir=tmp_path)
    assert content_of(tmp_path / "datasets" / name) == CONTENT
    assert sorted(os.listdir(tmp_path / "datasets")) == [name, f"{name}_archive"]
    assert not (tmp_path / "datasets" / name / "photos" / "a.txt").stat().st_mode & 0o7000


def test_names_as_in_keras(tmp_path):
    origin = tar(tmp_path / "x.tgz").as_uri()
    datasets = tmp_path / "datasets"
    assert get_file("flowers", origin, extract=True, cache_dir=tmp_path) == str(datasets / "flowers")
    assert get_file("more.tgz", origin, untar=True, cache_dir=tmp_path) == str(datasets / "more_extracted")
    assert sorted(os.listdir(datasets)) == ["flowers", "flowers_archive", "more.tgz", "more_extracted"]


@pytest.mark.parametrize(
    "extra",
    [
        special("../evil", tarfile.REGTYPE),
        special("a/../../evil", tarfile.REGTYPE),
        special("/evil", tarfile.REGTYPE),
        special("..\\evil", tarfile.REGTYPE),
        special("C:/evil", tarfile.REGTYPE),
        special("link", tarfile.SYMTYPE, "/etc/passwd"),
        special("link", tarfile.SYMTYPE, "top.txt"),
        special("hard", tarfile.LNKTYPE, "top.txt"),
        special("pipe", tarfile.FIFOTYPE),
        special("device", tarfile.CHRTYPE),
    ],
    ids=lambda info: f"{info.name}-{info.type.decode()}",
)
def test_a_hostile_tar_is_refused_whole(tmp_path, extra):
    path = tar(tmp_path / "x.tgz", extra=[extra])
    with pytest.raises(CorruptFileError, match="nothing of it was unpacked"):
        archives.extract(str(path), str(tmp_path / "out"))
    assert os.listdir(tmp_path) == ["x.tgz"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil"])
def test_a_hostile_zip_is_refused_whole(tmp_path, name):
    path = zipped(tmp_path / "x.zip", {**CONTENT, name: b"evil"})
    with pytest.raises(CorruptFileError, match="outside the folder"):
        archives.extract(str(path), str(tmp_path / "out"))
    assert os.listdir(tmp_path) == ["x.zip"]


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(CorruptFileError, match="a link"):
        archives.extract(str(tmp_path / "x.zip"), str(tmp_path / "out"))


@pytest.mark.parametrize("make", [tar, zipped])
def test_a_damaged_archive_changes_nothing(tmp_path, make):
    data = {"a": os.urandom(20_000), "b": os.urandom(20_000)}
    path, out = make(tmp_path / "x", data), tmp_path / "out"
    out.mkdir()
    (out / "older").write_text("kept")
    raw = bytearray(path.read_bytes())
    raw[20_000:20_050] = bytes(50)
    path.write_bytes(raw)
    with pytest.raises(CorruptFileError, match="force_download"):
        archives.extract(str(path), str(out))
    assert content_of(out) == {"older": b"kept"}
    assert sorted(os.listdir(tmp_path)) == ["out", "x"]


def test_no_archive_warns_as_keras_does(tmp_path):
    (tmp_path / "x").write_text("just text")
    with pytest.warns(UserWarning, match="no archive"):
        assert not archives.extract(str(tmp_path / "x"), str(tmp_path / "out"))
    with pytest.warns(UserWarning, match="no archive"):
        assert not archives.extract(str(tar(tmp_path / "y")), str(tmp_path / "out"), None)
    with pytest.raises(UnknownNameError, match="'zip'"):
        archives.extract(str(tmp_path / "x"), str(tmp_path / "out"), "zipp")


def test_a_full_disk_is_told_as_such(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    path = tar(tmp_path / "x")
    monkeypatch.setattr(archives.shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space") as caught:
        archives.extract(str(path), str(tmp_path / "out"))
    assert not isinstance(caught.value, CorruptFileError)
    assert os.listdir(tmp_path) == ["x"]
