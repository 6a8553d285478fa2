"""Savable: what a model can do with files."""

from __future__ import annotations

import importlib
import json


class Savable:
    """The methods of a model that save it; mixed into :class:`teachkeras.Model`."""

    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Save the whole model: what it is, its weights, how it is compiled, how far its optimizer is.

        Args:
            filepath: A name that ends in ``.keras``, or in ``.h5`` for the older format.
            overwrite: Whether an existing file is replaced without asking.
            zipped: Only True is known here.

        Raises:
            ArgumentError: another ending.
        """
        from teachkeras.saving.api import save_model

        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None):
        """Save the weights, and the optimizer's state if there is one.

        Args:
            filepath: A name that ends in ``.weights.h5``; with ``.h5`` alone, the layout of Keras 2 is written.
            overwrite: Whether an existing file is replaced without asking.
            max_shard_size: Not known here; the weights are one file.
        """
        from teachkeras.saving.weights import save_weights

        save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath, skip_mismatch=False, **kwargs):
        """Set the weights from a file: all of them or, if something does not fit, none.

        Args:
            filepath: A ``.weights.h5`` or ``.h5`` file of weights, or a whole model.
            skip_mismatch: Whether layers that do not fit are left as they are, with a warning.
            by_name: (files of Keras 2) Whether layers are found by name, and those that are missing left as they are.

        Raises:
            ShapeError: the file's weights do not fit.
            CorruptFileError: the file is damaged.
        """
        from teachkeras.saving.weights import load_weights

        load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def to_json(self, **kwargs):
        """Return what the model is, without its weights, as a JSON text; ``model_from_json`` builds it anew.

        Args:
            kwargs: Those of ``json.dumps``, such as ``indent=2``.
        """
        from teachkeras.saving.archive import described

        return json.dumps(described(self), **kwargs)

    def compile_from_config(self, config):
        """Compile with what ``get_compile_config`` returned, and make the optimizer's slots."""
        from teachkeras.saving.objects import deserialize_keras_object

        self.compile(**{name: deserialize_keras_object(value) for name, value in config.items()})
        if self.built and self.optimizer is not None:
            self.optimizer.build(self.trainable_weights)

    def export(self, filepath, format="onnx", verbose=None, input_signature=None, **kwargs):
        """Write the model for use elsewhere.

        Args:
            filepath: The file to write.
            format: ``"onnx"``, or ``"source"`` for readable Keras code.
            verbose: Taken for compatibility.
            input_signature: Taken for compatibility; the model's own input shapes are used.
        """
        importlib.import_module("teachkeras.export").export_model(self, filepath, format, **kwargs)  # stands above us
