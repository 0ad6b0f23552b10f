"""Types of settings: units and ranges that several sections share."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(
                f"a URL that starts with {' or '.join(s + '://' for s in schemes)} and names a host"
            )
        return value

    return AfterValidator(check)


def _sslmode(value: str) -> str:
    # What encrypts without verifying protects from nobody who can stand in between.
    modes = parse_qs(urlsplit(value).query).get("sslmode", [])
    if not set(modes) <= {"disable", "verify-full"}:
        raise ValueError("sslmode=disable or sslmode=verify-full")
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
type Networks = Annotated[str, AfterValidator(networks)]
