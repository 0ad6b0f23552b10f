"""What is remembered never outlives news of its end."""

import pytest

from reference_service.errors import UnknownKeyError
from reference_service.identity.identity import Identity
from reference_service.identity.identity_news import IdentityNews, LatestNews
from reference_service.identity.unknown_keys import UnknownKeys
from reference_service.limits.tiers import Tier
from tests.reference_service.hand_clock import HandClock

KEY = b"k" * 32
ACME = Identity(KEY, "acme", Tier.FREE, frozenset({"read"}), None)


def test_without_news_an_identity_is_what_it_was() -> None:
    assert LatestNews(900, HandClock()).now(ACME, "sid-1") is ACME


@pytest.mark.parametrize("news", [IdentityNews(keys=[KEY]), IdentityNews(sessions=["sid-1"])])
def test_what_ended_stays_ended_for_as_long_as_it_may_be_remembered(news: IdentityNews) -> None:
    clock = HandClock()
    latest = LatestNews(900, clock)
    latest.learn(news)
    clock.pass_s(899)
    latest.learn(IdentityNews())
    with pytest.raises(UnknownKeyError):
        latest.now(ACME, "sid-1")
    clock.pass_s(1)
    latest.learn(IdentityNews())
    assert latest.now(ACME, "sid-1") is ACME


def test_the_end_of_one_session_or_key_is_no_other_s() -> None:
    latest = LatestNews(900, HandClock())
    latest.learn(IdentityNews(sessions=["sid-2"], keys=[b"o" * 32]))
    assert latest.now(ACME, "sid-1") is ACME
    assert latest.now(ACME) is ACME


def test_a_tier_is_the_latest_that_was_heard_of_and_changes_nothing_else() -> None:
    clock = HandClock()
    latest = LatestNews(900, clock)
    latest.learn(IdentityNews(tiers={"acme": Tier.STANDARD, "rival": Tier.FREE}))
    latest.learn(IdentityNews(tiers={"acme": Tier.ENTERPRISE}))
    now = latest.now(ACME)
    assert (now.tier, now.tenant_id, now.permissions) == (Tier.ENTERPRISE, "acme", ACME.permissions)
    clock.pass_s(900)
    latest.learn(IdentityNews())
    assert latest.now(ACME) is ACME


def test_what_is_heard_again_is_kept_anew_and_holds_up_nothing_older() -> None:
    clock = HandClock()
    latest = LatestNews(900, clock)
    latest.learn(IdentityNews(keys=[KEY]))
    clock.pass_s(60)
    latest.learn(IdentityNews(keys=[KEY], sessions=["sid-1"]))
    clock.pass_s(899)
    latest.learn(IdentityNews())
    with pytest.raises(UnknownKeyError):
        latest.now(ACME)


def test_a_wrong_key_is_wrong_for_a_while_and_only_so_many_are_remembered() -> None:
    clock = HandClock()
    unknown = UnknownKeys(10, 2, clock)
    for key in (b"a", b"b", b"c"):
        unknown.add(key)
    assert [key in unknown for key in (b"a", b"b", b"c")] == [False, True, True]
    clock.pass_s(10)
    assert b"c" not in unknown
