"""The command line: what it prints, what it returns, what it starts."""

import importlib.metadata
import json
import os
import subprocess
import sys

import pytest

from teachkeras.cli import doctor, lab, lessons, main, probes


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "01_a b.ipynb").write_text("a")
    monkeypatch.setattr(lessons, "source", lambda: tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def started(monkeypatch):
    calls = []
    monkeypatch.setattr(lab, "start", lambda command, environment: calls.append((command, environment)) or 0)
    return calls


def test_version(capsys):
    with pytest.raises(SystemExit) as exit:
        main(["--version"])
    assert exit.value.code == 0
    assert capsys.readouterr().out == f"teachkeras {importlib.metadata.version('teachkeras')}\n"


@pytest.mark.parametrize("argv", [["--help"], ["lab", "--help"], ["doctor", "--help"], ["warmup", "--help"]])
def test_help(argv, capsys):
    with pytest.raises(SystemExit) as exit:
        main(argv)
    assert exit.value.code == 0
    assert capsys.readouterr().out.startswith("usage: teachkeras")


@pytest.mark.parametrize("argv", [[], ["labb"], ["doctor", "--yaml"], ["lab", "one", "two"]])
def test_wrong_usage(argv, capsys):
    with pytest.raises(SystemExit) as exit:
        main(argv)
    assert exit.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("root", [False, True])
def test_lab_lays_and_starts(shipped, started, capsys, monkeypatch, root):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    assert main(["lab", "mine", "--no-browser", "--port", "8890"]) == 0
    ((command, environment),) = started
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert command[3:] == [
        f"--ServerApp.root_dir={shipped / 'mine'}",
        "--LabApp.default_url=/lab/tree/01_a%20b.ipynb",
        *["--allow-root"] * root,
        "--no-browser",
        "--port",
        "8890",
    ]
    assert environment["JUPYTER_CONFIG_PATH"] == os.pathsep.join(["theirs", str(lab.DEFAULTS)])
    assert "laid: 01_a b.ipynb" in capsys.readouterr().out


def test_lab_finds_its_folder(shipped, started, monkeypatch):
    main(["lab", "--lay-only"])
    assert not started
    assert (shipped / lab.FOLDER / "01_a b.ipynb").exists()
    monkeypatch.chdir(shipped / lab.FOLDER)  # from inside, that folder is meant, not one inside it
    main(["lab", "--lay-only"])
    assert not (shipped / lab.FOLDER / lab.FOLDER).exists()


def test_lab_tells_what_it_kept(shipped, capsys):
    main(["lab", "--lay-only"])
    (shipped / lab.FOLDER / "01_a b.ipynb").write_text("my work")
    (shipped / "shipped" / "01_a b.ipynb").write_text("a, version 2")
    capsys.readouterr()
    main(["lab", "--lay-only"])
    assert "yours, left as it is; the new version is beside it" in capsys.readouterr().out


def test_lab_without_jupyterlab(shipped, started, monkeypatch, capsys):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert main(["lab"]) == 1
    assert "python -m pip install 'teachkeras[lab]'" in capsys.readouterr().err
    assert not started and not (shipped / lab.FOLDER).exists()


def test_lab_in_a_folder_that_is_a_file(shipped, started, capsys):
    (shipped / "file").write_text("")
    assert main(["lab", "file"]) == 1
    assert capsys.readouterr().err.startswith("teachkeras: teachkeras lab\n  expected:")


def test_the_defaults_are_json_that_switches_saving_on():
    text = (lab.DEFAULTS / "labconfig" / "default_setting_overrides.json").read_text()
    assert json.loads(text)["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


def test_jupyterlab_reads_the_defaults(tmp_path, monkeypatch):
    settings = pytest.importorskip("jupyterlab_server.settings_utils")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.environment()["JUPYTER_CONFIG_PATH"])
    overrides, error = settings._get_overrides(str(tmp_path))
    assert not error
    assert overrides["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is True


def test_doctor_for_people_and_for_programs(capsys):
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "numpy" in text and "threads" in text and "back end" in text
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["packages"]["engine"]["numpy"] == importlib.metadata.version("numpy")
    assert report["threads"]["used"] >= 1
    assert not any(one["needed"] for one in report["troubles"])


@pytest.mark.parametrize(
    ("version", "good"),
    [("6.30.1", False), ("7.0.0", True), ("7.3.0", True), ("7.4.0", False), ("8.0.0", False), (None, False)],
)
def test_doctor_knows_which_ipykernel_hears_buttons(monkeypatch, version, good):
    monkeypatch.setattr(probes, "installed", lambda package: version)
    assert probes.buttons()["during_fit"] is good


def test_doctor_names_what_is_missing(monkeypatch, capsys):
    gone = {"numba", "h5py", "jupyterlab", "keras"}
    real = probes.installed
    monkeypatch.setattr(probes, "installed", lambda package: None if package in gone else real(package))
    assert main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert "! missing: h5py" in text
    assert "- Numba is missing" in text and "- for the lessons: jupyterlab" in text and "- for the tests: keras" in text


def test_doctor_survives_a_broken_package(monkeypatch, capsys):
    def broken(name):
        raise ImportError("libblas.so.3: cannot open shared object file")

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    assert main(["doctor"]) == 1
    assert "! numpy can't be imported: ImportError: libblas.so.3" in capsys.readouterr().out


def test_doctor_with_an_unknown_back_end():
    environment = {**os.environ, "TEACHKERAS_BACKEND": "nunba"}
    command = [sys.executable, "-m", "teachkeras.cli", "doctor"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "did you mean 'numba'?" in done.stdout and done.stderr == ""


def test_doctor_on_threads(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(probes.config, "cgroup_quota", lambda: 1.5)
    assert probes.threads() == {
        "used": 2,
        "host": 64,
        "affinity": 8,
        "cgroup_quota": 1.5,
        "why": "the control group grants 1.5 CPUs",
    }
    monkeypatch.setattr(probes.config, "cgroup_quota", lambda: None)
    assert probes.threads()["why"] == "this process may run on 8 CPUs (affinity)"


def test_doctor_on_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert probes.cache()["writable"] is False
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "not" / "yet"))
    assert probes.cache() == {
        "folder": str(tmp_path / "not" / "yet"),
        "writable": True,
        "routines": 0,
        "megabytes": 0.0,
    }


def test_warmup_without_numba(monkeypatch, capsys):
    monkeypatch.setattr("teachkeras.config.backend", lambda: "numpy")
    assert main(["warmup"]) == 0
    assert "nothing to compile" in capsys.readouterr().out
