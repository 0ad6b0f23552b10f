"""Every figure of the service, with its unit and where it comes from; read from SERVICE_* once, at start."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ConfigDict, ValidationError

from reference_service.settings.breakers import BreakersSettings
from reference_service.settings.caching import CachingSettings
from reference_service.settings.connections import ConnectionsSettings
from reference_service.settings.deadlines import DeadlinesSettings
from reference_service.settings.indices import IndicesSettings
from reference_service.settings.journal import JournalSettings
from reference_service.settings.limits import LimitsSettings
from reference_service.settings.listening import ListeningSettings
from reference_service.settings.observability import ObservabilitySettings
from reference_service.settings.relay import RelaySettings
from reference_service.settings.requests import RequestsSettings
from reference_service.settings.retries import RetriesSettings
from reference_service.settings.secrets import (
    OWN_SECRETS,
    SecretsSettings,
    may_use_machine_secrets,
    missing_secrets,
)
from reference_service.settings.tls import TlsSettings
from reference_service.settings.tokens import TokensSettings
from reference_service.settings.upkeep import UpkeepSettings
from reference_service.settings.workers import WorkersSettings

PREFIX = "SERVICE_"
CREDENTIALS = re.compile(r"://[^@/]*@")
SECRETS = frozenset({"key_pepper", "key_previous_pepper", "token_secret", "token_previous_secret"})


class BadSettingsError(Exception):
    """Environment variables that the service cannot start with; the text names each, and what to do."""


class Settings(
    ListeningSettings,
    SecretsSettings,
    TlsSettings,
    WorkersSettings,
    DeadlinesSettings,
    BreakersSettings,
    ConnectionsSettings,
    CachingSettings,
    LimitsSettings,
    RequestsSettings,
    IndicesSettings,
    RelaySettings,
    JournalSettings,
    TokensSettings,
    RetriesSettings,
    UpkeepSettings,
    ObservabilitySettings,
):
    """One field a variable: `search_fresh_s` is SERVICE_SEARCH_FRESH_S. Sections: of the analysis."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment. Raises BadSettingsError, naming every variable that is wrong."""
    given = {n.removeprefix(PREFIX).lower(): v for n, v in environment.items() if n.startswith(PREFIX)}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            _explain(problem["loc"], problem["type"], problem["msg"], given) for problem in error.errors()
        ]
        raise BadSettingsError("\n".join(lines)) from error
    missing = tuple(missing_secrets(settings))
    if missing and not may_use_machine_secrets(settings.host, settings.tls_certificate):
        raise BadSettingsError("\n".join(_explain_missing(name) for name in missing))
    return settings


def with_secrets(settings: Settings, secrets: Mapping[str, str]) -> Settings:
    """The settings with these secrets, by field. Raises BadSettingsError for one that is no good."""
    for name, secret in secrets.items():
        if len(secret) < OWN_SECRETS[name]:
            raise BadSettingsError(
                f"{settings.secrets_dir / name} has no secret of at least {OWN_SECRETS[name]} characters. "
                "Next: remove it, and the next start makes another."
            )
    return settings.model_copy(update=secrets)


def changed_settings(settings: Settings) -> dict[str, str]:
    """What differs from the defaults, secrets masked, for a run's record."""
    return {
        name: _shown(name, value)
        for name, value in settings.model_dump().items()
        if value != Settings.model_fields[name].default
    }


def _explain(location: tuple[int | str, ...], kind: str, message: str, given: Mapping[str, str]) -> str:
    name = str(location[0])
    variable = PREFIX + name.upper()
    if kind == "extra_forbidden":
        return (
            f"{variable}: no such setting. Allowed are the fields of reference_service/settings/ in "
            f"capitals behind {PREFIX}. Next: unset {variable}, or correct its spelling."
        )
    default = _shown(name, Settings.model_fields[name].default)
    allowed = message.removeprefix("Value error, ")
    return (
        f"{variable}={_shown(name, given.get(name, ''))} cannot be used. Allowed: {allowed}. "
        f"Next: correct it, or unset it to get {default}."
    )


def _explain_missing(name: str) -> str:
    variable = PREFIX + name.upper()
    return (
        f"{variable} is not set. Allowed: {OWN_SECRETS[name]} characters or more that nobody can guess; "
        "nothing only while the service listens on loopback without TLS. Next: set it to what "
        f"openssl rand -hex 32 says, the same on each machine, or listen on {PREFIX}HOST=127.0.0.1."
    )


def _shown(name: str, value: object) -> str:
    return "***" if name in SECRETS else CREDENTIALS.sub("://***@", str(value))
