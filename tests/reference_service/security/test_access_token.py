"""Access tokens: only ours, only for now, only as they were issued."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.errors import UnknownKeyError
from reference_service.identity.access_token import (
    ALGORITHM,
    AccessTokens,
    KnownTokens,
    Session,
    TokenSecrets,
    key_id,
)
from reference_service.identity.identity import Identity
from reference_service.identity.refresh_token import new_refresh_token, read_refresh_token
from reference_service.limits.tiers import Tier
from tests.reference_service.hand_clock import HandClock

SECRET, OTHER = "s" * 64, "o" * 64
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
IDENTITY = Identity(b"k" * 32, "acme", Tier.FREE, frozenset({"read"}), None)
SESSION = Session(IDENTITY, "sid-1")


def tokens(secret: str = SECRET, now: datetime = NOON, previous: str = "") -> AccessTokens:
    return AccessTokens(TokenSecrets(secret, previous), 900, lambda: now)


def altered(**changes: object) -> str:
    """A token of ours whose claims were changed before it was signed, with the right secret."""
    claims = jwt.decode(tokens().issue(SESSION), options={"verify_signature": False})
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(claims, SECRET, ALGORITHM, {"kid": key_id(SECRET)})


def test_a_token_tells_who_was_given_it() -> None:
    session = tokens().check(tokens().issue(SESSION))
    assert (session.family_id, session.identity.tenant_id) == ("sid-1", "acme")
    assert (session.identity.permissions, session.identity.tier) == (frozenset({"read"}), Tier.FREE)
    assert session.identity.expires_at == NOON + timedelta(minutes=15)


def test_a_token_is_good_for_a_quarter_of_an_hour() -> None:
    token = tokens().issue(SESSION)
    tokens(now=NOON + timedelta(seconds=899)).check(token)
    with pytest.raises(UnknownKeyError):
        tokens(now=NOON + timedelta(seconds=900)).check(token)


def test_a_token_ends_with_its_key_or_session_if_that_is_sooner() -> None:
    ending = Session(replace(IDENTITY, expires_at=NOON + timedelta(seconds=60)), "sid-1")
    assert tokens().check(tokens().issue(ending)).identity.expires_at == NOON + timedelta(seconds=60)


def test_a_token_from_the_future_is_none_of_ours() -> None:
    token = tokens(now=NOON + timedelta(seconds=61)).issue(SESSION)
    with pytest.raises(UnknownKeyError):
        tokens().check(token)
    tokens(now=NOON + timedelta(seconds=1)).check(token)


@given(st.text(min_size=32, max_size=64).filter(lambda secret: secret != SECRET))
def test_a_token_signed_with_another_secret_never_passes_whatever_its_head_says(secret: str) -> None:
    claims = jwt.decode(tokens().issue(SESSION), options={"verify_signature": False})
    for named in (secret, SECRET):
        forged = jwt.encode(claims, secret, ALGORITHM, {"kid": key_id(named)})
        with pytest.raises(UnknownKeyError):
            tokens().check(forged)


def test_the_secret_before_the_present_one_is_still_believed() -> None:
    token = tokens().issue(SESSION)
    assert tokens(OTHER, previous=SECRET).check(token).family_id == "sid-1"
    with pytest.raises(UnknownKeyError):
        tokens(OTHER).check(token)


@pytest.mark.parametrize("algorithm", ["none", "HS512", "HS384"])
def test_another_algorithm_never_passes_though_its_signature_may_be_right(algorithm: str) -> None:
    claims = jwt.decode(tokens().issue(SESSION), options={"verify_signature": False})
    secret = "" if algorithm == "none" else SECRET
    token = jwt.encode(claims, secret, algorithm, {"kid": key_id(SECRET)})
    with pytest.raises(UnknownKeyError):
        tokens().check(token)


def test_a_token_whose_head_says_none_never_passes_with_our_signature() -> None:
    head, claims, signature = tokens().issue(SESSION).split(".")
    swapped = {**orjson.loads(base64.urlsafe_b64decode(head + "==")), "alg": "none"}
    other = base64.urlsafe_b64encode(orjson.dumps(swapped)).decode().rstrip("=")
    for token in (f"{other}.{claims}.{signature}", f"{other}.{claims}."):
        with pytest.raises(UnknownKeyError):
            tokens().check(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "something"},
        {"tier": "platinum"},
        {"key": "xyz"},
        *({name: None} for name in ("iss", "aud", "sub", "sid", "key", "tier", "permissions", "exp", "jti")),
    ],
)
def test_a_token_for_something_else_or_without_a_claim_never_passes(changes: dict[str, object]) -> None:
    with pytest.raises(UnknownKeyError):
        tokens().check(altered(**changes))


@given(st.data())
def test_a_token_in_which_one_character_was_changed_never_passes(data: st.DataObject) -> None:
    token = tokens().issue(SESSION)
    place = data.draw(st.integers(0, len(token) - 2))  # the last character has bits that mean nothing
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    with pytest.raises(UnknownKeyError):
        tokens().check(token[:place] + other + token[place + 1 :])


@given(st.text(max_size=300))
def test_text_is_no_token(text: str) -> None:
    with pytest.raises(UnknownKeyError):
        tokens().check(text)


def test_a_token_that_was_checked_is_known_until_it_ends() -> None:
    clock, moment = HandClock(), [NOON]
    issuer = AccessTokens(TokenSecrets(SECRET), 900, lambda: moment[0])
    known = KnownTokens(issuer, 300, 2, clock, lambda: moment[0])
    token = issuer.issue(SESSION)
    assert known.check(token) == issuer.check(token)
    for _ in range(3):
        known.check(token)
        clock.pass_s(299)
        moment[0] += timedelta(seconds=299)
    clock.pass_s(4)
    moment[0] += timedelta(seconds=4)
    with pytest.raises(UnknownKeyError):
        known.check(token)


def test_a_refresh_token_names_its_tenant_and_can_be_read_again() -> None:
    token = new_refresh_token("acme-1")
    assert read_refresh_token(token.text) == token
    assert token.secret != new_refresh_token("acme-1").secret
    for text in (None, 7, "", "rt_acme", token.text + "x", token.text.replace("rt_", "sk_")):
        with pytest.raises(UnknownKeyError):
            read_refresh_token(text)
