"""What every view shares: one look, labels in the reader's language, shown once, a picture where no kernel is."""

import base64
import io
from pathlib import Path
from uuid import uuid4

import anywidget
from traitlets import Dict, Unicode

from . import catalogue, export, kernel

_STATIC = Path(__file__).parent / "static"


def asset(*names):
    """The named files under ``static`` as one text: the browser loads one module and one style sheet a view."""
    return "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in names)


def page(*modules):
    """The trait that holds a view's ES module: the shared one, and these."""
    return Unicode(asset("common.js", "page.js", *modules)).tag(sync=True)


def look(*sheets):
    """The trait that holds a view's style sheet: the shared one, and these."""
    return Unicode(asset("common.css", *sheets)).tag(sync=True)


def picture(name):
    """The bytes of a PNG under ``static``."""
    return (_STATIC / name).read_bytes()


class View(anywidget.AnyWidget):
    """Base of the views. A subclass names its ``topic`` in the catalogue, its ``_esm``, and draws ``figure()``.

    Args:
        language: ``"en"``, ``"zh"``, or None for the default that ``set_language`` sets.
    """

    topic = ""
    language = Unicode("en").tag(sync=True)
    labels = Dict().tag(sync=True)
    _css = Unicode(asset("common.css")).tag(sync=True)

    def __init__(self, *, language=None, **traits):
        language = catalogue.known(language)
        labels = catalogue.labels(language, self.topic)
        super().__init__(language=language, labels=labels, **traits)
        self._display_id = uuid4().hex
        self._shown_in_cell = None

    def label(self, key, **places):
        """The label ``key`` in this view's language, its places filled in."""
        return catalogue.LABELS[self.language][key].format(**places)

    # --- shown once -------------------------------------------------------------------------------------------------

    @property
    def shown(self):
        """Has this view been put into a notebook?"""
        return self._shown_in_cell is not None

    def show(self):
        """Put the view into the running cell's output; again in the same cell, nothing happens."""
        shell = kernel.shell()
        if shell is None:
            print(self)
        elif self._shown_in_cell != shell.execution_count:
            self._shown_in_cell = shell.execution_count
            self._publish(self._repr_mimebundle_()[0])

    _ipython_display_ = show

    def __repr__(self):
        """A constant, so that a notebook's saved output never changes."""
        return type(self).__name__

    def _repr_mimebundle_(self, **_):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {**self._still(), "application/vnd.jupyter.widget-view+json": view}, {}

    def settle(self):
        """Bring the state that a page reads up to date; most views keep it so at all times."""

    # --- the picture it leaves ---------------------------------------------------------------------------------------

    def figure(self):
        """The present state as a matplotlib figure, for print."""
        raise NotImplementedError

    def png(self):
        """The present state as the bytes of a PNG file."""
        page = io.BytesIO()
        self.figure().savefig(page, format="png", dpi=110, metadata={"Software": None})
        return page.getvalue()

    def save_html(self, path):
        """Write the view as a page of its own, which needs no kernel and fetches nothing.

        Example::

            Neuron(x=[1.0, 2.0], w=[0.6, -0.4], b=0.1).save_html("neuron.html")
        """
        Path(path).write_text(export.document(self), encoding="utf-8")
        return self

    def freeze(self):
        """Swap the live view in the notebook for its picture, which needs no kernel and shows on every site."""
        if self.shown:
            self._publish(self._still(), update=True)
        return self

    def _still(self):
        return {"text/plain": repr(self), "image/png": base64.b64encode(self.png()).decode("ascii")}

    def _publish(self, data, update=False):
        from IPython.display import publish_display_data

        transient = {"display_id": self._display_id}
        publish_display_data(data, {}, transient=transient, update=update)
