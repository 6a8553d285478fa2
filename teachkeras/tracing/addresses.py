"""One grammar for everything that can be looked at.

    model/layer/op:part@step        sequential/dense_1/affine:y_bar@12

Each piece may be left out or hold ``*``; a bare layer name means that layer in any model. ``part`` is ``y`` (the
output), the name of an input (``x``, ``w``, ``b``), an intermediate, or any of these with ``_bar`` for its gradient.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

from teachkeras.errors import ArgumentError

_FORM = re.compile(r"^(?P<path>[^:@]*)(:(?P<part>[^@]+))?(@(?P<step>\d+))?$")


@dataclass(frozen=True)
class Address:
    """A place in a model's computation.

    Attributes:
        path: Model, layers and op, joined by slashes; may hold ``*``.
        part: What of it, or "".
        step: At which training step, or None for any.

    >>> Address.parse("dense/affine:y_bar@3")
    Address(path='dense/affine', part='y_bar', step=3)
    >>> Address.parse("dense*").matches("sequential/dense_1/affine")
    True
    """

    path: str
    part: str = ""
    step: int | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address.

        Raises:
            ArgumentError: the text is not of the form ``model/layer/op:part@step``.
        """
        match = _FORM.match(text) if isinstance(text, str) else None
        if match is None:
            raise ArgumentError(
                "address", expected="model/layer/op:part@step", got=repr(text), fix='for example "dense_1/affine:y"'
            )
        step = match["step"]
        return cls(match["path"].strip("/"), match["part"] or "", None if step is None else int(step))

    def matches(self, path: str, part: str = "", step: int | None = None) -> bool:
        """Tell whether a full path (and part, and step) is at this address or below it."""
        if self.part and part and self.part != part:
            return False
        if self.step is not None and step is not None and self.step != step:
            return False
        wanted, pieces = [p for p in self.path.split("/") if p], path.split("/")
        return any(
            all(fnmatch.fnmatchcase(piece, want) for piece, want in zip(pieces[start:], wanted, strict=False))
            for start in range(len(pieces) - len(wanted) + 1)
        )

    def __str__(self) -> str:
        part = f":{self.part}" if self.part else ""
        return self.path + part + ("" if self.step is None else f"@{self.step}")
