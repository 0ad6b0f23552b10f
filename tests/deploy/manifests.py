"""The manifests of deploy/, read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted([*(DEPLOY / "kubernetes").glob("*.yaml"), DEPLOY / "backup/jobs.yaml"])


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of Kubernetes, with the name of its file."""
    for file in FILES:
        if file.name != "kustomization.yaml":
            for document in yaml.safe_load_all(file.read_text()):
                yield file.name, document


def named(kind: str, name: str) -> dict[str, Any]:
    """The object of that kind and name."""
    (found,) = (one for _, one in documents() if one["kind"] == kind and one["metadata"]["name"] == name)
    return found


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The pod specification of everything that runs, by its name."""
    return ((name, pod["spec"]) for name, pod in _templates())


def pods_with_labels() -> Iterator[tuple[str, dict[str, str]]]:
    """The labels of the pods of everything that runs, by its name."""
    return ((name, pod["metadata"]["labels"]) for name, pod in _templates())


def _templates() -> Iterator[tuple[str, dict[str, Any]]]:
    for _, document in documents():
        spec = document.get("spec", {})
        if document["kind"] == "Pod":
            yield document["metadata"]["name"], document
        if document["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if "template" in spec:
            yield document["metadata"]["name"], spec["template"]
