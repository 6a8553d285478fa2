"""``keras.legacy.saving``: the same as ``utils.legacy``."""

from teachkeras.utils.legacy import deserialize_keras_object, serialize_keras_object  # noqa: F401
