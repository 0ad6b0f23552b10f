"""A fault is told from its absence, and from another fault, by what connections show."""

import pytest
from pydantic import JsonValue

from chaos.errors import InvalidArgumentError
from chaos.faults import make_fault
from chaos.faults.latency import Latency
from chaos.faults.refused import Refused
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
    ],
)
def test_what_a_fault_cannot_take_is_named(name: str, parameters: dict[str, JsonValue], message: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        make_fault(name, parameters)
    assert message in str(caught.value)
