"""What an objective counts, in the metrics of the service (the analysis, section 4.1)."""

from dataclasses import dataclass

from slo.objective import Indicator, Objective
from slo.promise import Counted

OPERATIONS = {
    "search": 'path="/search"',
    "get": 'path="/documents/{document_id}",method="GET"',
    "index": 'path="/documents",method="POST"',
    "delete": 'path="/documents/{document_id}",method="DELETE"',
    "bulk": 'path="/bulk"',
    "job": 'path="/jobs/{job_id}"',
}
"""Routes of the reference service, by the names of its operations."""

EVERY = 'path=~"/search|/documents.*|/bulk|/jobs.*"'
"""Of all operations."""
EDGES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0)
"""Where buckets of the service's latencies end: of any other threshold it has no series."""
FAILED = 'status=~"5.."'
"""Answers that are not available ones."""


class NotCountable(ValueError):  # noqa: N818 -- said of an objective
    """An objective counts what no metric of the service tells. Says what."""


@dataclass(frozen=True, slots=True)
class CountedBy:
    """An objective's requests and its good ones, as expressions with `$window` in them."""

    good: str
    total: str

    def error_ratio(self, window: str) -> str:
        """The share of bad requests over `window`; no answer where there was none."""
        return f"1 - ({self.good} / {self.total})".replace("$window", window)


def counted_by(objective: Objective) -> CountedBy:
    """How the service counts it: from a request's head to its answer, as it cannot know the intended instant.

    An empty answer is a good one here: metrics do not tell of which tier it was. Raises NotCountable.
    """
    if objective.indicator.counted is not Counted.REQUESTS:
        raise NotCountable(
            f"{objective.name}: {objective.indicator}: no metric of the service tells it by request."
        )
    chosen = selected_by(objective)
    requests = f"http_requests_total{{{chosen}}}"
    total = _sum(requests, objective.tier)
    if objective.indicator is Indicator.AVAILABILITY:
        failed = _sum(f"http_requests_total{{{chosen},{FAILED}}}", objective.tier)
        return CountedBy(f"({total} - ({failed} or 0 * {total}))", total)
    if objective.threshold_ms is None:
        raise NotCountable(f"{objective.name}: a latency objective needs a threshold.")
    if objective.threshold_ms / 1000 not in EDGES_S:
        edges = ", ".join(f"{edge_s * 1000:g}" for edge_s in EDGES_S)
        raise NotCountable(
            f"{objective.name}: {objective.threshold_ms:g} ms: no bucket of the service ends there: "
            f"must be one of {edges}."
        )
    edge = f"{objective.threshold_ms / 1000:g}"
    edge = edge if "." in edge else f"{edge}.0"
    bucket = f'http_request_duration_seconds_bucket{{{chosen},le="{edge}"}}'
    return CountedBy(
        _sum(bucket, objective.tier),
        _sum(f"http_request_duration_seconds_count{{{chosen}}}", objective.tier),
    )


def selected_by(objective: Objective) -> str:
    """Which of the service's requests an objective is about, as matchers of labels. Raises NotCountable."""
    if objective.named_target is not None:
        raise NotCountable(
            f"{objective.name}: target {objective.named_target!r}: no metric of the service tells by which "
            "name a scenario knows it."
        )
    if objective.operation is None:
        route = EVERY
    elif objective.operation in OPERATIONS:
        route = OPERATIONS[objective.operation]
    else:
        raise NotCountable(
            f"{objective.name}: operation {objective.operation!r}: must be one of {', '.join(OPERATIONS)}."
        )
    return route if objective.tenant is None else f'{route},tenant="{objective.tenant}"'


def _sum(series: str, tier: str | None) -> str:
    rate = f"rate({series}[$window])"
    if tier is None:
        return f"sum({rate})"
    of_tier = f'max by (tenant) (tenant_tier{{tier="{tier}"}} == 1)'
    return f"sum({rate} * on (tenant) group_left () {of_tier})"
