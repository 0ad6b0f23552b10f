"""The ports of a stack: none twice, all of them its own, and evidence knows the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.ports import StackPorts
from stack import Profile, StackSettings, layout
from stack.parts import dependency_parts, toxiproxy_part

BASE = 21_000
INSTANCES = range(0, 7)
"""The service at its own port, and those that drills start beside it."""


@pytest.mark.parametrize("profile", Profile)
def test_no_two_listen_on_the_same_port_and_all_stay_among_the_stack_s_hundred(profile: Profile) -> None:
    ports = [
        port for part in (*dependency_parts(profile), toxiproxy_part(profile)) for port in part.ports(BASE)
    ]
    ports += [StackPorts(BASE).instance(number) for number in INSTANCES]
    assert len(ports) == len(set(ports))
    assert all(BASE <= port < BASE + 100 for port in ports)


@pytest.mark.parametrize("profile", Profile)
def test_parts_are_made_for_every_entry_of_the_layout(profile: Profile) -> None:
    assert tuple(part.layout for part in dependency_parts(profile)) == layout.dependencies(profile)


@pytest.mark.parametrize("part", layout.dependencies(Profile.REPLICAS), ids=lambda part: part.name)
def test_evidence_knows_the_same_ports(part: layout.PartLayout) -> None:
    ports = StackPorts(BASE)
    assert ports.direct(part.name) == part.port(BASE)
    if part.proxy_offset is not None:
        assert ports.proxy(part.name) == part.proxy_port(BASE)


def test_the_single_profile_is_part_of_the_other() -> None:
    assert set(layout.dependencies(Profile.SINGLE)) <= set(layout.dependencies(Profile.REPLICAS))


def test_each_profile_keeps_data_of_its_own(tmp_path: Path) -> None:
    single = StackSettings(tmp_path, tmp_path / "state", BASE)
    replicas = replace(single, profile=Profile.REPLICAS)
    assert single.data_dir != replicas.data_dir
    assert set(single.data_dirs) == {single.data_dir, replicas.data_dir}
    assert replicas.node_heap_mb < single.node_heap_mb
