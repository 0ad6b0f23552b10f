"""Who may talk to whom, by the network policies of deploy/ (https://kubernetes.io/docs/concepts/services-networking/network-policies)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.deploy.manifests import documents

type Yaml = dict[str, Any]
"""What a manifest holds: `tests/deploy/test_checkers.py` has it checked against Kubernetes' schemas."""

NAMESPACE = "document-search"
_NAMESPACE_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Party:
    """A pod by its label `app`, or, without one, whoever is in a namespace."""

    app: str | None
    namespace: str = NAMESPACE


def may_talk(source: Party, target: Party, port: int | str) -> bool:
    """Whether the policies of both allow it. A port is a number, or its name in the pod."""
    return _lets("egress", source, target, port) and _lets("ingress", target, source, port)


def _lets(direction: str, subject: Party, other: Party, port: int | str) -> bool:
    if subject.namespace != NAMESPACE:
        return True  # what others' policies say is theirs
    policies = [spec for spec in _policies() if direction.capitalize() in spec["policyTypes"]]
    selecting = [spec for spec in policies if _selects(spec["podSelector"], subject.app)]
    rules = [rule for spec in selecting for rule in spec.get(direction, ())]
    return not selecting or any(_allows(rule, direction, other, port) for rule in rules)


def _policies() -> Iterator[Yaml]:
    return (one["spec"] for _, one in documents() if one["kind"] == "NetworkPolicy")


def _allows(rule: Yaml, direction: str, other: Party, port: int | str) -> bool:
    peers = rule.get("to" if direction == "egress" else "from")
    at_port = "ports" not in rule or port in {one["port"] for one in rule["ports"]}
    return at_port and (peers is None or any(_is(peer, other) for peer in peers))


def _is(peer: Yaml, other: Party) -> bool:
    assert len(peer) == 1, "a peer is told by its namespace or by its pod's labels"
    if "namespaceSelector" in peer:
        return bool(peer["namespaceSelector"]["matchLabels"] == {_NAMESPACE_LABEL: other.namespace})
    return other.namespace == NAMESPACE and _selects(peer["podSelector"], other.app)


def _selects(selector: Yaml, app: str | None) -> bool:
    labels = selector.get("matchLabels", {})
    assert set(labels) <= {"app"}
    expressions = selector.get("matchExpressions", [])
    assert all((one["key"], one["operator"]) == ("app", "In") for one in expressions)
    return labels.get("app", app) == app and all(app in one["values"] for one in expressions)
