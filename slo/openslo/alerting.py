"""When somebody is told: AlertPolicy, AlertCondition, AlertNotificationTarget."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from slo.openslo.metadata import (
    STRICT,
    ApiVersion,
    Description,
    Duration,
    LooseMetadata,
    MaybeZero,
    Reference,
)

type Operator = Literal["lte", "gte", "lt", "gt"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`condition`: the burn rate over a window, compared with a threshold."""

    __pydantic_config__ = STRICT

    op: Operator
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    lookback_window: Annotated[Duration, Field(alias="lookbackWindow")]
    alert_after: Annotated[MaybeZero, Field(alias="alertAfter")] = "0m"
    kind: Literal["burnrate"] = "burnrate"


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """`spec` of an AlertCondition"""

    __pydantic_config__ = STRICT

    severity: Annotated[str, Field(min_length=1)]
    condition: Condition
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class AlertCondition:
    """kind AlertCondition, in a file of its own or inside a policy"""

    __pydantic_config__ = STRICT

    kind: Literal["AlertCondition"]
    metadata: LooseMetadata
    spec: ConditionSpec
    api_version: Annotated[ApiVersion | None, Field(alias="apiVersion")] = None


@dataclass(frozen=True, slots=True)
class ConditionReference:
    """The name of an AlertCondition"""

    __pydantic_config__ = STRICT

    condition_ref: Annotated[Reference, Field(alias="conditionRef")]


@dataclass(frozen=True, slots=True)
class NotificationSpec:
    """`spec` of an AlertNotificationTarget"""

    __pydantic_config__ = STRICT

    target: Annotated[str, Field(min_length=1)]
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class AlertNotificationTarget:
    """kind AlertNotificationTarget"""

    __pydantic_config__ = STRICT

    kind: Literal["AlertNotificationTarget"]
    metadata: LooseMetadata
    spec: NotificationSpec
    api_version: Annotated[ApiVersion | None, Field(alias="apiVersion")] = None


@dataclass(frozen=True, slots=True)
class TargetReference:
    """The name of an AlertNotificationTarget"""

    __pydantic_config__ = STRICT

    target_ref: Annotated[Reference, Field(alias="targetRef")]


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """`spec` of an AlertPolicy"""

    __pydantic_config__ = STRICT

    conditions: Annotated[tuple[ConditionReference | AlertCondition, ...], Field(min_length=1, max_length=1)]
    notification_targets: Annotated[
        tuple[TargetReference | AlertNotificationTarget, ...],
        Field(alias="notificationTargets", min_length=1),
    ]
    alert_when_breaching: Annotated[bool, Field(alias="alertWhenBreaching")] = False
    alert_when_resolved: Annotated[bool, Field(alias="alertWhenResolved")] = False
    alert_when_no_data: Annotated[bool, Field(alias="alertWhenNoData")] = False
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """kind AlertPolicy, in a file of its own or inside an SLO"""

    __pydantic_config__ = STRICT

    kind: Literal["AlertPolicy"]
    metadata: LooseMetadata
    spec: PolicySpec
    api_version: Annotated[ApiVersion | None, Field(alias="apiVersion")] = None


@dataclass(frozen=True, slots=True)
class PolicyReference:
    """The name of an AlertPolicy"""

    __pydantic_config__ = STRICT

    alert_policy_ref: Annotated[Reference, Field(alias="alertPolicyRef")]
