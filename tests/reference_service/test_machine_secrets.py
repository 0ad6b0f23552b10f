"""A service has no secret that anybody could know: its own ones are set, or made on the machine."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reference_service.identity.access_token import TokenSecrets
from reference_service.identity.peppers import Peppers
from reference_service.machine_secrets import settle_secrets
from reference_service.settings import BadSettingsError, Settings, read_settings
from stack.certificates import ensure_certificates

SECRETS = {"SERVICE_KEY_PEPPER": "p" * 16, "SERVICE_TOKEN_SECRET": "s" * 32}


def laptop(folder: Path, **settings: str) -> Settings:
    return read_settings({"SERVICE_SECRETS_DIR": str(folder), **settings})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_service_on_loopback_makes_its_secrets_once_and_for_this_user_alone(
    tmp_path: Path, host: str
) -> None:
    folder = tmp_path / "made" / "secrets"
    first, second = (settle_secrets(laptop(folder, SERVICE_HOST=host)) for _ in range(2))
    assert (first.key_pepper, first.token_secret) == (second.key_pepper, second.token_secret)
    assert first.key_pepper != first.token_secret
    assert min(len(first.key_pepper), len(first.token_secret)) >= 32
    for name in ("key_pepper", "token_secret"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"key_pepper", "token_secret"}
    other = settle_secrets(laptop(tmp_path / "other"))
    assert other.token_secret != first.token_secret


def test_processes_that_begin_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = {s.key_pepper for s in threads.map(lambda _: settle_secrets(laptop(tmp_path)), range(16))}
    assert len(found) == 1


def test_what_is_set_is_used_and_nothing_is_made(tmp_path: Path) -> None:
    settings = settle_secrets(laptop(tmp_path / "secrets", **SECRETS))
    assert (settings.key_pepper, settings.token_secret) == tuple(SECRETS.values())
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "search.example.org", ""])  # noqa: S104 - to be refused
def test_whoever_else_can_reach_it_must_set_them(host: str) -> None:
    with pytest.raises(BadSettingsError) as raised:
        read_settings({"SERVICE_HOST": host})
    lines = str(raised.value).splitlines()
    assert [line.split()[0] for line in lines] == ["SERVICE_KEY_PEPPER", "SERVICE_TOKEN_SECRET"]
    assert all("Allowed: " in line and "Next: " in line for line in lines)
    assert read_settings({"SERVICE_HOST": host, **SECRETS}).host == host
    with pytest.raises(BadSettingsError, match="SERVICE_TOKEN_SECRET is not set"):
        read_settings({"SERVICE_HOST": host, **SECRETS, "SERVICE_TOKEN_SECRET": ""})


def test_a_listener_with_tls_must_set_them(tmp_path: Path) -> None:
    mine = ensure_certificates(tmp_path).service
    tls = {"SERVICE_TLS_CERTIFICATE": str(mine.chain), "SERVICE_TLS_KEY": str(mine.key)}
    with pytest.raises(BadSettingsError, match="SERVICE_KEY_PEPPER is not set"):
        read_settings(tls)
    assert read_settings({**tls, **SECRETS}).tls_certificate == str(mine.chain)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SERVICE_KEY_PEPPER", "p" * 15), ("SERVICE_TOKEN_SECRET", "s" * 31)],
)
def test_a_short_secret_is_refused_and_not_told(variable: str, value: str) -> None:
    with pytest.raises(BadSettingsError, match=f"{variable}=\\*\\*\\* cannot be used") as raised:
        read_settings({**SECRETS, variable: value})
    assert value not in str(raised.value)


def test_a_damaged_file_or_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "token_secret").write_text("short\n")
    with pytest.raises(BadSettingsError, match=str(tmp_path / "token_secret")):
        settle_secrets(laptop(tmp_path))
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    with pytest.raises(BadSettingsError, match=f"SERVICE_SECRETS_DIR={not_a_folder}"):
        settle_secrets(laptop(not_a_folder))


def test_nothing_is_hashed_or_signed_without_a_secret() -> None:
    with pytest.raises(ValueError, match="required"):
        Peppers(b"")
    with pytest.raises(ValueError, match="required"):
        TokenSecrets("")


@pytest.mark.parametrize("command", ["serve", "seed", "settings"])
def test_the_process_does_not_start_in_the_open_without_secrets(command: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SERVICE_")}
    arguments = [command, "--out", str(tmp_path / "t.json")] if command == "seed" else [command]
    ended = subprocess.run(
        [sys.executable, "-m", "reference_service", *arguments],
        env={**environment, "SERVICE_HOST": "0.0.0.0"},  # noqa: S104 - to be refused
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "SERVICE_TOKEN_SECRET is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
