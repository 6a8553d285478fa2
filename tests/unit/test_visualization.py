"""Boxes and masks on images, and galleries of them."""

import numpy as np
import pytest

from teachkeras import errors, visualization

IMAGES = np.random.default_rng(0).integers(0, 255, (4, 24, 32, 3)).astype("float32")
BOXES = {"boxes": np.tile([[2.0, 3, 20, 18], [5, 5, 9, 9]], (4, 1, 1)), "labels": np.array([[0, -1]] * 4),
         "confidences": np.full((4, 2), 0.5)}  # fmt: skip


def test_a_box_changes_its_edge_and_nothing_else():
    drawn = visualization.draw_bounding_boxes(IMAGES, BOXES, "xyxy", color=(1, 2, 3), line_thickness=1)
    changed = (drawn != IMAGES.astype("uint8")).any(axis=(0, 3))
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (3, 18, 2, 20)  # the second box is left out
    assert not changed[4:18, 3:20].any() and drawn[0, 3, 10].tolist() == [1, 2, 3]
    named = visualization.draw_bounding_boxes(IMAGES, BOXES, "xyxy", {0: "cat"}, (1, 2, 3), 1)
    assert (named != drawn).any()


@pytest.mark.parametrize("first", [False, True])
def test_galleries(tmp_path, first):
    pytest.importorskip("matplotlib")
    import matplotlib as mpl

    mpl.use("Agg")
    images = np.moveaxis(IMAGES, -1, 1) if first else IMAGES
    where = {"data_format": "channels_first" if first else "channels_last", "path": str(tmp_path / "a.png")}
    masks = np.random.default_rng(1).integers(0, 3, (4, 1, 24, 32) if first else (4, 24, 32, 1))
    for draw in (
        lambda: visualization.plot_image_gallery(images, [0, 1, 0, 1], [0, 0, 1, 1], {0: "cat", 1: "dog"}, **where),
        lambda: visualization.plot_bounding_box_gallery(images, "xyxy", BOXES, BOXES, legend=True, **where),
        lambda: visualization.plot_segmentation_mask_gallery(images, 3, y_true=masks, y_pred=masks, **where),
    ):
        draw()
        assert (tmp_path / "a.png").stat().st_size > 1000
        (tmp_path / "a.png").unlink()


@pytest.mark.parametrize(("call", "error"), [
    (lambda: visualization.draw_bounding_boxes(IMAGES[0], BOXES, "xyxy"), errors.ShapeError),
    (lambda: visualization.draw_bounding_boxes(IMAGES, [1], "xyxy"), errors.ArgumentTypeError),
    (lambda: visualization.draw_bounding_boxes(IMAGES, {"boxes": 1}, "xyxy"), errors.ArgumentError),
    (lambda: visualization.draw_segmentation_masks(IMAGES, IMAGES[..., :1]), errors.ArgumentTypeError),
    (lambda: visualization.plot_image_gallery(IMAGES, y_true=[1]), errors.ArgumentError),
    (lambda: visualization.plot_image_gallery(IMAGES, path="a", show=True), errors.ArgumentError),
])  # fmt: skip
def test_errors(call, error):
    with pytest.raises(error):
        call()
