"""A JupyterLab for the browser tests, and a notebook shell that only pretends for the others."""

from types import SimpleNamespace

import pytest

from teachkeras_widgets import kernel, live_training, view
from widgets import jupyter


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory):
    """One JupyterLab for all browser tests: ``.url`` and the ``.folder`` whose notebooks it shows."""
    jupyter.need_browser()
    folder = tmp_path_factory.mktemp("lab")
    with jupyter.jupyter_server(folder) as server:
        server.folder = folder
        yield server


@pytest.fixture(scope="module")
def lab(jupyter_lab, request):
    """One notebook in one browser page for all tests of a file: starting a kernel and loading the page take longest."""
    path = jupyter.write_notebook(jupyter_lab.folder / f"{request.module.__name__.rpartition('.')[2]}.ipynb", "pass")
    with jupyter.browser_page(1300, 1000) as page:
        yield jupyter.Lab(page, jupyter_lab.url).open(path.name)


@pytest.fixture
def open_notebook(lab):
    """``open_notebook(*cells, width=…)``: the file's notebook with these cells in place of others; gives the `Lab`."""
    return lab.fill


class FakeShell:
    """What a view needs of IPython: a cell number, and a bell at the cell's end."""

    kernel = True

    def __init__(self):
        self.execution_count, self.bells = 1, []
        self.events = SimpleNamespace(register=self._register, unregister=self._unregister)

    def end_cell(self):
        for bell in list(self.bells):
            bell(None)
        self.execution_count += 1

    def _register(self, _, bell):
        self.bells.append(bell)

    def _unregister(self, _, bell):
        self.bells.remove(bell)


@pytest.fixture
def notebook(monkeypatch):
    """A notebook that isn't there: ``.shell``, ``.outputs`` that views published, ``.clock`` to move by hand."""
    shell, outputs, clock = FakeShell(), [], SimpleNamespace(now=100.0)
    monkeypatch.setattr(kernel, "shell", lambda: shell)
    monkeypatch.setattr(live_training, "perf_counter", lambda: clock.now)
    publish = lambda self, data, update=False: outputs.append((data, update))  # noqa: E731
    monkeypatch.setattr(view.View, "_publish", publish)
    return SimpleNamespace(shell=shell, outputs=outputs, clock=clock)
