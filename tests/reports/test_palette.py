import re
from itertools import product

import pytest

from evidence.request_record import Outcome, ServedFrom
from evidence.verdict_record import Verdict
from reports.palette import OUTCOMES, SERVED_FROM, TOKENS, css_variables, verdict_token

_GROUNDS = ("page", "surface", "raised", "met-tint", "missed-tint", "not-proven-tint", "invalid-tint")
_TEXT = [
    *product(("ink", "muted"), _GROUNDS),
    *product(("link", "axis"), ("page", "surface")),
    *product(("met", "missed", "not-proven", "invalid"), ("surface", "page")),
    *((token, f"{token}-tint") for token in ("met", "missed", "not-proven", "invalid")),
    ("surface", "fault"),
    ("muted", "phase"),
    ("muted", "phase-other"),
    ("p95", "surface"),
    ("p99", "surface"),
    ("offered", "surface"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), _TEXT)
def test_text_can_be_read_on_its_ground(text: str, ground: str, scheme: str) -> None:
    assert _contrast(getattr(TOKENS[text], scheme), getattr(TOKENS[ground], scheme)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_can_be_told_from_the_ground(scheme: str) -> None:
    ground = getattr(TOKENS["surface"], scheme)
    assert [
        name for name in ("p50", "p95", "p99") if _contrast(getattr(TOKENS[name], scheme), ground) < 2
    ] == []


def test_no_two_things_share_a_colour_in_charts() -> None:
    light = [colour.light for colour in TOKENS.values()]
    assert len(set(light)) == len(light)


def test_every_outcome_source_and_verdict_has_its_colour() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert {source.value for source in ServedFrom} < set(SERVED_FROM)
    names = [*OUTCOMES, *SERVED_FROM, *(verdict_token(verdict) for verdict in Verdict)]
    assert [name for name in names if name not in TOKENS] == []


def test_both_schemes_define_every_token() -> None:
    light, dark = css_variables().split("@media")
    assert set(re.findall(r"--([\w-]+):", light)) == set(re.findall(r"--([\w-]+):", dark)) == set(TOKENS)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
