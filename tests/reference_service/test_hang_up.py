"""SIGHUP ends no service: a single worker reads its certificate anew, of several each is replaced."""

import asyncio
import signal
import ssl
from pathlib import Path

import pytest
import trustme

from evidence.ports import HOST
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, TestBed

pytestmark = pytest.mark.stack
OFFSET = SERVICE_OFFSET + 1


def issue(authority: trustme.CA, folder: Path) -> str:
    """Puts a new certificate into the folder; its text."""
    made = authority.issue_cert(HOST)
    made.private_key_pem.write_to_path(folder / "key.pem")
    (chain,) = made.cert_chain_pems
    chain.write_to_path(folder / "chain.pem")
    return chain.bytes().decode()


async def shown(port: int) -> str:
    """The certificate that a new connection is shown."""
    return await asyncio.to_thread(ssl.get_server_certificate, (HOST, port))


async def test_a_single_worker_shows_its_new_certificate_and_keeps_the_last_that_it_could_read(
    bed: TestBed, tmp_path: Path
) -> None:
    authority = trustme.CA()
    first = issue(authority, tmp_path)
    files = {"CERTIFICATE": "chain.pem", "KEY": "key.pem"}
    settings = {f"SERVICE_TLS_{name}": str(tmp_path / file) for name, file in files.items()}
    port = bed.ports.port_base + OFFSET
    alone = ServiceProcess(bed, port, SERVICE_WORKER="41", SERVICE_LOG_LEVEL="INFO", **settings)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    alone.believe(trusting)
    await alone.start()
    assert alone.process is not None
    try:
        assert (await shown(port)).split() == first.split()
        second = issue(authority, tmp_path)
        alone.process.send_signal(signal.SIGHUP)
        await told(alone, "the certificate was read anew")
        assert (await shown(port)).split() == second.split()
        (tmp_path / "chain.pem").write_text("no certificate")
        alone.process.send_signal(signal.SIGHUP)
        await told(alone, "the certificate stays as it was")
        assert (await shown(port)).split() == second.split()
        assert (await alone.call("GET", "/health/live")).status == 200
    finally:
        assert await alone.stop() == 0


async def told(service: ServiceProcess, text: str) -> None:
    async with asyncio.timeout(10):
        while text not in service.log():
            await asyncio.sleep(0.02)
