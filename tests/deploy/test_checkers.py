"""What the checkers of Kubernetes and Prometheus themselves say."""

import subprocess
from pathlib import Path

import pytest

from tests.deploy.manifests import DEPLOY, FILES

pytestmark = pytest.mark.production

KUBERNETES = "1.34"
OBJECTS = [one for one in FILES if one.name != "kustomization.yaml"]


def said(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "file", [one for one in FILES if one.name != "kustomization.yaml"], ids=lambda one: one.name
)
def test_the_manifests_keep_to_the_schemas_of_kubernetes(file: Path) -> None:
    code, output = said("kubernetes-validate", "--strict", "--kubernetes-version", KUBERNETES, str(file))
    assert code == 0, output


@pytest.mark.parametrize("name", ["prometheus.yml", "local.yml"])
def test_prometheus_reads_its_configuration(name: str) -> None:
    code, output = said("promtool", "check", "config", "--syntax-only", str(DEPLOY / "prometheus" / name))
    assert code == 0, output
