"""Run the lessons and keep their outputs, as they are shipped: ``python tests/lessons/save.py [LESSON ...]``.

Where a view stood, its picture stays: the widget's own MIME type would show "model not found" until somebody runs the
cell. Timings and other traces of the run are removed.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).parents[2] / "lessons"
WIDGET = "application/vnd.jupyter.widget-view+json"


def clean(notebook):
    """Remove from a run notebook what belongs to the run alone."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.get("outputs"):
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            if "metadata" in output:
                output["metadata"] = {}
    return notebook


def joined(outputs):
    """Join neighbouring pieces of one stream: where the kernel cut them is chance."""
    kept = []
    for output in outputs:
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def main(names):
    """Run and save each lesson."""
    paths = [Path(name) for name in names] or sorted(LESSONS.glob("*.ipynb"))
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, timeout=120, store_widget_state=False, kernel_name="python3")
        client.execute(cwd=str(path.parent))
        nbformat.write(clean(notebook), path)
        print(path.name, f"{path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
