"""The neuron in JupyterLab, in a real browser: its numbers against NumPy's and the engine's."""

import json
import math

import pytest
from widgets.gallery import drag

from teachkeras_widgets import Neuron

pytestmark = pytest.mark.browser

FREE = "from teachkeras_widgets import Neuron\nNeuron(x=[1.0, 2.0], w=[0.6, -0.4], b=0.1)"
BOUND = """
import json, numpy as np, teachkeras as tk
from teachkeras_widgets import Neuron
tk.utils.set_random_seed(1)
hidden, last = tk.layers.Dense(16, activation="tanh", name="hidden"), tk.layers.Dense(10, activation="softmax")
model = tk.Sequential([tk.Input((64,)), hidden, last])
sample = np.random.default_rng(0).random(64).astype("float32")
neuron = Neuron(model, layer="hidden", unit=3, x=sample)
neuron
"""
TELL = """
weights, bias = hidden.kernel.numpy()[:, 3].tolist(), float(hidden.bias.numpy()[3])
print(json.dumps([weights, bias, float(hidden(sample[None]).numpy()[0, 3]), neuron.z]))
"""
SOFTMAX = "Neuron(model, unit=2, x=sample, language='zh')"
PROBABILITY = "print(json.dumps(float(model(sample[None]).numpy()[0, 2])))"


def value(view, key):
    return float(view.locator(f"[data-value='{key}']").inner_text().replace("−", "-"))


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def test_mouse_keys_and_numbers(open_notebook):
    lab = open_notebook(FREE)
    lab.run_all()
    page, view = lab.page, lab.page.locator(".tk-neuron")
    view.wait_for()
    assert value(view, "z") == pytest.approx(-0.1) and value(view, "y") == pytest.approx(sigmoid(-0.1), abs=1e-4)
    circle = view.locator(".tk-diagram .handle").first  # x₁: 40 pixels up
    box = circle.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] - 30, steps=8)
    page.mouse.up()
    x1 = float(view.locator("[data-box=x0]").input_value())
    assert x1 > 1.2
    assert value(view, "z") == pytest.approx(0.6 * x1 - 0.8 + 0.1, abs=1e-3)
    bias = view.locator("[data-number=b]")
    bias.focus()
    bias.press("0")
    bias.press("ArrowUp")
    assert value(view, "z") == pytest.approx(0.6 * x1 - 0.8 + 0.05, abs=6e-3)
    view.locator("[data-box=w1]").fill("0.25")
    z = value(view, "z")
    b = float(view.locator("[data-box=b]").input_value())
    assert z == pytest.approx(0.6 * x1 + 0.5 + b, abs=2e-3)
    for name, f, slope in (
        ("sigmoid", sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
        ("tanh", math.tanh, lambda z: 1 - math.tanh(z) ** 2),
        ("relu", lambda z: max(z, 0), lambda z: float(z > 0)),
        ("linear", lambda z: z, lambda z: 1.0),
    ):
        view.locator(f"[data-activation={name}]").click()
        assert value(view, "y") == pytest.approx(f(z), abs=2e-4)
        assert value(view, "slope") == pytest.approx(slope(z), abs=2e-4)
    view.get_by_role("button", name="Reset").click()
    assert value(view, "z") == pytest.approx(-0.1)
    curve = view.locator("canvas.tk-curve")
    curve.press("ArrowRight")
    assert value(view, "z") > -0.1
    assert page.problems == []


def test_dragging_is_smooth(open_notebook):
    lab = open_notebook(FREE)
    lab.run_all()
    view = lab.page.locator(".tk-neuron")
    view.wait_for()
    rate, work = drag(view.locator(".tk-diagram .handle").first)
    assert rate >= 50 or work <= 20, (rate, work)


def test_a_real_unit_there_and_back(open_notebook):
    lab = open_notebook(BOUND, TELL, TELL)
    page, view = lab.page, lab.page.locator(".tk-neuron")
    lab.run(0)
    view.wait_for()
    lab.run(1)
    _, _, output, z = json.loads(lab.output(1)[0])
    assert value(view, "z") == pytest.approx(z, abs=1e-4) and value(view, "y") == pytest.approx(output, abs=1e-4)
    assert view.get_by_role("button", name="Write to model").is_disabled()
    picked = view.locator("[data-product]").evaluate_all("(cells) => cells.map((cell) => Number(cell.dataset.product))")
    assert len(picked) == 6
    box = view.locator(f"[data-box=w{picked[0]}]")
    box.fill("1.5")
    box.press("Tab")
    view.locator("[data-box=b]").fill("-0.5")
    shown = value(view, "y")
    view.get_by_role("button", name="Write to model").click()
    view.get_by_text("the model now uses these weights").wait_for()
    lab.run(2)
    weights, bias, output, _ = json.loads(lab.output(2)[0])
    assert (weights[picked[0]], bias) == (1.5, -0.5)
    assert output == pytest.approx(shown, abs=1e-4)
    canvas = view.locator("canvas[data-map=w]")
    other = next(i for i in range(64) if i not in picked)
    side = canvas.bounding_box()["width"] / 8
    canvas.click(position={"x": (other % 8 + 0.5) * side, "y": (other // 8 + 0.5) * side})
    assert view.locator(f"[data-product='{other}']").count() == 1
    assert page.problems == []


def test_softmax_shows_the_engines_probability_in_chinese(open_notebook):
    lab = open_notebook(BOUND, SOFTMAX, PROBABILITY)
    lab.run_all()
    note = lab.cell(1).locator(".tk-note")
    note.wait_for()
    probability = json.loads(lab.output(2)[0])
    assert "概率" in note.inner_text() and float(note.inner_text().split("：")[-1]) == pytest.approx(
        probability, rel=1e-3
    )
    assert lab.page.problems == []


@pytest.mark.parametrize("width", [1300, 700])
def test_both_themes_and_sizes(open_notebook, width):
    lab = open_notebook(BOUND, "print('below\\n' * 150)", width=width)
    lab.run_all()
    page, view = lab.page, lab.page.locator(".tk-neuron")
    view.wait_for()
    for theme in ("light", "dark"):
        lab.theme(theme)
        assert view.get_attribute("data-theme") == theme
        assert view.evaluate("(root) => root.scrollWidth <= root.clientWidth")
    tops = [view.locator(part).bounding_box()["y"] for part in (".tk-diagram", ".tk-curve")]
    assert (abs(tops[0] - tops[1]) < 100) is (width == 1300)
    drawn = view.evaluate("(root) => root.draws")
    lab.cell(1).locator(".jp-OutputArea-output").evaluate("(output) => output.scrollIntoView({block: 'end'})")
    page.wait_for_timeout(400)
    view.evaluate("(root) => root.scrollIntoView()")
    page.wait_for_function("(before) => document.querySelector('.tk-neuron').draws > before", arg=drawn)
    assert page.problems == []


def test_a_formula_page_needs_no_kernel(lab, tmp_path):
    path = tmp_path / "neuron.html"
    Neuron(x=[1.0, 2.0], w=[0.6, -0.4], b=0.1).save_html(path)
    page = lab.page.context.browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri())
    page.locator("[data-box=w1]").fill("0.25")
    assert float(page.locator("[data-value=z]").inner_text()) == pytest.approx(0.6 + 0.5 + 0.1)
    page.locator("canvas.tk-curve").press("ArrowRight")
    assert float(page.locator("[data-value=z]").inner_text()) > 1.2
    page.locator("[data-activation=relu]").click()
    assert page.locator("[data-value=slope]").inner_text().startswith("1") and problems == []
    page.close()
