"""What an experiment's file gives away before anything is run."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from chaos.experiment_files import experiment_names, experiment_path
from chaos.supervision.experiment_file import Control, Provider, read_experiment
from chaos.supervision.file_rules.accepting_tolerance import accepts_all
from chaos.supervision.judgement import check
from tests.chaos.supervision.made import HTTP, PROCESS, PYTHON, action, experiment, probe

ACCEPT_ALL: list[tuple[JsonValue, Provider]] = [
    (None, HTTP),
    ({"type": "regex", "pattern": ".*"}, PYTHON),
    ({"type": "regex", "pattern": "", "target": "body"}, HTTP),
    ({"type": "regex", "pattern": "a*", "target": "stdout"}, PROCESS),
    ({"type": "regex", "pattern": r"^[\s\S]*$"}, PYTHON),
    ({"type": "range", "range": [0, 1000], "target": "status"}, HTTP),
    ({"type": "range", "range": [-1e300, 1e300]}, PYTHON),
    ({"type": "range", "range": [0, float("inf")]}, PYTHON),
    ({"type": "jsonpath", "path": "$"}, HTTP),
    ({"type": "jsonpath", "path": "$.status", "target": "body"}, HTTP),
    ({"type": "jsonpath", "path": "$.nosuch", "expect": [], "target": "body"}, HTTP),
    ([200, 404, 500, 502, 503, 504], HTTP),
    ([0, 1, 2, 127, 255, -9], PROCESS),
    ([-1e300, 1e300], PYTHON),
    ({"type": "probe", "provider": {"type": "process", "path": "true"}}, PYTHON),
    ({"type": "probe", "provider": {"type": "http", "url": "http://localhost"}}, HTTP),
]
CAN_FAIL: list[tuple[JsonValue, Provider]] = [
    (True, PYTHON),
    (200, HTTP),
    ("ok", PYTHON),
    ([200, 404], HTTP),
    ([0, 100], PYTHON),
    ({"type": "regex", "pattern": "^ok"}, PYTHON),
    ({"type": "regex", "pattern": "^(?!error)"}, PYTHON),
    ({"type": "range", "range": [200, 299], "target": "status"}, HTTP),
    ({"type": "range", "range": [0, 0.5]}, PYTHON),
    ({"type": "jsonpath", "path": "$.status", "expect": ["up"], "target": "body"}, HTTP),
    ({"type": "jsonpath", "path": "$.items[*]", "count": 3}, HTTP),
    ({"type": "jsonpath", "path": '$.items[?(@.phase = "Running")]'}, HTTP),
    ({"type": "probe", "provider": {"type": "python"}}, PYTHON),
]


@pytest.mark.parametrize(("tolerance", "provider"), ACCEPT_ALL)
def test_a_tolerance_that_accepts_everything_is_found(tolerance: JsonValue, provider: Provider) -> None:
    assert accepts_all(tolerance, probe(tolerance, provider)) is not None


@pytest.mark.parametrize(("tolerance", "provider"), CAN_FAIL)
def test_a_tolerance_that_can_fail_is_left_alone(tolerance: JsonValue, provider: Provider) -> None:
    assert accepts_all(tolerance, probe(tolerance, provider)) is None


@pytest.mark.parametrize(
    ("path", "arguments", "idle"),
    [
        ("true", None, True),
        ("/bin/echo", ["ok"], True),
        ("sh", ["-c", "curl localhost || true"], True),
        ("sh", ["-c", "curl localhost; exit 0"], True),
        ("sh", "-c 'check' || true", True),
        ("sh", ["-c", "curl localhost"], False),
        ("echo", "all is well", True),
        ("echo", "all is well && check", False),
        ("printf", "$(check)", False),
        ("bash", ["-c", "echo ok"], True),
        ("bash", "-c 'echo ok'", True),
        ("bash", "-c 'check > log'", False),
        ("curl", ["-f", "http://localhost/true"], False),
    ],
)
def test_a_command_that_always_exits_with_0_asks_nothing(path: str, arguments: JsonValue, idle: bool) -> None:
    asked = experiment(probe(0, Provider("process", path=path, arguments=arguments)))
    assert ("idle-probe" in {one.rule for one in check(asked)}) is idle


@pytest.mark.parametrize(
    "tolerance",
    [0, [0], {"type": "range", "target": "status", "range": [0, 0]}, {"type": "regex", "pattern": "^ok"}],
)
def test_a_command_whose_answer_stands_in_the_file_asks_nothing(tolerance: JsonValue) -> None:
    asked = experiment(probe(tolerance, Provider("process", path="echo", arguments="ok")))
    assert "idle-probe" in {one.rule for one in check(asked)}


@pytest.mark.parametrize(
    "idle",
    [
        Provider("process", path="echo", arguments="the database is stopped"),
        Provider("process", path="sleep", arguments=["5"]),
        Provider("python", module="chaos.actions", func="hold"),
        Provider("python", module="time", func="sleep"),
    ],
)
def test_actions_that_do_nothing_break_nothing(idle: Provider) -> None:
    waits = experiment(method=(action(idle),))
    assert "nothing-broken" in {one.rule for one in check(waits)}
    breaks = experiment(method=(action(idle), action(PROCESS)))
    assert "nothing-broken" not in {one.rule for one in check(breaks)}


def test_time_limits_that_nobody_keeps_are_warned_of() -> None:
    of_python = experiment(method=(action(limit_s=1.0),))
    of_process = experiment(method=(action(PROCESS, limit_s=1.0),))
    assert {one.rule for one in check(of_python) if one.verdict is None} == {
        "ignored-time-limit",
        "no-rollbacks",
    }
    assert {one.rule for one in check(of_process)} == {"no-rollbacks"}


@pytest.mark.parametrize(
    ("configuration", "missing"),
    [
        ({"experiment": "lamp-out", "run_dir": ""}, set()),
        ({"experiment": {"type": "env", "key": "NAME"}, "run_dir": ""}, set()),
        ({"experiment": "lamp-out"}, {"configuration.run_dir"}),
        ({"run_dir": ""}, {"configuration.experiment"}),
        ({"experiment": "lamp out", "run_dir": ""}, {"configuration.experiment"}),
        ({}, {"configuration.run_dir", "configuration.experiment"}),
    ],
)
@pytest.mark.parametrize("by_control", [False, True])
def test_what_tells_the_timeline_says_whose_fault_it_is_and_takes_a_run_folder(
    configuration: dict[str, JsonValue], missing: set[str], by_control: bool
) -> None:
    control = Control(Provider("python", module="chaos.controls"))
    inject = action(Provider("python", module="chaos.actions", func="inject"))
    made = replace(
        experiment(method=(action() if by_control else inject,)),
        configuration=configuration,
        controls=(control,) if by_control else None,
    )
    assert {one.where for one in check(made) if one.rule == "untold-fault"} == missing


def test_what_tells_no_timeline_needs_neither() -> None:
    hold = action(Provider("python", module="chaos.actions", func="hold"))
    assert "untold-fault" not in {one.rule for one in check(experiment(method=(action(), hold)))}


@pytest.mark.parametrize("name", experiment_names())
def test_our_own_experiments_are_sound(name: str) -> None:
    assert check(read_experiment(experiment_path(name))) == ()
