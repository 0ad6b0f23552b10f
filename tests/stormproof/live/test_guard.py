"""Who is answered."""

import pytest

from stormproof.live.guard import Asked, Guard

GUARD = Guard(21090, "secret")


def asked(
    host: str | None = "127.0.0.1:21090",
    origin: str | None = None,
    site: str | None = None,
    token: str | None = "secret",  # noqa: S107 -- of a test
) -> Asked:
    return Asked(host, origin, site, token)


@pytest.mark.parametrize(
    "one",
    [
        asked(),
        asked(host="localhost:21090", origin="http://localhost:21090", site="same-origin"),
        asked(site="none"),
    ],
)
def test_the_page_and_its_owner_are(one: Asked) -> None:
    assert GUARD.refusal(one) is None


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (asked(host=None), "Host must be one of 127.0.0.1:21090, localhost:21090"),
        (asked(host="127.0.0.1"), "Host"),
        (asked(host="127.0.0.1:80"), "Host"),
        (asked(host="rebound.example:21090"), "Host"),
        (asked(origin="http://rebound.example"), "Only the page itself"),
        (asked(origin="http://localhost:21090"), "Only the page itself"),
        (asked(origin="https://127.0.0.1:21090"), "Only the page itself"),
        (asked(origin="null"), "Only the page itself"),
        (asked(site="cross-site"), "Only the page itself"),
        (asked(token=None), "Stormproof-Token"),
        (asked(token="secre"), "Stormproof-Token"),
        (asked(token="sécret"), "Stormproof-Token"),
    ],
)
def test_others_are_told_why_not(one: Asked, told: str) -> None:
    assert told in (GUARD.refusal(one) or "")


def test_what_needs_no_token_still_needs_the_right_address() -> None:
    assert GUARD.refusal(asked(token=None), needs_token=False) is None
    assert GUARD.refusal(asked(host="rebound.example", token=None), needs_token=False) is not None
