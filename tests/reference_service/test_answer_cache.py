"""What may replace a kept answer."""

import time
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from reference_service.caching.answer_cache import AnswerCache, Clocks, Freshness, Lifetimes
from reference_service.caching.arrears import Arrears
from reference_service.caching.entry import Entry, encode
from reference_service.caching.invalidation import EVERYTHING, Invalidation, changed_key
from reference_service.ports.redis_cache import RedisCache
from reference_service.resilience import Breaker, BreakerPolicy, Deadline, Guard, GuardRules
from tests.reference_service.service_process import TestBed

pytestmark = pytest.mark.stack
LUA = files("reference_service.caching").joinpath("set_if_newer.lua").read_text()


@pytest.mark.parametrize(
    ("held", "offered", "kept"),
    [
        (None, 7, 7),
        (7, 8, 8),
        (7, 7, 7),
        (8, 7, 8),
        (9, 10, 10),
        (10, 9, 10),
        (3_765_392_031_306_743_809, 3_765_392_031_306_743_808, 3_765_392_031_306_743_809),
    ],
)
async def test_a_reader_who_is_late_does_not_bring_back_an_older_version(
    cache: Redis, held: int | None, offered: int, kept: int
) -> None:
    await cache.delete("document:test")
    if held is not None:
        await cache.set("document:test", encode(Entry(held, 1, b"held")))
    await cache.eval(LUA, 1, "document:test", encode(Entry(offered, 2, b"offered")), 60)
    value = await cache.get("document:test")
    assert isinstance(value, bytes)
    assert int(value[:20]) == kept
    assert value.endswith(b"offered" if held is None or offered >= held else b"held")
    assert (0 < await cache.ttl("document:test") <= 60) == value.endswith(b"offered")


async def test_bytes_that_are_no_entry_are_replaced(cache: Redis) -> None:
    await cache.set("document:test", b"something else")
    await cache.eval(LUA, 1, "document:test", encode(Entry(1, 2, b"new")), 60)
    assert (await cache.get("document:test")) == encode(Entry(1, 2, b"new"))


@pytest_asyncio.fixture
async def kept(bed: TestBed) -> AsyncIterator[RedisCache]:
    def guard() -> Guard:
        return Guard(
            "redis", Breaker(BreakerPolicy(), time.monotonic), GuardRules(lambda _: True), time.monotonic
        )

    made = RedisCache(Redis.from_url(bed.redis_cache_url), guard(), guard(), 1.0)
    yield made
    await made.close()


async def test_what_was_read_before_all_was_marked_is_old_however_late_it_is_kept(
    cache: Redis, kept: RedisCache
) -> None:
    await cache.flushdb()
    wall_ms = begun_ms = 1_800_000_000_000
    answers = AnswerCache("document", kept, Lifetimes(600, 3600), Clocks(lambda: wall_ms, time.monotonic))
    deadline = Deadline.after(5, time.monotonic)
    await kept.set(EVERYTHING, b"%d" % (begun_ms + 1200), 60, deadline)
    wall_ms += 5000  # held up since
    answers.store_version("acme", "read", 1, b"old", begun_ms)
    await answers.put_versions("acme", [("accepted", 1, b"old")], begun_ms, deadline)
    await answers.settle()
    for name in ("read", "accepted"):
        found = await answers.look_up("acme", name, deadline)
        assert (found.freshness, found.age_s) == (Freshness.STALE, 5.0)
    await cache.flushdb()


@pytest.mark.parametrize(
    ("set_back_ms", "freshness"),
    [(5000, Freshness.FRESH), (5001, Freshness.MISS), (3_600_000, Freshness.MISS)],
)
async def test_what_was_kept_before_the_clock_was_set_back_has_no_age(
    cache: Redis, kept: RedisCache, set_back_ms: int, freshness: Freshness
) -> None:
    await cache.flushdb()
    wall_ms = 1_800_000_000_000
    answers = AnswerCache("search", kept, Lifetimes(300, 3600), Clocks(lambda: wall_ms, time.monotonic))
    answers.store("acme", "q", b"kept")
    await answers.settle()
    wall_ms -= set_back_ms
    found = await answers.look_up("acme", "q", Deadline.after(5, time.monotonic))
    assert (found.freshness, found.age_s) == (freshness, 0.0)
    await cache.flushdb()


class Wall:
    """A wall clock that is set by hand, and a machine that holds up who looks at it."""

    def __init__(self, *looks_ms: int) -> None:
        self._looks_ms = list(looks_ms)

    def now_ms(self) -> int:
        return self._looks_ms.pop(0) if len(self._looks_ms) > 1 else self._looks_ms[0]


class HandWall:
    """A wall clock that is set by hand."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms


def invalidation(kept: RedisCache, arrears: Arrears, wall: Wall) -> Invalidation:
    return Invalidation(kept, arrears, 1200, 10_000, 60, wall.now_ms)


async def test_a_mark_that_was_set_too_late_settles_no_debt(
    cache: Redis, kept: RedisCache, tmp_path: Path
) -> None:
    """What another worker missed while the first was held up is newer than the mark."""
    await cache.flushdb()
    arrears = Arrears(tmp_path, 1)
    marking = invalidation(kept, arrears, Wall(1000, 1000, 2200, 3000))
    marking.missed()
    await marking.mark_due(Deadline.after(5, time.monotonic))
    assert marking.is_behind(), "it took 1.2 s: the mark is about nothing that was missed since"
    await marking.mark_due(Deadline.after(5, time.monotonic))
    assert not marking.is_behind()
    assert int(await cache.get(EVERYTHING) or 0) == 4200


async def test_a_clock_that_is_set_back_puts_no_mark_off(
    cache: Redis, kept: RedisCache, tmp_path: Path
) -> None:
    await cache.flushdb()
    wall = HandWall(7_200_000)
    marking = Invalidation(kept, Arrears(tmp_path, 1), 1200, 10_000, 60, wall.now_ms)

    async def mark_due() -> int:
        await marking.mark_due(Deadline.after(5, time.monotonic))
        return int(await cache.get(changed_key("acme")) or 0)

    marking.changed(["acme"])
    assert await mark_due() == 7_201_200
    wall.at_ms = 3_600_000
    marking.changed(["acme"])
    assert marking.overdue == 1
    assert await mark_due() == 3_601_200
    marking.changed(["acme"])
    assert (marking.overdue, await mark_due()) == (0, 3_601_200), "once in 10 s"
    wall.at_ms = 0
    assert marking.overdue == 1, "what is due already is not put off either"


async def test_what_elasticsearch_shows_late_is_missing_in_no_answer_for_long(
    cache: Redis, kept: RedisCache, tmp_path: Path
) -> None:
    """An answer begun after the mark, and before a late refresh, would lack the change until it is old."""
    await cache.flushdb()
    wall = HandWall(7_200_000)
    marking = Invalidation(kept, Arrears(tmp_path, 1), 1200, 10_000, 60, wall.now_ms)
    marks = []
    for at_ms, changes in [
        (0, True),
        (5000, False),
        (10_000, True),
        (20_000, False),
        (30_000, False),
        (60_000, False),
    ]:
        wall.at_ms = 7_200_000 + at_ms
        if changes:
            marking.changed(["acme"])
        await marking.mark_due(Deadline.after(5, time.monotonic))
        marks.append(int(await cache.get(changed_key("acme")) or 0) - 7_200_000 - 1200)
    assert marks == [0, 0, 10_000, 20_000, 20_000, 20_000], "once more after each change, and no more"


async def test_who_was_held_up_sets_no_mark_back(cache: Redis, kept: RedisCache, tmp_path: Path) -> None:
    await cache.flushdb()
    for now_ms in (9000, 8000):
        marking = invalidation(kept, Arrears(tmp_path, now_ms), Wall(now_ms))
        marking.missed()
        await marking.mark_due(Deadline.after(5, time.monotonic))
        assert not marking.is_behind()
    assert int(await cache.get(EVERYTHING) or 0) == 10_200


async def test_a_mark_of_a_clock_that_was_ahead_is_replaced(
    cache: Redis, kept: RedisCache, tmp_path: Path
) -> None:
    await cache.flushdb()
    for now_ms in (3_600_000, 1000):
        marking = invalidation(kept, Arrears(tmp_path, 1), Wall(now_ms))
        marking.missed()
        await marking.mark_due(Deadline.after(5, time.monotonic))
    assert int(await cache.get(EVERYTHING) or 0) == 2200
