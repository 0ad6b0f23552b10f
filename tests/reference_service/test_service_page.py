"""docs/service.md is true: its requests are answered, its variables and commands exist."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reference_service.settings import Settings
from tests.reference_service.service_process import ServiceProcess, Tenant

PAGE = Path(__file__).parents[2] / "docs" / "service.md"
TEXT = PAGE.read_text()


def curls() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("curl ")]


@pytest.mark.stack
async def test_every_request_of_the_page_is_answered(service: ServiceProcess, acme: Tenant) -> None:
    asked = curls()
    assert len(asked) >= 5
    for words in asked:
        options = dict(itertools.pairwise(words))
        headers = dict(
            value.replace("$KEY", acme.api_key).split(": ", 1)
            for option, value in itertools.pairwise(words)
            if option == "-H"
        )
        body = options.get("-d")
        method = options.get("-X", "POST" if body else "GET")
        url = urlsplit(words[-1])
        async with service.session.request(  # type: ignore[union-attr]  # it runs
            method, f"{url.path}?{url.query}", headers=headers, data=body
        ) as reply:
            assert reply.status < 300, (words, await reply.text())


def test_every_variable_of_the_page_is_a_setting() -> None:
    named = {name.removeprefix("SERVICE_").lower() for name in re.findall(r"SERVICE_[A-Z_]+[A-Z]", TEXT)}
    assert len(named) > 8
    assert named <= set(Settings.model_fields)


def test_every_command_of_the_page_is_one_and_the_other_way_round() -> None:
    table = TEXT.split("| command | does |")[1].split("\n\n")[0]
    named = {line.split("`")[1].split()[0] for line in table.splitlines() if line.startswith("| `")}
    told = subprocess.run(
        [sys.executable, "-m", "reference_service", "--help"], capture_output=True, text=True, check=True
    )
    assert named == set(re.findall(r"^    (\w+) ", told.stdout, re.MULTILINE))


def test_every_link_of_the_page_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / link).exists(), link
