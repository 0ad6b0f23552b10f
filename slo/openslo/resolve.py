"""Objectives from documents: names followed, rules checked that one field alone cannot tell."""

import re
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.documents import InvalidContent
from evidence.errors import InvalidFile, Problem
from slo.budget.policy import InvalidPolicy, PolicyStep, read_policy
from slo.openslo.alerts import burn_alerts
from slo.openslo.library import NEXT_STEP, Library, Place, Placed
from slo.openslo.queries import queries_of
from slo.openslo.selection import ANNOTATIONS, Selection, select
from slo.openslo.slo import Service, Slo, SloSpec, Target, TimeWindow
from slo.openslo.sources import IndicatorSpec, InlineIndicator, Sli
from slo.promise import Budgeting, Indicator, Objective, Queries, Slices
from slo.windows import CalendarStart, duration_s

_MINUTE_S = 60.0
_LONGEST_YEARS = 10
_LONGEST_S = duration_s(f"{_LONGEST_YEARS}Y")
"""Of a window: what is longer is a slip, and some reach beyond the calendar."""


def resolve(library: Library, *, live: bool = False) -> tuple[Objective, ...]:
    """The objectives of all SLOs; where they are asked of a Prometheus (`live`), queries alone say enough.

    Raises InvalidFile, naming every problem of the first SLO that has any.
    """
    found: list[Objective] = []
    for placed in library.of_kind(Slo):
        try:
            found.extend(_objectives(placed, library, live=live))
        except InvalidContent as error:
            raise InvalidFile(placed.place.file, error.problems, NEXT_STEP) from error
    return tuple(found)


def _objectives(placed: Placed[Slo], library: Library, *, live: bool) -> Iterator[Objective]:
    document, place = placed.document, placed.place
    spec = document.spec
    problems = tuple(_problems(spec, library, place))
    if problems:
        raise InvalidContent(problems)
    policy = _policy(document, place)
    alerts = burn_alerts(spec.alert_policies, library, place)
    window = spec.time_window[0] if spec.time_window else None
    for index, target in enumerate(spec.objectives):
        chosen, queries = _selection(document, target, index, library, place, live=live)
        several = len(spec.objectives) > 1
        yield Objective(
            name=_name(document.metadata.name, target, index) if several else document.metadata.name,
            service=spec.service,
            indicator=chosen.indicator,
            target=_target(target),
            threshold_ms=chosen.threshold_ms,
            tier=chosen.tier,
            operation=chosen.operation,
            tenant=chosen.tenant,
            named_target=chosen.target,
            labels=_labels(document, chosen, place),
            window=window.duration if window else None,
            description=spec.description or "",
            source=document.metadata.annotations.get("stormproof/source", ""),
            calendar=_calendar(window),
            budgeting=Budgeting(spec.budgeting_method),
            slices=_slices(target, spec.budgeting_method),
            below_threshold=chosen.below_threshold,
            policy=policy,
            alerts=alerts,
            composite=document.metadata.name if several else None,
            weight=target.composite_weight or 1.0,
            queries=queries,
        )


def _name(slo: str, target: Target, index: int) -> str:
    """Of one of several objectives: by what people call it, else by its position."""
    told = re.sub(r"[^a-z0-9]+", "-", (target.display_name or "").lower()).strip("-")
    return f"{slo}-{told or index + 1}"


def _selection(
    document: Slo, target: Target, index: int, library: Library, place: Place, *, live: bool
) -> tuple[Selection, Queries | None]:
    spec = document.spec
    own = target.indicator is not None or target.indicator_ref is not None
    where = f"spec.objectives[{index}]" if own else "spec"
    inline = target.indicator if own else spec.indicator
    name = target.indicator_ref if own else spec.indicator_ref
    found, at, where = _indicator(inline, name, library, place, where)
    annotations, queries = document.metadata.annotations, queries_of(found, library)
    if live and queries is not None and ANNOTATIONS[0] not in annotations:
        return Selection(Indicator.AVAILABILITY, None, None, None), queries
    return select(found, target, annotations, library, at, where), queries


def _indicator(
    inline: InlineIndicator | None, name: str | None, library: Library, place: Place, where: str
) -> tuple[IndicatorSpec, Place, str]:
    """The SLI, and where it stands: here, or in a document of its own."""
    if inline is not None:
        return inline.spec, place, f"{where}.indicator.spec"
    found = library.find(Sli, name or "")
    if found is None:
        allowed = f"no SLI of this name; there are: {library.names(Sli)}"
        raise InvalidContent((place.problem(f"{where}.indicatorRef", repr(name), allowed),))
    return found.document.spec, found.place, "spec"


def _labels(document: Slo, chosen: Selection, place: Place) -> MappingProxyType[str, str]:
    labels = {name: _label(value) for name, value in document.metadata.labels.items()}
    for name, value in chosen.selectors:
        if value is None:
            continue
        if labels.get(name, value) != value:
            allowed = f"must be {value!r}, as in the indicator"
            raise InvalidContent((place.problem(f"metadata.labels.{name}", repr(labels[name]), allowed),))
        labels[name] = value
    return MappingProxyType(labels)


def _label(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _target(written: Target) -> float:
    if written.target is not None:
        return written.target
    return float(Decimal(repr(written.target_percent)) / 100)


def _policy(document: Slo, place: Place) -> tuple[PolicyStep, ...]:
    try:
        return read_policy(document.metadata.annotations)
    except InvalidPolicy as error:
        problem = place.problem(f"metadata.annotations.{error.key}", repr(error.key), str(error))
        raise InvalidContent((problem,)) from error


def _calendar(window: TimeWindow | None) -> CalendarStart | None:
    if window is None or window.calendar is None:
        return None
    return CalendarStart(window.calendar.start_time.replace(tzinfo=None), window.calendar.time_zone)


def _slices(target: Target, method: str) -> Slices | None:
    written = target.time_slice_window
    if written is None:
        return None
    return Slices(_slice_s(written), target.time_slice_target if method == "Timeslices" else None)


def _slice_s(written: str | float) -> float:
    return duration_s(written) if isinstance(written, str) else written * _MINUTE_S


def _problems(spec: SloSpec, library: Library, place: Place) -> Iterator[Problem]:
    if any(True for _ in library.of_kind(Service)) and library.find(Service, spec.service) is None:
        allowed = f"no Service of this name; there are: {library.names(Service)}"
        yield place.problem("spec.service", repr(spec.service), allowed)
    yield from _window_problems(spec, place)
    own = [one.indicator is not None or one.indicator_ref is not None for one in spec.objectives]
    shared = (spec.indicator is not None) + (spec.indicator_ref is not None)
    if shared > 1 or (shared == 0 and not all(own)) or (shared and any(own)):
        allowed = "must have one of indicator and indicatorRef, or in every objective one (a composite SLO)"
        yield place.problem("spec.indicator", "several" if shared else "missing", allowed)
    for index, written in enumerate(spec.objectives):
        at = f"spec.objectives[{index}]"
        yield from _target_problems(written, at, place)
        yield from _slice_problems(written, spec, at, place)
        if written.indicator is not None and written.indicator_ref is not None:
            yield place.problem(f"{at}.indicatorRef", repr(written.indicator_ref), "there is an indicator")
        if written.composite_weight is not None and len(spec.objectives) == 1:
            allowed = "there is nothing to weigh against: leave it out, or write several objectives"
            yield place.problem(f"{at}.compositeWeight", repr(written.composite_weight), allowed)
    thresholds = spec.indicator is not None and spec.indicator.spec.threshold_metric is not None
    if thresholds and len(spec.objectives) > 1:
        allowed = "a thresholdMetric takes one objective; write a ratioMetric, or several SLOs"
        yield place.problem("spec.objectives", f"{len(spec.objectives)} entries", allowed)


def _window_problems(spec: SloSpec, place: Place) -> Iterator[Problem]:
    for window in spec.time_window or ():
        at = "spec.timeWindow[0]"
        if duration_s(window.duration) > _LONGEST_S:
            allowed = f"must be at most {_LONGEST_YEARS} years, as 28d or 1M"
            yield place.problem(f"{at}.duration", repr(window.duration), allowed)
        if window.calendar is None:
            if window.is_rolling is not True:
                allowed = "must be true where there is no calendar"
                yield place.problem(f"{at}.isRolling", repr(window.is_rolling), allowed)
            continue
        if window.is_rolling:
            yield place.problem(f"{at}.isRolling", "True", "must be false, or left out, beside a calendar")
        if window.calendar.start_time.tzinfo is not None:
            allowed = "must have no zone of its own: 2026-01-01 00:00:00, and timeZone beside it"
            yield place.problem(f"{at}.calendar.startTime", str(window.calendar.start_time), allowed)
        try:
            ZoneInfo(window.calendar.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            allowed = "must be a name of the IANA time zone database, as Europe/Berlin"
            yield place.problem(f"{at}.calendar.timeZone", repr(window.calendar.time_zone), allowed)


def _target_problems(written: Target, at: str, place: Place) -> Iterator[Problem]:
    if (written.target is None) == (written.target_percent is None):
        value = f"target {written.target}, targetPercent {written.target_percent}"
        yield place.problem(at, value, "must have one of target and targetPercent")
    elif written.target is not None and not 0 < written.target < 1:
        allowed = "a ratio over 0 and under 1: 0.999 for 99.9%, or write targetPercent"
        yield place.problem(f"{at}.target", repr(written.target), allowed)
    elif written.target_percent is not None and not 0 < written.target_percent < 100:
        allowed = "must be over 0 and under 100"
        yield place.problem(f"{at}.targetPercent", repr(written.target_percent), allowed)
    elif written.target_percent is not None and written.target_percent < 1:
        allowed = "under 1%: a ratio belongs into target (0.999), a percentage here (99.9)"
        yield place.problem(f"{at}.targetPercent", repr(written.target_percent), allowed)


def _slice_problems(written: Target, spec: SloSpec, at: str, place: Place) -> Iterator[Problem]:
    target, window, method = written.time_slice_target, written.time_slice_window, spec.budgeting_method
    if (target is not None) != (method == "Timeslices"):
        allowed = "needed for budgetingMethod Timeslices, and for nothing else"
        yield place.problem(f"{at}.timeSliceTarget", repr(target), allowed)
    elif target is not None and not 0 < target <= 1:
        yield place.problem(f"{at}.timeSliceTarget", repr(target), "a ratio over 0, at most 1: 0.95 for 95%")
    if (window is not None) != (method != "Occurrences"):
        allowed = "needed for budgetingMethod Timeslices and RatioTimeslices, and for nothing else"
        yield place.problem(f"{at}.timeSliceWindow", repr(window), allowed)
    elif window is not None:
        promised_s = min((duration_s(one.duration) for one in spec.time_window or ()), default=_LONGEST_S)
        if isinstance(window, str) and window[-1] in "MQY":
            allowed = "months differ in length: must be minutes, hours, days or weeks, as 5m"
        elif not _slice_s(window).is_integer():
            allowed = "must be whole seconds: a number is minutes, 0.5 for 30 s"
        elif _slice_s(window) > promised_s:
            allowed = "must be no longer than the timeWindow, of which it is a slice"
        else:
            return
        yield place.problem(f"{at}.timeSliceWindow", repr(window), allowed)
