"""Logs are JSON with the fields of the analysis, section 4.2; secrets and questions are not in them."""

from __future__ import annotations

import orjson
import pytest

from tests.reference_service.proxies import Proxies
from tests.reference_service.service_process import PEPPERS, SERVICE_OFFSET, ServiceProcess, Tenant, TestBed

pytestmark = pytest.mark.stack
SECRET_SETTINGS = {
    "SERVICE_TOKEN_SECRET": "a-secret-that-signs-tokens-0123456789",
    "SERVICE_TOKEN_PREVIOUS_SECRET": "a-secret-that-signed-tokens-012345678",
}


def chatty(bed: TestBed, level: str) -> ServiceProcess:
    return ServiceProcess(
        bed,
        bed.ports.port_base + SERVICE_OFFSET + 6,
        SERVICE_WORKER="6",
        SERVICE_LOG_LEVEL=level,
        **SECRET_SETTINGS,
    )


def lines(service: ServiceProcess) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in service.log().splitlines()]


async def test_a_request_has_the_fields_of_the_analysis(bed: TestBed, acme: Tenant) -> None:
    service = chatty(bed, "INFO")
    before = len(service.log().splitlines()) if service.has_log() else 0
    await service.start()
    await service.wait_for("ready", 15)
    await service.search(acme, "unspoken", **{"X-Request-Id": "logged-1"})
    await service.stop()
    (line,) = [each for each in lines(service)[before:] if each.get("requestId") == "logged-1"]
    fingerprint, duration = line.pop("query"), line.pop("duration")
    assert isinstance(fingerprint, str)
    assert isinstance(duration, float)
    assert 0 < duration < 5000
    assert str(line.pop("timestamp")).startswith("20")
    assert line == {
        "level": "info",
        "service": "document-search",
        "requestId": "logged-1",
        "tenantId": acme.id,
        "method": "GET",
        "path": "/search",
        "statusCode": 200,
        "resultCount": 0,
        "cached": False,
        "servedFrom": "live",
    }
    assert "unspoken" not in service.log()


async def test_no_secret_is_logged_at_any_level_whatever_goes_wrong(
    bed: TestBed, acme: Tenant, proxies: Proxies
) -> None:
    service = chatty(bed, "DEBUG")
    admin = await bed.add_key(acme, "read", "write", "admin")
    await service.start()
    secrets = [acme.api_key, admin.api_key, *SECRET_SETTINGS.values(), PEPPERS.present.decode()]
    try:
        await service.wait_for("ready", 15)
        tokens = (await service.call("POST", "/tokens", acme)).json
        secrets += [str(tokens["access_token"]), str(tokens["refresh_token"])]
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert (await service.call("GET", "/search?q=word", headers=bearer)).status == 200
        renewed = await service.call(
            "POST", "/tokens/refresh", body={"refresh_token": tokens["refresh_token"]}
        )
        secrets += [str(renewed.json["access_token"]), str(renewed.json["refresh_token"])]
        made = await service.call(
            "POST", "/admin/keys", admin, {"permissions": ["read"], "expires_in_s": 3600}
        )
        secrets.append(str(made.json.get("api_key", "no key was made")))
        again = {"refresh_token": renewed.json["refresh_token"]}
        wrong = "sk_" + "w" * 32
        secrets.append(wrong)
        await service.call("GET", "/search?q=word", headers={"Authorization": f"Bearer {wrong}"})
        for dependency in ("elasticsearch", "postgres", "redis-cache", "redis-state"):
            async with proxies.refused(dependency):
                for tenant in (acme, admin):
                    await service.search(tenant, dependency)
                    await service.call("POST", "/documents", tenant, {"title": "t", "content": "c"})
                await service.call("POST", "/tokens", acme)
                await service.call("POST", "/tokens/refresh", body=again)
    finally:
        await service.stop()
    assert made.status == 201, made.content
    text = service.log()
    assert len(lines(service)) > 20
    assert [secret for secret in secrets if secret in text] == []
