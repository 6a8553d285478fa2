"""Many images in one figure, with labels, boxes or masks. matplotlib draws it, on the notebook's side of the house."""

import importlib
import math

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, MissingPackageError
from teachkeras.tensor import as_array
from teachkeras.visualization.drawing import _batch, draw_bounding_boxes, draw_segmentation_masks


def _figures() -> object:
    """Return the module that draws; the engine itself never imports matplotlib."""
    try:
        return importlib.import_module("teachkeras_widgets.galleries")
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            "teachkeras.visualization", expected="matplotlib", got=f"no module {error.name!r}",
            fix='python -m pip install "teachkeras[lab]"',
        ) from error  # fmt: skip


def _last(images: np.ndarray, data_format: str | None) -> np.ndarray:
    """Return images with the channels last."""
    return np.moveaxis(images, 1, -1) if (data_format or config.image_data_format()) == "channels_first" else images


def plot_image_gallery(
    images,
    y_true=None,
    y_pred=None,
    label_map=None,
    rows=None,
    cols=None,
    value_range=(0, 255),
    scale=2,
    path=None,
    show=None,
    transparent=True,
    dpi=60,
    legend_handles=None,
    data_format=None,
):
    """Show images in rows and columns.

    Args:
        images: (n, height, width, channels).
        y_true, y_pred: Their class numbers, (n,), and those that a model says.
        label_map: Class number → name; needed with labels.
        rows, cols: How many; by default about a square.
        value_range: What is black and what is white in `images`.
        scale: Inches per image.
        path: A file to save the figure in, instead of showing it.
        show: Whether to show it.
        transparent, dpi: Of the file.
        legend_handles: matplotlib patches for a legend.
        data_format: Where the channels stand.

    Raises:
        ArgumentError: both `path` and `show`; labels without `label_map`.
        ShapeError: images that are no batch.
        MissingPackageError: matplotlib is not installed.
    """
    if path is not None and show:
        raise ArgumentError("plot_image_gallery", expected="path or show", got="both")
    if (y_true is not None or y_pred is not None) and label_map is None:
        raise ArgumentError("plot_image_gallery", expected="label_map beside y_true or y_pred", got="None")
    images = _last(_batch("plot_image_gallery", images), data_format)
    rows = rows or math.ceil(math.sqrt(len(images)))
    cols = cols or math.ceil(len(images) / rows)
    low, high = value_range
    images = np.clip((images[: rows * cols].astype("float64") - low) / (high - low) * 255, 0, 255).astype("uint8")
    titles = []
    for n in range(len(images)):
        parts = [("Label", y_true), ("Pred", y_pred)]
        named = [f"{w}: {label_map.get(as_array(y)[n].item(), 'Unknown')}" for w, y in parts if y is not None]
        titles.append("  ".join(named))
    show = path is None if show is None else show
    _figures().gallery(images, titles, rows, cols, scale, path, show, transparent, dpi, legend_handles)


def plot_bounding_box_gallery(
    images,
    bounding_box_format,
    y_true=None,
    y_pred=None,
    value_range=(0, 255),
    true_color=(0, 188, 212),
    pred_color=(255, 235, 59),
    line_thickness=2,
    font_scale=1.0,
    text_thickness=None,
    class_mapping=None,
    ground_truth_mapping=None,
    prediction_mapping=None,
    legend=False,
    legend_handles=None,
    rows=None,
    cols=None,
    data_format=None,
    **kwargs,
):
    """Show images with the boxes that are there and those that a model says.

    Args:
        images: (n, height, width, channels).
        bounding_box_format: The boxes' format.
        y_true, y_pred: Boxes as :func:`draw_bounding_boxes` takes them.
        value_range: What is black and what is white.
        true_color, pred_color: Red, green, blue.
        line_thickness, font_scale, text_thickness: Of boxes and labels.
        class_mapping, ground_truth_mapping, prediction_mapping: Class number → name; for both, or each.
        legend, legend_handles: A legend of the two colours, or your own.
        rows, cols, data_format, kwargs: As in :func:`plot_image_gallery`.

    Raises:
        ArgumentError: both `legend` and `legend_handles`.
        ShapeError, MissingPackageError: as in :func:`plot_image_gallery`.
    """
    if legend and legend_handles:
        raise ArgumentError("plot_bounding_box_gallery", expected="legend or legend_handles", got="both")
    drawn = _last(_batch("plot_bounding_box_gallery", images), data_format)
    sides = [
        ("Ground Truth", y_true, true_color, ground_truth_mapping),
        ("Prediction", y_pred, pred_color, prediction_mapping),
    ]
    for _, boxes, color, mapping in sides:
        if boxes is not None:
            drawn = draw_bounding_boxes(
                drawn, boxes, bounding_box_format, mapping or class_mapping, color, line_thickness, text_thickness,
                font_scale, "channels_last",
            )  # fmt: skip
    if legend:
        legend_handles = _figures().patches({name: color for name, _, color, _ in sides})
    plot_image_gallery(
        drawn, value_range=value_range, legend_handles=legend_handles, rows=rows, cols=cols,
        data_format="channels_last", **kwargs,
    )  # fmt: skip


def plot_segmentation_mask_gallery(
    images,
    num_classes,
    value_range=(0, 255),
    y_true=None,
    y_pred=None,
    color_mapping=None,
    blend=True,
    alpha=0.8,
    ignore_index=-1,
    data_format=None,
    **kwargs,
):
    """Show each image beside itself with its masks on it, and with those that a model says.

    Args:
        images: (n, height, width, channels).
        num_classes: How many classes get a colour.
        value_range: What is black and what is white.
        y_true, y_pred: Masks (n, height, width, 1).
        color_mapping, blend, alpha, ignore_index: As in :func:`draw_segmentation_masks`.
        data_format, kwargs: As in :func:`plot_image_gallery`.
    """
    shown = [_last(_batch("plot_segmentation_mask_gallery", images), data_format)]
    for masks in (y_true, y_pred):
        if masks is not None:
            masks = _last(as_array(masks).astype("int32"), data_format)
            drawn = draw_segmentation_masks(
                shown[0], masks, num_classes, color_mapping, alpha, blend, ignore_index, "channels_last"
            )
            shown.append(drawn)
    rows, cols = len(shown[0]), len(shown)
    together = np.stack(shown, axis=1).reshape(rows * cols, *shown[0].shape[1:])
    plot_image_gallery(together, value_range=value_range, rows=rows, cols=cols, data_format="channels_last", **kwargs)
