"""The part of OpenSLO v1 that is understood, as shapes of a document; the rest is refused by name.

https://github.com/OpenSLO/OpenSLO: kind SLO with an inline ratio of good to total, budgeted by occurrences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, NoReturn

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_STRICT = ConfigDict(extra="forbid")
SOURCE_TYPE = "stormproof"
"""The metric source that stands for the evidence of a run."""


def _refused(instead: str) -> BeforeValidator:
    def refuse(_: object) -> NoReturn:
        raise PydanticCustomError(
            "refused", "OpenSLO knows this field, stormproof does not: {instead}", {"instead": instead}
        )

    return BeforeValidator(refuse)


_Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""RFC 1123, as OpenSLO demands at least."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """`metadata`"""

    __pydantic_config__ = _STRICT

    name: _Name
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    labels: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """`metricSource.spec`: which requests of the evidence. A field that is left out takes all."""

    __pydantic_config__ = _STRICT

    indicator: Literal["requests", "availability", "latency"]
    """requests: those that count; availability: the good of them; latency: those of the good in time."""
    tier: str | None = None
    operation: str | None = None
    threshold_ms: Annotated[float, Field(gt=0, le=86_400_000, allow_inf_nan=False)] | None = None


@dataclass(frozen=True, slots=True)
class MetricSource:
    """`metricSource`"""

    __pydantic_config__ = _STRICT

    type: Literal["stormproof"]
    spec: SourceSpec
    metric_source_ref: Annotated[
        None, Field(alias="metricSourceRef"), _refused(f"write type: {SOURCE_TYPE} and its spec here")
    ] = None


@dataclass(frozen=True, slots=True)
class Metric:
    """`good` or `total`"""

    __pydantic_config__ = _STRICT

    metric_source: Annotated[MetricSource, Field(alias="metricSource")]


@dataclass(frozen=True, slots=True)
class RatioMetric:
    """`ratioMetric`"""

    __pydantic_config__ = _STRICT

    good: Metric
    total: Metric
    counter: bool = True
    """Requests are counted one by one: neither value changes anything."""
    bad: Annotated[None, _refused("write good instead")] = None
    raw: Annotated[None, _refused("write good and total instead")] = None
    raw_type: Annotated[None, Field(alias="rawType"), _refused("write good and total instead")] = None


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """`indicator.spec`"""

    __pydantic_config__ = _STRICT

    ratio_metric: Annotated[RatioMetric, Field(alias="ratioMetric")]
    description: Annotated[str, Field(max_length=1050)] | None = None
    threshold_metric: Annotated[
        None,
        Field(alias="thresholdMetric"),
        _refused("write a ratioMetric whose good spec has indicator: latency and threshold_ms"),
    ] = None


@dataclass(frozen=True, slots=True)
class IndicatorMetadata:
    """`indicator.metadata`"""

    __pydantic_config__ = _STRICT

    name: _Name
    display_name: Annotated[str | None, Field(alias="displayName")] = None


@dataclass(frozen=True, slots=True)
class InlineIndicator:
    """`indicator`"""

    __pydantic_config__ = _STRICT

    spec: IndicatorSpec
    metadata: IndicatorMetadata | None = None


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """`timeWindow[0]`: over how long the promise is given; a run is a sample of it."""

    __pydantic_config__ = _STRICT

    duration: Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhdwMQY]$")]
    is_rolling: Annotated[Literal[True], Field(alias="isRolling")]
    calendar: Annotated[None, _refused("write isRolling: true and no calendar")] = None


@dataclass(frozen=True, slots=True)
class Target:
    """`objectives[0]`"""

    __pydantic_config__ = _STRICT

    target: float | None = None
    target_percent: Annotated[float | None, Field(alias="targetPercent")] = None
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    op: Annotated[None, _refused("a ratioMetric needs no op: leave it out")] = None
    value: Annotated[None, _refused("write threshold_ms in the spec of good instead")] = None
    time_slice_target: Annotated[
        None, Field(alias="timeSliceTarget"), _refused("budgetingMethod is Occurrences: leave it out")
    ] = None
    time_slice_window: Annotated[
        None, Field(alias="timeSliceWindow"), _refused("budgetingMethod is Occurrences: leave it out")
    ] = None


@dataclass(frozen=True, slots=True)
class SloSpec:
    """`spec`"""

    __pydantic_config__ = _STRICT

    service: Annotated[str, Field(min_length=1)]
    indicator: InlineIndicator
    budgeting_method: Annotated[Literal["Occurrences"], Field(alias="budgetingMethod")]
    objectives: tuple[Target, ...]
    time_window: Annotated[tuple[TimeWindow, ...] | None, Field(alias="timeWindow")] = None
    description: Annotated[str, Field(max_length=1050)] | None = None
    indicator_ref: Annotated[
        None, Field(alias="indicatorRef"), _refused("write the SLI inline, as indicator")
    ] = None
    alert_policies: Annotated[None, Field(alias="alertPolicies"), _refused("leave it out")] = None


@dataclass(frozen=True, slots=True)
class SloDocument:
    """One SLO."""

    __pydantic_config__ = _STRICT

    api_version: Annotated[Literal["openslo/v1"], Field(alias="apiVersion")]
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec
