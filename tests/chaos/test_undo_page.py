"""docs/undo.md is true: it has every fault of a process, a real example, and the code's figures."""

from pathlib import Path

import yaml

from chaos.faults import FAULTS
from chaos.targets.process import PROCESS
from chaos.targets.proxy import HEALER_TIMEOUT_S
from chaos.targets.settings import read_target_settings
from chaos.watchdog.lease import LEASE_S, LONGEST_LEASE_S

PAGE = (Path(__file__).parents[2] / "docs/undo.md").read_text()


def test_every_fault_of_a_process_says_how_it_is_undone() -> None:
    table = PAGE.split("## What is undone how")[1].split("##")[0]
    for kind in FAULTS:
        if kind.undo_kind == PROCESS.undo_kind:
            assert f"`{kind.name}`" in table


def test_the_example_is_what_a_configuration_says() -> None:
    example = yaml.safe_load(PAGE.split("```yaml\n")[1].split("```")[0])
    shop = read_target_settings(example["configuration"]["targets"])["shop"]
    assert (shop.restart, shop.address) == (("/usr/bin/shop", "--daemon"), "127.0.0.1:8080")


def test_its_times_are_those_of_the_code() -> None:
    assert f"extends its lease to {LEASE_S:g} s" in PAGE
    assert f"{LONGEST_LEASE_S / 60:g} minutes after its last injection" in " ".join(PAGE.split())
    assert f"does not answer within {HEALER_TIMEOUT_S:g} s" in PAGE
