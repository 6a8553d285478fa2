"""Live training in JupyterLab, in a real browser, on the real engine."""

import contextlib
import itertools
import json

import nbformat
import pytest

from widgets import jupyter

pytestmark = pytest.mark.browser

MODEL = """
import json, numpy as np, teachkeras as tk
from teachkeras_widgets import LiveTraining
tk.utils.set_random_seed(0)
random = np.random.default_rng(0)
x = random.normal(size=(2000, 64)).astype("float32")
y = (x @ random.normal(size=(64, 10)) + random.normal(size=10)).argmax(1)
hidden, last = tk.layers.Dense(128, activation="relu"), tk.layers.Dense(10, activation="softmax")
model = tk.Sequential([tk.Input((64,)), hidden, last])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
view = LiveTraining(model)
"""
PAUSE = (("Pause", "paused"), ("Go on", "running"))
FIT = "history = model.fit(x, y, epochs={epochs}, batch_size=32, validation_split=0.2, verbose=0)"
TELL = "print(json.dumps([history.history, float(model.optimizer.learning_rate)]))"

# Do something in the page and tell how many milliseconds later the view is in another state.
ACT = """([act, state]) => new Promise((resolve) => {
  const root = document.querySelector(".tk-live"), began = performance.now();
  new MutationObserver((_, watch) => {
    if (root.dataset.state === state) { watch.disconnect(); resolve(performance.now() - began); }
  }).observe(root, {attributes: true});
  if (act.length > 1) [...root.querySelectorAll("button")].find((b) => b.textContent === act).click();
  else root.dispatchEvent(new KeyboardEvent("keydown", {key: act, bubbles: true, cancelable: true}));
})"""
INK = """() => [...document.querySelectorAll(".tk-live canvas")].map((canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.filter((value, i) => i % 4 === 3 && value > 0).length / (pixels.length / 4);
})"""


@pytest.fixture
def open_notebook(jupyter_lab, request):
    """A page and a kernel for each test: a long fit of one must not reach the next."""
    with contextlib.ExitStack() as stack:

        def open_it(*cells, width=1300, height=1000):
            path = jupyter.write_notebook(jupyter_lab.folder / f"{request.node.name[:40]}.ipynb", *cells)
            page = stack.enter_context(jupyter.browser_page(width, height))
            return jupyter.Lab(page, jupyter_lab.url).open(path.name)

        yield open_it


def number(page, key):
    return float(page.locator(f"[data-value='{key}']").first.inner_text().replace("−", "-"))


def told(lab, cell):
    return json.loads(lab.output(cell)[0])


def test_buttons_and_keys_steer_a_blocking_fit(open_notebook):
    lab = open_notebook(MODEL, FIT.format(epochs=5000), TELL)
    page = lab.page
    lab.run(0)
    lab.run(1, wait=False)
    page.locator(".tk-live[data-state=running]").wait_for()
    page.wait_for_timeout(1500)
    waits = [page.evaluate(ACT, [name, state]) for name, state in (*PAUSE, *PAUSE, *PAUSE[:1])]
    assert sorted(waits)[len(waits) // 2] < 500, waits
    where, seen = page.locator("[data-role=where]"), []
    for key in "ss":
        seen.append(where.inner_text())
        page.locator(".tk-live").press(key)
        page.wait_for_function("(old) => document.querySelector('[data-role=where]').textContent !== old", arg=seen[-1])
    numbers = [int(text.split("batch ")[1].split()[0]) for text in [*seen, where.inner_text()]]
    assert [b - a for a, b in itertools.pairwise(numbers)] in ([1, 1], [1, 1 - 50], [1 - 50, 1])
    page.locator(".tk-rate").fill("0.0125")
    page.locator(".tk-rate").press("Enter")
    page.locator(".tk-live[data-rate='0.0125']").wait_for()
    page.locator(".tk-live").press("]")
    page.locator(".tk-live[data-rate='0.025']").wait_for()
    page.evaluate(ACT, [" ", "running"])
    assert page.evaluate(ACT, ["x", "stopped"]) < 500
    lab.wait_idle()
    lab.run(2)
    history, rate = told(lab, 2)
    assert rate == pytest.approx(0.025) and len(history["loss"]) < 5000
    assert page.locator(".tk-live .tk-note").is_hidden()
    assert page.problems == []


def test_numbers_are_the_engines_and_the_view_is_shown_once(open_notebook, jupyter_lab):
    lab = open_notebook(
        MODEL, FIT.format(epochs=6), TELL, FIT.format(epochs=3), "view", "view.freeze(); print('frozen')"
    )
    page = lab.page
    lab.run(0)
    lab.run(1)
    page.locator(".tk-live[data-state=finished]").wait_for()
    lab.run(2)
    history, _ = told(lab, 2)
    assert page.locator(".tk-live").count() == 1
    page.locator("[data-axis=epochs]").click()
    for name in ("loss", "accuracy"):
        assert number(page, name) == pytest.approx(history[name][-1], rel=1e-3)
        assert number(page, f"val_{name}") == pytest.approx(history[f"val_{name}"][-1], rel=1e-3)
        best = (min if name == "loss" else max)(history[f"val_{name}"])
        text = page.locator(f"[data-value='best_{name}']").inner_text()
        assert float(text.split()[1]) == pytest.approx(best, rel=1e-3)
    page.locator(".tk-live").press("Home")  # the reading line on the first epoch
    assert number(page, "val_loss") == pytest.approx(history["val_loss"][0], rel=1e-3)
    lab.run(3)  # a second fit goes into the same view
    page.locator(".tk-live[data-state=finished]").wait_for()
    assert page.locator(".tk-live").count() == 1 and "epoch 3 of 3" in page.locator("[data-role=where]").inner_text()
    lab.run(4)  # a page that opens late has everything
    assert page.locator(".tk-live").count() == 2
    late, first = (lab.cell(i).locator("[data-value=val_loss]").inner_text() for i in (4, 1))
    assert late == first
    lab.run(5)
    page.locator(".jp-OutputArea-output img").first.wait_for()
    assert page.locator(".tk-live").count() == 0
    lab.save()
    book = nbformat.read(next(jupyter_lab.folder.glob("test_numbers_are*.ipynb")), 4)
    outputs = [output for cell in book.cells for output in cell.outputs if "data" in output]
    assert {output.data["text/plain"] for output in outputs} == {"LiveTraining"}
    assert all(output.output_type == "display_data" and "image/png" in output.data for output in outputs)
    assert page.problems == []


@pytest.mark.parametrize("width", [1300, 700])
def test_both_themes_both_sizes_and_back_in_sight(open_notebook, width):
    lab = open_notebook(MODEL, FIT.format(epochs=6), "print('below\\n' * 120)", width=width)
    page = lab.page
    lab.run_all()
    page.locator(".tk-live[data-state=finished]").wait_for()
    view = page.locator(".tk-live")
    view.evaluate("(root) => root.scrollIntoView()")
    shades = []
    for theme in ("light", "dark"):
        lab.theme(theme)
        assert view.get_attribute("data-theme") == theme
        assert all(0.01 < share < 0.9 for share in page.evaluate(INK))
        shades.append(view.evaluate("(root) => getComputedStyle(root).getPropertyValue('--tk-train')"))
    assert shades[0] != shades[1]
    assert view.evaluate("(root) => root.scrollWidth <= root.clientWidth")
    boxes = [page.locator(".tk-live canvas").nth(i).bounding_box() for i in (0, 1)]
    assert (boxes[0]["y"] == boxes[1]["y"]) is (width == 1300)
    drawn = view.evaluate("(root) => root.draws")
    lab.cell(2).locator(".jp-OutputArea-output").evaluate("(output) => output.scrollIntoView({block: 'end'})")
    page.wait_for_timeout(500)
    view.evaluate("(root) => root.scrollIntoView()")
    page.wait_for_function("(before) => document.querySelector('.tk-live').draws > before", arg=drawn)
    assert all(share > 0.01 for share in page.evaluate(INK))
    lab.resize(1000)
    assert all(share > 0.01 for share in page.evaluate(INK))
    assert page.problems == []


def test_a_kernel_that_cannot_hear_is_told_kindly(open_notebook):
    deaf = "from teachkeras_widgets import live_training\nlive_training._deaf = lambda control: True"
    lab = open_notebook(MODEL, deaf, FIT.format(epochs=200))
    lab.run(0)
    lab.run(1)
    lab.run(2, wait=False)
    note = lab.page.locator(".tk-live .tk-note")
    note.wait_for()
    assert "await model.fit_async(" in note.inner_text()
    lab.page.locator(".tk-live").press("x")
    lab.wait_idle()
    assert note.is_hidden()
