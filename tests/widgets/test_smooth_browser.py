"""Dragging over each view that can be dragged: frames a second, beside what the machine has left for any page."""

import pytest
from widgets.gallery import SET_UP, VIEWS, drag

pytestmark = [pytest.mark.browser, pytest.mark.full]

HANDLES = {
    "Neuron": (".tk-diagram .handle", "canvas.tk-curve"),
    "ActivationCurves": ("canvas",),
    "LiveTraining": ("canvas",),
    "Activations": ("canvas.tk-grid",),
    "StepThrough": ("canvas.tk-grid",),
    "TensorView": ("canvas",),
    "Convolution": ("figure:last-child canvas",),
    "Recurrence": ("canvas.tk-grid",),
    "Attention": ("canvas",),
    "Playground": ("canvas.tk-plane", "canvas.tk-net"),
    "Optimizers": ("canvas.tk-map",),
    "Classifier": ("canvas.tk-sheet", "canvas.tk-grid"),
}


@pytest.mark.parametrize("name", HANDLES)
def test_dragging_is_smooth(name, open_notebook):
    lab = open_notebook(SET_UP, VIEWS[name])
    lab.run_all()
    view = lab.cell(1).locator(".tk")
    view.wait_for()
    for handle in HANDLES[name]:
        node = view.locator(handle).first
        node.scroll_into_view_if_needed()
        rate, work = drag(node)
        print(f"{name} {handle}: {rate:.0f} frames a second, {work:.1f} ms of work a frame")
        assert rate >= 50 or work <= 20, (handle, rate, work)
    assert lab.page.problems == []
