"""What the service says of itself tells that it feels a fault of a dependency."""

import asyncio
from pathlib import Path

import pytest

from chaos.address import Address
from chaos.faults import make_fault
from chaos.targets.service import service_door
from chaos.targets.whereabouts import Whereabouts
from chaos.toxiproxy import Toxiproxy
from evidence.ports import HOST
from evidence.timeline import read_timeline
from tests.chaos.one_fault import live_through
from tests.reference_service.service_process import ServiceProcess, TestBed

pytestmark = pytest.mark.stack


async def test_the_service_tells_that_a_dependency_is_gone(
    service: ServiceProcess, bed: TestBed, tmp_path: Path
) -> None:
    door = service_door("service", f"{service.url}/health/ready", "the test")
    toxiproxy = Toxiproxy(Address(HOST, bed.ports.toxiproxy_admin))
    whereabouts = Whereabouts(toxiproxy, tmp_path / "stack.json")
    fault = make_fault("refused", {})
    await asyncio.to_thread(live_through, tmp_path, whereabouts, fault, ["redis-cache"], services=(door,))
    events = read_timeline(tmp_path / "timeline.jsonl")
    (said,) = [one.detail["felt_by_service"] for one in events if "felt_by_service" in one.detail]
    assert isinstance(said, dict)
    assert said["felt"] is True
    changed = said["changed"]
    assert isinstance(changed, dict)
    assert changed["dependencies.redis-cache.state"] == ["up", "down"]
