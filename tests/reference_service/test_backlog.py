"""New changes are refused while too many wait for Elasticsearch; accepted ones are not forgotten."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_service.resilience import DependencyUnavailableError
from reference_service.writes.backlog import LEAST_WAIT_S, MOST_WAIT_S, Backlog
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed
from tests.reference_service.writing import bulk, index, job_in


def test_once_full_it_stays_so_until_a_tenth_is_gone() -> None:
    backlog = Backlog(100, 1.0)
    full = []
    for waiting in (0, 99, 100, 95, 90, 89, 99):
        backlog.observe({"acme": waiting})
        full.append(backlog.is_full)
    assert full == [False, False, True, True, True, False, False]


def test_what_was_just_accepted_counts_before_the_next_look() -> None:
    backlog = Backlog(100, 1.0)
    backlog.observe({"acme": 60})
    backlog.accepted("rival", 39)
    backlog.require_room("acme")
    backlog.accepted("acme", 1)
    for tenant_id in ("acme", "rival", "other"):
        with pytest.raises(DependencyUnavailableError, match="100 accepted changes wait for it, and 100 may"):
            backlog.require_room(tenant_id)


def test_a_tenant_that_has_used_its_share_is_refused_and_nobody_else() -> None:
    backlog = Backlog(100, 0.4)
    backlog.observe({"acme": 39, "rival": 10})
    backlog.accepted("acme", 1)
    with pytest.raises(DependencyUnavailableError, match="40 accepted changes of acme wait for it, and 40"):
        backlog.require_room("acme")
    backlog.require_room("rival")
    backlog.observe({"acme": 36, "rival": 60})
    with pytest.raises(DependencyUnavailableError):
        backlog.require_room("acme")
    with pytest.raises(DependencyUnavailableError):
        backlog.require_room("rival")
    backlog.observe({"acme": 35})
    for tenant_id in ("acme", "rival"):
        backlog.require_room(tenant_id)


@given(st.integers(10, 10**7), st.floats(0.001, 1), st.integers(0, 10**9))
def test_the_time_to_wait_is_one_that_a_client_can_wait(high_water: int, share: float, waiting: int) -> None:
    backlog = Backlog(high_water, share)
    backlog.observe({"acme": waiting})
    try:
        backlog.require_room("acme")
    except DependencyUnavailableError as error:
        assert waiting >= max(1, round(high_water * share))
        assert LEAST_WAIT_S <= error.retry_after_s <= MOST_WAIT_S
    else:
        assert waiting < high_water


@pytest.mark.stack
async def test_writes_are_refused_at_the_mark_and_taken_again_when_elasticsearch_is_back(
    bed: TestBed, acme: Tenant, rival: Tenant, proxies: Proxies
) -> None:
    port = bed.ports.port_base + SERVICE_OFFSET + 9
    service = ServiceProcess(
        bed, port, SERVICE_WORKER="9", SERVICE_OUTBOX_HIGH_WATER="50", SERVICE_BURST="10000"
    )
    await service.start()
    try:
        await service.wait_for("ready", 15)
        jobs = []
        async with proxies.refused("elasticsearch"):
            while (
                reply := await bulk(service, acme, *(index(f"mark-{n}") for n in range(10)))
            ).status == 202:
                jobs.append(reply.json["job_id"])
                assert len(jobs) <= 3
            # Half of the mark is as much as one tenant may use; the other half is for everybody else.
            others = await bulk(service, rival, *(index(f"mark-{n}") for n in range(24)))
            jobs_of_rival = [others.json["job_id"]]
            assert others.status == 202
            while (others := await bulk(service, rival, index("mark-more"))).status == 202:
                jobs_of_rival.append(others.json["job_id"])
                assert len(jobs_of_rival) <= 3
            assert others.status == 503
            assert (reply.status, int(reply.headers["Retry-After"]) >= 1) == (503, True)
            assert reply.json["type"] == "urn:document-search:problem:unavailable"
            # Reading goes on.
            assert (await service.call("GET", "/documents/mark-1", acme)).status == 200
        async with asyncio.timeout(15):
            while (reply := await bulk(service, acme, index("mark-after"))).status != 202:
                assert reply.status == 503
        for job in (*jobs, reply.json["job_id"]):
            await job_in(service, acme, job, "indexed")
        for job in jobs_of_rival:
            await job_in(service, rival, job, "indexed")
    finally:
        await service.stop()
