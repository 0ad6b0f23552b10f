"""What is promised, as it is written: SLO and Service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from slo.openslo.alerting import AlertPolicy, Operator, PolicyReference
from slo.openslo.metadata import STRICT, ApiVersion, Description, Duration, Metadata, Reference
from slo.openslo.sources import InlineIndicator


@dataclass(frozen=True, slots=True)
class Calendar:
    """`calendar`: from when on windows are counted, in which zone."""

    __pydantic_config__ = STRICT

    start_time: Annotated[datetime, Field(alias="startTime")]
    time_zone: Annotated[str, Field(alias="timeZone")]


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """`timeWindow[0]`: over how long the promise is given; a run is a sample of it."""

    __pydantic_config__ = STRICT

    duration: Duration
    is_rolling: Annotated[bool | None, Field(alias="isRolling")] = None
    """Left out: false where there is a calendar."""
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """An entry of `objectives`"""

    __pydantic_config__ = STRICT

    target: float | None = None
    target_percent: Annotated[float | None, Field(alias="targetPercent")] = None
    display_name: Annotated[str | None, Field(alias="displayName")] = None
    op: Operator | None = None
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    time_slice_target: Annotated[float | None, Field(alias="timeSliceTarget")] = None
    time_slice_window: Annotated[
        Duration | Annotated[float, Field(gt=0, allow_inf_nan=False)] | None, Field(alias="timeSliceWindow")
    ] = None
    """A number is minutes."""
    indicator: InlineIndicator | None = None
    """Of a composite SLO: each objective has its own."""
    indicator_ref: Annotated[Reference | None, Field(alias="indicatorRef")] = None
    composite_weight: Annotated[float | None, Field(alias="compositeWeight", gt=0, allow_inf_nan=False)] = (
        None
    )


@dataclass(frozen=True, slots=True)
class SloSpec:
    """`spec` of an SLO"""

    __pydantic_config__ = STRICT

    service: Reference
    budgeting_method: Annotated[
        Literal["Occurrences", "Timeslices", "RatioTimeslices"], Field(alias="budgetingMethod")
    ]
    objectives: Annotated[tuple[Target, ...], Field(min_length=1)]
    indicator: InlineIndicator | None = None
    indicator_ref: Annotated[Reference | None, Field(alias="indicatorRef")] = None
    time_window: Annotated[
        tuple[TimeWindow, ...] | None, Field(alias="timeWindow", min_length=1, max_length=1)
    ] = None
    description: Description | None = None
    alert_policies: Annotated[
        tuple[PolicyReference | AlertPolicy | str, ...], Field(alias="alertPolicies")
    ] = ()
    """A bare string is a name too: OpenSLO's own library reads it so."""


@dataclass(frozen=True, slots=True)
class Slo:
    """kind SLO"""

    __pydantic_config__ = STRICT

    api_version: Annotated[ApiVersion, Field(alias="apiVersion")]
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """`spec` of a Service"""

    __pydantic_config__ = STRICT

    description: Description | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """kind Service"""

    __pydantic_config__ = STRICT

    api_version: Annotated[ApiVersion, Field(alias="apiVersion")]
    kind: Literal["Service"]
    metadata: Metadata
    spec: ServiceSpec = ServiceSpec()
