"""Hosts off this machine are found wherever the file names them."""

from pathlib import Path

import pytest
from pydantic import JsonValue

from chaos.supervision.experiment_file import ExperimentFile, Provider, parse_experiment
from chaos.supervision.hosts import hosts_off_loopback
from tests.chaos.supervision.made import action, experiment


def with_provider(provider: Provider) -> ExperimentFile:
    return experiment(method=(action(provider),))


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://127.0.0.1:8080/a", ()),
        ("http://localhost/a", ()),
        ("http://[::1]:80/", ()),
        ("https://api.example.org/v1?next=http://10.0.0.1/", ("api.example.org", "10.0.0.1")),
        ("http://user:secret@10.0.0.7/", ("10.0.0.7",)),
        ("http://127.0.0.1@evil.example.org/", ("evil.example.org",)),
        ("http://${place}/", ("10.1.1.1",)),
        ("http://${unknown}/", ("${unknown}",)),
    ],
)
def test_of_an_http_provider(url: str, hosts: tuple[str, ...]) -> None:
    content: JsonValue = {
        "configuration": {"place": "10.1.1.1"},
        "method": [{"type": "action", "name": "a", "provider": {"type": "http", "url": url}}],
    }
    assert hosts_off_loopback(parse_experiment(content, Path("e.json")), {}) == hosts


def test_of_arguments_and_configuration_and_what_replaces_it() -> None:
    arguments: JsonValue = {"urls": ["redis://cache.internal:6379/0"], "host": "db.internal", "name": "db"}
    assert hosts_off_loopback(with_provider(Provider("python", arguments=arguments)), {}) == (
        "cache.internal",
        "db.internal",
    )
    content: JsonValue = {"configuration": {"toxiproxy": "127.0.0.1:8474", "title": "a:b"}}
    parsed = parse_experiment(content, Path("e.json"))
    assert hosts_off_loopback(parsed, {}) == ()
    assert hosts_off_loopback(parsed, {"toxiproxy": "proxy.internal:8474"}) == ("proxy.internal",)


def test_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    content: JsonValue = {
        "configuration": {"base": {"type": "env", "key": "MADE_BASE", "default": "http://localhost"}},
        "method": [{"type": "action", "name": "a", "provider": {"type": "http", "url": "${base}/x"}}],
    }
    parsed = parse_experiment(content, Path("e.json"))
    assert hosts_off_loopback(parsed, {}) == ()
    monkeypatch.setenv("MADE_BASE", "https://shop.example.org")
    assert hosts_off_loopback(parsed, {}) == ("shop.example.org",)


def test_of_targets_of_our_own_faults() -> None:
    targets: JsonValue = {"db": {"dialect": "postgres", "address": "db.internal:5432"}}
    content: JsonValue = {"configuration": {"targets": targets, "confirm_hosts": "db.internal"}}
    parsed = parse_experiment(content, Path("e.json"))
    assert hosts_off_loopback(parsed, {}) == ("db.internal",), "a file does not say yes for who runs it"
