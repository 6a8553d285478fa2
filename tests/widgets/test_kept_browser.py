"""Every view where no kernel is: in a saved notebook opened again, in its HTML, on a page of its own."""

import json
import subprocess
import sys

import nbformat
import pytest
from widgets.gallery import SET_UP, VIEWS

from teachkeras_widgets import export
from teachkeras_widgets.export import STATE, VIEW

pytestmark = [pytest.mark.browser, pytest.mark.full]


def pictures(page):
    """How many pictures stand on the page, each drawn and large enough to read."""
    return page.evaluate("[...document.images].filter((each) => each.complete && each.naturalWidth > 250).length")


@pytest.fixture(scope="module")
def saved(lab, jupyter_lab):
    """A notebook with each view, run and saved: its path."""
    lab.fill(SET_UP, *VIEWS.values())
    lab.run_all()
    for i in range(len(VIEWS)):
        lab.cell(i + 1).locator(".tk").wait_for()
    lab.save()
    return jupyter_lab.folder / "test_kept_browser.ipynb"


def test_each_output_is_a_constant_text_and_a_picture(saved):
    book = nbformat.read(saved, 4)
    for name, cell in zip(VIEWS, book.cells[1:], strict=True):
        (output,) = [each for each in cell.outputs if "data" in each]
        assert output.data["text/plain"] == name and len(output.data["image/png"]) > 3000
    states = book.metadata.widgets[STATE]["state"]
    assert {book.cells[1].outputs[0].data[VIEW]["model_id"]} <= states.keys()


def test_opened_again_every_view_is_back(saved, lab):
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.page.reload()
    lab.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length")
    for i, name in enumerate(VIEWS):
        view = lab.cell(i + 1).locator(".tk")
        view.wait_for(timeout=20_000)
        view.scroll_into_view_if_needed()
        lab.page.wait_for_function("(root) => root.draws > 0", arg=view.element_handle())
        assert "model not found" not in lab.cell(i + 1).inner_text(), name


def test_html_without_state_shows_each_picture(saved, lab, tmp_path):
    book = nbformat.read(saved, 4)
    book.metadata.pop("widgets")
    bare = tmp_path / "bare.ipynb"
    nbformat.write(book, bare)
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(bare)], check=True, capture_output=True)
    page = lab.page.context.browser.new_page()
    page.goto(bare.with_suffix(".html").as_uri(), wait_until="domcontentloaded")
    page.wait_for_timeout(500)
    assert pictures(page) == len(VIEWS)
    page.close()


def test_html_with_state_has_each_view_alive(saved, lab, tmp_path):
    path = tmp_path / "alive.html"
    path.write_text(export.notebook(saved), encoding="utf-8")
    page = lab.page.context.browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    page.locator(".tk").nth(len(VIEWS) - 1).wait_for()
    assert page.locator(".tk").count() == len(VIEWS)
    assert not [each for each in problems if "require" not in each and "MathJax" not in each], problems
    page.locator(".tk-convolution canvas").nth(2).press("ArrowRight")
    assert (
        page.locator(".tk-convolution .tk-formula").inner_text().startswith("y[0, 1]")
        or page.locator(".tk-convolution .tk-formula").inner_text()
    )
    page.close()


def test_frozen_views_are_pictures(lab, jupyter_lab):
    lab.fill(SET_UP, "view = views.Attention([[0.25, 0.75], [0.5, 0.5]])\nview", "view.freeze();")
    lab.run_all()
    lab.cell(1).locator("img").wait_for()
    assert lab.cell(1).locator(".tk").count() == 0
    lab.save()
    text = (jupyter_lab.folder / "test_kept_browser.ipynb").read_text()
    assert VIEW not in json.dumps([cell["outputs"] for cell in json.loads(text)["cells"]])
