"""export_model: write a model for use elsewhere."""

from __future__ import annotations

from teachkeras.errors import UnknownNameError, did_you_mean
from teachkeras.saving.whole import written_whole


def export_model(model, filepath, format="onnx", **kwargs):
    """Write a model for use elsewhere.

    Args:
        model: The model, built.
        filepath: The file to write.
        format: ``"onnx"``, or ``"source"`` for readable Keras code.
        kwargs: Options of the format.

    Raises:
        UnknownNameError: another format.
        MissingPackageError: ``onnx`` is not installed.
    """
    if format == "source":
        from teachkeras.export.source import model_source

        content = model_source(model, **kwargs).encode()
    elif format == "onnx":
        from teachkeras.export.onnx import onnx_bytes

        content = onnx_bytes(model, **kwargs)
    else:
        raise UnknownNameError(
            "export", expected='"onnx" or "source"', got=repr(format), fix=did_you_mean(format, ["onnx", "source"])
        )
    with written_whole(filepath) as file:
        file.write(content)
