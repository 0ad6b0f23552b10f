"""What may replace a kept answer."""

from importlib.resources import files

import pytest
from redis.asyncio import Redis

from reference_service.caching.entry import Entry, encode

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
