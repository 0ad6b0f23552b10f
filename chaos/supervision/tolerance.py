"""Asking Chaos Toolkit's tolerances what they accept."""

from collections.abc import Mapping

from chaoslib.exceptions import ChaosException
from chaoslib.hypothesis import within_tolerance
from pydantic import JsonValue


def tolerance_type(tolerance: JsonValue) -> str:
    """regex, jsonpath, range or probe; else what it is: bool, int, str, list."""
    if isinstance(tolerance, Mapping):
        return str(tolerance.get("type"))
    return type(tolerance).__name__


def holds(
    tolerance: JsonValue, value: JsonValue, configuration: Mapping[str, JsonValue] | None = None
) -> bool | None:
    """Whether `value` is within it, as Chaos Toolkit decides; a value that it cannot take is not.

    None for a tolerance that is a probe of its own: it would be run.
    """
    if tolerance_type(tolerance) == "probe":
        return None
    try:
        return bool(within_tolerance(tolerance, value, dict(configuration or {}), {}))
    except (ChaosException, TypeError, ValueError, AttributeError, KeyError, ArithmeticError):
        return False
