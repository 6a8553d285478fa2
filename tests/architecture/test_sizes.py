"""A file of more than 400 lines, or a function of more than 40, is two ideas."""

import ast
import importlib.util
from pathlib import Path

import pytest

import teachkeras

PACKAGES = [Path(teachkeras.__file__).parent]
if spec := importlib.util.find_spec("teachkeras_widgets"):
    PACKAGES.append(Path(spec.origin).parent)
FILES = sorted(p for root in PACKAGES for p in root.rglob("*.py") if not {"_lessons", "__pycache__"} & set(p.parts))
SOURCES = FILES + sorted(Path(__file__).parent.parent.rglob("*.py"))


def ids(path):
    return "/".join(path.parts[-3:])


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_files_have_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def long_functions(source):
    """Yield (name, lines) of each function whose body, without its docstring, is longer than 40 lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if lines > 40:
                yield node.name, lines


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_functions_have_at_most_40_lines(path):
    assert not list(long_functions(path.read_text(encoding="utf-8")))


def test_the_checker_sees_a_long_function():
    body = "\n".join(f"    x = {k}" for k in range(41))
    assert list(long_functions(f'def f():\n    """Docs.\n{chr(10) * 50}    """\n{body}\n')) == [("f", 41)]
    assert not list(long_functions(f"def f():\n{body[:-11]}\n"))
