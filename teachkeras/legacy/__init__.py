"""``keras.legacy``: older roofs of things that live elsewhere."""

from teachkeras.legacy import saving  # noqa: F401
