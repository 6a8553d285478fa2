"""What is left out can be imported, and says what to use instead once it is used."""

import importlib

import pytest

import teachkeras
from teachkeras.left_out import INSTEAD, LeftOutError

NAMES = [(namespace, name) for namespace, names in INSTEAD.items() for name in names]


@pytest.mark.parametrize(("namespace", "name"), NAMES)
def test_a_clear_error_names_the_way(namespace, name):
    home = importlib.import_module(f"teachkeras.{namespace}") if namespace else teachkeras
    with pytest.raises(LeftOutError, match="fix: ") as caught:
        getattr(home, name)("anything")
    assert name in str(caught.value) and caught.value.fix == INSTEAD[namespace][name]
    assert name not in dir(home)


def test_a_name_that_nobody_has_is_no_attribute():
    assert not hasattr(teachkeras.layers, "JaxLayers") and not hasattr(teachkeras, "distributions")
