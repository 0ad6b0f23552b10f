"""What is missing here, and how to get it."""

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chaos.errors import InvalidArgumentError
from evidence.machine import this_machine
from stack import HOST, Fitness
from stormproof.cli.app import build_app
from stormproof.machine import examine_machine


def doctor(port_base: int, *arguments: str) -> Result:
    environment = {"STORMPROOF_PORT_BASE": str(port_base), "COLUMNS": "80"}
    return CliRunner().invoke(build_app(), ["doctor", *arguments], env=environment)


def test_a_taken_port_is_lacking_and_what_to_do_is_told_once() -> None:
    base = 24720
    with socket.socket() as other, socket.socket() as another:
        for offset, taking in ((2, other), (3, another)):
            taking.bind((HOST, base + offset))
            taking.listen()
        ended = doctor(base)
        told = doctor(base, "--json")
    assert ended.exit_code == told.exit_code == 69
    assert ended.output.count("✗  ports") == 2
    assert ended.output.count("End that process, or move this stack") == 1
    lacking = [one for one in json.loads(told.output) if one["fitness"] == "lacking"]
    assert [one["subject"] for one in lacking] == ["ports", "ports"]


def no_library() -> Path:
    raise InvalidArgumentError("clock-step needs it")


@pytest.mark.parametrize(
    ("cores", "files", "fitness"),
    [
        (2, 4096, [Fitness.THERE, Fitness.THERE, Fitness.TO_BE_HAD]),
        (1, 1024, [Fitness.LACKING, Fitness.LACKING, Fitness.TO_BE_HAD]),
    ],
)
def test_a_machine_too_small_for_load_is_told(cores: int, files: int, fitness: list[Fitness]) -> None:
    machine = replace(this_machine(), cores=cores)
    told = examine_machine(machine=lambda: machine, files=lambda: files, find_faketime=no_library)
    assert [one.fitness for one in told] == fitness
    assert all(one.next_step for one in told if one.fitness is not Fitness.THERE)


def test_the_machine_of_the_tests_has_what_load_needs() -> None:
    assert Fitness.LACKING not in {one.fitness for one in examine_machine()}
