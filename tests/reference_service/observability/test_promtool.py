"""Prometheus's own tool finds nothing to say about the metrics."""

from __future__ import annotations

import asyncio
import shutil
import subprocess

import pytest

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = [pytest.mark.stack, pytest.mark.production]


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_metrics_are_clean_for_promtool(
    bed: TestBed, acme: Tenant, proxies: Proxies, workers: str
) -> None:
    promtool = shutil.which("promtool")
    assert promtool, "promtool is missing. Next: apt-get install prometheus, or put it on the PATH."
    service = ServiceProcess(
        bed, bed.ports.port_base + SERVICE_OFFSET + 5, SERVICE_WORKERS=workers, SERVICE_WORKER="5"
    )
    await service.start()
    try:
        await service.wait_for("ready", 15)
        written = await service.call("POST", "/documents", acme, {"title": "t", "content": "c"})
        await service.call("DELETE", f"/documents/{written.json['id']}", acme)
        for dependency in ("elasticsearch", "redis-cache", "redis-state"):
            async with proxies.refused(dependency):
                await service.search(acme, dependency)
        metrics = (await service.call("GET", "/metrics")).content
    finally:
        await service.stop()
    assert len(metrics.splitlines()) > 100
    checked = await asyncio.to_thread(
        subprocess.run,
        [promtool, "check", "metrics"],
        input=metrics,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
