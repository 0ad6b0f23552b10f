"""Rules as Prometheus reads them: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

_WIDE = 10_000
"""An expression stays on one line."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A series that is computed from others."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """Fires while its expression has an answer, once it has had one for so long."""

    alert: str
    expr: str
    for_: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated one after another."""

    name: str
    rules: tuple[Recorded | Alert, ...]
    interval: str = "30s"


def to_yaml(groups: tuple[RuleGroup, ...], source: str) -> str:
    """A rule file; `source` says where it is from."""
    content = {
        "groups": [
            {"name": group.name, "interval": group.interval, "rules": [_rule(rule) for rule in group.rules]}
            for group in groups
        ]
    }
    return f"# {source}\n" + yaml.safe_dump(content, sort_keys=False, width=_WIDE)


def _rule(rule: Recorded | Alert) -> dict[str, object]:
    if isinstance(rule, Recorded):
        return {"record": rule.record, "expr": rule.expr, "labels": dict(rule.labels)}
    return {
        "alert": rule.alert,
        "expr": rule.expr,
        "for": rule.for_,
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
    }
