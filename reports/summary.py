"""The Markdown form: fits a pull-request comment."""

from evidence.verdict_record import ObjectiveResult, Verdict
from reports.contract_view import AS_VERDICT, ContractBox, coverage_told
from reports.fault_story import FaultStory
from reports.markdown import MOST_ROWS, bullets, fitted, more, plain, table
from reports.model import MEANINGS, NOT_EVIDENCE, ReportModel
from reports.numbers import (
    NOTHING,
    format_budget,
    format_count,
    format_ms,
    format_ratio,
    format_target,
)
from reports.objectives_view import promise, subject
from reports.palette import SYMBOLS

_MARKS = {Verdict.MET: "✅", Verdict.MISSED: "❌", Verdict.NOT_PROVEN: "❔", Verdict.INVALID: "⚠️"}


def render_summary(model: ReportModel) -> str:
    """The file's content."""
    verdict = model.verdict
    parts = [
        f"## {_MARKS[verdict.verdict]} {verdict.verdict}: {plain(model.plan)}",
        MEANINGS[verdict.verdict],
        bullets(verdict.reasons) + more(len(verdict.reasons)),
        *_figures(model),
        _about(model),
    ]
    return fitted(parts)


def _figures(model: ReportModel) -> tuple[str, ...]:
    recorded = (_objectives(model.whole_run), _phases(model), _contract(model), _faults(model.stories))
    if not model.decides_nothing:
        return (*recorded, _validity(model))
    # Folded away: a reader who sees a table of missed promises takes them for missed.
    folded = (f"<details><summary>{NOT_EVIDENCE}</summary>", *recorded, "</details>")
    return (_validity(model), *(folded if any(recorded) else ()))


def _objectives(whole: tuple[ObjectiveResult, ...]) -> str:
    if not whole:
        return ""
    rows = [
        (
            f"{SYMBOLS[one.verdict]} {one.verdict}",
            plain(subject(one)),
            plain(promise(one)),
            "yes" if one.demanded else "no",
            format_target(one.target),
            format_ratio(one.ratio, one.target),
            f"{format_count(one.bad)} / {format_budget(one.budget)}",
        )
        for one in whole[:MOST_ROWS]
    ]
    head = ("Verdict", "Tier", "Promise", "Demanded", "Target", "Observed", "Bad / allowed")
    return "### Objectives over the whole run\n\n" + table(head, "llllrrr", rows) + more(len(whole))


def _phases(model: ReportModel) -> str:
    missed = [
        one for one in model.verdict.objectives if one.phase is not None and one.verdict is Verdict.MISSED
    ]
    if not missed:
        return ""
    lines = [
        f"{plain(one.phase or '')}: {plain(subject(one))} {plain(promise(one))} was "
        f"{format_ratio(one.ratio, one.target)}, promised is {format_target(one.target)}"
        for one in missed
    ]
    return "Phases in which a promise was missed:\n\n" + bullets(tuple(lines[:MOST_ROWS]), escaped=True)


def _contract(model: ReportModel) -> str:
    if not model.verdict.contract:
        return ""
    matrix = model.contract
    rows = [
        (plain(row.fault), *(NOTHING if box is None else _box(box) for box in row.boxes))
        for row in matrix.rows[:MOST_ROWS]
    ]
    head = ("Fault", *(plain(name) for name in matrix.operations))
    parts = [
        "### Degradation contract\n\nPromises proved or violated, by fault and operation.",
        table(head, "l" * len(head), rows) + more(len(matrix.rows)),
        bullets(tuple(coverage_told(one) for one in model.verdict.contract_coverage)),
    ]
    if model.open_cells:
        lines = tuple(
            f"{cell.verdict}: under {cell.fault}, {cell.operation} {cell.promise}; observed: {cell.observed}"
            + (f"; {cell.needs}" if cell.needs else "")
            for cell in model.open_cells
        )
        parts.append(bullets(lines) + more(len(lines)))
    return "\n\n".join(parts)


def _box(box: ContractBox) -> str:
    lacking = f", {box.missing} lack evidence" if box.missing else ""
    return f"{SYMBOLS[AS_VERDICT[box.verdict]]} {box.verdict} {box.told}{lacking}"


def _faults(stories: tuple[FaultStory, ...]) -> str:
    if not stories:
        return ""
    rows = []
    for story in stories[:MOST_ROWS]:
        during = story.during.met if story.during else None
        ok = during.outcomes.get("ok", 0) if during else 0
        rows.append(
            (
                f"{story.number} {plain(story.name)}",
                "yes" if story.felt else "**no**",
                "yes" if story.healed else "**no**",
                format_count(during.requests) if during else NOTHING,
                format_ratio(ok / during.requests) if during and during.requests else NOTHING,
                format_ms(story.before.met.latency_p95_ms) if story.before else NOTHING,
                format_ms(during.latency_p95_ms) if during else NOTHING,
            )
        )
    head = ("Fault", "Felt", "Healed", "Requests", "ok", "p95 before, ms", "p95 during, ms")
    return "### Faults\n\n" + table(head, "lllrrrr", rows) + more(len(stories))


def _validity(model: ReportModel) -> str:
    broken = [check for check in model.verdict.validity.checks if not check.held]
    if not broken:
        return ""
    return "### Why it is not evidence\n\n" + bullets(tuple(f"{one.name}: {one.reason}" for one in broken))


def _about(model: ReportModel) -> str:
    facts = "; ".join(f"{fact.label}: {plain(fact.value)}" for fact in model.facts)
    return f"<sub>Run {plain(model.run_id)}. {facts}.</sub>"
