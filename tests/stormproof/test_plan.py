"""A plan is read strictly; what cannot be run is refused before anything is started."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.contract.contract import read_contract
from slo.contract.exercised import longest_recovery_s
from stormproof.plan import demo_plan, is_loopback_url, read_plan
from stormproof.planned_experiment import PlannedExperiment

PLAN = """
name: my-day
scenario: load.yaml
objectives: slo
demands: [availability-free]
phases:
  - {name: warm-up, duration_s: 5}
  - {name: redis-down, duration_s: 20, experiment: redis-down, hold_s: 12}
"""


def plan_file(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text)
    return path


def test_a_plan_is_read_with_paths_from_its_own_folder(tmp_path: Path) -> None:
    file = read_plan(plan_file(tmp_path, PLAN))
    assert file.plan.duration_s == 25
    assert file.plan.experiments == ("redis-down",)
    assert file.resolve(file.plan.scenario) == tmp_path / "load.yaml"


def test_the_demo_s_plan_is_valid_and_names_files_that_exist() -> None:
    file = read_plan(demo_plan())
    assert file.plan.duration_s >= 100, "at least 100 s of load"
    assert file.plan.experiments == ("redis-down", "elasticsearch-slow", "postgres-down")
    assert file.resolve(file.plan.scenario).is_file()
    assert file.resolve(file.plan.objectives).is_dir()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("name: my-day", "name: My Day", r"name: 'My Day'"),
        ("duration_s: 5", "duration_s: 0", r"phases\[0\]\.duration_s: 0: .*greater than 0"),
        ("duration_s: 5", "duration_s: .nan", r"phases\[0\]\.duration_s: nan"),
        ("hold_s: 12", "hold_s: 19", r"phases\[1\]\.duration_s: 20 with hold_s 19: .*3 s shorter"),
        ("redis-down, duration", "warm-up, duration", r"phases\[1\]\.name: 'warm-up': .*name of its own"),
        ("5}", "5, hold_s: 3}", r"phases\[0\]\.hold_s: 3.0: only a phase with an experiment"),
        ("5}", "10, experiment: x}", r"phases\[0\]\.experiment: x: warm-up never counts"),
        ("hold_s: 12}", "until: {bad_share: 0.1}}", r"phases\[1\]\.until: .*lasts as long as the load"),
        ("duration_s: 5}", "duration_s: 5, or_else: abort}", r"phases\[0\]\.or_else: abort: only a phase"),
        (
            "hold_s: 12}",
            "experiments: [{experiment: x}]}",
            r"\.experiment: redis-down: must not stand beside",
        ),
        ("demands:", "abort: {bad_share: 2}\ndemands:", r"abort\.bad_share: 2: .*less than or equal to 1"),
        (
            "name: my-day",
            "name: my-day\ntarget: http://example.org",
            r"target: 'http://example.org': .*loopback",
        ),
        ("name: my-day", "name: my-day\ntarget: ftp://127.0.0.1", r"target: 'ftp://127.0.0.1': must be"),
        ("demands:", "demand:", r"demands: missing"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    with pytest.raises(InvalidFile, match=message) as caught:
        read_plan(plan_file(tmp_path, PLAN.replace(before, after)))
    assert "nothing was run" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:21080", True),
        ("http://127.8.8.8", True),
        ("https://[::1]:1", True),
        ("http://localhost:5", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@10.0.0.1/", False),
        ("ftp://127.0.0.1", False),
        ("http://[bad", False),
        ("127.0.0.1", False),
    ],
)
def test_loopback_is_told_from_the_rest(url: str, loopback: bool) -> None:
    assert is_loopback_url(url) is loopback


def test_the_plan_of_the_contract_breaks_something_for_each_of_its_situations() -> None:
    file = read_plan(demo_plan().parent / "degradation.yaml")
    contract = read_contract(file.resolve(file.plan.contract or ""))
    assert len(set(file.plan.experiments)) == len(contract.articles)
    longest_s = longest_recovery_s(contract)
    after = {phase.name: phase.duration_s for phase in file.plan.phases if phase.name.startswith("after-")}
    assert len(after) == len(contract.articles)
    assert all(duration_s >= longest_s for duration_s in after.values())


TWO = """
name: my-day
scenario: load.yaml
objectives: slo
demands: []
phases:
  - name: pair
    duration_s: 20
    experiments: [{experiment: redis-down, hold_s: 9}, {experiment: postgres-down, at_s: 4, hold_s: 9}]
"""


def test_experiments_are_read_in_either_form(tmp_path: Path) -> None:
    (phase,) = read_plan(plan_file(tmp_path, TWO)).plan.phases
    assert [(one.experiment, one.at_s, phase.held_s(one)) for one in phase.planned] == [
        ("redis-down", 0, 9),
        ("postgres-down", 4, 9),
    ]
    assert phase.needed_s == 4 + 9 + 3
    (_, only) = read_plan(plan_file(tmp_path, PLAN)).plan.phases
    assert [(one.experiment, only.held_s(one)) for one in only.planned] == [("redis-down", 12)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("postgres-down", "redis-down", r"experiments\[1\]\.experiment: redis-down: must be named once"),
        ("at_s: 4", "at_s: 9", r"duration_s: 20: must be at least 21"),
        ("duration_s: 20", "duration_s: 20\n    order: sequence", r"duration_s: 20: must be at least 28"),
        (", hold_s: 9}]", "}]\n    order: sequence", r"experiments\[1\]\.hold_s: missing: must be told"),
        ("at_s: 4", "at: 4", r"experiments\[1\]\.at: unknown field 'at': allowed are experiment, at_s"),
    ],
)
def test_experiments_that_do_not_fit_are_refused(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    with pytest.raises(InvalidFile, match=message):
        read_plan(plan_file(tmp_path, TWO.replace(before, after)))


def test_a_target_off_loopback_must_be_confirmed(tmp_path: Path) -> None:
    away = PLAN.replace("name: my-day", "name: my-day\ntarget: https://shop.example.org")
    with pytest.raises(InvalidFile, match=r"confirm_hosts: \[shop.example.org\]"):
        read_plan(plan_file(tmp_path, away))
    confirmed = read_plan(plan_file(tmp_path, f"{away}\nconfirm_hosts: [shop.example.org]"))
    assert confirmed.plan.target == "https://shop.example.org"


def test_variables_keep_their_types() -> None:
    planned = PlannedExperiment("x", variables={"a": 1, "b": 0.5, "c": "d"})
    assert planned.options() == ("--var", "a:int=1", "--var", "b:float=0.5", "--var", "c=d")
