"""``teachkeras lab`` as a person meets it: the first lesson opens, and a widget's state is in the saved file."""

import os
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from tests.widgets.jupyter import Lab, browser_page, need_browser, write_notebook

PORT = "8917"

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(tmp_path):
    """The command, run on a lesson of its own; yields the folder that it laid."""
    need_browser()
    (tmp_path / "shipped").mkdir()
    write_notebook(tmp_path / "shipped" / "01_first.ipynb", "import ipywidgets\nipywidgets.IntSlider(value=7)")
    code = (
        "import pathlib, sys; from teachkeras.cli import lessons, main;"
        f"lessons.source = lambda: pathlib.Path({str(tmp_path / 'shipped')!r});"
        "sys.exit(main(sys.argv[1:]))"
    )
    options = ["--port", PORT, "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--expose-app-in-browser"]
    command = [sys.executable, "-c", code, "lab", str(tmp_path / "mine"), "--no-browser", *options]
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        wait_until_up(process, tmp_path / "log")
        yield tmp_path / "mine"
    finally:
        process.terminate()
        process.wait(20)


def wait_until_up(process, log):
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_the_first_lesson_opens_and_saves_widget_state(lab):
    with browser_page() as page:
        page.goto(f"http://127.0.0.1:{PORT}/")
        page.wait_for_url("**/lab/tree/01_first.ipynb")
        view = Lab(page, f"http://127.0.0.1:{PORT}").open("01_first.ipynb")
        view.run_all()
        page.locator(".widget-slider").wait_for()
        view.save()
    state = nbformat.read(lab / "01_first.ipynb", 4).metadata.widgets["application/vnd.jupyter.widget-state+json"][
        "state"
    ]
    assert any(model["state"].get("value") == 7 for model in state.values())
    assert not list((lab.parent / "config").rglob("*.jupyterlab-settings"))  # the user's own settings are untouched
