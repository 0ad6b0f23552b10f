"""The manifests agree with each other, with the service, and with what the analysis asks for."""

import re
from typing import Any

import pytest
import yaml

from reference_service.settings.settings import PREFIX, Settings, read_settings
from tests.deploy.manifests import DEPLOY, documents, named, pods

SECRETS = {
    "SERVICE_KEY_PEPPER": "p" * 64,
    "SERVICE_TOKEN_SECRET": "t" * 64,
    "SERVICE_POSTGRES_DSN": "postgresql://service:x@pgbouncer:6432/documents?sslmode=verify-full",
    "SERVICE_POSTGRES_OWNER_DSN": "postgresql://owner:x@postgres-primary:5432/documents?sslmode=verify-full",
    "SERVICE_REDIS_CACHE_URL": "rediss://redis-cache:6379/0",
    "SERVICE_REDIS_STATE_URL": "rediss://redis-state:6379/0",
}


def test_every_file_of_the_service_is_in_the_kustomization() -> None:
    by_hand = {"load.yaml", "game-day.yaml", "runs.yaml", "fetch.yaml", "kustomization.yaml"}
    files = {file.name for file in (DEPLOY / "kubernetes").glob("*.yaml")} - by_hand
    assert files == set(yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["resources"])


def test_the_service_starts_with_this_configuration() -> None:
    data = named("ConfigMap", "document-search")["data"]
    assert {name.removeprefix(PREFIX).lower() for name in data} <= set(Settings.model_fields)
    # The certificates lie in volumes of the cluster: whether they are there is asked at start.
    here = {
        name: value for name, value in data.items() if "TLS" not in name and name != "SERVICE_DEPENDENCY_CA"
    }
    settings = read_settings(here | SECRETS)
    assert settings.drain_s == 10


def test_the_autoscaler_is_the_analysis_s() -> None:
    spec = named("HorizontalPodAutoscaler", "document-search")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 50)
    cpu, latency = spec["metrics"]
    assert cpu["resource"]["target"]["averageUtilization"] == 70
    assert latency["object"]["target"]["value"] == "300m"
    (rule,) = yaml.safe_load((DEPLOY / "prometheus/adapter.yaml").read_text())["rules"]
    assert latency["object"]["metric"]["name"] == rule["name"]["as"]
    target = spec["scaleTargetRef"]
    assert named(target["kind"], target["name"])["spec"]["replicas"] == spec["minReplicas"]


def test_a_pod_has_the_time_that_draining_takes() -> None:
    pod = named("StatefulSet", "document-search")["spec"]["template"]["spec"]
    settings = read_settings({})
    drain_s = float(named("ConfigMap", "document-search")["data"]["SERVICE_DRAIN_S"])
    assert pod["terminationGracePeriodSeconds"] >= drain_s + settings.bulk_deadline_s + 10


def test_the_probes_ask_where_the_service_answers() -> None:
    (container,) = named("StatefulSet", "document-search")["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    port = int(named("ConfigMap", "document-search")["data"]["SERVICE_PORT"])
    assert [one["containerPort"] for one in container["ports"]] == [port]


def test_a_journal_outlives_its_pod() -> None:
    stateful = named("StatefulSet", "document-search")["spec"]
    (container,) = stateful["template"]["spec"]["containers"]
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert mounts["journal"] == named("ConfigMap", "document-search")["data"]["SERVICE_JOURNAL_DIR"]
    assert [claim["metadata"]["name"] for claim in stateful["volumeClaimTemplates"]] == ["journal"]
    assert stateful["persistentVolumeClaimRetentionPolicy"] == {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    }


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=lambda one: one if isinstance(one, str) else "")
def test_nothing_runs_with_more_than_it_needs(name: str, pod: dict[str, Any]) -> None:
    assert pod["automountServiceAccountToken"] is False, name
    assert pod["securityContext"]["runAsNonRoot"]
    for container in pod["containers"]:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        assert not container["image"].endswith(":latest")
        volumes = {one["name"] for one in pod.get("volumes", [])} | {"journal"}
        assert {one["name"] for one in container.get("volumeMounts", [])} <= volumes


def test_every_pod_may_be_talked_to_by_somebody_named() -> None:
    policies = [one for _, one in documents() if one["kind"] == "NetworkPolicy"]
    selected = [one["spec"]["podSelector"].get("matchLabels", {}) for one in policies]
    assert {} in selected, "what no policy names may do nothing"
    assert {"app": "document-search"} in selected


def test_evidence_is_left_where_it_is_fetched_from() -> None:
    claimed = {
        name: volume["persistentVolumeClaim"]["claimName"]
        for name, pod in pods()
        for volume in pod.get("volumes", [])
        if name in {"load-master", "game-day", "fetch"} and "persistentVolumeClaim" in volume
    }
    assert claimed == {"load-master": "runs", "game-day": "runs", "fetch": "runs"}
    assert named("PersistentVolumeClaim", "runs")


def test_what_load_and_game_days_run_is_in_the_image() -> None:
    image = (DEPLOY / "image/Dockerfile").read_text()
    version = re.findall(r"^FROM python:(3\.\d+)", image, re.MULTILINE)[-1]
    packages = f"/opt/stormproof/lib/python{version}/site-packages/"
    assert "/opt/stormproof /opt/stormproof" in image
    for name in ("load-master", "load-worker"):
        (container,) = named("Job", name)["spec"]["template"]["spec"]["containers"]
        command, locustfile = container["command"][0], container["command"][1].partition("=")[2]
        assert command == "locust"
        (variable,) = container["env"]
        mounts = {one["mountPath"] for one in container["volumeMounts"]}
        assert variable["name"] == "SSL_CERT_FILE"
        assert variable["value"].rpartition("/")[0] in mounts
        assert locustfile.startswith(packages)
        assert (DEPLOY.parent / locustfile.removeprefix(packages)).is_file()
    (container,) = named("Job", "game-day")["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["stormproof", "run", "/plan/plan.yaml"]


def test_every_pod_of_the_cluster_has_a_policy_but_for_what_needs_no_network() -> None:
    selected = {
        one["spec"]["podSelector"].get("matchLabels", {}).get("app")
        for _, one in documents()
        if one["kind"] == "NetworkPolicy"
    }
    assert {"document-search", "document-search-migration", "load", "game-day"} <= selected
