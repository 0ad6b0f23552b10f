"""A tolerance that always holds: whatever its probe says, the steady state is met."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from chaos.supervision.altered_answers import (
    EXIT_ERRORS,
    HTTP_ERRORS,
    WRONG_DOCUMENTS,
    WRONG_NUMBERS,
    WRONG_TEXTS,
)
from chaos.supervision.experiment_file import Activity, ExperimentFile, place
from chaos.supervision.findings import invalid
from chaos.supervision.tolerance import holds, tolerance_type
from evidence.experiment_record import Finding

RULE = "accepting-tolerance"
_MEND = "it can never fail; say what a sound answer is"
_FILTER = re.compile(r"\[\s*\?")


def check_accepting_tolerance(experiment: ExperimentFile) -> Iterator[Finding]:
    """Each tolerance of the hypothesis must refuse something."""
    for position, probe in enumerate(experiment.probes):
        reason = accepts_all(probe.tolerance, experiment.resolve(probe))
        if reason is not None:
            yield invalid(
                RULE, place("steady-state-hypothesis.probes", position, probe), f"{reason}: {_MEND}"
            )


def accepts_all(tolerance: JsonValue, probe: Activity) -> str | None:
    """Why this tolerance holds whatever the probe says; None where it can fail."""
    if tolerance is None:
        return "has no tolerance"
    if isinstance(tolerance, Mapping):
        rule = _OF_MAPPINGS.get(tolerance_type(tolerance))
        return None if rule is None else rule(tolerance, probe)
    if isinstance(tolerance, list) and _accepts_errors(tolerance, probe):
        return f"{tolerance} accepts every error"
    return None


def _probe(tolerance: Mapping[str, JsonValue], _: Activity) -> str | None:
    """What a process or a page answers is a mapping, which Chaos Toolkit takes for yes."""
    provider = tolerance.get("provider")
    kind = provider.get("type") if isinstance(provider, Mapping) else None
    if kind in {"process", "http"}:
        return f"its tolerance is a probe by {kind}, which holds whatever that answers"
    return None


def _regex(tolerance: Mapping[str, JsonValue], _: Activity) -> str | None:
    plain = {key: value for key, value in tolerance.items() if key != "target"}
    if all(holds(plain, text) for text in WRONG_TEXTS):
        return f"the pattern {tolerance.get('pattern')!r} matches every text"
    return None


def _jsonpath(tolerance: Mapping[str, JsonValue], _: Activity) -> str | None:
    path = str(tolerance.get("path", ""))
    if "expect" not in tolerance and "count" not in tolerance and not _FILTER.search(path):
        return f"the path {path!r} expects nothing: any value at it will do, an error too"
    plain: dict[str, JsonValue] = {key: value for key, value in tolerance.items() if key != "target"}
    if all(holds(plain, document) for document in WRONG_DOCUMENTS if document is not None):
        return f"the path {path!r} with what it expects holds for empty and for error answers"
    return None


def _range(tolerance: Mapping[str, JsonValue], probe: Activity) -> str | None:
    plain: dict[str, JsonValue] = {key: value for key, value in tolerance.items() if key != "target"}
    numbers = _errors_of(probe) if tolerance.get("target") == "status" else WRONG_NUMBERS
    if all(holds(plain, number) for number in numbers) or _is_unbounded(tolerance):
        return f"the range {tolerance.get('range')} covers everything"
    return None


_OF_MAPPINGS = {"probe": _probe, "regex": _regex, "jsonpath": _jsonpath, "range": _range}
"""By what kind of tolerance it is."""


def _is_unbounded(tolerance: Mapping[str, JsonValue]) -> bool:
    bounds = tolerance.get("range")
    numbers = [one for one in bounds if isinstance(one, int | float)] if isinstance(bounds, list) else []
    return len(numbers) == 2 and numbers[0] <= 0 and numbers[1] == float("inf")


def _accepts_errors(tolerance: JsonValue, probe: Activity) -> bool:
    if probe.provider.type in {"http", "process"}:
        return all(holds(tolerance, {"status": status}) for status in _errors_of(probe))
    return all(holds(tolerance, number) for number in WRONG_NUMBERS)


def _errors_of(probe: Activity) -> tuple[int, ...]:
    return HTTP_ERRORS if probe.provider.type == "http" else EXIT_ERRORS
