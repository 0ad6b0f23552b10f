"""What a metric source of type Prometheus asks, so that a live one can be asked the same."""

from slo.openslo.library import Library
from slo.openslo.sources import DataSource, IndicatorSpec, Metric
from slo.promise import Queries

TYPE = "prometheus"
"""In any case of letters, as OpenSLO's examples have it."""


def queries_of(spec: IndicatorSpec, library: Library) -> Queries | None:
    """The queries of a ratioMetric whose sources are all of this type; None of any other."""
    ratio = spec.ratio_metric
    if ratio is None or ratio.total is None or (ratio.good is None) == (ratio.bad is None):
        return None
    total, good, bad = (_query(one, library) for one in (ratio.total, ratio.good, ratio.bad))
    return None if total is None or (good is None and bad is None) else Queries(total, good, bad)


def _query(metric: Metric | None, library: Library) -> str | None:
    if metric is None:
        return None
    source = metric.metric_source
    kind = source.type
    if source.metric_source_ref is not None:
        found = library.find(DataSource, source.metric_source_ref)
        kind = kind if found is None else found.document.spec.type
    query = source.spec.get("query")
    return query if kind is not None and kind.lower() == TYPE and isinstance(query, str) else None
