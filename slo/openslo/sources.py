"""Where figures come from: DataSource, metric sources, SLI."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from slo.openslo.metadata import STRICT, ApiVersion, Description, Metadata, Reference

SOURCE_TYPE = "stormproof"
"""The metric source that stands for recorded requests: the evidence of a run, or a table of somebody's
own."""
_ANYTHING = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """`metricSource.spec` of type stormproof: which requests. A field that is left out takes all."""

    __pydantic_config__ = STRICT

    indicator: Literal[
        "requests",
        "availability",
        "latency",
        "answers",
        "quality",
        "staleness",
        "writes",
        "durability",
        "freshness",
    ]
    """requests: those that count; availability: the good of them; latency: those of the good in time.
    answers: the good requests; quality: the full of them; staleness: those not too old. writes: acknowledged
    documents; durability: those found again; freshness: those that a search found in time. As `bad`: the
    others."""
    tier: str | None = None
    operation: str | None = None
    tenant: str | None = None
    target: str | None = None
    """By the name that the scenario gives it."""
    threshold_ms: Annotated[float, Field(gt=0, le=86_400_000, allow_inf_nan=False)] | None = None


@dataclass(frozen=True, slots=True)
class MetricSource:
    """`metricSource`: of which type it is follows from `type`, else from the DataSource that it refers to."""

    __pydantic_config__ = _ANYTHING

    spec: Mapping[str, object]
    type: str | None = None
    metric_source_ref: Annotated[Reference | None, Field(alias="metricSourceRef")] = None


@dataclass(frozen=True, slots=True)
class Metric:
    """`good`, `bad`, `total`, `raw`, or a `thresholdMetric`"""

    __pydantic_config__ = STRICT

    metric_source: Annotated[MetricSource, Field(alias="metricSource")]


@dataclass(frozen=True, slots=True)
class RatioMetric:
    """`ratioMetric`: good and total, bad and total, or raw and rawType."""

    __pydantic_config__ = STRICT

    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    counter: bool = True
    """Requests are counted one by one: neither value changes anything."""
    raw: Metric | None = None
    raw_type: Annotated[Literal["success", "failure"] | None, Field(alias="rawType")] = None


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """`spec` of an SLI"""

    __pydantic_config__ = STRICT

    ratio_metric: Annotated[RatioMetric | None, Field(alias="ratioMetric")] = None
    threshold_metric: Annotated[Metric | None, Field(alias="thresholdMetric")] = None
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class InlineIndicator:
    """`indicator`: an SLI inside an SLO."""

    __pydantic_config__ = STRICT

    spec: IndicatorSpec
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class Sli:
    """kind SLI"""

    __pydantic_config__ = STRICT

    api_version: Annotated[ApiVersion, Field(alias="apiVersion")]
    kind: Literal["SLI"]
    metadata: Metadata
    spec: IndicatorSpec


@dataclass(frozen=True, slots=True)
class DataSourceSpec:
    """`spec` of a DataSource; what `connectionDetails` may hold is its type's affair."""

    __pydantic_config__ = _ANYTHING

    type: str
    connection_details: Annotated[Mapping[str, object], Field(alias="connectionDetails")] = Field(
        default_factory=dict
    )
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class DataSource:
    """kind DataSource"""

    __pydantic_config__ = STRICT

    api_version: Annotated[ApiVersion, Field(alias="apiVersion")]
    kind: Literal["DataSource"]
    metadata: Metadata
    spec: DataSourceSpec
