"""A dry run as people read it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stormproof.run.outline import Outline, OutlinedExperiment, OutlinedPhase


def render_outline(outline: Outline) -> RenderableType:
    """What would happen, on the clock of the load."""
    return Group(*_head(outline), _phases(outline), *_promises(outline))


def _head(outline: Outline) -> Iterator[Text]:
    yield Text(f"{outline.plan}: nothing was started. It would", style="bold")
    if outline.starts:
        yield Text(f"  start     {', '.join(outline.starts)} on this machine, where they do not run yet")
        yield Text(f"  seed      {outline.documents:,} documents")
    yield Text(
        f"  load      {outline.target}, {outline.rate_per_s:,.1f} requests/s for {outline.duration_s:g} s"
    )
    yield Text(
        f"            {outline.arrivals:,} arrivals of {', '.join(outline.personas)}; seed {outline.seed}"
    )
    if outline.hosts:
        yield Text(
            f"  reach     {', '.join(outline.hosts)}, off this machine, as the plan confirms", style="yellow"
        )


def _phases(outline: Outline) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("from", "to", "phase", "experiment", "breaks", "held"):
        table.add_column(column, overflow="fold")
    for phase in outline.phases:
        experiments: list[OutlinedExperiment | None] = list(phase.experiments) or [None]
        for position, experiment in enumerate(experiments):
            table.add_row(*_row(phase if not position else None, experiment))
    return table


def _row(phase: OutlinedPhase | None, experiment: OutlinedExperiment | None) -> tuple[str, ...]:
    until = "" if phase is None or phase.until is None else f" (until {phase.until})"
    span = ("", "", "") if phase is None else (_clock(phase.from_s), _clock(phase.to_s), phase.name + until)
    if experiment is None:
        return (*span, "", "", "")
    breaks = "; ".join(f"{fault.fault} of {', '.join(fault.targets)}" for fault in experiment.faults)
    at = f"{experiment.experiment} at {_clock(experiment.from_s)}"
    return (*span, at, breaks, f"{experiment.hold_s:g} s")


def _promises(outline: Outline) -> Iterator[Text]:
    yield Text(f"  demand    {', '.join(outline.demands) or 'nothing'} ({outline.question})")
    if outline.told_only:
        yield Text(f"  tell      {', '.join(outline.told_only)}")
    if outline.contract:
        yield Text(f"  contract  {outline.contract}")
    yield Text(f"  abort     {outline.abort or 'never: the plan has no bound on bad requests'}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:02}:{rest:02}"
