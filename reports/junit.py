"""The JUnit form, for pipelines: it is green only when the verdict is MET.

MISSED and NOT PROVEN are failures (a skipped case would turn a pipeline green), INVALID is an error: the
experiment is to be mended, not the service. What an INVALID run recorded of promises passes and fails
nothing: such cases are skipped.
"""

from evidence.verdict_record import CellVerdict, ContractCell, ObjectiveResult, ValidityCheck, Verdict
from reports.contract_view import cell_name
from reports.fault_story import FaultStory
from reports.junit_suites import About, Case, Trouble, render_suites
from reports.model import MEANINGS, ReportModel
from reports.numbers import format_budget, format_count, format_ratio, format_target, format_value
from reports.objectives_view import title


def render_junit(model: ReportModel) -> bytes:
    """The file's content: suites for the verdict, demanded objectives, contract, validity and faults."""
    verdict = model.verdict
    suites = {
        "verdict": [Case(f"plan {model.plan}", _verdict_trouble(model))],
        "objectives": [_decided(_objective(one), model) for one in verdict.objectives if one.demanded],
        "contract": [_decided(_cell(cell), model) for cell in verdict.contract],
        "validity": [_check(check) for check in verdict.validity.checks],
        "faults": [_fault(story) for story in model.stories],
    }
    about = About(
        {"run": model.run_id, "plan": model.plan}, None if model.run is None else model.run.started_ns
    )
    return render_suites(suites, about)


def _decided(case: Case, model: ReportModel) -> Case:
    """The case, or in a run that is not evidence one that nobody takes for passed or failed."""
    if not model.decides_nothing:
        return case
    recorded = "" if case.trouble is None else f"recorded: {case.trouble.message}"
    return Case(case.name, Trouble("skipped", "not-evidence", "the run is not evidence", recorded))


def _trouble(verdict: Verdict, message: str, body: str = "") -> Trouble | None:
    match verdict:
        case Verdict.MET:
            return None
        case Verdict.MISSED:
            return Trouble("failure", "missed", message, body)
        case Verdict.NOT_PROVEN:
            return Trouble("failure", "not-proven", message, body)
        case Verdict.INVALID:
            return Trouble("error", "invalid", message, body)


def _verdict_trouble(model: ReportModel) -> Trouble | None:
    verdict = model.verdict.verdict
    return _trouble(verdict, f"{verdict}: {MEANINGS[verdict]}", " ".join(model.verdict.reasons))


def _objective(one: ObjectiveResult) -> Case:
    where = "whole run" if one.phase is None else f"phase {one.phase}"
    figures = (
        f"observed {format_ratio(one.ratio, one.target)} of {format_count(one.total)}, "
        f"target {format_target(one.target)}, "
        f"bad {format_count(one.bad)}, allowed {format_budget(one.budget)}"
    )
    body = f"{figures}. {one.needs}" if one.needs else figures
    return Case(f"{title(one)} ({where})", _trouble(one.verdict, one.reason, body))


def _cell(cell: ContractCell) -> Case:
    name = cell_name(cell)
    message = f"promised: {cell.promise}; observed: {cell.observed}"
    if cell.verdict is CellVerdict.VIOLATED:
        return Case(name, Trouble("failure", "violated", message))
    if cell.verdict is CellVerdict.NOT_EXERCISED:
        # A skipped case leaves a pipeline green: only what nobody demands may be one.
        element = "failure" if cell.demanded else "skipped"
        return Case(name, Trouble(element, "not-exercised", message, cell.needs or ""))
    return Case(name)


def _check(check: ValidityCheck) -> Case:
    figures = f"observed {format_value(check.observed)}, limit {format_value(check.limit)}"
    return Case(check.name, None if check.held else Trouble("error", "invalid", check.reason, figures))


def _fault(story: FaultStory) -> Case:
    name = (
        f"{story.number} {story.name} on {story.target}" if story.target else f"{story.number} {story.name}"
    )
    if story.felt and story.healed:
        return Case(name)
    message = "the fault was never felt" if not story.felt else "the fault was not seen healed"
    return Case(name, Trouble("error", "invalid", message, " ".join(story.failures)))
