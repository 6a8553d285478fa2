"""Networks that others designed and trained: graphs, weights and preprocessing as in ``keras.applications``.

Each file holds one family: a table of its blocks, the function that builds the graph, and ``preprocess_input`` and
``decode_predictions`` as its weights want them. Nothing is downloaded unless ``weights="imagenet"`` asks for it.
"""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
