"""Seeding brings a stack to the same state from whatever state it is in."""

import pytest

from tests.reference_service.service_process import DOCUMENTS, ServiceProcess, TestBed

pytestmark = pytest.mark.stack


async def test_a_second_seeding_has_nothing_to_do_and_leftovers_of_load_are_undone(
    service: ServiceProcess, bed: TestBed
) -> None:
    before = bed.tenants_file.read_bytes()
    tenant = bed.tenants()["standard-01"]
    await service.call("POST", "/documents", tenant, {"id": "left-over", "title": "t", "content": "c"})
    await service.call("DELETE", "/documents/doc-000000", tenant)
    assert "making" in bed.seed()
    assert bed.tenants_file.read_bytes() == before
    assert f"{DOCUMENTS} documents (0 made now)" in bed.seed()
    assert (await service.call("GET", "/documents/left-over", tenant)).status == 404
    assert (await service.call("GET", "/documents/doc-000000", tenant)).status == 200
