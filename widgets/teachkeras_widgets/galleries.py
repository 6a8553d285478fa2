"""Images in rows and columns, drawn by matplotlib for ``teachkeras.visualization``."""

import numpy as np


def gallery(images, titles, rows, cols, scale, path, show, transparent, dpi, legend_handles):
    """Draw images of bytes under their titles; save the figure in ``path``, or show it."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        rows, cols, figsize=(cols * scale, rows * scale), frameon=False, layout="tight", squeeze=False
    )
    if legend_handles is not None:
        figure.legend(handles=legend_handles, loc="lower center")
    for place in axes.flat:
        place.axis("off")
    for place, image, title in zip(axes.flat, images, titles, strict=False):
        place.imshow(image[..., 0] if image.shape[-1] == 1 else image, cmap="gray", vmin=0, vmax=255)
        place.margins(x=0, y=0)
        place.set_title(title, fontsize=8)
    if path is not None:
        figure.savefig(path, pad_inches=0, bbox_inches="tight", transparent=transparent, dpi=dpi)
    elif show:
        pyplot.show()
    pyplot.close(figure)


def patches(colors):
    """Return a legend's patches: name → (red, green, blue)."""
    from matplotlib.patches import Patch

    return [Patch(color=np.array(color) / 255.0, label=name) for name, color in colors.items()]
