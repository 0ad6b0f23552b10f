"""The limit's promise: never more than limit and burst in any stretch of the window, and no fewer."""

from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.limits.address_block import address_block
from reference_service.limits.address_limiter import AddressLimiter
from reference_service.limits.sliding_window import SlidingWindow
from tests.reference_service.hand_clock import HandClock

WINDOW_S = 60.0
GAPS = st.lists(st.floats(min_value=0, max_value=30, allow_nan=False), min_size=1, max_size=200)


@given(GAPS, st.integers(min_value=1, max_value=20))
def test_no_window_admits_more_than_its_capacity(gaps_s: list[float], capacity: int) -> None:
    window, now_s = SlidingWindow(capacity, WINDOW_S), 0.0
    admitted: list[float] = []
    for gap_s in gaps_s:
        now_s += gap_s
        if window.admit(now_s)[0]:
            admitted.append(now_s)
    for first, beyond in zip(admitted, admitted[capacity:], strict=False):
        assert beyond - first >= WINDOW_S


@given(GAPS, st.integers(min_value=1, max_value=20))
def test_it_refuses_only_when_the_window_is_full(gaps_s: list[float], capacity: int) -> None:
    window, now_s = SlidingWindow(capacity, WINDOW_S), 0.0
    admitted: list[float] = []
    for gap_s in gaps_s:
        now_s += gap_s
        allowed, remaining, reset_s = window.admit(now_s)
        in_window = sum(1 for at_s in admitted if now_s - at_s < WINDOW_S)
        assert allowed == (in_window < capacity)
        if allowed:
            admitted.append(now_s)
        else:
            assert remaining == 0
            assert 0 < reset_s <= WINDOW_S


def test_a_refused_client_that_waits_as_told_is_admitted() -> None:
    window = SlidingWindow(2, WINDOW_S)
    window.admit(0.0)
    window.admit(10.0)
    allowed, _, reset_s = window.admit(20.0)
    assert not allowed
    assert window.admit(20.0 + reset_s)[0]


def test_addresses_have_limits_of_their_own() -> None:
    limiter = AddressLimiter(20, 10, WINDOW_S, bound=10, now_s=HandClock())
    for address in ("192.0.2.1", "192.0.2.2"):
        assert [limiter.check(address).allowed for _ in range(100)] == [True] * 30 + [False] * 70


@pytest.mark.parametrize(
    "same",
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:DB8:1:2:0:0:0:3"),
        ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"),
        ("fe80::1%eth0", "fe80::2%eth0"),
        ("unknown",),
    ],
)
def test_whoever_has_many_addresses_has_one_limit(same: tuple[str, ...]) -> None:
    limiter = AddressLimiter(2, 0, WINDOW_S, bound=10, now_s=HandClock())
    assert [limiter.check(same[n % len(same)]).allowed for n in range(4)] == [True, True, False, False]
    assert all(limiter.wait_s(address) > 0 for address in same)


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("192.0.2.1", "192.0.2.2"), ("::ffff:192.0.2.1", "::192.0.2.1")],
)
def test_neighbours_do_not_share_a_limit(one: str, other: str) -> None:
    limiter = AddressLimiter(1, 0, WINDOW_S, bound=10, now_s=HandClock())
    assert limiter.check(one).allowed
    assert limiter.wait_s(other) == 0
    assert limiter.check(other).allowed


@given(st.ip_addresses(v=6))
def test_addresses_are_of_one_block_just_when_64_bits_agree(address: IPv6Address) -> None:
    network = IPv6Network((address, 64), strict=False)
    mapped = IPv6Network("::ffff:0:0/96")
    for other in (network[0], network[-1], network[2**63]):
        if other not in mapped and address not in mapped:
            assert address_block(str(other)) == address_block(str(address))
    flipped = IPv6Address(int(address) ^ (1 << 64))
    assert address_block(str(flipped)) != address_block(str(address))


def test_addresses_are_bounded_and_the_longest_unused_is_forgotten() -> None:
    limiter = AddressLimiter(1, 0, WINDOW_S, bound=2, now_s=HandClock())
    for address in ("a", "b", "a", "c"):
        limiter.check(address)
    assert not limiter.check("a").allowed
    assert limiter.check("b").allowed
