"""Help texts and findings point to lessons that exist and that teach what they are said to teach."""

import importlib
import inspect
import re
from functools import cache

import pytest

import teachkeras
from teachkeras import namespace, taught
from tests.lessons.exercises import LESSONS, lesson

LEFT = {"layers", "optimizers", "live"}  # namespaces passed around as such; a view, taught by every lesson


@cache
def text(name):
    """All cells of a lesson."""
    return "\n".join(lesson(name[:2]).values())


def things(place):
    """The public names at a place of the table."""
    try:
        module = importlib.import_module(f"teachkeras.{place}")
    except ModuleNotFoundError:
        module, _, name = place.rpartition(".")
        assert hasattr(importlib.import_module(f"teachkeras.{module}"), name)
        return {name}
    return dir(module) if hasattr(module, "__path__") else namespace.public(module)


@pytest.mark.parametrize(("place", "name"), taught.TAUGHT.items(), ids=lambda value: value)
def test_a_lesson_teaches_what_points_to_it(place, name):
    assert (LESSONS / f"{name}.ipynb").exists()
    words = set(re.findall(r"\w+", text(name)))
    assert words & {place.rpartition(".")[2], *things(place)}, f"{name} names nothing of {place}"


@pytest.mark.parametrize("name", sorted(set(taught.FOUND.values())))
def test_a_finding_points_to_a_lesson(name):
    assert (LESSONS / f"{name}.ipynb").exists()


def used():
    """Return the public names that lessons use, such as "layers.Dense"."""
    code = "\n".join(text(path.stem) for path in LESSONS.glob("[0-9]*.ipynb"))
    named = re.findall(r"\bkeras\.((?:[a-z_0-9]+\.)*\w+)(?=[(.\[])", code)
    return sorted({name for name in named if name.split(".")[0] not in LEFT or "." in name} - LEFT)


@pytest.mark.parametrize("name", used())
def test_what_lessons_use_points_to_its_lesson(name):
    thing = teachkeras
    for part in name.split("."):
        thing = getattr(thing, part, None)
    if not callable(thing):
        pytest.skip(f"{name} is prose or a module")
    name = taught.lesson(thing.__module__, thing.__name__)
    assert (LESSONS / f"{name}.ipynb").exists() and f"Lesson: {name}." in taught.point(thing).__doc__


@pytest.mark.parametrize("name", ["layers", "losses", "metrics", "optimizers", "initializers", "activations", "ops"])
def test_all_that_a_namespace_publishes_points_to_its_lesson(name):
    for thing in getattr(teachkeras, name).names().values():
        if inspect.isclass(thing) or inspect.isfunction(thing):
            where = taught.lesson(thing.__module__, thing.__name__)
            assert not (where and thing.__doc__) or "Lesson: " in thing.__doc__, thing


def test_the_docstring_keeps_its_form():
    doc = inspect.getdoc(teachkeras.layers.Conv2D)
    assert doc.endswith("\n\nLesson: 18_convolution.") and doc.count("Lesson: ") == 1
    taught.point(teachkeras.layers.Conv2D)
    assert inspect.getdoc(teachkeras.layers.Conv2D) == doc


def test_what_is_the_users_own_is_left_alone():
    class Own(teachkeras.layers.Dense):
        """Mine."""

    assert taught.point(Own).__doc__ == "Mine."
