"""How long this process relies on what PostgreSQL said of a key."""

from datetime import UTC, datetime

from reference_service.identity.api_key import derived_api_key, new_api_key
from reference_service.identity.identity import Identity
from reference_service.identity.identity_cache import IdentityCache, Standing
from reference_service.identity.peppers import Peppers
from reference_service.limits.tiers import Tier
from tests.reference_service.hand_clock import HandClock

KEY = b"k" * 32
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def identity(key_hash: bytes = KEY, expires_at: datetime | None = None) -> Identity:
    return Identity(key_hash, "acme", Tier.FREE, frozenset({"read"}), expires_at)


def cache(clock: HandClock, bound: int = 10) -> IdentityCache:
    return IdentityCache(300, 900, bound, clock, lambda: NOON)


def standing(known: IdentityCache, key_hash: bytes = KEY) -> Standing:
    return known.find(key_hash)[1]


def test_a_confirmed_identity_is_fresh_then_stale_then_unknown() -> None:
    clock = HandClock()
    known = cache(clock)
    known.confirm(identity())
    assert standing(known) is Standing.FRESH
    clock.pass_s(299)
    assert standing(known) is Standing.FRESH
    clock.pass_s(1)
    assert standing(known) is Standing.STALE
    clock.pass_s(600)
    assert known.find(KEY) == (None, Standing.UNKNOWN)


def test_confirming_again_makes_it_fresh() -> None:
    clock = HandClock()
    known = cache(clock)
    known.confirm(identity())
    clock.pass_s(500)
    known.confirm(identity())
    assert standing(known) is Standing.FRESH


def test_an_expired_key_is_unknown_however_fresh() -> None:
    known = cache(HandClock())
    known.confirm(identity(expires_at=NOON))
    assert standing(known) is Standing.UNKNOWN


def test_a_forgotten_key_is_unknown() -> None:
    known = cache(HandClock())
    known.confirm(identity())
    known.forget(KEY)
    assert standing(known) is Standing.UNKNOWN


def test_a_full_refresh_drops_revoked_keys() -> None:
    known = cache(HandClock())
    known.confirm(identity())
    known.replace([identity(b"o" * 32)])
    assert standing(known) is Standing.UNKNOWN
    assert standing(known, b"o" * 32) is Standing.FRESH


def test_it_is_bounded() -> None:
    known = cache(HandClock(), bound=2)
    for key_hash in (b"1" * 32, b"2" * 32, b"3" * 32):
        known.confirm(identity(key_hash))
    assert len(known) == 2
    assert standing(known, b"1" * 32) is Standing.UNKNOWN


def test_admin_covers_every_permission_and_others_only_themselves() -> None:
    reader = identity()
    assert reader.may(["read"])
    assert reader.may(["write", "read"])
    assert not reader.may(["write"])
    assert Identity(KEY, "acme", Tier.FREE, frozenset({"admin"}), None).may(["write"])


def test_a_key_is_kept_only_as_a_hash_that_needs_the_pepper() -> None:
    key = new_api_key()
    assert Peppers(b"one").hash(key.encode()) != Peppers(b"other").hash(key.encode())
    assert key.encode() not in Peppers(b"one").hash(key.encode())
    assert new_api_key() != key


def test_a_pepper_that_was_replaced_is_still_believed_and_makes_no_new_hashes() -> None:
    both = Peppers(b"new", b"old")
    assert both.hashes(b"key") == (Peppers(b"new").hash(b"key"), Peppers(b"old").hash(b"key"))
    assert both.hash(b"key") == Peppers(b"new").hash(b"key")


def test_seeded_keys_are_the_same_for_the_same_seed_and_differ_otherwise() -> None:
    keys = {derived_api_key(p, s, t) for p in (b"p", b"q") for s in (1, 2) for t in ("a", "b")}
    assert len(keys) == 8
    assert derived_api_key(b"p", 1, "a") in keys


def test_more_valid_keys_than_there_is_room_for_take_no_place_from_those_that_are_used() -> None:
    """As a tenant may make them: the latest that there are, and asked for by nobody."""
    clock = HandClock()
    known = cache(clock, bound=3)
    known.confirm(identity(b"used"))
    clock.pass_s(400)
    known.confirm_latest([identity(b"new-%d" % n) for n in range(3)])
    assert standing(known, b"used") is Standing.STALE
    assert [standing(known, b"new-%d" % n) for n in range(3)] == [Standing.FRESH] * 2 + [Standing.UNKNOWN]
    known.confirm_latest([identity(b"new-3"), identity(b"used")])
    assert standing(known, b"used") is Standing.FRESH
    # What is asked for takes the place of what nobody ever asked for.
    known = cache(clock, bound=2)
    known.confirm(identity(b"used"))
    known.confirm_latest([identity(b"new")])
    known.confirm(identity(b"other"))
    assert (standing(known, b"used"), standing(known, b"new")) == (Standing.FRESH, Standing.UNKNOWN)
