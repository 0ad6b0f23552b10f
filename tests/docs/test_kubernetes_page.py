"""docs/kubernetes.md names what the manifests have."""

import re

from tests.deploy.manifests import documents, named
from tests.docs.page import DOCS, REPOSITORY, Page

PAGE = Page(DOCS / "kubernetes.md")
LINES = [command.line for command in PAGE.commands()]


def test_every_manifest_that_is_applied_is_there_and_in_its_namespace() -> None:
    files = [file for line in LINES for file in re.findall(r"--filename (\S+)", line)]
    assert len(files) >= 4
    assert [file for file in files if not (REPOSITORY / file).is_file()] == []
    namespace = named("Namespace", "document-search")["metadata"]["name"]
    assert all(f"--namespace {namespace}" in line for line in LINES if line.startswith("kubectl apply"))


def test_every_object_that_is_waited_for_is_made() -> None:
    waited = [found for line in LINES for found in re.findall(r"\b(job|pod)/([a-z-]+)", line)]
    assert len(waited) >= 3
    made = {(one["kind"].lower(), one["metadata"]["name"]) for _, one in documents()}
    assert set(waited) <= made


def test_a_release_applies_its_migration_alone_first() -> None:
    (line,) = (
        command.line
        for command in Page(REPOSITORY / "deploy/README.md").commands()
        if "--selector" in command.line
    )
    name, _, value = line.rpartition(" ")[2].partition("=")
    chosen = [
        (one["kind"], one["metadata"]["name"])
        for _, one in documents()
        if one["metadata"].get("labels", {}).get(name) == value
    ]
    assert chosen == [("Job", "migration")]


def test_every_configuration_that_the_jobs_mount_is_created_first() -> None:
    created = {name for line in LINES for name in re.findall(r"create configmap (\S+)", line)}
    mounted = {
        volume["configMap"]["name"]
        for job in ("load-master", "game-day")
        for volume in named("Job", job)["spec"]["template"]["spec"]["volumes"]
        if "configMap" in volume
    }
    assert created == mounted - {"document-search-ca"}, "that one the service needs already"
