"""An injection that silently does nothing is told as failed, whatever the fault, and makes a run INVALID."""

from pathlib import Path

import pytest

from chaos.address import Address
from chaos.errors import NotFeltError
from chaos.faults import FAULTS
from chaos.faults.kind import FaultKind, KindOf
from chaos.toxiproxy import Toxiproxy
from evidence.ports import HOST, StackPorts
from evidence.timeline import TimelineEventName, fault_windows
from evidence.undo_record import left_broken
from slo.validity.faults import check_fault
from tests.chaos.bench import Bench
from tests.chaos.samples import SAMPLES
from tests.conftest import RealStack


def test_every_fault_has_a_sample() -> None:
    assert set(SAMPLES) == {kind.name for kind in FAULTS}


@pytest.mark.stack
@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: str(kind.name))
def test_an_injection_that_does_nothing_is_told_as_failed(
    probed: RealStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FaultKind
) -> None:
    assert isinstance(kind, KindOf)
    monkeypatch.setattr(kind.fault, "inject", lambda *_: None)
    sample, bench = SAMPLES[kind.name], Bench(tmp_path)
    toxiproxy = Toxiproxy(Address(HOST, StackPorts(probed.port_base).toxiproxy_admin))
    injection = bench.injection(toxiproxy, probed.home.stack_file)
    with pytest.raises(NotFeltError):
        injection.break_all(kind.make(sample.parameters), [sample.target])
    assert bench.steps(sample.target) == [
        TimelineEventName.INJECTING,
        TimelineEventName.INJECTED,
        TimelineEventName.FAILED,
    ]
    assert [record.fault for record in left_broken(bench.home.undo_file)] == [kind.name]
    (window,) = fault_windows(bench.faults())
    assert not all(check.held for check in check_fault(window))
