"""What a viewer is sent, by what it has seen."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from stormproof.live.feed import Feed


def feed(events: int) -> Feed:
    made = Feed(lambda: b'{"whole": true}')
    for number in range(1, events + 1):
        made.publish(b'{"n": %d}' % number)
    return made


def numbers(sent: bytes) -> list[int]:
    return [int(line[4:]) for line in sent.decode().splitlines() if line.startswith("id: ")]


def test_who_has_seen_nothing_gets_the_whole_state() -> None:
    assert feed(0).after(None) == (b'id: 0\nevent: snapshot\ndata: {"whole": true}\n\n', 0)
    assert feed(7).after(None) == (b'id: 7\nevent: snapshot\ndata: {"whole": true}\n\n', 7)


def test_who_missed_some_gets_those() -> None:
    sent, seen = feed(9).after(6)
    assert (numbers(sent), seen) == ([7, 8, 9], 9)
    assert sent.startswith(b'id: 7\nevent: state\ndata: {"n": 7}\n\n')
    assert feed(9).after(9) == (b"", 9)


@pytest.mark.parametrize("seen", [0, 5, 1_000_000])
def test_who_missed_too_much_or_saw_another_run_gets_the_whole_state(seen: int) -> None:
    sent, now = feed(1000).after(seen)
    assert b"event: snapshot" in sent
    assert now == 1000


def test_a_slow_viewer_costs_nothing_however_much_is_published() -> None:
    one = feed(30)
    most = len(one.after(0)[0])
    for number in range(100_000):
        one.publish(b'{"n": %d}' % (number % 10))
    assert len(one.after(100_000)[0]) <= 2 * most
    assert numbers(one.after(100_010)[0]) == list(range(100_011, 100_031))


async def test_who_waits_hears_of_the_next_event_and_of_the_end() -> None:
    one = feed(1)
    happenings: tuple[Callable[[], None], ...] = (partial(one.publish, b"{}"), one.end)
    for happens in happenings:
        waiting = asyncio.create_task(one.changed())
        await asyncio.sleep(0)
        assert not waiting.done()
        happens()
        await asyncio.wait_for(waiting, 5)
    assert one.is_over
