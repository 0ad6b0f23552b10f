"""Keys and tokens that are not good: refused, looked up once, and limited by the client's address.

That PostgreSQL is not asked is seen by its being away: whoever needed it would be told 503.
"""

import asyncio
import secrets
from urllib.parse import urlsplit

import pytest
from multidict import CIMultiDict

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import (
    PEPPERS,
    SERVICE_OFFSET,
    TOKEN_SECRET,
    ServiceProcess,
    Tenant,
    TestBed,
)

pytestmark = pytest.mark.stack

ADDRESS_LIMIT = 30  # 20 a minute and the burst of 10: the analysis, section 3.3
PATH = "/documents/doc-000001"


def address(number: int) -> str:
    return f"203.0.113.{number}"


async def knock(service: ServiceProcess, key: str, from_address: str) -> int:
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": from_address}
    return (await service.call("GET", PATH, headers=headers)).status


async def test_a_wrong_key_is_looked_up_once(service: ServiceProcess, proxies: Proxies) -> None:
    key = f"sk_{secrets.token_hex(16)}"
    assert await knock(service, key, address(1)) == 401
    async with proxies.refused("postgres"):
        assert [await knock(service, key, address(1)) for _ in range(10)] == [401] * 10


@pytest.mark.parametrize("made_up", ["sk_{}", "a.b.{}"])
async def test_an_address_may_guess_so_often_and_then_nobody_looks(
    service: ServiceProcess, acme: Tenant, proxies: Proxies, made_up: str
) -> None:
    guesser = address(2 if made_up.startswith("sk_") else 3)
    guesses = [made_up.format(secrets.token_hex(16)) for _ in range(ADDRESS_LIMIT + 2)]
    statuses = [await knock(service, guess, guesser) for guess in guesses]
    assert statuses == [401] * ADDRESS_LIMIT + [429] * 2
    async with proxies.refused("postgres"):
        assert await knock(service, f"sk_{secrets.token_hex(16)}", guesser) == 429
        assert await knock(service, f"sk_{secrets.token_hex(16)}", address(4)) == 503
        # Whoever shares the address with the guesser and has a good key is let in.
        assert await knock(service, acme.api_key, guesser) == 200


async def test_a_guesser_who_sends_the_header_himself_keeps_the_address_that_the_proxy_adds(
    service: ServiceProcess,
) -> None:
    """As HAProxy adds it: in a line of its own, behind the client's."""
    assert service.session is not None
    statuses = []
    for guess in range(ADDRESS_LIMIT + 2):
        headers = CIMultiDict({"Authorization": f"Bearer sk_{secrets.token_hex(16)}"})
        headers.add("X-Forwarded-For", f"192.0.2.{guess}")
        headers.add("X-Forwarded-For", address(9))
        async with service.session.get(PATH, headers=headers) as reply:
            statuses.append(reply.status)
    assert statuses == [401] * ADDRESS_LIMIT + [429] * 2


async def test_a_new_key_waits_behind_a_guesser_of_its_address_only(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    for _ in range(ADDRESS_LIMIT):
        await knock(service, f"sk_{secrets.token_hex(16)}", address(5))
    fresh = await bed.add_key(acme, "read")
    refused = await service.call("GET", PATH, fresh, headers={"X-Forwarded-For": address(5)})
    assert (refused.status, refused.json["type"]) == (429, "urn:document-search:problem:rate-limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert await knock(service, fresh.api_key, address(6)) == 200
    assert await knock(service, fresh.api_key, address(5)) == 200


@pytest.mark.parametrize(
    "header", [None, "Basic abc", "Bearer", "Bearer ", "bearer x", "Bearer " + "x" * 5000]
)
async def test_what_is_no_key_is_refused(service: ServiceProcess, header: str | None) -> None:
    headers = {"X-Forwarded-For": address(7), **({"Authorization": header} if header else {})}
    reply = await service.call("GET", PATH, headers=headers)
    assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("key", [b"\xff\xfe", b"a.\xe9.c", "ключ".encode()])
async def test_a_key_that_is_no_text_is_refused_and_no_failure(service: ServiceProcess, key: bytes) -> None:
    split = urlsplit(service.url)
    reader, writer = await asyncio.open_connection(split.hostname, split.port)
    head = (
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address(8)}\r\nAuthorization: Bearer ".encode()
    )
    writer.write(head + key + b"\r\n\r\n")
    async with asyncio.timeout(5):
        assert (await reader.readline()).split()[1] == b"401"
    writer.close()


async def test_the_scheme_s_case_is_not_told(service: ServiceProcess, acme: Tenant) -> None:
    for scheme in ("bearer", "BEARER"):
        reply = await service.call("GET", PATH, headers={"Authorization": f"{scheme} {acme.api_key}"})
        assert reply.status == 200


async def test_keys_and_sessions_outlive_the_replacement_of_pepper_and_secret(
    service: ServiceProcess, acme: Tenant, bed: TestBed
) -> None:
    session = (await service.call("POST", "/tokens", acme)).json
    replaced = ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 6,
        SERVICE_WORKER="6",
        SERVICE_KEY_PEPPER="the-pepper-after-that",
        SERVICE_KEY_PREVIOUS_PEPPER=PEPPERS.present.decode(),
        SERVICE_TOKEN_SECRET="the-secret-after-that-" * 2,
        SERVICE_TOKEN_PREVIOUS_SECRET=TOKEN_SECRET,
    )
    await replaced.start()
    try:
        await replaced.wait_for("ready", 15)
        for key in (acme.api_key, str(session["access_token"])):
            assert await knock(replaced, key, address(8)) == 200
        body = {"refresh_token": session["refresh_token"]}
        following = (await replaced.call("POST", "/tokens/refresh", body=body)).json
        assert await knock(replaced, str(following["access_token"]), address(8)) == 200
        # The other way round nothing passes: the old worker knows neither of the new ones.
        assert await knock(service, str(following["access_token"]), address(8)) == 401
    finally:
        await replaced.stop()
