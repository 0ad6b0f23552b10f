"""The OpenAPI document is true: it names every route, and the service does what it says."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from aiohttp import web

from reference_service.http.openapi import openapi_json
from reference_service.http.problems import REFUSALS
from reference_service.identity.api_key import new_api_key
from reference_service.service import Service
from reference_service.settings import read_settings
from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import PEPPERS, SERVICE_OFFSET, ServiceProcess, TestBed

DOCUMENT = orjson.loads(openapi_json())
METHODS = {"get", "post", "put", "delete"}


def operations() -> Iterator[tuple[str, str]]:
    for path, item in DOCUMENT["paths"].items():
        yield from ((method.upper(), path) for method in METHODS & set(item))


async def test_the_document_names_every_route_and_no_others(bed: TestBed) -> None:
    environment = bed.environment(direct=True, port=1)
    service = Service(read_settings({k: v for k, v in environment.items() if k.startswith("SERVICE_")}))
    routes = {
        (route.method, resource.canonical)
        for resource in service.application.router.resources()
        for route in resource
        if route.method != "HEAD" and isinstance(resource, web.Resource)
    }
    await service.ports.close()
    assert set(operations()) == routes


def test_every_refusal_that_can_be_raised_is_a_status_of_some_operation() -> None:
    statuses = {
        int(status)
        for path, method in ((DOCUMENT["paths"][path], method.lower()) for method, path in operations())
        for status in path[method]["responses"]
    }
    assert {status for status, _, _ in REFUSALS.values()} <= statuses


@pytest.mark.stack
@pytest.mark.timeout(400)
async def test_the_service_answers_as_the_document_says(bed: TestBed, all_proxies: Proxies) -> None:
    """Schemathesis over the whole document: valid and invalid requests, sequences, bad credentials."""
    await all_proxies.heal_all()
    api_key = await fuzzed_tenant(bed)
    # A burst that is never used up: a 429 to everything would be no test.
    port = bed.ports.port_base + SERVICE_OFFSET + 7
    service = ServiceProcess(bed, port, SERVICE_WORKER="7", SERVICE_BURST="10000")
    await service.start()
    try:
        await service.wait_for("ready", 15)
        ended = await asyncio.to_thread(schemathesis, service.url, api_key, bed)
    finally:
        await service.stop()
    told = "\n".join(line[:200] for line in ended.stdout.splitlines())
    (bed.directory / "schemathesis.txt").write_text(told)
    assert ended.returncode == 0, told[-12_000:]
    assert " 429 " not in ended.stdout


async def fuzzed_tenant(bed: TestBed) -> str:
    """A tenant of its own, whose key has an id that no example hits: revoking it would end the test."""
    api_key = new_api_key()
    owner = await bed.connect(bed.owner_dsn)
    try:
        await owner.execute("INSERT INTO tenants VALUES ('fuzzed', 'enterprise') ON CONFLICT DO NOTHING")
        await owner.execute(
            "INSERT INTO api_keys (api_key_id, key_hash, tenant_id, permissions) OVERRIDING SYSTEM VALUE"
            " VALUES (8e18 - floor(random() * 1e15), $1, 'fuzzed', '{admin}')",
            PEPPERS.hash(api_key.encode()),
        )
    finally:
        await owner.close()
    return api_key


def schemathesis(url: str, api_key: str, bed: TestBed) -> subprocess.CompletedProcess[str]:
    """The same requests each time; everything that it checks is checked."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/openapi.json",
        "--no-color",
        "--no-shrink",
    ]
    command += ["--header", f"Authorization: Bearer {api_key}", "--seed", "1", "--max-examples", "15"]
    # A key that an earlier example used for something else is refused as the draft of the IETF has it.
    statuses = '["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]'
    (bed.directory / "schemathesis.toml").write_text(
        f"[checks]\npositive_data_acceptance.expected-statuses = {statuses}\n"
    )
    command += [
        "--generation-allow-x00",
        "false",
        "--generation-deterministic",
        "--checks",
        "all",
        "--max-response-time",
        "12",
    ]
    return subprocess.run(
        command, cwd=bed.directory, capture_output=True, text=True, check=False, timeout=390
    )
