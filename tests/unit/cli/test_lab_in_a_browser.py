"""``teachkeras lab`` as a person meets it: the first lesson opens, and a widget's state is in the saved file."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from tests.widgets.jupyter import Lab, browser_page, need_browser, write_notebook

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(tmp_path):
    """The command, run on a lesson of its own; yields the folder that it laid and the server's address."""
    need_browser()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "shipped").mkdir()
    write_notebook(tmp_path / "shipped" / "01_first.ipynb", "import ipywidgets\nipywidgets.IntSlider(value=7)")
    code = (
        "import pathlib, sys; from teachkeras.cli import lessons, main;"
        f"lessons.source = lambda: pathlib.Path({str(tmp_path / 'shipped')!r});"
        "sys.exit(main(sys.argv[1:]))"
    )
    options = [
        "--port",
        str(port),
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--expose-app-in-browser",
    ]
    command = [sys.executable, "-c", code, "lab", str(tmp_path / "mine"), "--no-browser", *options]
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", process, tmp_path / "log")
        yield tmp_path / "mine", f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_until_up(address, process, log):
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_the_first_lesson_opens_and_saves_widget_state(lab):
    folder, address = lab
    with browser_page() as page:
        page.goto(address)
        page.wait_for_url("**/lab/tree/01_first.ipynb")
        view = Lab(page, address).open("01_first.ipynb")
        view.run_all()
        page.locator(".widget-slider").wait_for()
        view.save()
    saved = nbformat.read(folder / "01_first.ipynb", 4).metadata.widgets["application/vnd.jupyter.widget-state+json"]
    assert any(model["state"].get("value") == 7 for model in saved["state"].values())
    assert not list((folder.parent / "config").rglob("*.jupyterlab-settings"))  # the user's own settings are untouched
