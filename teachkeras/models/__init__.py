"""Models: layers joined into one thing that trains."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(
    __name__, "teachkeras.saving.api", helpers="function graph graph_config plot summary may_write"
)
