"""Configuration of what stands around the service, with the analysis's figures."""

import configparser
import json
import re

import orjson
import yaml

from reference_service.http.openapi import openapi_json
from reference_service.ports.assembly import POSTGRES_SESSION
from tests.deploy.manifests import DEPLOY, named


def read_json(name: str) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    content: dict[str, dict[str, dict[str, dict[str, object]]]] = json.loads(
        (DEPLOY / "elasticsearch" / name).read_text()
    )
    return content


def test_logs_live_as_long_as_the_analysis_says() -> None:
    phases = read_json("logs-lifecycle.json")["policy"]["phases"]
    assert {name: phase["min_age"] for name, phase in phases.items()} == {
        "hot": "0ms",
        "warm": "30d",
        "cold": "90d",
        "delete": "365d",
    }
    assert "freeze" not in json.dumps(phases), "Elasticsearch has it no more"


def test_logs_get_our_template_and_not_the_one_that_elasticsearch_brings() -> None:
    """Its own, `logs`, is for logs-*-* with priority 100: of two that match, the higher one counts."""
    template = json.loads((DEPLOY / "elasticsearch/logs-template.json").read_text())
    assert template["index_patterns"] == ["logs-document-search-*"]
    assert template["priority"] > 100


def test_snapshots_are_taken_every_six_hours_and_kept_for_thirty_days() -> None:
    policy = json.loads((DEPLOY / "elasticsearch/snapshots.json").read_text())
    assert policy["schedule"] == "0 0 0,6,12,18 * * ?"
    assert policy["retention"]["expire_after"] == "30d"
    assert policy["config"]["indices"] == "documents-*"


def test_redis_is_copied_every_hour_and_postgres_every_day() -> None:
    assert named("CronJob", "redis-snapshot")["spec"]["schedule"] == "0 * * * *"
    assert named("CronJob", "postgres-base-backup")["spec"]["schedule"] == "30 2 * * *"


def test_pgbouncer_asks_for_fewer_sessions_than_postgres_has() -> None:
    pool = configparser.ConfigParser()
    pool.read(DEPLOY / "pgbouncer/pgbouncer.ini")
    settings = pool["pgbouncer"]
    lines = (DEPLOY / "backup/postgres.conf").read_text().splitlines()
    (most,) = (line.split("=")[1] for line in lines if line.startswith("max_connections"))
    assert int(settings["max_db_connections"]) < int(most)
    assert settings["pool_mode"] == "transaction"
    autoscaler = named("HorizontalPodAutoscaler", "document-search")["spec"]
    assert int(settings["max_client_conn"]) >= autoscaler["maxReplicas"] * 2 * 20  # two workers with 20 each


def test_pgbouncer_takes_the_service_s_sessions_as_it_asks_for_them() -> None:
    pool = configparser.ConfigParser()
    pool.read(DEPLOY / "pgbouncer/pgbouncer.ini")
    ignored = {name.strip() for name in pool["pgbouncer"]["ignore_startup_parameters"].split(",")}
    # It keeps track of the name by itself, and refuses a connection that asks for anything else.
    assert ignored == set(POSTGRES_SESSION) - {"application_name"}
    for name in ignored:
        assert f"SET {name} = {POSTGRES_SESSION[name]}" in pool["databases"]["documents"]


def test_every_alert_goes_somewhere() -> None:
    routing = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text())
    receivers = {one["name"] for one in routing["receivers"]}
    used = {routing["route"]["receiver"], *(one["receiver"] for one in routing["route"]["routes"])}
    assert used == receivers


def test_the_autoscaler_counts_what_tenants_ask_and_no_probes() -> None:
    (rule,) = yaml.safe_load((DEPLOY / "prometheus/adapter.yaml").read_text())["rules"]
    (left_out,) = re.findall(r'path!~"([^"]+)"', rule["metricsQuery"])
    served = set(orjson.loads(openapi_json())["paths"])
    assert {path for path in served if re.fullmatch(left_out, path)} == {
        "/metrics", "/health/live", "/health/ready"
    }  # fmt: skip


def test_the_autoscaler_finds_the_series_that_prometheus_scrapes() -> None:
    configuration = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    (service,) = (one for one in configuration["scrape_configs"] if one["job_name"] == "document-search")
    labels = {one["target_label"]: one["replacement"] for one in service["relabel_configs"]}
    described = named("HorizontalPodAutoscaler", "document-search")["spec"]["metrics"][1]["object"]
    assert labels == {"namespace": "document-search", "service": described["describedObject"]["name"]}
    pods = named("Service", "document-search-pods")
    assert pods["metadata"]["name"] in service["dns_sd_configs"][0]["names"][0]
    assert service["dns_sd_configs"][0]["port"] == pods["spec"]["ports"][0]["port"]
