"""Alerts of an SLO, its references followed."""

from collections.abc import Iterator

from evidence.documents import InvalidContent
from slo.openslo.alerting import (
    AlertCondition,
    AlertNotificationTarget,
    AlertPolicy,
    ConditionReference,
    PolicyReference,
    TargetReference,
)
from slo.openslo.library import Document, Library, Place
from slo.promise import BurnAlert
from slo.windows import duration_s


def burn_alerts(
    policies: tuple[PolicyReference | AlertPolicy | str, ...], library: Library, place: Place
) -> tuple[BurnAlert, ...]:
    """The alerts of these policies. Raises InvalidContent for a name that no document has."""
    return tuple(_alerts(policies, library, place))


def _alerts(
    policies: tuple[PolicyReference | AlertPolicy | str, ...], library: Library, place: Place
) -> Iterator[BurnAlert]:
    for index, written in enumerate(policies):
        where = f"spec.alertPolicies[{index}]"
        policy, at = written, place
        if not isinstance(policy, AlertPolicy):
            name = policy if isinstance(policy, str) else policy.alert_policy_ref
            policy, at = _found(AlertPolicy, name, library, place, where)
            where = ""
        for inside, condition in enumerate(policy.spec.conditions):
            path = f"{where}.spec.conditions[{inside}]".lstrip(".")
            if isinstance(condition, ConditionReference):
                condition, _ = _found(AlertCondition, condition.condition_ref, library, at, path)  # noqa: PLW2901
            yield _alert(policy, condition, tuple(_targets(policy, library, at, where)))


def _targets(policy: AlertPolicy, library: Library, place: Place, where: str) -> Iterator[str]:
    for index, target in enumerate(policy.spec.notification_targets):
        path = f"{where}.spec.notificationTargets[{index}]".lstrip(".")
        if isinstance(target, TargetReference):
            target, _ = _found(AlertNotificationTarget, target.target_ref, library, place, path)  # noqa: PLW2901
        yield f"{target.metadata.name} ({target.spec.target})"


def _found[T: Document](
    kind: type[T], name: str, library: Library, place: Place, where: str
) -> tuple[T, Place]:
    found = library.find(kind, name)
    if found is None:
        allowed = f"no {kind.__name__} of this name; there are: {library.names(kind)}"
        raise InvalidContent((place.problem(where, repr(name), allowed),))
    return found.document, found.place


def _alert(policy: AlertPolicy, condition: AlertCondition, notify: tuple[str, ...]) -> BurnAlert:
    written = condition.spec.condition
    return BurnAlert(
        name=policy.metadata.name,
        severity=condition.spec.severity,
        op=written.op,
        threshold=written.threshold,
        lookback_s=duration_s(written.lookback_window),
        alert_after_s=duration_s(written.alert_after),
        notify=notify,
    )
