"""Secrets that a machine makes for itself, once, where none are set: for a service on a laptop."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
from pathlib import Path

from reference_service.settings import BadSettingsError, Settings, missing_secrets, with_secrets

log = logging.getLogger(__name__)


def settle_secrets(settings: Settings) -> Settings:
    """The settings with every secret; those that are not set are this machine's, for all its processes.

    Raises BadSettingsError when they can be neither read nor made.
    """
    folder = settings.secrets_dir.expanduser()
    try:
        found = {name: _keep(folder / name) for name in missing_secrets(settings)}
    except OSError as error:
        raise BadSettingsError(
            f"SERVICE_SECRETS_DIR={settings.secrets_dir} cannot be used ({error}). Allowed: a folder that "
            "this user can write to. Next: correct it, or set SERVICE_KEY_PEPPER and SERVICE_TOKEN_SECRET."
        ) from error
    return with_secrets(settings, found)


def _keep(path: Path) -> str:
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Whole or not at all; of several processes that begin at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)  # readable by this user only
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()
    log.warning("SERVICE_%s is not set: made one for this machine in %s", path.name.upper(), path)
