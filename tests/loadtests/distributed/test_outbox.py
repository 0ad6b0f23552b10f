"""What is put into an outbox arrives once and in order, whatever is lost on the way; memory is bounded."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.generator.distributed.outbox import Outbox
from loadtests.generator.distributed.protocol import Envelope


class Master:
    """Takes envelopes as the real one does: in order, each once."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def take(self, envelope: Envelope) -> int:
        if envelope.number == len(self.taken):
            self.taken.append(envelope.content)
        return len(self.taken) - 1


@given(st.integers(0, 2**32), st.integers(1, 120), st.floats(0, 0.8))
def test_everything_arrives_once_and_in_order_over_a_bad_network(seed: int, count: int, loss: float) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a bad network, no secret
    outbox, master = Outbox("t", window=8), Master()
    now_s, put = 0.0, 0
    while put < count or not outbox.is_empty:
        if put < count:
            outbox.put("requests", str(put).encode())
            put += 1
        for envelope in outbox.due(now_s):
            if chance.random() >= loss:
                number = master.take(envelope)
                if chance.random() >= loss:
                    outbox.written(number, now_s)
        now_s += 1.0
        assert now_s < 1_000_000
    assert master.taken == [str(number).encode() for number in range(count)]


def test_a_silent_master_gets_a_window_and_no_more_until_it_answers() -> None:
    outbox = Outbox("t", window=3)
    for number in range(10):
        outbox.put("requests", bytes([number]))
    assert [one.number for one in outbox.due(0.0)] == [0, 1, 2]
    assert outbox.due(1.0) == []
    outbox.written(1, 1.5)
    assert [one.number for one in outbox.due(1.5)] == [3, 4]
    # Nothing moves: again from the first that is not known to be written.
    assert outbox.due(4.4) == []
    assert [one.number for one in outbox.due(4.6)] == [2, 3, 4]


def test_what_the_master_never_takes_fills_a_bounded_memory_and_then_fails() -> None:
    outbox = Outbox("t", most_bytes=1000)
    with pytest.raises(OSError, match="the master has not taken 9 batches"):
        for _ in range(20):
            outbox.put("requests", b"x" * 105)
    outbox.due(0.0)
    outbox.written(0, 0.0)
    outbox.put("requests", b"x" * 105)
