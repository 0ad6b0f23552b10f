"""The manifests agree with each other, with the service, and with what the analysis asks for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from reference_service.http.openapi import openapi_json
from reference_service.settings.settings import PREFIX, Settings, read_settings
from reference_service.workers.numbers import needed
from tests.deploy.manifests import DEPLOY, named, pods

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
    scaled = named(target["kind"], target["name"])["spec"]
    assert "replicas" not in scaled, "each release would set the number of pods back"


@pytest.mark.parametrize("ordinal", [0, 1, 49])
def test_no_two_pods_number_their_workers_alike(ordinal: int) -> None:
    """As their container starts: in its shell, and by the service's own reading of its settings."""
    (container,) = named("StatefulSet", "document-search")["spec"]["template"]["spec"]["containers"]
    workers = named("ConfigMap", "document-search")["data"]["SERVICE_WORKERS"]
    started = subprocess.run(
        [*container["command"], "settings"],
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "HOSTNAME": f"document-search-{ordinal}",
            "SERVICE_WORKERS": workers,
        },
        cwd=DEPLOY.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    number = orjson.loads(started.stdout).get("worker", "0")
    assert int(number) == ordinal * needed(int(workers))
    assert container["args"] == ["serve"]


def test_the_service_writes_where_a_pod_may_write() -> None:
    pod = named("StatefulSet", "document-search")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    data = named("ConfigMap", "document-search")["data"]
    writable = [Path(one["mountPath"]) for one in container["volumeMounts"] if not one.get("readOnly")]
    own = {name for name, one in Settings.model_fields.items() if str(one.default).startswith("~")}
    # Secrets are kept by a machine that has been given none.
    for name in own - {"secrets_dir"}:
        folder = Path(data[f"{PREFIX}{name.upper()}"])
        assert any(folder.is_relative_to(one) for one in writable), name


def test_a_migration_knows_whom_to_believe() -> None:
    (container,) = named("Job", "migration")["spec"]["template"]["spec"]["containers"]
    (variable,) = container["env"]
    mounts = [Path(one["mountPath"]) for one in container["volumeMounts"]]
    assert variable["name"] == "SERVICE_DEPENDENCY_CA"
    assert Path(variable["value"]).parent in mounts


def test_the_public_reaches_operations_and_neither_metrics_nor_health() -> None:
    (rule,) = named("Ingress", "document-search")["spec"]["rules"]
    public = {one["path"] for one in rule["http"]["paths"]}
    served = {"/" + path.split("/")[1] for path in orjson.loads(openapi_json())["paths"]}
    assert public | {"/metrics", "/health"} == served | {"/openapi.json"}
    assert public.isdisjoint({"/", "/metrics", "/health"})


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
