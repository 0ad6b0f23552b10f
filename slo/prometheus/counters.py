"""What an objective counts, as counters of a Prometheus."""

import re
from dataclasses import dataclass

from slo.prometheus.errors import PrometheusError
from slo.promise import Indicator, Objective
from slo.rules.selection import FAILED, NotCountable, selected_by

_SELECTOR = r'[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?'
_WRAPPERS = (r"sum(?:\s*(?:by|without)\s*\([^()]*\))?", "rate|increase")
_LABEL = re.compile(r'(?:[{,]\s*)([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*"')
MEMBERS = 'max by (tenant) (tenant_tier{{tier="{tier}"}}) == 1'


@dataclass(frozen=True, slots=True)
class Counters:
    """Selectors of counters, whose series are added up."""

    total: str
    bad: str | None = None
    good: str | None = None
    threshold_s: float | None = None
    """Of latency: `total` is then a histogram without its suffix, and its buckets tell the good ones."""
    members: str | None = None
    """Of a tier: an expression that has a series for each tenant of it, by the label tenant."""


def counters_of(objective: Objective) -> Counters:
    """The queries of an objective, else the metrics of the reference service (`slo.rules.selection`).

    As the service counts: a latency from a request's head to its answer. Raises PrometheusError.
    """
    if objective.queries is not None:
        queries = objective.queries
        return Counters(
            selector_of(objective, queries.total),
            None if queries.bad is None else selector_of(objective, queries.bad),
            None if queries.good is None else selector_of(objective, queries.good),
        )
    try:
        chosen = selected_by(objective)
    except NotCountable as error:
        raise PrometheusError(str(error)) from error
    members = None if objective.tier is None else MEMBERS.format(tier=objective.tier.replace('"', ""))
    if objective.indicator is Indicator.AVAILABILITY:
        requests = "http_requests_total"
        return Counters(f"{requests}{{{chosen}}}", bad=f"{requests}{{{chosen},{FAILED}}}", members=members)
    if objective.indicator.value != Indicator.LATENCY.value or objective.threshold_ms is None:
        raise PrometheusError(
            f"{objective.name}: no metric of the service tells of {objective.indicator}: write its queries, "
            "in a metricSource of type Prometheus."
        )
    duration = f"http_request_duration_seconds{{{chosen}}}"
    return Counters(duration, threshold_s=objective.threshold_ms / 1000, members=members)


def selector_of(objective: Objective, query: str) -> str:
    """The selector in `sum(rate(requests_total{…}[5m]))`, `sum(requests_total{…})`, `requests_total{…}`.

    Increases are computed from every single series: sums of counters cannot be told from resets. Raises
    PrometheusError for anything else.
    """
    inner = query.strip()
    for wrapper in _WRAPPERS:
        matched = re.fullmatch(rf"(?:{wrapper})\s*\((.*)\)", inner, re.DOTALL)
        inner = inner if matched is None else matched[1].strip()
    inner = re.sub(r"\s*\[[^\[\]]*\]$", "", inner)
    if re.fullmatch(_SELECTOR, inner) is None:
        raise PrometheusError(
            f"{objective.name}: {query!r}: must be a counter, or the sum or the rate of one, as "
            'sum(rate(http_requests_total{status=~"5.."}[5m])): resets are told from single series. Record '
            "what is more as a counter of its own."
        )
    return inner


def metric_of(selector: str) -> str:
    """Its name."""
    return selector.partition("{")[0].strip()


def labels_asked(selector: str) -> tuple[str, ...]:
    """Labels that its matchers look at."""
    return tuple(dict.fromkeys(_LABEL.findall(selector)))


def suffixed(selector: str, suffix: str, matcher: str = "") -> str:
    """`name{a="b"}` as `name_bucket{a="b",le="1"}`."""
    name, brace, matchers = selector.partition("{")
    inside = matchers.rpartition("}")[0].rstrip(", ") if brace else ""
    return f"{name.strip()}{suffix}{{{','.join(part for part in (inside, matcher) if part)}}}"
