"""What keys are hashed and tokens are signed with: no default, since whoever reads the code would know it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field


def _secret(shortest: int) -> AfterValidator:
    def check(value: str) -> str:
        if 0 < len(value) < shortest:
            raise ValueError(f"at least {shortest} characters that nobody can guess")
        return value

    return AfterValidator(check)


class SecretsSettings(BaseModel):
    """The same ones on each machine of a service. One that is empty is made (machine_secrets.py)."""

    key_pepper: Annotated[str, _secret(16)] = Field("", description="secret of the API key hashes")
    # Still believed, while keys that were made under it are replaced (identity/peppers.py).
    key_previous_pepper: str = Field("", description="empty, or the pepper before the present one")
    # At least 32 bytes: RFC 7518, section 3.2. The previous one is believed while secrets are rotated.
    token_secret: Annotated[str, _secret(32)] = Field("", description="signs access tokens")
    token_previous_secret: str = Field("", description="empty, or the secret before the present one")
    secrets_dir: Path = Field(
        Path("~/.local/state/document-search/secrets"), description="where this machine keeps its own"
    )


# Field -> the fewest characters.
OWN_SECRETS: Mapping[str, int] = {"key_pepper": 16, "token_secret": 32}


def missing_secrets(settings: SecretsSettings) -> Iterator[str]:
    """Fields of the secrets that nobody has set."""
    return (name for name in OWN_SECRETS if not getattr(settings, name))


def may_use_machine_secrets(host: str, tls_certificate: str) -> bool:
    """Only a service that one machine alone can reach, and plainly, may have secrets of that machine."""
    return not tls_certificate and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
