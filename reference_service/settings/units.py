"""Types of settings: units and ranges that several sections share."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field


def _check_url(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"a URL that starts with {' or '.join(s + '://' for s in schemes)} and names a host")
    return value


def _url(*schemes: str) -> AfterValidator:
    return AfterValidator(lambda value: _check_url(value, schemes))


def _urls(*schemes: str) -> AfterValidator:
    return AfterValidator(lambda value: ",".join(_check_url(one, schemes) for one in value.split(",")))


def _sslmode(value: str) -> str:
    # What encrypts without verifying protects from nobody who can stand in between.
    modes = parse_qs(urlsplit(value).query).get("sslmode", [])
    if not set(modes) <= {"disable", "verify-full"}:
        raise ValueError("sslmode=disable or sslmode=verify-full")
    return value


def addresses(value: str) -> str:
    for part in filter(None, (p.strip() for p in value.split(","))):
        host, _, port = part.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ValueError("host:port, several with commas between them")
    return value


def networks(value: str) -> str:
    for part in filter(None, (p.strip() for p in value.split(","))):
        ipaddress.ip_network(part, strict=False)
    return value


type Seconds = Annotated[float, Field(gt=0, le=86_400)]
type Milliseconds = Annotated[int, Field(gt=0, le=600_000)]
type Count = Annotated[int, Field(ge=1, le=1_000_000)]
type PostgresUrl = Annotated[str, _url("postgresql", "postgres"), AfterValidator(_sslmode)]
type RedisUrl = Annotated[str, _url("redis", "rediss")]
type HttpUrl = Annotated[str, _url("http", "https")]
type HttpUrls = Annotated[str, _urls("http", "https")]
type Addresses = Annotated[str, AfterValidator(addresses)]
type Networks = Annotated[str, AfterValidator(networks)]
