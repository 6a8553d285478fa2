"""Sonnets: five poems by Shakespeare, embedded, for lessons on text."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent / "data" / "sonnets.txt"


def load_data() -> list[str]:
    """Return the poems, each of fourteen lines.

    Example:
        >>> [len(poem.splitlines()) for poem in load_data()], load_data()[0][:13]
        ([14, 14, 14, 14, 14], 'Shall I compa')

    Source: William Shakespeare, *Sonnets* 18, 29, 73, 116 and 130, 1609; public domain (``data/SOURCE.md``).
    """
    return FILE.read_text(encoding="utf-8").strip().split("\n\n")
