"""The settings, a file a section; environment variables are read once, at start."""

from reference_service.settings.settings import BadSettingsError, Settings, changed_settings, read_settings

__all__ = ["BadSettingsError", "Settings", "changed_settings", "read_settings"]
