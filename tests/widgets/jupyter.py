"""JupyterLab in a real browser, for tests: start it, open a notebook, run it, look.

    from widgets.jupyter import Lab, browser_page, jupyter_server, need_browser, write_notebook

    need_browser()
    with jupyter_server(folder) as server, browser_page(width=1300) as page:
        lab = Lab(page, server.url)
        lab.open("lesson.ipynb")
        lab.run_all()
        page.locator(".tk-live").wait_for()
        lab.theme("dark")
        lab.screenshot("picture.png")

Nothing of the user's own Jupyter is read or written: configuration, data, runtime files and workspaces live in a
temporary folder.
"""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}',
    "@jupyterlab/notebook-extension/tracker": '{"windowingMode": "none"}',
    "@jupyter-widgets/jupyterlab-manager/plugin": '{"saveState": true}',  # as `teachkeras lab` sets it
}
SLOW = 60_000  # ms: the longest any wait takes on a busy machine


def need_browser():
    """Skip the calling test, and say why, where no browser can be driven."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[test]'")
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: pip install -e '.[lab]'")
    if chromium() is None:
        pytest.skip("no chromium found: install Debian's `chromium` (or any Chrome) to run the browser tests")


def chromium():
    """Path of a Chromium or Chrome on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def write_notebook(path, *cells):
    """A notebook file with these code cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
    nbformat.write(book, path)
    return path


@contextlib.contextmanager
def jupyter_server(folder, home=None):
    """A JupyterLab over ``folder`` on a free port of this machine; yields ``.url`` and ``.log``, ends it afterwards."""
    folder = Path(folder)
    home = Path(home or folder / ".jupyter-home")
    home.mkdir(parents=True, exist_ok=True)
    _write_settings(home / "settings")
    port = _free_port()
    log = home / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(_command(folder, home, port), env=_environment(home), stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, process, log)
            yield SimpleNamespace(url=url, log=log)
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def browser_page(width=1300, height=900):
    """One page of a headless Chromium; ``page.problems`` gathers the errors that its console shows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(SLOW)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda message: _is_problem(message) and page.problems.append(message.text))
        try:
            yield page
        finally:
            browser.close()


def _is_problem(message):
    """Is this an error of the page, rather than JupyterLab's regret that a kernel went away while its debugger asked?"""
    return message.type == "error" and "debugger state" not in message.text


class Lab:
    """A JupyterLab that a test drives through its own commands."""

    def __init__(self, page, url):
        self.page, self.url = page, url

    def open(self, name):
        """Open the notebook ``name`` and wait until its kernel is ready; a page that does not come up is loaded once more."""
        from playwright.sync_api import TimeoutError as Late

        here = "window.jupyterapp?.shell?.currentWidget?.sessionContext"
        self.page.goto(f"{self.url}/lab/tree/{name}?reset")
        try:
            self.page.wait_for_function(here, timeout=SLOW / 2)
        except Late:
            self.page.reload()
            self.page.wait_for_function(here)
        self.page.evaluate("window.jupyterapp.restored")
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready")
        self.page.wait_for_function(f"{_KERNEL}?.status === 'idle'", timeout=SLOW)
        self.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        return self

    def fill(self, *cells, width=1300, height=1000):
        """Put these code cells in place of all others, into a light page of this size; the kernel lives on."""
        from playwright.sync_api import TimeoutError as Late

        self.page.set_viewport_size({"width": width, "height": height})
        try:
            self.page.wait_for_function(_KERNEL_RESTS, timeout=SLOW / 4)
        except Late:  # a test before this one failed in the middle of a fit
            self.page.evaluate(f"{_KERNEL}.restart()")
            self.page.wait_for_function(_KERNEL_RESTS)
        if self.page.evaluate("document.body.dataset.jpThemeLight") == "false":
            self.theme("light")
        self.command("notebook:clear-all-cell-outputs")
        self.page.evaluate(_FILL, list(cells))
        self.page.wait_for_function("document.querySelector('.jp-Notebook .tk') === null")
        self.page.problems.clear()
        return self

    def run_all(self, wait=True):
        """Run every cell; with ``wait`` until the kernel is idle again."""
        self.command("notebook:run-all-cells", wait=wait)
        if wait:
            self.wait_idle()

    def run(self, cell, wait=True):
        """Run cell number ``cell`` alone."""
        self.page.evaluate("(n) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = n; }", cell)
        self.command("notebook:run-cell", wait=wait)
        if wait:
            self.wait_idle()

    def wait_idle(self):
        """Wait until no cell runs and none is queued."""
        self.page.wait_for_function(f"{_KERNEL}?.status === 'idle' && !{_QUEUED}", timeout=SLOW)

    def command(self, name, arguments=None, wait=True):
        """Run one of JupyterLab's commands by its id."""
        run = "([name, args]) => window.jupyterapp.commands.execute(name, args)"
        if not wait:
            run = "([name, args]) => { window.jupyterapp.commands.execute(name, args); }"
        return self.page.evaluate(run, [name, arguments or {}])

    def theme(self, name):
        """Switch to the ``"light"`` or the ``"dark"`` theme and wait until the page wears it."""
        self.command("apputils:change-theme", {"theme": THEMES[name]})
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(name == 'light').lower()}'")
        self.page.wait_for_timeout(250)

    def save(self):
        """Save the notebook."""
        self.command("docmanager:save")

    def resize(self, width, height=900):
        """Give the browser window another size and let the page settle."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_timeout(250)

    def cell(self, number):
        """Cell ``number``, as a Playwright locator."""
        return self.page.locator(".jp-CodeCell").nth(number)

    def output(self, cell):
        """The texts that cell number ``cell`` has put out so far."""
        return self.cell(cell).locator(".jp-OutputArea-output").all_inner_texts()

    def screenshot(self, path, selector=None):
        """A picture of the page, or of the first element that ``selector`` finds."""
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=str(path))


_KERNEL = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel"
_KERNEL_RESTS = f"{_KERNEL}.status === 'idle'"
_FILL = """(sources) => {
  const book = window.jupyterapp.shell.currentWidget.content.model.sharedModel, before = book.cells.length;
  book.transact(() => {
    book.insertCells(0, sources.map((source) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null })));
    book.deleteCellRange(sources.length, sources.length + before);
  });
}"""
_QUEUED = "[...document.querySelectorAll('.jp-InputArea-prompt')].some((prompt) => prompt.textContent.includes('*'))"


def _command(folder, home, port):
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        f"--LabApp.user_settings_dir={home / 'settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
    ]


def _write_settings(folder):
    """No question about news, no look for updates; every cell stands in the page; views' state goes into saved notebooks."""
    for file, settings in SETTINGS.items():
        file = folder / f"{file}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(settings)


def _environment(home):
    """This environment, with Jupyter's own folders moved and the packages under test on the kernels' path."""
    folders = {name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    packages = [Path(importlib.util.find_spec(name).origin).parents[1] for name in ("teachkeras", "teachkeras_widgets")]
    path = os.pathsep.join(map(str, packages))
    return {**os.environ, **folders, "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "PYTHONPATH": path}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(url, process, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api/status", timeout=2):
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
