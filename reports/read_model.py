"""Gathers what a report shows from a run folder. What cannot be had is told as a gap, never raised."""

from collections.abc import Callable, Iterable

import duckdb

from evidence.errors import InvalidFile
from evidence.run_folder import RunFolder
from evidence.run_record import RunRecord
from evidence.timeline import TimelineEvent, fault_windows, phase_windows, read_timeline
from evidence.verdict_record import VerdictRecord
from reports.around import Around, Compared, stretch_after, stretch_before, stretch_during
from reports.binned import MOST_SORTED, binned_buckets, binned_percentiles
from reports.cells import read_cells
from reports.episodes import tell_episodes
from reports.fault_story import tell_faults
from reports.history import NS_PER_S, History, build_history
from reports.model import ReportModel
from reports.series import RunSeries, bucket_length_s
from reports.sql import query
from slo.budget.report import ObjectiveBudget, budget_report
from slo.evidence_view import Evidence, open_evidence
from slo.objective import Objective
from slo.series import latency_percentiles, outcomes_over_time
from slo.stretches import outcomes_in
from slo.windows import Span

_MEMORY_LIMIT = "500MB"
"""Of what is asked of the requests; drawing takes 200 MB more."""


def read_model(
    folder: RunFolder, verdict: VerdictRecord, objectives: tuple[Objective, ...] = ()
) -> ReportModel:
    """Everything that is known of the run. Raises nothing for thin or broken evidence.

    `objectives` are those that it was judged by, where they are at hand: alerts are replayed for the demanded
    ones, where none is, for all.
    """
    gaps: list[str] = []
    run = _attempt(folder.read_run, "How the run was made is not known", gaps)
    events = (
        _attempt(lambda: read_timeline(folder.timeline_file), "Phases and faults are not known", gaps) or ()
    )
    if run is not None and not events:
        gaps.append("No timeline was recorded: phases and faults are not known.")
    series: RunSeries | None = None
    history = _history(run, events, None)
    around: dict[int, Around] = {}
    if run is not None:
        found = _attempt(
            lambda: _read_requests(folder, run, events, gaps), "Requests could not be read", gaps
        )
        if found is not None:
            history, series, around = found
    if run is not None and run.ended_ns is None:
        gaps.append("The run was killed or still goes on: what came after its last record is not here.")
    stories = tell_faults(history, verdict.faults, around)
    return ReportModel(
        run_id=folder.id,
        verdict=verdict,
        run=run,
        history=history,
        series=series,
        stories=stories,
        episodes=tell_episodes(stories, around, verdict.budget_ledger),
        budgets=_budgets(folder, verdict, objectives, gaps) if series else (),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _read_requests(
    folder: RunFolder, run: RunRecord, events: tuple[TimelineEvent, ...], gaps: list[str]
) -> tuple[History | None, RunSeries | None, dict[int, Around]]:
    with open_evidence(folder, memory_limit=_MEMORY_LIMIT) as evidence:
        gaps.extend(_file_gaps(evidence))
        series = _series(evidence, events)
        history = _history(run, events, _end_ns(series))
        if series is None or history is None:
            gaps.append("No request is on record.")
            return history, None, {}
        return history, series, _around(evidence, history)


def _file_gaps(evidence: Evidence) -> Iterable[str]:
    for stream in evidence.files.being_written:
        yield f"Worker {stream.stem} still writes its requests: they are not in this report."
    for worker in evidence.files.cut:
        yield (
            f"The records of worker {worker} end abruptly: it was killed, or the disk was full. "
            "What it wrote before is in this report."
        )


def _series(evidence: Evidence, events: tuple[TimelineEvent, ...]) -> RunSeries | None:
    """In buckets of a length that suits the run; None without a request."""
    zero_ns = _zero_ns(evidence.run)
    requests, last_ns = _extent(evidence)
    if last_ns < zero_ns:
        return None
    seconds = (last_ns - zero_ns) // NS_PER_S + 1
    told_ns = evidence.run.ended_ns or (events[-1].at_ns if events else None)
    told_s = (told_ns - zero_ns) / NS_PER_S if told_ns is not None else 0.0
    bucket_s = bucket_length_s(max(told_s, seconds))
    buckets = int(-(-seconds // bucket_s))
    cells = read_cells(evidence, zero_ns, bucket_s, buckets)
    if requests > MOST_SORTED:
        return RunSeries(
            bucket_s,
            binned_buckets(cells, zero_ns, bucket_s),
            binned_percentiles(evidence),
            cells,
            exact=False,
        )
    return RunSeries(
        bucket_s, outcomes_over_time(evidence, bucket_s), latency_percentiles(evidence), cells, exact=True
    )


def _extent(evidence: Evidence) -> tuple[int, int]:
    """How many requests are on record, and the last instant that one was intended or ended at."""
    told = [evidence.rows(query("extent"), {"file": str(path)})[0] for path in evidence.files.parquet]
    instants = [int(at_ns) for _, *some in told for at_ns in some if at_ns is not None]
    return sum(count for count, *_ in told), max(instants, default=-1)


def _around(evidence: Evidence, history: History) -> dict[int, Around]:
    """What users met with around each episode, all from the same scans of the requests."""
    wanted = {
        episode.number: (
            stretch_before(episode, history),
            stretch_during(episode, history) if len(episode.spans) > 1 else None,
            stretch_after(episode, history),
        )
        for episode in history.episodes
    }
    spans = list(dict.fromkeys(one for some in wanted.values() for one in some if one is not None))
    found = outcomes_in(
        evidence, [Span(history.instant_ns(start_s), history.instant_ns(end_s)) for start_s, end_s in spans]
    )
    met = {span: Compared(*span, stretch) for span, stretch in zip(spans, found, strict=True)}
    return {
        number: Around(*(None if one is None else met[one] for one in some))
        for number, some in wanted.items()
    }


def _budgets(
    folder: RunFolder, verdict: VerdictRecord, objectives: tuple[Objective, ...], gaps: list[str]
) -> tuple[ObjectiveBudget, ...]:
    demanded = {one.name for one in verdict.objectives if one.demanded}
    followed = tuple(one for one in objectives if one.name in demanded) or objectives
    if not followed:
        return ()
    lack = "Whether alerts would have fired is not known"
    return _attempt(lambda: budget_report(folder, followed, verdict), lack, gaps) or ()


def _zero_ns(run: RunRecord) -> int:
    return run.started_ns if run.load_start_ns is None else run.load_start_ns


def _end_ns(series: RunSeries | None) -> int | None:
    return None if series is None else series.buckets[-1].start_ns + round(series.bucket_s * NS_PER_S)


def _history(run: RunRecord | None, events: tuple[TimelineEvent, ...], last_ns: int | None) -> History | None:
    """From the start of the load to the last event or request, whichever is later."""
    if run is None and not events:
        return None
    zero_ns = events[0].at_ns if run is None else _zero_ns(run)
    ends = [event.at_ns for event in events if event.kind != "note"]
    if last_ns is not None:
        ends.append(last_ns)
    if not ends and run is not None and run.ended_ns is not None:
        ends.append(run.ended_ns)
    end_ns = max([zero_ns, *ends])
    return build_history(zero_ns, end_ns, phase_windows(events), fault_windows(events))


def _attempt[T](read: Callable[[], T], lack: str, gaps: list[str]) -> T | None:
    try:
        return read()
    except InvalidFile as error:
        problems = "; ".join(str(problem) for problem in error.problems)
        gaps.append(f"{lack}. {error.file.name}: {problems}. {error.next_step}")
    except (OSError, duckdb.Error) as error:
        gaps.append(f"{lack}. {error}")
    return None
