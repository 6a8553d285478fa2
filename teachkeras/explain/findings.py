"""What a diagnosis consists of: findings, each with how it is known, in figures, and what to try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from teachkeras.explain.numbers import say
from teachkeras.taught import FOUND
from teachkeras.tracing.views import plain

SEVERITIES = ("trouble", "doubt")


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong.

    Attributes:
        name: What it is, in one word, such as ``"dead_relu"``.
        says: What is wrong, in a sentence.
        figures: How it is known: numbers by name.
        tries: What to try.
        where: The layer or weight, if it is one.
        severity: ``"trouble"``, or ``"doubt"`` for what may be as it should.
    """

    name: str
    says: str
    figures: dict = field(default_factory=dict)
    tries: str = ""
    where: str = ""
    severity: str = "trouble"

    @property
    def lesson(self) -> str:
        """The lesson that teaches it, or ""."""
        return FOUND.get(self.name, "")

    def __str__(self) -> str:
        figures = ", ".join(
            f"{name} {say(v) if isinstance(v, (int, float)) else v}" for name, v in self.figures.items()
        )
        lines = [f"{self.name}{f' in {self.where}' if self.where else ''}: {self.says}"]
        lines += [f"  known by: {figures}"] if figures else []
        lines += [f"  try:      {self.tries}"] if self.tries else []
        return "\n".join([*lines, *([f"  lesson:   {self.lesson}"] if self.lesson else [])])


class Report:
    """The findings of a diagnosis; true where there are any, printed in plain words.

    >>> print(Report([]))
    nothing looks wrong
    >>> bool(Report([])), "dead_relu" in Report([Finding("dead_relu", "units are silent")])
    (False, True)
    """

    def __init__(self, findings: Iterable[Finding], looked_at: Iterable[str] = ()):
        self.findings, self.looked_at = list(findings), tuple(looked_at)

    @property
    def names(self) -> list[str]:
        """The names of what was found, each once."""
        return list(dict.fromkeys(finding.name for finding in self.findings))

    def __iter__(self):
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings)) or "nothing looks wrong"

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        rows = []
        for f in self.findings:
            figures = ", ".join(f"{n} {say(v) if isinstance(v, (int, float)) else v}" for n, v in f.figures.items())
            where = f" in `{f.where}`" if f.where else ""
            rows.append(
                f"- **{f.name.replace('_', ' ')}**{where}: {f.says}  \n  *known by* {figures}  \n  *try* {f.tries}"
            )
        return "\n".join(rows) or "Nothing looks wrong."

    def to_json(self) -> dict:
        """Return the report as plain data."""
        return plain(
            {"looked_at": list(self.looked_at), "findings": [{**vars(f), "lesson": f.lesson} for f in self.findings]}
        )
