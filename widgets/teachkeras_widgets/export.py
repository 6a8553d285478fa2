"""Views in plain HTML: one file, no kernel, nothing fetched.

A page holds a view's ES module, its style sheet and its state; a stand-in for the kernel's side answers what the module
asks. What a view computes in the page works as before; what only the kernel knows stays as it was last.

    view.save_html("neuron.html")                       one view
    python -m teachkeras_widgets.export lesson.ipynb    a notebook: lesson.html beside it

In a notebook's page a view lives on if its state was saved (`teachkeras lab` and Binder do that); else its picture
stands there.
"""

import base64
import html
import json
import sys
from pathlib import Path

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
# What anywidget gives a module, without a kernel: traits that can be read, set and listened to.
STAND_IN = """
const saved = JSON.parse(document.getElementById(ID).textContent), state = saved.state, ears = new Map();
for (const { path, data } of saved.buffers) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const holder = path.slice(0, -1).reduce((node, key) => node[key], state);
  holder[path.at(-1)] = new DataView(bytes.buffer);
}
const model = {
  get: (name) => state[name],
  set(name, value) { state[name] = value; for (const ear of ears.get(`change:${name}`) ?? []) ear(); },
  on(event, ear) { ears.set(event, [...(ears.get(event) ?? []), ear]); },
  off(event, ear) { ears.set(event, (ears.get(event) ?? []).filter((each) => each !== ear)); },
  save_changes() {},
  send() {},
};
const host = document.getElementById(`${ID}-view`);
const source = `data:text/javascript;base64,${saved.module}`;
import(source).then(({ default: view }) => { host.replaceChildren(); view.render({ model, el: host }); });
"""


def fragment(state, buffers, name="view", picture=None):
    """The HTML of one view: a place, its state, and the script that brings it to life.

    Args:
        state: its traits, binary values taken out.
        buffers: ``[{"path": […], "data": base64}]``: the binary values and their places.
        name: an id that no other part of the page has.
        picture: base64 of a PNG that stands there where no script may run.
    """
    state = dict(state)
    module, style = state.pop("_esm"), state.pop("_css", "")
    told = {"state": state, "buffers": buffers, "module": base64.b64encode(module.encode()).decode("ascii")}
    text = json.dumps(told).replace("<", "\\u003c")
    still = f'<img src="data:image/png;base64,{picture}" alt="{html.escape(name)}">' if picture else ""
    return (
        f'<style>{style}</style><div id="{name}-view">{still}</div>'
        f'<script type="application/json" id="{name}">{text}</script>'
        f'<script type="module">const ID = "{name}";{STAND_IN}</script>'
    )


def document(view):
    """A whole page with one view."""
    from ipywidgets.widgets.widget import _remove_buffers

    view.settle()
    state, paths, buffers = _remove_buffers(view.get_state())
    packed = [{"path": path, "data": _text(data)} for path, data in zip(paths, buffers, strict=True)]
    traits = {name: value for name, value in state.items() if _plain(value)}
    return (
        f'<!doctype html><html lang="{view.language}"><head><meta charset="utf-8"><title>{view!r}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        '<body style="margin: 16px; color-scheme: light dark">'
        f"{fragment(traits, packed)}</body></html>"
    )


def notebook(path):
    """The HTML of a notebook file: each view alive where its state was saved, else its picture.

    Raises:
        ImportError: nbconvert is not installed (it comes with JupyterLab).
    """
    import nbformat
    from nbconvert import HTMLExporter

    book = nbformat.read(path, 4)
    states = book.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    for number, output in enumerate(_outputs(book)):
        view = output.data.pop(VIEW, None)
        saved = states.get(view["model_id"]) if view else None
        if saved and "_esm" in saved["state"]:
            buffers = [{"path": each["path"], "data": each["data"]} for each in saved.get("buffers", ())]
            picture = output.data.get("image/png")
            output.data = {"text/html": fragment(saved["state"], buffers, f"view-{number}", picture)}
    return HTMLExporter().from_notebook_node(book)[0]


def _outputs(book):
    for cell in book.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield output


def _text(data):
    return base64.b64encode(bytes(data)).decode("ascii")


def _plain(value):
    try:
        json.dumps(value)
    except TypeError:  # the widget's layout: a widget of its own
        return False
    return True


def main(paths):
    """Write each notebook as HTML beside itself."""
    for path in map(Path, paths):
        target = path.with_suffix(".html")
        target.write_text(notebook(path), encoding="utf-8")
        print(target)


if __name__ == "__main__":
    main(sys.argv[1:])
