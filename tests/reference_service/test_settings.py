"""Settings are checked at start, and what is wrong with them is said in full."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reference_service.settings import BadSettingsError, changed_settings, read_settings
from stack.certificates import ensure_certificates

SECRETS = {"SERVICE_KEY_PEPPER": "p" * 16, "SERVICE_TOKEN_SECRET": "s" * 32}


def test_the_defaults_are_valid_and_the_analysis_s_figures() -> None:
    settings = read_settings({})
    assert (settings.breaker_failures, settings.breaker_successes, settings.breaker_reset_s) == (5, 3, 60)
    assert (settings.search_fresh_s, settings.document_fresh_s, settings.identity_fresh_s) == (300, 600, 300)
    assert (settings.address_limit, settings.burst, settings.page_size) == (20, 10, 100)
    assert settings.body_bytes == 10 * 1024 * 1024


def test_a_variable_changes_its_field() -> None:
    assert read_settings({"SERVICE_SEARCH_DEADLINE_S": "0.8", "OTHER": "1"}).search_deadline_s == 0.8


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SERVICE_PORT", "0"),
        ("SERVICE_PORT", "many"),
        ("SERVICE_SEARCH_DEADLINE_S", "31"),
        ("SERVICE_POSTGRES_DSN", "mysql://127.0.0.1/x"),
        ("SERVICE_ELASTICSEARCH_URL", "127.0.0.1:9200"),
        ("SERVICE_TRUSTED_PROXIES", "everyone"),
        ("SERVICE_LOG_LEVEL", "LOUD"),
        ("SERVICE_POSTGRES_DSN", "postgresql://h/d?sslmode=require"),
        ("SERVICE_DEPENDENCY_CA", "/nowhere/ca.pem"),
        ("SERVICE_DEPENDENCY_CA", __file__),
        ("SERVICE_TLS_KEY", __file__),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed_and_what_to_do(variable: str, value: str) -> None:
    with pytest.raises(BadSettingsError) as raised:
        read_settings({variable: value})
    text = str(raised.value)
    assert f"{variable}={value}" in text
    assert "Allowed: " in text
    assert "Next: " in text
    assert len(text.splitlines()) == 1


def test_a_certificate_needs_its_own_key(tmp_path: Path) -> None:
    mine, other = (ensure_certificates(tmp_path / name).service for name in ("mine", "other"))
    chain = {"SERVICE_TLS_CERTIFICATE": str(mine.chain), **SECRETS}
    assert read_settings({**chain, "SERVICE_TLS_KEY": str(mine.key)}).tls_key == str(mine.key)
    for wrong in ({}, {"SERVICE_TLS_KEY": str(other.key)}):
        with pytest.raises(BadSettingsError, match="SERVICE_TLS_KEY="):
            read_settings({**chain, **wrong})


def test_a_misspelt_variable_is_not_ignored() -> None:
    with pytest.raises(BadSettingsError, match="SERVICE_PROT: no such setting"):
        read_settings({"SERVICE_PROT": "80"})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadSettingsError) as raised:
        read_settings({"SERVICE_PORT": "0", "SERVICE_BURST": "-1"})
    assert len(str(raised.value).splitlines()) == 2


def test_secrets_are_not_told() -> None:
    with pytest.raises(BadSettingsError) as raised:
        read_settings({"SERVICE_KEY_PEPPER": "short", "SERVICE_POSTGRES_DSN": "mysql://me:hush@h/d"})
    assert "short" not in str(raised.value).replace("at least", "")
    assert "hush" not in str(raised.value)
    secrets = {
        "SERVICE_KEY_PEPPER": "a-secret-pepper-of-mine",
        "SERVICE_POSTGRES_DSN": "postgresql://me:hush@h/d",
    }
    told = changed_settings(read_settings(secrets))
    assert told == {"key_pepper": "***", "postgres_dsn": "postgresql://***@h/d"}


def test_the_process_ends_with_2_before_it_does_anything() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "reference_service"],
        env={**os.environ, "SERVICE_PORT": "seventy"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "SERVICE_PORT=seventy" in ended.stderr
    assert "Traceback" not in ended.stderr
