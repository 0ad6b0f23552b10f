"""Which requests an SLI is about, and what makes them good: from the forms that OpenSLO has for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from evidence.documents import InvalidContent, as_kind
from evidence.errors import Problem
from slo.allowed_fields import with_allowed_fields
from slo.openslo.library import Library, Place
from slo.openslo.slo import Target
from slo.openslo.sources import SOURCE_TYPE, DataSource, IndicatorSpec, Metric, RatioMetric, SourceSpec
from slo.promise import Counted, Indicator

_INDICATOR, _THRESHOLD = "stormproof/indicator", "stormproof/threshold-ms"
_SELECTORS = ("tier", "operation", "tenant", "target")
ANNOTATIONS = (_INDICATOR, *(f"stormproof/{name}" for name in _SELECTORS), _THRESHOLD)
"""Of an SLO whose figures are another system's: which requests of the evidence stand for them."""
_FROM_BELOW = ("lte", "lt")
_TOTALS = frozenset(Counted)
_INDICATORS = " or ".join((", ".join(list(Indicator)[:-1]), list(Indicator)[-1]))
_TIMED = " or ".join(one for one in Indicator if one.has_threshold)


@dataclass(frozen=True, slots=True)
class Selection:
    """What an objective counts."""

    indicator: Indicator
    threshold_ms: float | None
    tier: str | None
    operation: str | None
    tenant: str | None = None
    target: str | None = None
    below_threshold: bool = False

    @property
    def selectors(self) -> tuple[tuple[str, str | None], ...]:
        """What chooses requests, by the names that labels have."""
        return tuple((name, getattr(self, name)) for name in _SELECTORS)


def select(
    spec: IndicatorSpec,
    target: Target,
    annotations: Mapping[str, str],
    library: Library,
    place: Place,
    where: str,
) -> Selection:
    """What the SLI at `where` in the document at `place` counts. Raises InvalidContent."""
    ratio, threshold = spec.ratio_metric, spec.threshold_metric
    if ratio is not None and threshold is None:
        if target.op is not None or target.value is not None:
            allowed = "a ratioMetric needs no op and no value: leave them out"
            raise _invalid(place.problem("spec.objectives", f"op {target.op}, value {target.value}", allowed))
        return _ratio(ratio, annotations, library, place, f"{where}.ratioMetric")
    if threshold is not None and ratio is None:
        chosen = _source(threshold, annotations, library, place, f"{where}.thresholdMetric")
        return _threshold(chosen, target, place, f"{where}.thresholdMetric.metricSource.spec")
    value = "neither" if ratio is None else "both"
    raise _invalid(place.problem(where, value, "must have one of ratioMetric and thresholdMetric"))


def _ratio(
    ratio: RatioMetric, annotations: Mapping[str, str], library: Library, place: Place, where: str
) -> Selection:
    if ratio.raw is not None:
        return _raw(ratio.raw, ratio.raw_type, annotations, library, place, where)
    numerators = {"good": ratio.good, "bad": ratio.bad}
    given = [(name, metric) for name, metric in numerators.items() if metric is not None]
    if len(given) != 1 or ratio.total is None or ratio.raw_type is not None:
        allowed = "must have total and one of good and bad, or raw and rawType"
        value = ", ".join([name for name, _ in given] + ["total"] * (ratio.total is not None)) or "empty"
        raise _invalid(place.problem(where, value, allowed))
    name, metric = given[0]
    good = _source(metric, annotations, library, place, f"{where}.{name}")
    total = _source(ratio.total, annotations, library, place, f"{where}.total")
    if isinstance(good, SourceSpec) and isinstance(total, SourceSpec):
        if problems := tuple(_ratio_problems(good, total, name, place, where)):
            raise InvalidContent(problems)
        return _selection(good)
    if isinstance(good, Selection) and isinstance(total, Selection):
        return good
    allowed = f"good and total must both be of type {SOURCE_TYPE}"
    raise _invalid(place.problem(where, "two types of sources", allowed))


def _source(
    metric: Metric, annotations: Mapping[str, str], library: Library, place: Place, where: str
) -> SourceSpec | Selection:
    """The spec of a source of ours; of another system's, what the annotations say instead."""
    source = metric.metric_source
    kind = source.type
    if source.metric_source_ref is not None:
        found = library.find(DataSource, source.metric_source_ref)
        if found is not None and kind is not None and kind != found.document.spec.type:
            allowed = f"must be {found.document.spec.type!r}, as in the DataSource {source.metric_source_ref}"
            raise _invalid(place.problem(f"{where}.metricSource.type", repr(kind), allowed))
        if found is None and kind is None:
            allowed = f"no DataSource of this name; there are: {library.names(DataSource)}"
            raise _invalid(
                place.problem(
                    f"{where}.metricSource.metricSourceRef", repr(source.metric_source_ref), allowed
                )
            )
        kind = kind if found is None else found.document.spec.type
    if kind is None:
        raise _invalid(
            place.problem(f"{where}.metricSource", "no type", "must have a type, or a metricSourceRef")
        )
    if kind == SOURCE_TYPE:
        at = place.problem(f"{where}.metricSource.spec", "", "").where
        try:
            return as_kind(source.spec, SourceSpec, at)
        except InvalidContent as error:
            # The spec is the document here: its unknown fields are told with the fields that it has.
            told = (with_allowed_fields(_below(one, at), SourceSpec) for one in error.problems)
            raise InvalidContent(
                tuple(Problem(f"{at}.{one.where}", one.value, one.allowed) for one in told)
            ) from error
    return annotated(annotations, place, f"{where}.metricSource.type", kind)


def _below(problem: Problem, at: str) -> Problem:
    return Problem(problem.where.removeprefix(f"{at}."), problem.value, problem.allowed)


def annotated(annotations: Mapping[str, str], place: Place, where: str, kind: str) -> Selection:
    """What stands in the evidence for the figures of another system. Raises InvalidContent."""
    indicator = annotations.get(_INDICATOR)
    if indicator is None:
        allowed = (
            f"must be {SOURCE_TYPE!r}; to judge requests by an objective for another system, say in "
            f"metadata.annotations what counts: {', '.join(ANNOTATIONS)}"
        )
        raise _invalid(place.problem(where, repr(kind), allowed))
    content: dict[str, object] = {"indicator": indicator}
    for name in _SELECTORS:
        if (value := annotations.get(f"stormproof/{name}")) is not None:
            content[name] = value
    if (limit := annotations.get(_THRESHOLD)) is not None:
        content["threshold_ms"] = limit
    at = place.problem("metadata.annotations", "", "").where
    spec = as_kind(content, SourceSpec, at)
    if spec.indicator in _TOTALS:
        raise _invalid(place.problem(_INDICATOR, repr(spec.indicator), f"must be {_INDICATORS}"))
    if problem := _threshold_problem(spec, place, _THRESHOLD):
        raise _invalid(problem)
    return _selection(spec)


def _raw(
    metric: Metric,
    raw_type: str | None,
    annotations: Mapping[str, str],
    library: Library,
    place: Place,
    where: str,
) -> Selection:
    if raw_type is None:
        raise _invalid(place.problem(f"{where}.rawType", "missing", "must be success or failure"))
    chosen = _source(metric, annotations, library, place, f"{where}.raw")
    if isinstance(chosen, Selection):
        return chosen
    allowed = "recorded requests are no stored ratio: write good and total instead"
    raise _invalid(place.problem(f"{where}.raw", f"type {SOURCE_TYPE}", allowed))


def _threshold(chosen: SourceSpec | Selection, target: Target, place: Place, where: str) -> Selection:
    """A time, compared with the objective's value."""
    if isinstance(chosen, Selection):
        return chosen
    if chosen.indicator in _TOTALS or not Indicator(chosen.indicator).has_threshold:
        raise _invalid(place.problem(f"{where}.indicator", repr(chosen.indicator), f"must be {_TIMED}"))
    if chosen.threshold_ms is not None:
        allowed = "the objective's value is the threshold: leave this one out"
        raise _invalid(place.problem(f"{where}.threshold_ms", repr(chosen.threshold_ms), allowed))
    if target.op not in _FROM_BELOW:
        raise _invalid(
            place.problem("spec.objectives.op", repr(target.op), "must be lte or lt: short times are good")
        )
    if target.value is None or not target.value > 0:
        raise _invalid(
            place.problem("spec.objectives.value", repr(target.value), "must be milliseconds over 0")
        )
    return replace(_selection(chosen), threshold_ms=target.value, below_threshold=target.op == "lt")


def _selection(good: SourceSpec) -> Selection:
    return Selection(
        Indicator(good.indicator), good.threshold_ms, good.tier, good.operation, good.tenant, good.target
    )


def _threshold_problem(good: SourceSpec, place: Place, where: str) -> Problem | None:
    if (good.threshold_ms is None) == Indicator(good.indicator).has_threshold:
        allowed = f"needed for {_TIMED}, milliseconds over 0, and for nothing else"
        return place.problem(where, repr(good.threshold_ms), allowed)
    return None


def _ratio_problems(
    good: SourceSpec, total: SourceSpec, name: str, place: Place, where: str
) -> list[Problem]:
    problems: list[Problem] = []

    def tell(part: str, field: str, value: object, allowed: str) -> None:
        problems.append(place.problem(f"{where}.{part}.metricSource.spec.{field}", repr(value), allowed))

    if good.indicator in _TOTALS:
        tell(name, "indicator", good.indicator, f"must be {_INDICATORS}")
    else:
        counted = Indicator(good.indicator).counted
        if total.indicator != counted:
            tell(
                "total",
                "indicator",
                total.indicator,
                f"must be {counted}, of which {good.indicator} is a share",
            )
        missing = _threshold_problem(good, place, f"{where}.{name}.metricSource.spec.threshold_ms")
        if missing is not None:
            problems.append(missing)
    if total.threshold_ms is not None:
        tell("total", "threshold_ms", total.threshold_ms, f"belongs to {name} only")
    for field in _SELECTORS:
        mine, whole = getattr(good, field), getattr(total, field)
        if mine != whole:
            tell(name, field, mine, f"must be that of total: {whole!r}")
    return problems


def _invalid(problem: Problem) -> InvalidContent:
    return InvalidContent((problem,))
