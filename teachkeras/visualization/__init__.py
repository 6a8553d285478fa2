"""Pictures with boxes, masks and labels on them. Drawing on arrays needs Pillow; galleries need matplotlib."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
