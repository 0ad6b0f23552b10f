"""TLS 1.3 on the listener, and to the dependencies whose addresses ask for it."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator


def _file(value: str) -> str:
    if value and not Path(value).is_file():
        raise ValueError("empty, or the path of a PEM file that exists")
    return value


type PemFile = Annotated[str, AfterValidator(_file)]


class TlsSettings(BaseModel):
    """Off by default. New files are read by new workers: SIGHUP replaces them one by one."""

    tls_certificate: PemFile = Field("", description="the listener's chain; empty: plain HTTP")
    tls_key: PemFile = Field("", validate_default=True, description="the private key of tls_certificate")
    # https://, rediss:// and sslmode=verify-full in the addresses switch it on, each for itself.
    dependency_ca: PemFile = Field("", description="whom to believe; empty: the system's authorities")

    @field_validator("tls_key")
    @classmethod
    def _belongs(cls, value: str, info: ValidationInfo) -> str:
        chain = info.data.get("tls_certificate")
        if chain is None:
            return value  # that one is wrong, and said to be
        if bool(value) != bool(chain):
            raise ValueError("SERVICE_TLS_CERTIFICATE and SERVICE_TLS_KEY together, or neither")
        if value:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, value)
            except (ssl.SSLError, OSError) as error:
                raise ValueError(f"the readable key of {chain} ({error})") from error
        return value

    @field_validator("dependency_ca")
    @classmethod
    def _is_authority(cls, value: str) -> str:
        if value:
            try:
                ssl.create_default_context(cafile=value)
            except (ssl.SSLError, OSError) as error:
                raise ValueError(f"a PEM file of certificates that can be read ({error})") from error
        return value
