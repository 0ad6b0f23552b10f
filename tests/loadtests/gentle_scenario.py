"""A shipped scenario in a few seconds, at a low rate, for few tenants: all that it asks, hardly a load."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from loadtests.scenario_file import read_scenario

_TIMES = ("from_s", "at_s", "over_s", "rise_s", "hold_s", "fall_s", "for_s", "every_s", "together_s")


def gentle_scenario(
    file: Path, *, lasts_s: float, arrivals_per_s: float, tenants: int
) -> Mapping[str, object]:
    """The content of such a scenario. Think times stay as they are."""
    content: dict[str, object] = yaml.safe_load(file.read_text())
    whole = read_scenario(file)
    scaled = _scaled(content, lasts_s / whole.duration_s, arrivals_per_s / whole.rate_per_s, tenants)
    assert isinstance(scaled, dict)
    return {**scaled, "duration_s": lasts_s}


def _scaled(content: object, stretch: float, rate: float, tenants: int, key: str = "") -> object:
    if isinstance(content, Mapping):
        few = {"tenants": tenants} if "tier" in content else {}
        whole = {**content, **few}
        return {name: _scaled(value, stretch, rate, tenants, str(name)) for name, value in whole.items()}
    if isinstance(content, list):
        return [_scaled(one, stretch, rate, tenants) for one in content]
    if not isinstance(content, int | float):
        return content
    if key == "size":
        return max(1, round(content * rate * stretch))
    is_rate = key.endswith(("per_s", "per_min"))
    return content * (stretch if key in _TIMES else rate if is_rate else 1)
