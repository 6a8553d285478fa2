"""Every lesson in JupyterLab, in a real browser, run top to bottom and looked at: wide and light, narrow and dark.

The pictures stay in pytest's folder (``--basetemp=FOLDER``), for people to look at.
"""

import shutil

import pytest

from tests.lessons.exercises import LESSONS
from widgets import jupyter

pytestmark = [pytest.mark.browser, pytest.mark.full]
NAMES = sorted(path.name for path in LESSONS.glob("*.ipynb"))
BROKEN = (
    "Error displaying widget",
    "Error creating widget",
    "model not found",
    "Traceback (most recent call last)",
    "The curves appear here when fit begins",  # a view that nothing came to
)
LOOK = """() => {
    const panel = document.querySelector('.jp-Notebook');
    const views = [...panel.querySelectorAll('.jupyter-widgets')].filter((e) => !e.parentElement.closest('.jupyter-widgets'));
    const wide = (e) => e.scrollWidth > e.clientWidth + 2 && getComputedStyle(e).overflowX !== 'auto' || e.scrollWidth > 1.6 * e.clientWidth;
    const name = (e) => (e.innerText || e.className || '').toString().slice(0, 60);
    const sticks = (e) => e.querySelector('mjx-math').getBoundingClientRect().right > e.closest('.jp-MarkdownOutput').getBoundingClientRect().right;
    return {
        text: panel.innerText,
        errors: panel.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]').length,
        formulas: panel.querySelectorAll('merror, mjx-merror, .MathJax_Error').length,
        blank: views.filter((e) => e.clientHeight < 40 || !e.querySelector('canvas, svg, input, table')).map(name),
        wide: [...panel.querySelectorAll('.jp-OutputArea-output, .jp-MarkdownOutput')].filter(wide).map(name),
        cut: [...panel.querySelectorAll('.jp-MarkdownOutput mjx-container[display="true"]')].filter(sticks).length,
        waiting: [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].filter((e) => !/[0-9]/.test(e.textContent)).length,
    };
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    jupyter.need_browser()
    folder = tmp_path_factory.mktemp("course") / "lessons"
    shutil.copytree(LESSONS, folder, ignore=shutil.ignore_patterns(".*", "solutions"))
    with jupyter.jupyter_server(folder, home=folder.parent / "home") as server:
        yield server


def unroll(page, width):
    """Make the window as tall as the notebook, so that all of it is drawn at once."""
    page.set_viewport_size({"width": width, "height": 1000})
    height = 0
    for _ in range(4):  # what was not drawn yet has its true height the next time
        page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
        page.wait_for_timeout(700)
        before, height = height, page.evaluate("() => document.querySelector('.jp-WindowedPanel-inner').scrollHeight")
        if height == before:
            break
        page.set_viewport_size({"width": width, "height": min(int(height) + 250, 16_000)})
    page.evaluate("() => Promise.all([...document.images].map((image) => image.decode().catch(() => null)))")


@pytest.mark.parametrize("name", NAMES)
def test_runs_top_to_bottom_and_shows_well(lab, name, tmp_path):
    with jupyter.browser_page(1300, 1000) as page:
        book = jupyter.Lab(page, lab.url).open(name)
        book.command("notebook:clear-all-cell-outputs")
        book.run_all()
        for theme, width in (("light", 1300), ("dark", 700)):
            book.theme(theme)
            unroll(page, width)
            page.locator(".jp-Notebook").screenshot(path=tmp_path / f"{name[:5]}_{theme}.png")
            seen = page.evaluate(LOOK)
            assert not [words for words in BROKEN if words in seen["text"]]
            assert not seen["errors"] and not seen["formulas"] and not seen["waiting"], seen
            assert not seen["blank"] and not seen["wide"] and not seen["cut"], (theme, seen)
        assert not page.problems
