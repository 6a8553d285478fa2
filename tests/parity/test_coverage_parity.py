"""How much of Keras's public API is here, as a test: names present, signatures equal."""

import pytest
from parity import api_coverage

import teachkeras

pytestmark = pytest.mark.parity
OTHERS = ("applications",)  # counted on its own: the pretrained networks


def shares(rows):
    """Return (names present / all, equal signatures / all)."""
    totals = [sum(row[i] for row in rows) for i in range(1, 5)]
    return totals[0] / totals[1], totals[2] / totals[3]


def test_names_and_signatures(keras):
    rows = [row for row in api_coverage.compare(keras, teachkeras) if row[0] not in OTHERS]
    lacking = {row[0]: row[5] for row in rows if row[5]}
    different = {row[0]: row[6] for row in rows if row[6]}
    names, signatures = shares(rows)
    assert names >= 0.98, f"{names:.1%} of the names; missing: {lacking}"
    assert not different, f"{signatures:.1%} of the signatures; different: {different}"


def test_the_count_sees_a_missing_name_and_another_signature():
    class Theirs:
        class layers:
            def one(a, b=1): ...
            def two(a): ...
            def three(): ...

    class Ours:
        class layers:
            def one(a, b=2): ...
            def two(a, more=None): ...

    (row,) = [r for r in api_coverage.compare(Theirs, Ours) if r[0] == "layers"]
    assert row[5] == ["three"] and row[6] == ["one"]
    assert shares([row]) == (2 / 3, 1 / 2)
