"""The first lesson in JupyterLab, as a student sees it: the curve moves while `fit` runs, and stop stops."""

import shutil
from pathlib import Path

import nbformat
import pytest

from widgets import jupyter

pytestmark = pytest.mark.browser
LESSON = Path(__file__).parents[2] / "lessons" / "01_digits_in_ten_lines.ipynb"
LONG = "epochs=100000"  # so that the run outlasts the test, which stops it


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    jupyter.need_browser()
    folder = tmp_path_factory.mktemp("lesson")
    shutil.copy(LESSON, folder)
    notebook = nbformat.read(LESSON, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("epochs=5 if FULL_MNIST else 40", LONG)
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(notebook, folder / "endless.ipynb")
    with jupyter.jupyter_server(folder) as server:
        yield server


@pytest.mark.parametrize(("theme", "width"), [("light", 1300), ("dark", 700)])
def test_lesson_runs_top_to_bottom(lab, theme, width, tmp_path):
    with jupyter.browser_page(width, 1000) as page:
        book = jupyter.Lab(page, lab.url).open(LESSON.name)
        book.theme(theme)
        book.run_all()
        assert not page.problems
        assert page.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0
        assert page.locator("canvas").count() >= 2
        book.screenshot(tmp_path / f"lesson_{width}.png")


def test_curve_moves_while_fit_runs_and_stop_stops_it(lab, tmp_path):
    with jupyter.browser_page(1300, 1000) as page:
        book = jupyter.Lab(page, lab.url).open("endless.ipynb")
        book.run_all(wait=False)
        live = page.locator(".tk-live").first
        live.wait_for(timeout=60_000)
        live.scroll_into_view_if_needed()
        canvas = live.locator("canvas").first
        page.wait_for_timeout(2500)
        first = canvas.screenshot()
        page.wait_for_timeout(1000)
        assert canvas.screenshot() != first, "the curve does not move"
        page.screenshot(path=tmp_path / "running.png")
        live.get_by_role("button", name="Stop", exact=True).click()
        book.wait_idle()  # every later cell runs only once fit has ended
        assert page.get_by_text("more than 85 of 100 unseen digits are right").last.is_visible()
        assert not page.problems
