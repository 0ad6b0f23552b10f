"""Nothing is broken before it is written how to undo it, and nothing counts that was not felt."""

from pathlib import Path

import pytest

from chaos.address import Address
from chaos.errors import (
    HealedMeanwhileError,
    InvalidArgumentError,
    NotAnsweringError,
    NotAppliedError,
    NotFeltError,
    ProxyGoneError,
    UnknownProxyError,
)
from chaos.faults import make_fault
from chaos.faults.kind import AnyFault
from chaos.line_view import LineView
from chaos.sight import Sight
from chaos.toxiproxy import Toxiproxy
from chaos.undo import heal
from evidence.timeline import TimelineEventName
from evidence.undo_record import left_broken
from tests.chaos.bench import Bench, unused_port
from tests.chaos.fake_toxiproxy import fake_redis, fake_toxiproxy

INJECTING, INJECTED = TimelineEventName.INJECTING, TimelineEventName.INJECTED
FAILED = TimelineEventName.FAILED
REFUSED, LATENCY = make_fault("refused", {}), make_fault("latency", {"latency_ms": 100})


@pytest.mark.parametrize("fault", [REFUSED, LATENCY])
def test_a_fault_that_changes_nothing_for_clients_is_never_verified(tmp_path: Path, fault: AnyFault) -> None:
    bench = Bench(tmp_path)
    with (
        fake_redis() as port,
        fake_toxiproxy({"redis-cache": port}) as fake,
        pytest.raises(NotFeltError, match="a fresh connection is answered after"),
    ):
        bench.injection(fake.client).break_all(fault, ["redis-cache"])
    assert bench.steps("redis-cache") == [INJECTING, INJECTED, FAILED]
    assert "not felt" in str(bench.faults()[-1].detail["reason"])
    assert [record.fault for record in left_broken(bench.home.undo_file)] == [fault.name]


@pytest.mark.parametrize("fault", [REFUSED, LATENCY])
def test_a_fault_that_toxiproxy_forgets_is_never_injected(tmp_path: Path, fault: AnyFault) -> None:
    bench = Bench(tmp_path)
    with (
        fake_redis() as port,
        fake_toxiproxy({"redis-cache": port}, "forgets") as fake,
        pytest.raises(NotAppliedError),
    ):
        bench.injection(fake.client).break_all(fault, ["redis-cache"])
    assert bench.steps("redis-cache") == [INJECTING, FAILED]
    assert len(left_broken(bench.home.undo_file)) == 1


def test_a_fault_that_was_undone_while_it_was_verified_does_not_count(tmp_path: Path) -> None:
    """As when this process is stopped in between for longer than its lease lasts."""
    bench = Bench(tmp_path)

    def undo_meanwhile(self: LineView) -> Sight:
        heal(bench.home, bench.timing)
        return Sight({}, 1, "felt")

    with (
        pytest.MonkeyPatch.context() as patched,
        fake_redis() as port,
        fake_toxiproxy({"redis-cache": port}) as fake,
    ):
        patched.setattr(LineView, "felt", undo_meanwhile)
        with pytest.raises(HealedMeanwhileError, match="undone while it was verified"):
            bench.injection(fake.client).break_all(REFUSED, ["redis-cache"])
    assert TimelineEventName.VERIFIED not in bench.steps("redis-cache")
    assert bench.steps("redis-cache")[-1] is FAILED


def test_nothing_is_broken_when_the_undo_cannot_be_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.home.undo_file.mkdir(parents=True)
    with fake_redis() as port, fake_toxiproxy({"redis-cache": port}) as fake:
        with pytest.raises(IsADirectoryError):
            bench.injection(fake.client).break_all(REFUSED, ["redis-cache"])
        assert fake.client.proxy("redis-cache").enabled
        assert not any(request.startswith("POST") for request in fake.requests)
    assert bench.steps("redis-cache") == [INJECTING, FAILED]


def test_a_dependency_that_is_down_already_is_not_broken(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with fake_toxiproxy({"redis-cache": unused_port()}) as fake:
        with pytest.raises(NotAnsweringError, match="nothing was broken"):
            bench.injection(fake.client).break_all(REFUSED, ["redis-cache"])
        assert not any(request.startswith("POST") for request in fake.requests)
    assert bench.steps("redis-cache") == [INJECTING, FAILED]
    assert left_broken(bench.home.undo_file) == ()


def test_no_toxiproxy_is_told_with_what_to_do(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with pytest.raises(ProxyGoneError, match="stormproof up"):
        bench.injection(Toxiproxy(Address("127.0.0.1", unused_port()))).break_all(REFUSED, ["redis-cache"])
    assert bench.steps("redis-cache") == [INJECTING, FAILED]


@pytest.mark.parametrize(
    ("name", "error"), [("redis-state", UnknownProxyError), ("mysql", InvalidArgumentError)]
)
def test_an_unknown_target_is_told(tmp_path: Path, name: str, error: type[Exception]) -> None:
    bench = Bench(tmp_path)
    with fake_toxiproxy({"redis-cache": unused_port()}) as fake, pytest.raises(error, match=name):
        bench.injection(fake.client).break_all(REFUSED, [name])
    assert bench.steps(name) == [INJECTING, FAILED]
