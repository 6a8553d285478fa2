"""Files: models and weights saved and read, in Keras's formats, both ways.

==================  =====================================================================================
``model.keras``     a zip archive: config.json, metadata.json, model.weights.h5, assets
``x.weights.h5``    the weights alone, with the optimizer's state
``model.h5``        the older whole-model file of Keras 2
JSON and ``x.h5``   the pair of Keras 2: ``model.to_json()`` beside ``model.save_weights("x.h5")``
==================  =====================================================================================

``api`` decides which; ``archive``, ``store`` and ``legacy`` know one format each; ``hdf5`` reads with care; ``whole``
writes a file whole or not at all.
"""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__, helpers="archive foreign hdf5 legacy savable store whole may_write")
