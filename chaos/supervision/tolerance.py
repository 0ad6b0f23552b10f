"""Asking Chaos Toolkit's tolerances what they accept."""

from collections.abc import Mapping

from chaoslib import substitute
from chaoslib.exceptions import ChaosException
from chaoslib.hypothesis import within_tolerance
from pydantic import JsonValue

_REFERENCE = "${"
_REFERRING = ("pattern", "path", "expect")
"""What Chaos Toolkit puts configuration into, of a tolerance that is a mapping."""


def tolerance_type(tolerance: JsonValue) -> str:
    """regex, jsonpath, range or probe; else what it is: bool, int, str, list."""
    if isinstance(tolerance, Mapping):
        return str(tolerance.get("type"))
    return type(tolerance).__name__


def is_function(tolerance: JsonValue) -> bool:
    """A python function of the user's own decides."""
    provider = tolerance.get("provider") if isinstance(tolerance, Mapping) else None
    of_python = isinstance(provider, Mapping) and provider.get("type") == "python"
    return of_python and tolerance_type(tolerance) == "probe"


def holds(
    tolerance: JsonValue, value: JsonValue, configuration: Mapping[str, JsonValue] | None = None
) -> bool | None:
    """Whether `value` is within it, as Chaos Toolkit decides; a value that it cannot take is not.

    None for a tolerance that is a probe of its own, which would be run, and for one that refers to what
    `configuration` does not have, as a secret.
    """
    known = dict(configuration or {})
    if tolerance_type(tolerance) == "probe" or _refers_to_more(tolerance, known):
        return None
    try:
        wanted = substitute(tolerance, known, {}) if isinstance(tolerance, str) else tolerance
        return bool(within_tolerance(wanted, value, known, {}))
    except (ChaosException, TypeError, ValueError, AttributeError, KeyError, ArithmeticError):
        return False


def _refers_to_more(tolerance: JsonValue, configuration: dict[str, JsonValue]) -> bool:
    parts = [tolerance.get(name) for name in _REFERRING] if isinstance(tolerance, Mapping) else [tolerance]
    texts = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return any(
        isinstance(text, str) and _REFERENCE in str(substitute(text, configuration, {})) for text in texts
    )
