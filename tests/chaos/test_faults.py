"""A fault is told from its absence, and from another fault, by what connections show."""

import pytest
from pydantic import JsonValue

from chaos.errors import InvalidArgumentError
from chaos.faults import make_fault
from chaos.faults.network.bandwidth import Bandwidth
from chaos.faults.network.hung import Hung
from chaos.faults.network.latency import Latency
from chaos.faults.network.network_fault import NetworkFault
from chaos.faults.network.refused import Refused
from chaos.faults.network.reset import Reset
from chaos.faults.network.sliced import Sliced
from chaos.faults.network.slow_close import SlowClose
from chaos.faults.network.truncated import Truncated
from chaos.probes.line import Age, Observation, Outcome


def seen(fresh: tuple[Outcome, float], pooled: tuple[Outcome, float]) -> tuple[Observation, Observation]:
    return Observation(Age.FRESH, *fresh), Observation(Age.POOLED, *pooled)


def test_refused_is_felt_when_fresh_is_refused_and_pooled_is_cut() -> None:
    assert Refused().not_felt(seen((Outcome.REFUSED, 0.1), (Outcome.CLOSED, 0.2))) is None


@pytest.mark.parametrize(
    ("fresh", "pooled", "which"),
    [
        (Outcome.ANSWERED, Outcome.CLOSED, "a fresh connection is answered"),
        (Outcome.REFUSED, Outcome.ANSWERED, "a pooled connection is answered"),
        (Outcome.REFUSED, Outcome.UNANSWERED, "a pooled connection is unanswered"),
        (Outcome.CLOSED, Outcome.CLOSED, "a fresh connection is closed"),
        (Outcome.UNANSWERED, Outcome.CLOSED, "a fresh connection is unanswered"),
    ],
)
def test_refused_is_not_felt_otherwise(fresh: Outcome, pooled: Outcome, which: str) -> None:
    assert which in (Refused().not_felt(seen((fresh, 1.0), (pooled, 1.0))) or "")


@pytest.mark.parametrize(
    ("fault", "fresh", "pooled", "felt"),
    [
        (Latency(100), (Outcome.ANSWERED, 81.0), (Outcome.ANSWERED, 100.0), True),
        (Latency(100), (Outcome.UNANSWERED, 80.0), (Outcome.UNANSWERED, 80.5), True),
        (Latency(100), (Outcome.ANSWERED, 79.0), (Outcome.ANSWERED, 100.0), False),
        (Latency(100), (Outcome.ANSWERED, 100.0), (Outcome.ANSWERED, 2.0), False),
        (Latency(100), (Outcome.UNANSWERED, 50.0), (Outcome.UNANSWERED, 50.0), False),
        (Latency(100), (Outcome.REFUSED, 100.0), (Outcome.UNANSWERED, 100.0), False),
        (Latency(100, jitter_ms=50), (Outcome.ANSWERED, 41.0), (Outcome.ANSWERED, 149.0), True),
        (Latency(3000), (Outcome.UNANSWERED, 600.0), (Outcome.UNANSWERED, 601.0), True),
        (Latency(3000), (Outcome.UNANSWERED, 599.0), (Outcome.UNANSWERED, 601.0), False),
    ],
)
def test_latency_is_felt_when_every_connection_waits_long_enough(
    fault: Latency, fresh: tuple[Outcome, float], pooled: tuple[Outcome, float], felt: bool
) -> None:
    assert (fault.not_felt(seen(fresh, pooled)) is None) is felt


@pytest.mark.parametrize(
    ("fresh", "measured"),
    [
        ((Outcome.ANSWERED, 2400.0), True),
        ((Outcome.ANSWERED, 2399.0), False),
        ((Outcome.UNANSWERED, 5000.0), False),
        ((Outcome.CLOSED, 3000.0), False),
    ],
)
def test_the_strength_of_latency_is_measured_to_the_end(fresh: tuple[Outcome, float], measured: bool) -> None:
    assert (Latency(3000).not_measured(seen(fresh, (Outcome.ANSWERED, 3001.0))) is None) is measured


def test_a_delay_counts_in_each_direction() -> None:
    both = Latency(100, direction="both")
    assert both.not_measured(seen((Outcome.ANSWERED, 160.0), (Outcome.ANSWERED, 161.0))) is None
    assert both.not_measured(seen((Outcome.ANSWERED, 159.0), (Outcome.ANSWERED, 161.0))) is not None


def one(
    outcome: Outcome,
    after_ms: float,
    *,
    age: Age = Age.FRESH,
    sent: int = 10,
    received: int = 0,
    parts: int = 5,
    reset: bool = False,
) -> Observation:
    return Observation(age, outcome, after_ms, "", sent, received, parts, reset)


@pytest.mark.parametrize(
    ("fault", "what", "felt"),
    [
        (Hung(), one(Outcome.UNANSWERED, 500), True),
        (Hung(), one(Outcome.UNANSWERED, 499), False),
        (Hung(), one(Outcome.UNANSWERED, 500, received=1), False),  # it only is slow
        (Hung(), one(Outcome.UNANSWERED, 500, sent=0), False),  # nobody could be asked
        (Hung(), one(Outcome.ANSWERED, 500, received=7), False),
        (Hung(close_after_ms=400), one(Outcome.UNANSWERED, 320), True),
        (Bandwidth(10), one(Outcome.ANSWERED, 240, received=3000), True),
        (Bandwidth(10), one(Outcome.ANSWERED, 239, received=3000), False),
        (Bandwidth(10), one(Outcome.ANSWERED, 300, received=900), False),  # something else made it late
        (Bandwidth(10, "upstream"), one(Outcome.ANSWERED, 240, sent=3000), True),
        (Bandwidth(10, "both"), one(Outcome.ANSWERED, 479, sent=3000, received=3000), False),
        (Bandwidth(10), one(Outcome.UNANSWERED, 800, received=8000), True),  # under way, as fast as asked for
        (Bandwidth(10), one(Outcome.UNANSWERED, 800, received=500), False),  # too slow: another fault
        (Bandwidth(10), one(Outcome.UNANSWERED, 800), False),
        (Bandwidth(10, "upstream"), one(Outcome.UNANSWERED, 800, sent=8000), False),  # in some buffer
        (Bandwidth(10), one(Outcome.CLOSED, 800, received=8000), False),
        (Sliced(8, 10), one(Outcome.ANSWERED, 200, received=210), True),
        (Sliced(8, 10), one(Outcome.ANSWERED, 150, received=210), False),
        (Sliced(8, 10), one(Outcome.ANSWERED, 200, received=210, parts=2), False),
        (Truncated(100), one(Outcome.CLOSED, 3, received=100), True),
        (Truncated(100), one(Outcome.CLOSED, 3, received=101), False),
        (Truncated(100), one(Outcome.CLOSED, 3), False),  # nothing of an answer
        (Truncated(100), one(Outcome.ANSWERED, 3, received=100), False),
        (Reset(), one(Outcome.CLOSED, 3, reset=True), True),
        (Reset(), one(Outcome.CLOSED, 3), False),
        (Reset(), one(Outcome.CLOSED, 3, age=Age.POOLED), True),
        (Reset(after_ms=100), one(Outcome.CLOSED, 79, reset=True), False),
        (Reset(), one(Outcome.CLOSED, 3, reset=True, received=3), False),
        (SlowClose(200), one(Outcome.UNANSWERED, 160), True),
        (SlowClose(200), one(Outcome.CLOSED, 159), False),
        (SlowClose(200, "both"), one(Outcome.UNANSWERED, 319), False),
    ],
)
def test_a_fault_is_told_from_its_absence_and_from_others(
    fault: NetworkFault, what: Observation, felt: bool
) -> None:
    assert (fault.not_felt((what,)) is None) is felt


@pytest.mark.parametrize(
    ("fault", "what", "measured"),
    [
        (Hung(close_after_ms=1000), one(Outcome.CLOSED, 1001), True),
        (Hung(close_after_ms=1000), one(Outcome.UNANSWERED, 3000), False),
        (SlowClose(1000), one(Outcome.CLOSED, 800), True),
        (SlowClose(1000), one(Outcome.CLOSED, 799), False),
        (SlowClose(1000), one(Outcome.UNANSWERED, 3000), False),
    ],
)
def test_what_shows_only_later_is_measured(fault: NetworkFault, what: Observation, measured: bool) -> None:
    assert (fault.not_measured((what,)) is None) is measured


def test_a_fault_is_made_from_its_name_and_parameters() -> None:
    assert make_fault("refused", {}).parameters() == {}
    assert make_fault("latency", {"latency_ms": "250", "direction": "upstream"}).parameters() == {
        "latency_ms": 250,
        "jitter_ms": 0,
        "direction": "upstream",
    }


@pytest.mark.parametrize("fault", [Refused(), Latency(250, 30, "upstream")])
def test_its_parameters_make_it_again(fault: Refused | Latency) -> None:
    assert make_fault(fault.name, fault.parameters()).parameters() == fault.parameters()


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("melted", {}, "fault 'melted' is unknown: must be one of refused, hung, latency"),
        ("refused", {"latency_ms": 3}, "fault 'refused', latency_ms: 3"),
        ("latency", {}, "fault 'latency', latency_ms"),
        ("latency", {"latency_ms": "slow"}, "fault 'latency', latency_ms: 'slow'"),
        ("latency", {"latency_ms": 5}, "greater than or equal to 20"),
        ("latency", {"latency_ms": 100, "jitter_ms": 90}, "latency_ms - jitter_ms must be at least 20"),
        ("latency", {"latency_ms": 100, "direction": "sideways"}, "fault 'latency', direction: 'sideways'"),
        ("hung", {"close_after_ms": 50}, "close_after_ms must be 0 or at least 400"),
        ("bandwidth", {"rate_kb_per_s": 0}, "greater than or equal to 1"),
        ("truncated", {"after_bytes": 0}, "greater than or equal to 1"),
        ("reset", {"after_ms": 501}, "less than or equal to 500"),
    ],
)
def test_what_a_fault_cannot_take_is_named(name: str, parameters: dict[str, JsonValue], message: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        make_fault(name, parameters)
    assert message in str(caught.value)
