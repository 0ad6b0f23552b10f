"""The table as a page for people: docs/degradation.md."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from reference_service.degradation.promise import Promise, promise
from reference_service.degradation.table import DegradationTable, OperationEntry
from reference_service.ports.dependency import Dependency

HEAD = """# What each operation does without each dependency

Made from `reference_service/degradation/table.yaml` by `python -m reference_service degradation`; the
service executes the same file. Each operation goes through its sources from the top until one answers.
Whatever was missed on the way stands in the header `Degraded` of the answer, `deadline` where somebody was
well and too late: what only they have may be newer. `Served-From`, `Age` and `Durability` say what it is
worth. It makes no difference how a dependency is away: refused, hung, slow, reset, frozen or killed. No
answer is later than the operation's deadline.
"""


def page(table: DegradationTable) -> str:
    """Markdown."""
    lines = [HEAD]
    for name, entry in table.operations.items():
        lines += [f"## {name}", "", entry.does, *_before(entry), "", *_sources(entry), ""]
        lines += [*_matrix(table, name, entry), ""]
    return "\n".join(lines).rstrip() + "\n"


def _before(entry: OperationEntry) -> Iterator[str]:
    if entry.before:
        steps = ", then ".join(f"[{step}](#{step})" for step in entry.before)
        yield f"First {steps}: what is missed there stands in `Degraded`, too."


def _sources(entry: OperationEntry) -> Iterator[str]:
    for number, source in enumerate(entry.sources, 1):
        needs = f"needs {source.needs.value}" if source.needs else "needs nothing"
        beside = f", asks {source.beside.value} beside it" if source.beside else ""
        holds = f", if it holds something {source.holds}" if source.holds else ""
        yield f"{number}. **{source.name}**: {needs}{beside}{holds}"
    if entry.otherwise:
        yield f"{len(entry.sources) + 1}. otherwise 503 with Retry-After"


def _matrix(table: DegradationTable, name: str, entry: OperationEntry) -> Iterator[str]:
    kept = list(dict.fromkeys(source.holds for source in entry.sources if source.holds))
    yield "| " + " | ".join(["away", "nothing held", *kept]) + " |"
    yield "|---|---|" + "---|" * len(kept)
    matters = [d for d in Dependency if any(d in (source.needs, source.beside) for source in entry.sources)]
    for down in (frozenset(some) for n in range(len(matters) + 1) for some in combinations(matters, n)):
        cells = [promise(table, name, down, holds) for holds in (set[str](), *({k} for k in kept))]
        away = ", ".join(d.value for d in matters if d in down) or "none"
        yield f"| {away} | " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: Promise) -> str:
    if cell.source is None:
        return "503"
    said = [cell.source]
    if cell.durability:
        said.append(f"Durability: {cell.durability}")
    if cell.missed:
        said.append("Degraded: " + ", ".join(d.value for d in cell.missed))
    return "; ".join(said)
