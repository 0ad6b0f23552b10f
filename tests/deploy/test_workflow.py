"""The workflow of continuous integration: what .ci/run does, in GitHub's form."""

import re
import subprocess
import sys

import yaml

from tests.deploy.manifests import DEPLOY

REPOSITORY = DEPLOY.parent
WORKFLOW = REPOSITORY / ".github/workflows/ci.yml"


def test_it_keeps_to_the_schema_of_github() -> None:
    checked = subprocess.run(
        (
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            str(WORKFLOW),
        ),
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_it_runs_what_continuous_integration_runs() -> None:
    (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    commands = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    ours = (REPOSITORY / ".ci/run").read_text()
    # Whatever it installs and makes; Chromium comes with GitHub's machines.
    words = set(re.findall(r"prometheus|fonts-[\w-]+|faketime|[\w-]+==[\w.]+|make [\w-]+", ours))
    assert words >= {"make test", "make test-production", "prometheus", "faketime"}
    assert {word for word in words if word not in commands} == set()


def test_it_tries_the_oldest_python_that_is_allowed() -> None:
    (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    oldest = min(job["strategy"]["matrix"]["python"])
    assert f'requires-python = ">={oldest}"' in (REPOSITORY / "pyproject.toml").read_text()
