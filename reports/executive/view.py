"""What the one page says: nothing is decided here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.verdict_record import (
    CauseKind,
    CellVerdict,
    ContractCell,
    FaultRecovery,
    ObjectiveResult,
    RecoveryState,
    Verdict,
)
from reports.executive.words import brief_seconds, brief_wait, of_requests, seconds, spaced, times, wait
from reports.fault_story import FaultStory
from reports.model import ReportModel
from reports.numbers import format_count, format_duration, format_ratio, joined, plural
from reports.objectives_view import subject
from slo.causes import told_aftermath
from slo.evidence_view import experiment_name

MOST_FAULTS, MOST_BUDGETS, MOST_STEPS = 6, 4, 4
"""So that it stays one page."""
_GOOD = ("ok", "degraded")
HEADLINES = {
    Verdict.MET: "Promises kept",
    Verdict.MISSED: "Promises broken",
    Verdict.NOT_PROVEN: "Not sure yet",
    Verdict.INVALID: "This test does not count",
}


@dataclass(frozen=True, slots=True)
class Big:
    """A figure that matters."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """What users felt of one fault."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """How much of what may go wrong did."""

    who: str
    allowed: str
    happened: str
    share: float
    told: str


def sentence(model: ReportModel) -> str:
    """The verdict in a sentence."""
    verdict = model.verdict
    tried = f" while {plural(len(_causes(model)), 'thing')} went wrong" if model.stories else ""
    demanded = [one for one in verdict.objectives if one.demanded]
    cells = [cell for cell in verdict.contract if cell.demanded]
    broken = sum(one.verdict is Verdict.MISSED for one in demanded)
    broken += sum(cell.verdict is CellVerdict.VIOLATED for cell in cells)
    open_ones = sum(one.verdict is Verdict.NOT_PROVEN for one in demanded)
    open_ones += sum(cell.verdict is CellVerdict.NOT_EXERCISED for cell in cells)
    every = len(demanded) + len(cells)
    match verdict.verdict:
        case Verdict.MET:
            return f"The service kept all {format_count(every)} promises that were put to the test{tried}."
        case Verdict.MISSED:
            return f"The service broke {format_count(broken)} of {plural(every, 'promise')}{tried}."
        case Verdict.NOT_PROVEN:
            of = f"{format_count(open_ones)} of {format_count(every)}"
            return f"No promise was seen broken{tried}, but of {of} the test was too small to be sure."
        case Verdict.INVALID:
            return (
                "Something was wrong with the test itself, so it says nothing about the service, good or bad."
            )


def figures(model: ReportModel) -> tuple[Big, ...]:
    """Three to five, as far as they are known; none where the test does not count."""
    if model.verdict.verdict is Verdict.INVALID:
        return ()
    return tuple(_figures(model))


def fault_lines(model: ReportModel) -> tuple[FaultLine, ...]:
    """A line a fault, in their order; of many, those that harmed most. None where the test does not count."""
    if model.verdict.verdict is Verdict.INVALID:
        return ()
    causes = {name: stories[0] for name, stories in _causes(model).items()}
    worst = sorted(causes, key=lambda name: _harm(causes[name]), reverse=True)[:MOST_FAULTS]
    return tuple(_line(name, story) for name, story in causes.items() if name in worst)


def more_faults(model: ReportModel) -> int:
    """How many harmed less and have no line."""
    return max(0, len(_causes(model)) - MOST_FAULTS)


def budgets(model: ReportModel) -> tuple[BudgetLine, ...]:
    """Of the demanded promises on answers, the worst first. None where the test does not count."""
    if model.verdict.verdict is Verdict.INVALID:
        return ()
    demanded = [one for one in model.whole_run if one.demanded and one.consumed is not None]
    worst = sorted(demanded, key=lambda one: -(one.consumed or 0))[:MOST_BUDGETS]
    return tuple(
        BudgetLine(
            f"{subject(one)}, {_promised(one)}",
            f"{one.budget:,.0f}" if one.budget >= 10 else f"{one.budget:.1f}",
            format_count(one.bad),
            min(1.0, one.consumed or 0.0),
            times(one.consumed or 0.0),
        )
        for one in worst
    )


def next_steps(model: ReportModel) -> tuple[str, ...]:
    """What to do, the most important first."""
    return tuple(dict.fromkeys(_steps(model)))[:MOST_STEPS]


def _figures(model: ReportModel) -> Iterator[Big]:
    whole = _widest([one for one in model.whole_run if one.indicator == "availability"])
    good, total = sum(one.good for one in whole), sum(one.total for one in whole)
    if total:
        told = of_requests(total - good, total)
        yield Big(format_ratio(good / total), f"of requests were answered well; {told} went wrong")
    rows = [] if model.series is None else [row for row in model.series.latency if row.latency_p95_ms]
    if rows:
        most = max(rows, key=lambda row: row.requests)
        whose = f" of {most.tier}" if most.tier else ""
        label = f"is the longest that 19 of 20 requests{whose} waited for {most.operation}, the most used"
        yield Big(brief_wait(most.latency_p95_ms or 0.0), label)
    recoveries = [one for story in model.stories for one in story.recovery]
    if recoveries:
        yield _slowest(recoveries)
    demanded = [one for one in model.verdict.objectives if one.demanded]
    if demanded:
        met = sum(one.verdict is Verdict.MET for one in demanded)
        yield Big(f"{met} of {len(demanded)}", "promises to users held with certainty")
    if model.series is not None:
        offered = sum(bucket.offered for bucket in model.series.buckets)
        yield Big(format_count(offered), f"requests in {format_duration(model.series.offered_s)} of test")


def _slowest(recoveries: Sequence[FaultRecovery]) -> Big:
    lost = [one for one in recoveries if one.state is RecoveryState.NOT_BACK]
    if lost:
        seen_s = max(one.observed_s for one in lost)
        return Big("not back", f"some users still felt it {seconds(seen_s)} after a fault was over")
    slowest_s = max(one.recover_s or 0.0 for one in recoveries)
    return Big(brief_seconds(slowest_s), "is how long users took at most to be back to normal after a fault")


def _widest(results: Sequence[ObjectiveResult]) -> list[ObjectiveResult]:
    """Promises of one kind, that count no request twice: those that cover the most."""
    groups: dict[tuple[str, ...], list[ObjectiveResult]] = {}
    for one in results:
        groups.setdefault(tuple(sorted(one.labels)), []).append(one)
    return max(groups.values(), key=lambda group: sum(one.total for one in group), default=[])


def _of_one_kind(missed: Sequence[ObjectiveResult]) -> list[ObjectiveResult]:
    """Those that count no request twice, of which the most requests went wrong."""
    groups: dict[tuple[str, ...], list[ObjectiveResult]] = {}
    for one in missed:
        groups.setdefault((one.indicator, *sorted(one.labels)), []).append(one)
    return max(groups.values(), key=lambda group: sum(one.bad for one in group), default=[])


def _causes(model: ReportModel) -> dict[str, list[FaultStory]]:
    """What was broken, by name: the faults of one experiment at one time are one thing to users."""
    found: dict[tuple[object, ...], list[FaultStory]] = {}
    for story in model.stories:
        start_s = story.number if story.during is None else round(story.during.start_s)
        key = (story.number,) if story.experiment is None else (story.experiment, start_s)
        found.setdefault(key, []).append(story)
    named: dict[str, list[FaultStory]] = {}
    for stories in found.values():
        first = stories[0]
        name = spaced(first.name if first.experiment is None else experiment_name(first.experiment))
        targets = joined(dict.fromkeys(story.target for story in stories if story.target))
        told = f"{name} ({targets})" if targets else name
        named[told if told not in named else f"{told}, {first.number}"] = stories
    return named


def _harm(story: FaultStory) -> tuple[float, float]:
    """Shares of the requests that went wrong, and that got a lesser answer."""
    met = story.during.met if story.during else None
    if not story.felt or met is None or not met.requests:
        return 0.0, 0.0
    good = sum(met.outcomes.get(outcome, 0) for outcome in _GOOD)
    return 1 - good / met.requests, met.outcomes.get("degraded", 0) / met.requests


def _line(name: str, story: FaultStory) -> FaultLine:
    met = story.during.met if story.during else None
    if not story.felt or met is None or not met.requests:
        return FaultLine(name, "Nobody felt it, so it says nothing.")
    bad = met.requests - sum(met.outcomes.get(outcome, 0) for outcome in _GOOD)
    parts = [f"{of_requests(bad, met.requests)} went wrong"]
    lesser = met.outcomes.get("degraded", 0)
    if lesser:
        parts.append(f"{of_requests(lesser, met.requests)} got a lesser answer")
    if met.latency_p95_ms is not None:
        before = story.before.met.latency_p95_ms if story.before else None
        instead = "" if before is None else f" instead of {wait(before)}"
        parts.append(f"19 of 20 waited at most {wait(met.latency_p95_ms)}{instead}")
    text = joined(parts)
    return FaultLine(name, f"{text[0].upper()}{text[1:]}. {_back(story)}".strip())


def _back(story: FaultStory) -> str:
    if not story.recovery:
        return ""
    if any(one.state is RecoveryState.NOT_BACK for one in story.recovery):
        return "Some users were not back to normal as long as was watched."
    slowest_s = max(one.recover_s or 0.0 for one in story.recovery)
    if slowest_s < 0.05:
        return "All were back to normal by its end."
    return f"All were back to normal {seconds(slowest_s)} after it ended."


def _promised(one: ObjectiveResult) -> str:
    if one.threshold_ms is not None:
        return f"answers within {wait(one.threshold_ms)}"
    return "answers" if one.indicator == "availability" else one.indicator


def _steps(model: ReportModel) -> Iterator[str]:
    verdict = model.verdict
    if verdict.verdict is Verdict.INVALID:
        for check in verdict.validity.checks:
            if not check.held:
                yield f"Mend the test: {check.reason}."
        yield "Then run it again: until then nothing is known."
        return
    yield from _by_cause(model)
    violated = [cell for cell in verdict.contract if cell.verdict is CellVerdict.VIOLATED]
    for cell in violated[:2]:
        yield (
            f"Mend {cell.operation} under {spaced(cell.fault)}: promised is that it {cell.promise}; "
            f"seen was {cell.observed}."
        )
    needs = [one for one in verdict.objectives if one.demanded and one.needs]
    if needs:
        yield f"Test longer, or with more users: {subject(needs[0])} {needs[0].needs}"
    untried = [cell for cell in verdict.contract if cell.verdict is CellVerdict.NOT_EXERCISED]
    if verdict.verdict is Verdict.NOT_PROVEN:
        yield from _untried([cell for cell in untried if cell.demanded])
        yield "Then run the test again: until then nobody can be sure."
    if verdict.verdict is Verdict.MISSED:
        yield "Then run the same test again and compare it with this one."
    if verdict.verdict is Verdict.MET:
        yield "Run the same test with every release, and compare it with this one."
        if untried:
            promises = plural(len(untried), "promise")
            yield f"Put the {promises} to the test that this one did not touch."


def _untried(demanded: Sequence[ContractCell]) -> Iterator[str]:
    if demanded:
        first = demanded[0]
        needs = f": it {first.needs}" if first.needs else ""
        yield (
            f"Let the test touch {plural(len(demanded), 'promise')} that it did not, or too seldom, first "
            f"{first.operation} under {spaced(first.fault)}{needs}."
        )


def _by_cause(model: ReportModel) -> Iterator[str]:
    missed = [one for one in model.whole_run if one.demanded and one.verdict is Verdict.MISSED]
    names = {one.name for one in _of_one_kind(missed)}
    causes: dict[tuple[str, CauseKind | None], int] = {}
    for entry in model.verdict.budget_ledger:
        if entry.objective in names:
            causes[entry.cause, entry.kind] = causes.get((entry.cause, entry.kind), 0) + entry.bad
    if not causes:
        return
    (cause, kind), bad = max(causes.items(), key=lambda one: one[1])
    of = f"{format_count(bad)} of {plural(sum(causes.values()), 'bad request')}"
    if kind is CauseKind.BACKGROUND:
        told = (told_aftermath(one.name, model.verdict.faults) for one in missed)
        aftermath = next((f": {one}" for one in told if one), "")
        yield f"Find out why {of} came while nothing was broken{aftermath}."
    else:
        yield f"Make the service survive “{spaced(cause)}” first: {of} came while it lasted."
