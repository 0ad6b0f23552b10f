"""TLS 1.3 on the listener and to every dependency; who cannot be believed is not talked to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import elastic_transport
import pytest
import pytest_asyncio
import redis.exceptions
import trustme

from evidence.ports import HOST
from reference_service.ports import elasticsearch, redis_client
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.postgres_connection import connect_postgres
from stack.certificates import Certificate, Certificates, ensure_certificates
from tests.reference_service.conftest import RealStack
from tests.reference_service.security.tls_front import server_context, tls_front
from tests.reference_service.service_process import (
    DATABASE,
    REDIS_DATABASE,
    SERVICE_OFFSET,
    ServiceProcess,
    Tenant,
    TestBed,
)

pytestmark = pytest.mark.stack
UNBELIEVABLE = ("another authority", "another name", "TLS 1.2 at most")


@dataclass(frozen=True)
class Addresses:
    """Of the dependencies, by TLS."""

    elasticsearch: str
    postgres: str
    redis: str


@pytest.fixture
def certificates(real_stack: RealStack) -> Certificates:
    """Those that `up` made."""
    return ensure_certificates(real_stack.state_dir / "tls")


@pytest_asyncio.fixture
async def fronts(bed: TestBed, certificates: Certificates) -> AsyncIterator[Addresses]:
    """TLS in front of what has none; PostgreSQL speaks it itself, behind its fault proxy."""
    context = server_context(str(certificates.dependency.chain), str(certificates.dependency.key))
    async with (
        tls_front(context, bed.ports.direct("elasticsearch")) as search,
        tls_front(context, bed.ports.direct("redis-cache")) as cache,
    ):
        yield Addresses(
            f"https://{HOST}:{search}",
            f"postgresql://stormproof_service@{HOST}:{bed.ports.proxy('postgres')}/{DATABASE}?sslmode=verify-full",
            f"rediss://{HOST}:{cache}/{REDIS_DATABASE}",
        )


def over_tls(bed: TestBed, addresses: Addresses, certificates: Certificates, **more: str) -> ServiceProcess:
    service = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 7,
        SERVICE_TLS_CERTIFICATE=str(certificates.service.chain),
        SERVICE_TLS_KEY=str(certificates.service.key),
        SERVICE_ELASTICSEARCH_URL=addresses.elasticsearch,
        SERVICE_POSTGRES_DSN=addresses.postgres,
        SERVICE_REDIS_CACHE_URL=addresses.redis,
        SERVICE_REDIS_STATE_URL=addresses.redis,
        **{"SERVICE_DEPENDENCY_CA": str(certificates.authority), "SERVICE_WORKER": "7", **more},
    )
    service.believe(ssl.create_default_context(cafile=str(certificates.authority)))
    return service


async def states(service: ServiceProcess) -> set[str]:
    dependencies = (await service.call("GET", "/health/ready")).json["dependencies"]
    assert isinstance(dependencies, dict)
    return {dependency["state"] for dependency in dependencies.values()}


async def test_several_workers_serve_by_tls_and_reach_everything_by_tls(
    bed: TestBed, acme: Tenant, fronts: Addresses, certificates: Certificates
) -> None:
    service = over_tls(bed, fronts, certificates, SERVICE_WORKERS="2")
    await service.start()
    try:
        await service.wait_for("ready", 15)
        assert (await service.search(acme, "encrypted")).status == 200
        written = await service.call(
            "POST", "/documents", acme, {"title": "sealed", "content": "by TLS", "tags": []}
        )
        assert written.status == 202
        found = await service.call("GET", f"/documents/{written.json['id']}", acme)
        assert found.json["title"] == "sealed"
        owner = await bed.connect(bed.owner_dsn)
        try:
            rows = await owner.fetch(
                "SELECT s.ssl, s.version FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)"
                " WHERE a.application_name = 'document-search' AND a.datname = $1 AND s.ssl",
                DATABASE,
            )
        finally:
            await owner.close()
        assert {row["version"] for row in rows} == {"TLSv1.3"}
    finally:
        await service.stop()


async def test_the_listener_speaks_nothing_below_tls_1_3(
    bed: TestBed, fronts: Addresses, certificates: Certificates
) -> None:
    service = over_tls(bed, fronts, certificates)
    await service.start()
    try:
        older = ssl.create_default_context(cafile=str(certificates.authority))
        older.maximum_version = ssl.TLSVersion.TLSv1_2
        stranger = ssl.create_default_context()
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(f"{service.url}/health/live", ssl=older)
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await session.get(f"{service.url}/health/live", ssl=stranger)
            with pytest.raises(aiohttp.ClientError):
                await session.get(f"{service.url.replace('https', 'http')}/health/live")
        assert (await service.call("GET", "/health/live")).status == 200
    finally:
        await service.stop()


async def test_dependencies_of_another_authority_count_as_down(
    bed: TestBed, acme: Tenant, fronts: Addresses, certificates: Certificates, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(trustme.CA().cert_pem.bytes())
    service = over_tls(bed, fronts, certificates, SERVICE_DEPENDENCY_CA=str(other))
    await service.start()
    try:
        async with asyncio.timeout(10):
            while await states(service) != {"down"}:
                await asyncio.sleep(0.05)
        assert (await service.search(acme, "encrypted")).status == 503
    finally:
        await service.stop()


@pytest.fixture(params=UNBELIEVABLE)
def unbelievable(
    request: pytest.FixtureRequest, certificates: Certificates, tmp_path: Path
) -> tuple[ssl.SSLContext, str]:
    """What a server shows, and the authority that its client believes."""
    authority = trustme.CA()
    believed = tmp_path / "ca.pem"
    believed.write_bytes(authority.cert_pem.bytes())
    if request.param == "another authority":
        shown, highest = certificates.dependency, ssl.TLSVersion.TLSv1_3
    else:
        name = "elsewhere.test" if request.param == "another name" else HOST
        leaf = authority.issue_cert(name)
        shown = Certificate(tmp_path / "leaf.pem", tmp_path / "leaf.key")
        shown.chain.write_bytes(leaf.cert_chain_pems[0].bytes())
        shown.key.write_bytes(leaf.private_key_pem.bytes())
        highest = ssl.TLSVersion.TLSv1_2 if name == HOST else ssl.TLSVersion.TLSv1_3
    return server_context(str(shown.chain), str(shown.key), highest), str(believed)


async def test_no_client_talks_to_whom_it_cannot_believe(
    bed: TestBed, unbelievable: tuple[ssl.SSLContext, str]
) -> None:
    context, authority = unbelievable
    tls = DependencyTls(authority)
    async with AsyncExitStack() as stack:
        search = await stack.enter_async_context(tls_front(context, bed.ports.direct("elasticsearch")))
        cache = await stack.enter_async_context(tls_front(context, bed.ports.direct("redis-cache")))
        rows = await stack.enter_async_context(
            tls_front(context, bed.ports.direct("postgres"), asked_first=True)
        )
        client = elasticsearch.make_client(f"https://{HOST}:{search}", 1, tls)
        with pytest.raises(elastic_transport.ConnectionError):
            await client.info()
        await client.close()
        store = redis_client.make_client(f"rediss://{HOST}:{cache}/0", 1, 2.0, tls)
        with pytest.raises(redis.exceptions.ConnectionError):
            await store.ping()
        await store.aclose()
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            await connect_postgres(f"postgresql://postgres@{HOST}:{rows}/postgres?sslmode=verify-full", tls)


async def test_a_server_without_tls_is_not_talked_to_in_the_plain(bed: TestBed) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")

    async with await asyncio.start_server(refuse, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionError, match="rejected SSL"):
            await connect_postgres(
                f"postgresql://postgres@{HOST}:{port}/postgres?sslmode=verify-full", DependencyTls("")
            )
