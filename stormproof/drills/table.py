"""Drills on the terminal: what there are, and what they came to."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evidence.drill_record import DrillOutcome, DrillRecord, LostWrite
from stormproof.drills.drill import Drill

_MOST_NAMES = 10


def drills_table(drills: Iterable[Drill]) -> RenderableType:
    """What can be drilled."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("drill", "profile", "RTO", "RPO", "what fails, and how it is recovered"):
        table.add_column(column, overflow="fold")
    for drill in drills:
        objective = drill.objective
        story = f"{drill.fails} {drill.recovers}"
        table.add_row(
            drill.name, drill.profile, told_s(objective.rto_s), told_s(objective.rpo_s), story
        )  # fmt: skip -- one row
    return table


def results_table(records: Sequence[DrillRecord]) -> RenderableType:
    """Measured times beside those that are allowed, how the load fared, and what was lost, by name."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("drill", "", "RTO", "RPO", "lost"):
        table.add_column(column, no_wrap=True)
    parts: list[RenderableType] = [table]
    for record in records:
        objective = record.objective
        table.add_row(
            record.drill,
            Text("met" if record.met else _why(record), style="green" if record.met else "red"),
            f"{told_s(record.rto_s)} of {told_s(objective.rto_s)}",
            f"{told_s(record.rpo_s)} of {told_s(objective.rpo_s)}",
            f"{_lost_names(record.lost):,} of {record.acknowledged:,}",
        )
        parts.append(Text(f"{record.drill}: {_load(record)}", style="dim"))
        if record.reason:
            parts.append(Text(f"{record.drill}: {record.reason}", style="red"))
        parts += [Text(f"{record.drill}: {line}") for line in (*record.notes, *_names(record.lost))]
    return Group(*parts)


def _load(record: DrillRecord) -> str:
    requests = sum(one.requests for one in record.outages)
    unanswered = sum(one.unanswered for one in record.outages)
    degraded = sum(one.degraded for one in record.outages)
    before = f"{record.before_in_full:,} of {record.before:,} requests in full before the failure"
    return f"{before}; of {requests:,} after it {unanswered:,} unanswered, {degraded:,} degraded"


def told_s(seconds: float | None) -> str:
    """For people."""
    if seconds is None:
        return "–"
    if seconds >= 3600:
        return f"{seconds / 3600:.4g} h"
    if seconds >= 120:
        return f"{seconds / 60:.4g} min"
    return f"{seconds:.3g} s"


def _lost_names(lost: Sequence[LostWrite]) -> int:
    """How many are lost, however many stores lack each."""
    return len({(one.tenant, one.document_id) for one in lost})


def _why(record: DrillRecord) -> str:
    return "missed" if record.outcome is DrillOutcome.RECOVERED else str(record.outcome)


def _names(lost: Sequence[LostWrite]) -> Iterable[str]:
    for one in lost[:_MOST_NAMES]:
        who = f"{one.tenant}/{one.document_id}" if one.tenant else one.document_id
        found = "nothing" if one.found_version is None else f"version {one.found_version}"
        yield f"lost from {one.store}: {who}, {one.operation} version {one.version}: {found} is there"
    if len(lost) > _MOST_NAMES:
        yield f"… and {len(lost) - _MOST_NAMES:,} more: drill.json names all"
