"""The first interrupt begins the healing, no other one ends it."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from chaoslib.exceptions import InterruptExecution

from chaos.interrupts import Interrupts


@pytest.fixture
def handlers() -> Iterator[None]:
    """SIGTERM as Chaos Toolkit handles it; all put back afterwards."""

    def terminate(number: int, frame: FrameType | None) -> None:
        raise InterruptExecution("SIGTERM signal received")

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGTERM, terminate)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_is_one_that_nobody_swallows(handlers: None, number: signal.Signals) -> None:
    interrupts = Interrupts()
    interrupts.install()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_later_interrupts_are_only_noted(
    handlers: None, number: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    interrupts = Interrupts()
    interrupts.install()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(number)
    assert "Healing is under way" in caplog.text


def test_what_was_there_before_comes_back(handlers: None) -> None:
    interrupts = Interrupts()
    before = signal.getsignal(signal.SIGTERM)
    interrupts.install()
    assert signal.getsignal(signal.SIGTERM) != before
    interrupts.remove()
    interrupts.remove()
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_ignored_signal_stays_ignored(handlers: None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupts = Interrupts()
    interrupts.install()
    signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
