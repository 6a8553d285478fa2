"""Each view in JupyterLab, in a real browser: it appears, answers mouse and keys, its numbers are the engine's."""

import json

import pytest

pytestmark = pytest.mark.browser

MODEL = """
import json, numpy as np, teachkeras as tk
import teachkeras_widgets as views
tk.utils.set_random_seed(1)
x = np.random.default_rng(0).normal(size=(400, 16)).astype("float32")
y = (x[:, 0] > 0).astype(int)
hidden, last = tk.layers.Dense(8, activation="tanh", name="hidden"), tk.layers.Dense(2, activation="softmax", name="last")
model = tk.Sequential([tk.Input((16,)), hidden, last])
model.compile("sgd", "sparse_categorical_crossentropy")
"""


# pictures without a text for those who can't see them
UNTOLD = """(root) => [...root.querySelectorAll("canvas, svg")].filter((node) =>
  !node.getAttribute("aria-label") && !node.closest("[aria-hidden=true], button[aria-label]")).map((node) => node.outerHTML.slice(0, 80))"""


def value(view, key):
    return float(view.locator(f"[data-value='{key}']").first.inner_text().replace("−", "-").rstrip(" %"))


def told(lab, cell):
    return json.loads(lab.output(cell)[0])


def both_themes(lab, view):
    """The view fits and is drawn in both themes, wide and narrow."""
    for theme in ("light", "dark"):
        assert view.get_attribute("data-theme") == theme
        assert view.evaluate("(root) => root.scrollWidth <= root.clientWidth")
        if theme == "light":
            drawn = view.evaluate("(root) => root.draws")
            lab.resize(700)
            lab.theme("dark")
            redrawn = "([root, before]) => root.dataset.theme === 'dark' && root.draws > before"
            lab.page.wait_for_function(redrawn, arg=[view.element_handle(), drawn])
    assert view.evaluate(UNTOLD) == []
    assert lab.page.problems == []


def test_curves_drag_keys_and_live_sums(open_notebook):
    lab = open_notebook(
        MODEL,
        "view = views.ActivationCurves(model)\nmodel.fit(x, y, epochs=3, verbose=0);",
        "print(json.dumps([view.f(2.0), view.f(2.0, slope=True), view.frame['saturated'], view.frame['batch']], default=float))",
    )
    lab.run_all()
    view = lab.page.locator(".tk-curves")
    view.wait_for()
    plot = view.locator("canvas")
    plot.press("0")
    for _ in range(2):
        plot.press("PageUp")
    before = value(view, "y")
    assert before > 0
    box = plot.bounding_box()
    lab.page.mouse.move(box["x"] + 300, box["y"] + 60)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    lab.page.mouse.up()
    assert value(view, "y") < before
    _, _, saturated, batch = told(lab, 2)
    assert value(view, "saturated") == pytest.approx(100 * saturated, abs=0.06) and batch == 39
    view.locator("select").first.select_option("linear")
    assert value(view, "slope") == 1
    both_themes(lab, view)


def test_step_through_walks_by_keys_and_links(open_notebook):
    tell = "step = view.setup['steps'][view.position]\nprint(json.dumps([view.position, step['phase'], step['worked']['result']]))"
    lab = open_notebook(MODEL, "view = views.StepThrough(model, x[:6], y[:6])\nview", tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-steps")
    view.wait_for()
    view.focus()
    place = view.locator("[data-role=place]")
    for key, text in (
        ("ArrowRight", "step 2"),
        ("ArrowLeft", "step 1"),
        ("PageDown", "step 5"),
        ("End", "step 18"),
        ("Home", "step 1"),
    ):
        view.press(key)
        assert place.inner_text().startswith(text), key
    assert view.locator("math").count() == 1 and view.locator("figure").count() == 4
    shown = value(view, "worked")
    lab.run(2)
    position, phase, result = told(lab, 2)
    assert (position, phase) == (0, "forward") and shown == pytest.approx(result, rel=1e-3)
    view.locator("[data-step='1']").click()
    view.locator(".tk-link").click()
    assert place.inner_text().startswith("step 1")
    grid = view.locator("canvas.tk-grid").first
    grid.press("ArrowRight")
    assert "x[0, 0] = " in view.locator("[data-array=x]").inner_text()
    both_themes(lab, view)


def test_activations_choose_layer_and_sample(open_notebook):
    tell = "print(json.dumps([view.frame['layer'], view.frame['sample'], view.frame['mean'], float(view.outputs()[3].ravel()[0])]))"
    lab = open_notebook(
        MODEL, "view = views.Activations(model, x[:50], 'hidden')\nview", tell, "model.fit(x, y, epochs=3, verbose=0);"
    )
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-activations")
    view.wait_for()
    view.locator("select").select_option("last")
    slider = view.locator("input[type=range]")
    for _ in range(3):
        slider.press("ArrowRight")
    lab.page.wait_for_function("document.querySelector('.tk-activations').dataset.shown === 'last/3'")
    lab.run(2)
    layer, sample, mean, first = told(lab, 2)
    assert (layer, sample) == ("last", 3) and value(view, "mean") == pytest.approx(mean, rel=1e-3)
    view.locator("[data-role=output] canvas").press("ArrowRight")
    assert float(view.locator(".tk-reading").inner_text().split("=")[1]) == pytest.approx(first, rel=1e-3)
    lab.run(3)
    lab.page.wait_for_function(
        "document.querySelector('.tk-activations [data-role=state]').textContent.includes('Finished')"
    )
    assert lab.page.locator(".tk-activations").count() == 1
    both_themes(lab, view)


def test_gradients_live_rows_and_keys(open_notebook):
    tell = "print(json.dumps([[float(v) for v in view.norms[-1]], [float(v) for v in view.ratios[-1]]]))"
    lab = open_notebook(MODEL, "view = views.Gradients(model)\nmodel.fit(x, y, epochs=6, verbose=0);", tell)
    lab.run_all()
    view = lab.page.locator(".tk-gradients")
    view.wait_for()
    lab.page.wait_for_function(
        "document.querySelector('.tk-gradients [data-role=state]').textContent.includes('Finished')"
    )
    norms, ratios = told(lab, 2)
    for i in range(2):
        assert value(view, f"norm{i}") == pytest.approx(norms[i], rel=6e-3)
        assert value(view, f"ratio{i}") == pytest.approx(ratios[i], rel=6e-2)
    view.locator("[data-weight='0']").press("ArrowDown")
    assert view.locator("[data-weight='1']").get_attribute("aria-selected") == "true"
    assert "last/kernel" in view.locator("figcaption").nth(1).inner_text()
    both_themes(lab, view)


def test_playground_trains_steps_and_resets(open_notebook):
    tell = "view.train(0)\nprint(json.dumps([view.steps, view.frame['loss'], view.settings['units'], view.settings['data']]))"
    lab = open_notebook(MODEL, "view = views.Playground('data=moons&units=4')\nview", tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-playground")
    view.wait_for()
    view.focus()
    view.press(" ")
    lab.page.wait_for_function("Number(document.querySelector('[data-value=steps]').textContent) >= 60")
    view.press(" ")
    lab.page.wait_for_timeout(800)
    view.press("s")
    lab.page.wait_for_timeout(600)
    shown = value(view, "steps"), value(view, "loss")
    lab.run(2)
    steps, loss, _, _ = told(lab, 2)
    assert steps == shown[0] and steps % 20 == 1 and shown[1] == pytest.approx(loss, abs=1e-4)
    view.get_by_role("button", name="one unit more in layer 1").click()
    view.locator("[data-choice=xor]").click()
    view.get_by_role("button", name="Reset").click()
    lab.page.wait_for_timeout(1000)
    lab.run(2)
    assert told(lab, 2)[0] == 0 and told(lab, 2)[2:] == ["5", "xor"]
    assert "Dense(5" in view.locator("[data-role=code]").input_value()
    both_themes(lab, view)


def test_optimizers_start_rate_and_race(open_notebook):
    tell = "print(json.dumps([view.edits['start'], view.edits['rate'], [float(v) for v in view.path('SGD')[-1]]]))"
    lab = open_notebook(MODEL, "view = views.Optimizers(surface='bowl', racers=['SGD', 'Adam'])\nview", tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-optimizers")
    view.wait_for()
    chart = view.locator("canvas.tk-map")
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
    chart.press("[")
    chart.press("ArrowRight")
    lab.page.wait_for_timeout(500)
    lab.run(2)
    start, rate, end = told(lab, 2)
    assert start == pytest.approx([3.15, 3.0], abs=0.05) and rate == 0.08
    height = (end[0] ** 2 + end[1] ** 2) / 4
    assert value(view, "SGD") == pytest.approx(height, abs=2e-3)
    view.get_by_role("button", name="Play").click()
    view.locator("[data-racer=Adam]").uncheck()
    assert view.locator("[data-value=Adam]").inner_text() == ""
    both_themes(lab, view)


def test_tensor_slices_and_reading(open_notebook):
    tell = "print(json.dumps(values[1].tolist()))"
    lab = open_notebook(
        MODEL, "values = np.arange(24.0).reshape(2, 3, 4) / 8\nview = views.TensorView(values, 'v')\nview", tell
    )
    lab.run_all()
    view = lab.page.locator(".tk-tensor")
    view.wait_for()
    view.locator("input[type=range]:visible").press("ArrowRight")
    grid = view.locator("canvas")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        grid.press(key)
    assert (
        view.locator(".tk-reading").inner_text().split()
        == f"v[1, 1, 1] = {told(lab, 2)[1][1]:.5f} 136 bytes from the start".split()
    )
    both_themes(lab, view)


def test_convolution_window_and_weights(open_notebook):
    tell = "print(json.dumps([float(view.output()[0, 1, 0]), list(view.output().shape)]))"
    lab = open_notebook(MODEL, "view = views.Convolution()\nview", tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-convolution")
    view.wait_for()
    view.locator("[data-choice=same]").click()
    view.locator("[data-weight='4']").fill("3")
    output = view.locator("canvas").nth(2)
    output.press("Home")
    output.press("ArrowRight")
    lab.page.wait_for_timeout(500)
    lab.run(2)
    number, shape = told(lab, 2)
    assert value(view, "y") == pytest.approx(number, rel=1e-3) and shape == [8, 8, 1]
    view.locator("[data-choice=max]").click()
    lab.page.wait_for_timeout(500)
    lab.run(2)
    assert told(lab, 2)[1] == [4, 4, 1] and "max(" in view.locator(".tk-formula").inner_text()
    both_themes(lab, view)


def test_graph_opens_models_by_keys(open_notebook):
    code = """
inner = tk.Sequential([tk.Input((4,)), tk.layers.Dense(6, name="six"), tk.layers.Dense(4)], name="inner")
views.ModelGraph(tk.Sequential([tk.Input((4,)), inner, tk.layers.Dense(2, name="head")]))
"""
    lab = open_notebook(MODEL, code)
    lab.run_all()
    view = lab.page.locator(".tk-graph")
    view.wait_for()
    assert "68 parameters" in view.locator("[data-value=parameters]").first.inner_text()
    view.locator("[data-node=inner]").press("Enter")
    view.locator("[data-node='inner>six']").wait_for()
    view.locator("[data-node=inner]").press("End")
    assert view.locator("[data-node=head]").get_attribute("aria-pressed") == "true"
    assert view.locator("[data-value=count]").inner_text() == "10"
    both_themes(lab, view)


def test_classifier_draws_and_opens_mistakes(open_notebook):
    code = """
images = np.random.default_rng(0).random((60, 8, 8)).astype("float32")
net = tk.Sequential([tk.Input((8, 8)), tk.layers.Flatten(), tk.layers.Dense(3, activation="softmax")])
view = views.Classifier(net, images, np.arange(60) % 3)
view
"""
    tell = "x = np.frombuffer(view.frame['drawing'], 'float32').reshape(1, 8, 8)\nprint(json.dumps([float(x.sum()), (net(x * images.max()).numpy()[0] * 100).tolist()]))"
    lab = open_notebook(MODEL, code, tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-classifier")
    view.wait_for()
    box = view.locator(".tk-sheet").bounding_box()
    lab.page.mouse.move(box["x"] + 60, box["y"] + 60)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 180, box["y"] + 180, steps=10)
    lab.page.mouse.up()
    lab.page.wait_for_timeout(1500)
    lab.run(2)
    ink, expected = told(lab, 2)
    assert ink > 4
    assert [value(view, f"p{i}") for i in range(3)] == pytest.approx(expected, abs=0.06)
    view.locator("canvas.tk-grid").click(position={"x": 45, "y": 15})
    view.locator(".tk-gallery button").first.click()
    lab.page.wait_for_timeout(800)
    lab.run(2)
    assert told(lab, 2)[0] > 20
    both_themes(lab, view)


def test_recurrence_walks_and_attention_reads(open_notebook):
    code = """
net = tk.Sequential([tk.Input((5, 3)), tk.layers.LSTM(4, return_sequences=True), tk.layers.Dense(1)])
sequence = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
view = views.Recurrence(net, sequence)
view
"""
    tell = "print(json.dumps([view.rows['cell'][1].tolist(), view.edits['at']]))"
    lab = open_notebook(MODEL, code, "views.Attention([[0.25, 0.75], [0.5, 0.5]], queries=['a', 'b'])", tell)
    lab.run(0)
    lab.run(1)
    view = lab.page.locator(".tk-recurrence")
    view.wait_for()
    grid = view.locator("canvas.tk-grid").first
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        grid.press(key)
    lab.page.wait_for_timeout(500)
    lab.run(3)
    cell, at = told(lab, 3)
    assert at == [1, 1] and value(view, "cell") == pytest.approx(cell[1], abs=1e-4)
    lab.run(2)
    shares = lab.page.locator(".tk-attention")
    shares.wait_for()
    shares.locator("canvas").press("ArrowRight")
    assert "a → 0: 25.0 %" in shares.inner_text()
    both_themes(lab, view)
