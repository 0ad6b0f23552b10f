"""The monitoring profile of docker-compose.yml: its parts find each other, by file and by port."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from evidence.ports import StackPorts
from tests.deploy.manifests import DEPLOY

REPOSITORY = DEPLOY.parent
PORTS = StackPorts(21000)


def monitoring() -> dict[str, Any]:
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    return {name: one for name, one in services.items() if one.get("profiles") == ["monitoring"]}


def scraped() -> dict[str, list[str]]:
    jobs = yaml.safe_load((DEPLOY / "prometheus/local.yml").read_text())["scrape_configs"]
    return {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs}


def listening(service: dict[str, Any]) -> set[int]:
    """Ports of loopback that its command or environment names to listen on."""
    words = [str(word) for word in service.get("command", [])]
    port = service.get("environment", {}).get("GF_SERVER_HTTP_PORT")
    found = {
        int(word.rpartition(":")[2]) for word in words if word.startswith("--web.listen-address=127.0.0.1:")
    }
    return found | ({int(port)} if port else set())


def test_each_part_listens_on_a_port_of_its_own_on_loopback() -> None:
    ports = [listening(service) for service in monitoring().values()]
    assert all(len(one) == 1 for one in ports)
    assert len(set.union(*ports)) == len(ports) == 7
    assert all(service["network_mode"] == "host" for service in monitoring().values())


def test_each_part_is_asked_for_its_health_where_it_listens() -> None:
    for name, service in monitoring().items():
        url = service["healthcheck"]["test"][-1]
        assert {urlsplit(url).port} == listening(service), name


def test_what_is_mounted_is_there_and_holds_the_configuration() -> None:
    for name, service in monitoring().items():
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            if source.startswith("./"):
                assert (REPOSITORY / source).is_dir(), name
                for word in map(str, service.get("command", [])):
                    if (path := word.partition("=")[2]).startswith(f"{target}/"):
                        assert (REPOSITORY / source / path.removeprefix(f"{target}/")).is_file(), name


def test_prometheus_scrapes_the_same_jobs_as_in_production_at_the_ports_of_this_machine() -> None:
    production = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    assert set(scraped()) == {job["job_name"] for job in production} - {"kube-state-metrics"}
    assert scraped()["document-search"] == [f"127.0.0.1:{PORTS.service}"]
    for name, service in monitoring().items():
        job = name.removesuffix("-exporter")
        if name.endswith("-exporter") and job != "redis":
            assert scraped()[job] == [f"127.0.0.1:{port}" for port in listening(service)]
    redis = {f"redis://127.0.0.1:{PORTS.direct(name)}" for name in ("redis-cache", "redis-state")}
    assert set(scraped()["redis"]) == redis


def test_exporters_ask_the_servers_themselves_past_their_proxies() -> None:
    elasticsearch = " ".join(monitoring()["elasticsearch-exporter"]["command"])
    assert f"--es.uri=http://127.0.0.1:{PORTS.direct('elasticsearch')}" in elasticsearch
    dsn = monitoring()["postgres-exporter"]["environment"]["DATA_SOURCE_NAME"]
    assert urlsplit(dsn).port == PORTS.direct("postgres")


def receiver_of(alert: Mapping[str, str]) -> str:
    """Where Alertmanager sends an alert of these labels: the first route that matches decides."""
    route = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())["route"]
    for one in route["routes"]:
        assert not one.get("continue")
        wanted = dict(pair for matcher in one["matchers"] for pair in re.findall(r'^(\w+)="(.*)"$', matcher))
        assert len(wanted) == len(one["matchers"])
        if wanted.items() <= alert.items():
            return str(one["receiver"])
    return str(route["receiver"])


@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_a_game_day_pages_nobody_however_bad_it_is(severity: str) -> None:
    """Rules sum over targets, whose labels are lost: only those of Prometheus itself are on every alert."""
    local = yaml.safe_load((DEPLOY / "prometheus/local.yml").read_text())
    alert = {"severity": severity, **local["global"]["external_labels"]}
    assert receiver_of(alert) == "game-day"


def test_without_a_game_day_what_is_critical_pages_and_the_rest_does_not() -> None:
    assert receiver_of({"severity": "critical"}) == "pager"
    assert receiver_of({"severity": "warning"}) == "tickets"


def test_what_one_outage_makes_fire_comes_as_one_message() -> None:
    routing = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())
    assert routing["route"]["group_by"] == ["service"]
    assert not any("group_by" in one for one in routing["route"]["routes"])


def test_a_page_for_one_objective_keeps_the_ticket_of_another() -> None:
    """Alerts of all objectives have one name, and availability and latency of a tier one tier."""
    routing = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())
    (same,) = (one["equal"] for one in routing["inhibit_rules"] if "equal" in one)
    rules = yaml.safe_load((DEPLOY / "prometheus/rules/objectives.yml").read_text())
    burns = [one for group in rules["groups"] for one in group["rules"] if "alert" in one]
    objectives = {one["labels"]["slo"] for one in burns}
    told_apart = {
        tuple(({"alertname": one["alert"]} | one["labels"])[name] for name in same) for one in burns
    }
    assert len(told_apart) == len(objectives) > 1


def test_alerts_and_dashboards_find_their_way() -> None:
    local = yaml.safe_load((DEPLOY / "prometheus/local.yml").read_text())
    (target,) = local["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    assert {int(target.rpartition(":")[2])} == listening(monitoring()["alertmanager"])
    grafana = monitoring()["grafana"]
    provisioning = DEPLOY / "grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    (variable,) = re.findall(r"^\$(\w+)$", source["url"])
    assert {urlsplit(grafana["environment"][variable]).port} == listening(monitoring()["prometheus"])
    (provider,) = yaml.safe_load((provisioning / "dashboards/dashboards.yml").read_text())["providers"]
    assert any(f":{provider['options']['path']}:" in volume for volume in grafana["volumes"])
