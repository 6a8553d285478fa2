"""``keras.utils.np_utils`` of Keras 2, where older tutorials find :func:`to_categorical`."""

from teachkeras.utils.categorical import normalize, to_categorical

__all__ = ["normalize", "to_categorical"]
