"""A verdict on what a Prometheus has of the objectives' windows."""

from dataclasses import replace

from evidence.verdict_record import ObjectiveResult, Validity, ValidityCheck, VerdictRecord
from slo.evaluate import Demands, check_demands, is_demanded, objective_result, verdict_reasons
from slo.months.blocks import tally_blocks
from slo.months.unseen import Unseen, with_unseen
from slo.prometheus.api import Api
from slo.prometheus.counting import Counts, count_objectives
from slo.promise import Objective
from slo.verdicts import overall
from slo.windows import Span, calendar_span, duration_s

DEFAULT_WINDOW = "28d"
"""Of an objective that names none."""


def judge_prometheus(
    api: Api,
    objectives: tuple[Objective, ...],
    demands: Demands,
    now_ns: int,
    step_s: int,
    last: str | None = None,
) -> VerdictRecord:
    """What a Prometheus says of the window of each objective that `now_ns` is in: of one that rolls, it is
    the end. `last`, as OpenSLO writes durations, is asked of all of them instead.

    A step that was not scraped is never MET. Raises PrometheusError, and UnknownDemand.
    """
    check_demands(objectives, demands)
    windows = {one.name: _window(one, last, now_ns, step_s) for one in objectives}
    counted: dict[str, Counts] = {}
    for span in dict.fromkeys(windows.values()):
        asked = tuple(one for one in objectives if windows[one.name] == span)
        of_span = count_objectives(api, asked, span, step_s)
        counted.update({one.name: counts for one, counts in zip(asked, of_span, strict=True)})
    results = tuple(_result(one, counted[one.name], demands, step_s) for one in objectives)
    demanded = tuple(one for one in results if one.demanded)
    scraped = all(counts.found for counts in counted.values())
    validity = Validity(True, (_answered(scraped),))
    return VerdictRecord(
        verdict=overall(validity, demanded),
        reasons=tuple(verdict_reasons(validity, demanded, ())),
        validity=validity,
        objectives=results,
    )


def _answered(scraped: bool) -> ValidityCheck:
    reason = "series were found of every objective" if scraped else "of some objectives no series was found"
    return ValidityCheck("prometheus-answered", None, None, held=True, reason=reason)


def _window(objective: Objective, last: str | None, now_ns: int, step_s: int) -> Span:
    """Up to the last whole step."""
    step_ns = step_s * 1_000_000_000
    end_ns = now_ns // step_ns * step_ns
    if last is None and objective.window is not None and objective.calendar is not None:
        whole = calendar_span(objective.window, objective.calendar, now_ns)
        return Span(whole.start_ns, end_ns)
    return Span(end_ns - round(duration_s(last or objective.window or DEFAULT_WINDOW) * 1e9), end_ns)


def _result(objective: Objective, counts: Counts, demands: Demands, step_s: int) -> ObjectiveResult:
    tallied = tally_blocks(counts.blocks, objective)
    result = objective_result(objective, tallied, demands.question, demanded=is_demanded(objective, demands))
    lacking = int(counts.lacking.sum()) * step_s // 60
    seen = len(counts.lacking) * step_s // 60 - lacking
    told = with_unseen(
        result, objective, tallied, Unseen(seen, lacking, period="the window"), demands.question
    )
    reason = told.reason
    if not counts.found:
        reason += "; no series of it was found: is this the right Prometheus, and the right metric?"
    if counts.note is not None and told.unknown:
        reason += f"; {counts.note}"
    return replace(told, reason=reason)
