"""What answers late is not healed; how long an answer took is told of each connection by itself."""

from pathlib import Path

import pytest

from chaos.address import Address
from chaos.errors import NotAnsweringError
from chaos.probes.door import Door
from chaos.probes.line import Age, Line, Outcome, watch
from chaos.probes.redis import REDIS
from chaos.probes.speech import Speech
from chaos.timing import Timing
from chaos.verification import verify_answers
from tests.chaos.bench import Bench, unused_port
from tests.chaos.fake_toxiproxy import fake_redis


def door(port: int) -> Door:
    return Door("redis-cache", Address("127.0.0.1", port), Speech("redis"))


def test_a_dependency_that_answers_in_time_is_sound(tmp_path: Path) -> None:
    with fake_redis() as port:
        sight = verify_answers(door(port), Bench(tmp_path).timing)
    assert set(sight.seen) == {"fresh"}
    assert "redis-cache answers in" in sight.summary


def test_a_dependency_that_answers_late_is_not_sound(tmp_path: Path) -> None:
    with fake_redis(delay_s=0.2) as port, pytest.raises(NotAnsweringError, match="unanswered"):
        verify_answers(door(port), Bench(tmp_path).timing, normal_ms=20, within_s=0.1)


def test_each_answer_is_timed_by_itself() -> None:
    clock = Timing.real().clock
    with fake_redis() as quick, fake_redis(delay_s=0.1) as slow:
        lines = [Line(Address("127.0.0.1", port), REDIS, Age.FRESH, clock) for port in (slow, quick)]
        for line in lines:
            line.ask()
        late, early = watch(lines, 5, clock)
        for line in lines:
            line.close()
    assert late.after_ms >= 100
    assert early.after_ms < 100


def test_an_open_question_is_not_asked_again() -> None:
    clock = Timing.real().clock
    with (
        fake_redis(delay_s=0.1) as port,
        Line(Address("127.0.0.1", port), REDIS, Age.POOLED, clock) as line,
    ):
        line.ask()
        assert watch([line], 0.01, clock)[0].outcome is Outcome.UNANSWERED
        line.ask()
        (seen,) = watch([line], 5, clock)
    assert (seen.outcome, seen.after_ms >= 100) == (Outcome.ANSWERED, True)


def test_nobody_listening_is_told_from_a_cut_connection() -> None:
    clock = Timing.real().clock
    line = Line(Address("127.0.0.1", unused_port()), REDIS, Age.FRESH, clock)
    line.ask()
    assert line.seen().outcome is Outcome.REFUSED
