"""The settings, a file a section; environment variables are read once, at start."""

from reference_service.settings.secrets import missing_secrets
from reference_service.settings.settings import (
    BadSettingsError,
    Settings,
    changed_settings,
    read_settings,
    with_secrets,
)

__all__ = [
    "BadSettingsError",
    "Settings",
    "changed_settings",
    "missing_secrets",
    "read_settings",
    "with_secrets",
]
