"""Imports point down: a module imports modules of its own rank or a lower one."""

import ast
import importlib.util
from pathlib import Path

import pytest

import teachkeras

ROOT = Path(teachkeras.__file__).parent
RANKS = [
    ("errors", "left_out", "config", "events", "serial", "dtypes", "naming", "namespace", "bits", "taught", "tree"),
    ("kernels",),
    ("tensor", "symbolic", "operation", "variable", "stateless", "random", "tape", "gradcheck", "ops", "dtype_policies"),
    ("activations", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers", "quantizers", "batches"),
    ("layers",),
    ("training", "saving"),
    ("models", "callbacks", "datasets", "preprocessing", "applications", "export", "distillation", "wrappers"),
    ("tracing",),
    ("explain",),
    ("cli",),
]
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}
FACADES = {"utils", "backend", "mixed_precision", "compat", "visualization", "legacy"}  # re-exports, helpers of any rank; each of their files states its own imports
NOTEBOOK = {
    "IPython",
    "ipywidgets",
    "matplotlib",
    "anywidget",
    "teachkeras_widgets",
    "ipykernel",
    "jupyterlab",
    "traitlets",
}
LAB = {"cli"}  # the command line starts JupyterLab and asks what is installed

FILES = sorted(path for path in ROOT.rglob("*.py") if "_lessons" not in path.parts and "__pycache__" not in path.parts)


def ids(path):
    return str(path.relative_to(ROOT))


def imports(path):
    """Yield (line, module, where) for each import: where is "top", or "late" inside a function, or "types"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def where(node):
        while node in parents:
            node = parents[node]
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return "late"
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                return "types"
        return "top"

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, where(node)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:  # relative to this file's package
                package = (
                    [ROOT.name, *path.relative_to(ROOT).parent.parts] if ROOT in path.parents else ["elsewhere"] * 9
                )
                base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            yield from ((node.lineno, f"{base}.{alias.name}", where(node)) for alias in node.names)


def part(module):
    """Return the top-level part of teachkeras that a module name belongs to, or None."""
    pieces = module.split(".")
    return pieces[1] if pieces[0] == "teachkeras" and len(pieces) > 1 else None


def rank_of(path):
    name = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return None if name == "__init__" or name in FACADES else RANK.get(name, "unknown")


def violations(path):
    rank = rank_of(path)
    if rank is None:
        return
    for line, module, where in imports(path):
        theirs = RANK.get(part(module)) if part(module) else None
        if theirs is not None and theirs > rank and where != "types":
            place = f"{ids(path)}:{line}" + (" inside a function" if where == "late" else "")
            yield f"{place} (rank {rank}) imports {module} (rank {theirs})"


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_imports_point_down(path):
    assert rank_of(path) != "unknown", f"{ids(path)} has no rank: put it into RANKS"
    assert not list(violations(path))


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.relative_to(ROOT).parts[0].removesuffix(".py") not in LAB], ids=ids
)
def test_the_engine_never_imports_the_notebook_stack(path):
    found = [
        f"line {line}: {module}"
        for line, module, where in imports(path)
        if module.split(".")[0] in NOTEBOOK and where != "types"
    ]
    if ids(path) == "__init__.py":  # tk.live(...) hands over to the widgets, lazily
        found = [f for f in found if "teachkeras_widgets" not in f]
    assert not found


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_no_star_imports(path):
    assert not [line for line, module, _ in imports(path) if module.endswith(".*")]


def test_the_checker_sees_an_import_that_points_up(tmp_path, monkeypatch):
    for name, text, count in [
        ("tape.py", "from teachkeras.layers import Dense\n", 1),
        ("tape.py", "from teachkeras import models, errors\n", 1),
        ("tape.py", "def f():\n    import teachkeras.training\n", 1),
        ("tape.py", "from .layers import Dense\n", 1),
        ("tape.py", "from teachkeras import errors\nimport numpy\n", 0),
    ]:
        root = tmp_path / "teachkeras"
        root.mkdir(exist_ok=True)
        file = root / name
        file.write_text(text)
        monkeypatch.setitem(globals(), "ROOT", root)
        assert len(list(violations(file))) == count, text


def test_widgets_use_only_the_public_face():
    spec = importlib.util.find_spec("teachkeras_widgets")
    if spec is None:
        pytest.skip("teachkeras_widgets is not installed")
    for path in Path(spec.origin).parent.rglob("*.py"):
        for line, module, _ in imports(path):
            pieces = module.split(".")
            private = pieces[0] == "teachkeras" and any(p.startswith("_") and not p.startswith("__") for p in pieces)
            assert not private, f"{path.name}:{line} imports {module}"
