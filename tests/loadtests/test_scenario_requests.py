"""What a scenario says of requests: all of it is checked when it is read, and nothing is left for the run."""

from pathlib import Path
from typing import Any

import pytest

from evidence.errors import InvalidFile
from loadtests.arrivals import Arrival, arrivals
from loadtests.operations.acknowledged import Acknowledged
from loadtests.request_plan import Place, RequestPlan
from loadtests.scenario import Scenario, scheduled_arrivals, tenants_needed
from loadtests.scenario_file import read_scenario
from tests.loadtests.processes import Bench

Content = dict[str, Any]  # a YAML document, bent by each test before the reader sees it


def content() -> Content:
    return {
        "name": "orders",
        "duration_s": 10,
        "variables": {"quantity": {"integer": {"least": 1, "most": 9}}},
        "data": [{"file": "users.csv"}],
        "operations": [
            {
                "name": "order",
                "method": "POST",
                "path": "/orders",
                "headers": {"X-User": "${users.name}"},
                "json": {"user": "${users.name}", "quantity": "${quantity}"},
                "expect": [201],
                "answer": {"json": {"/user": "${users.name}"}},
                "extract": {"order_id": {"json": "/id"}},
            },
            {"name": "poll", "path": "/orders/${order_id}"},
        ],
        "sessions": [
            {
                "name": "buy",
                "steps": [
                    {"operation": "order"},
                    {
                        "operation": "poll",
                        "at_most": 5,
                        "think": {"mean_s": 0.2},
                        "until": {"json": {"/state": "ready"}},
                    },
                ],
            }
        ],
        "personas": [
            {
                "name": "buyer",
                "rate_per_s": 20,
                "arrivals": "constant",
                "named_tenants": ["north", "south"],
                "operations": [{"name": "buy", "weight": 3}, {"name": "order", "weight": 1}],
            }
        ],
    }


@pytest.fixture
def users(bench: Bench, tmp_path: Path) -> Path:
    file = tmp_path / "users.csv"
    file.write_text("name,mail\n" + "".join(f"user-{number},u{number}@x\n" for number in range(50)))
    return file


def changed(path: str, value: object) -> Content:
    whole = content()
    place: Any = whole
    *parents, last = path.split("|")
    for step in parents:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value
    return whole


def plan(scenario: Scenario, worker_index: int = 0) -> RequestPlan:
    return RequestPlan(scenario, {}, (), seed=1, worker_index=worker_index, acknowledged=Acknowledged())


def sent(made: RequestPlan, arrival: Arrival) -> tuple[str, bytes]:
    choice = made.choose(arrival)
    request = made.attempt(choice, Place(arrival.index, arrival.offset_ns, 0)).request
    return dict(request.headers)["X-User"], request.body


def test_a_scenario_without_mistakes_is_read(bench: Bench, users: Path) -> None:
    scenario = read_scenario(bench.write_scenario(content()))
    assert Path(scenario.data[0].file) == users
    assert scenario.sessions[0].most_requests == 6
    assert scenario.longest_session_s == 1.0


@pytest.mark.usefixtures("users")
def test_any_number_of_workers_sends_the_same_requests(bench: Bench) -> None:
    scenario = read_scenario(bench.write_scenario(content()))
    stream = list(arrivals(scenario.streams, scenario.duration_s, 1))
    whole, workers = plan(scenario), [plan(scenario, k) for k in range(3)]
    alone = [sent(whole, arrival) for arrival in stream]
    assert alone == [sent(workers[arrival.index % 3], arrival) for arrival in stream]
    # Sequential rows: none comes again before the fiftieth.
    assert [user for user, _ in alone[:50]] == [f"user-{number}" for number in range(50)]
    assert len({quantity for _, quantity in alone}) > 9


@pytest.mark.usefixtures("users")
def test_a_persona_whose_data_end_sends_no_more(bench: Bench) -> None:
    bent = changed("data|0|on_end", "stop")
    scenario = read_scenario(bench.write_scenario(bent))
    assert scenario.personas[0].at_most == 50
    (share,) = scheduled_arrivals(scenario, 1, 1)
    assert share.arrivals == 50
    bent["personas"][0]["at_most"] = 10
    assert read_scenario(bench.write_scenario(bent)).personas[0].at_most == 10


@pytest.mark.usefixtures("users")
def test_a_foreign_target_has_tenants_by_name(bench: Bench) -> None:
    bent = changed("operations|0|headers", {"X-User": "${users.name}", "X-Tenant": "${tenant.id}"})
    scenario = read_scenario(bench.write_scenario(bent))
    assert tenants_needed(scenario) == {}
    made = plan(scenario)
    choices = [made.choose(arrival) for arrival in arrivals(scenario.streams, 10, 1)]
    named = {choice.tenant.id for choice in choices if choice.tenant is not None}
    assert named == {"north", "south"}
    attempt = made.attempt(choices[0], Place(0, 0, 0))
    assert choices[0].tenant is not None
    assert ("X-Tenant", choices[0].tenant.id) in attempt.request.headers


def test_the_steps_of_sessions_count_against_limits(bench: Bench) -> None:
    whole: Content = {
        "name": "typing",
        "duration_s": 10,
        "share_of_limit": 1.0,
        "limits": {"window_s": 60, "burst": 0, "tiers": {"free": {"search": 60, "get": 60}}},
        "sessions": [
            {"name": "typing", "steps": [{"operation": "search", "options": {"of": "typing"}, "at_most": 5}]}
        ],
        "personas": [
            {
                "name": "p",
                "tier": "free",
                "rate_per_s": 2,
                "operations": [{"name": "typing", "weight": 1}, {"name": "get", "weight": 1}],
            }
        ],
    }
    # 1 arrival a second begins a session of up to 5 searches: 300 a minute, of 60 each.
    scenario = read_scenario(bench.write_scenario(whole))
    assert tenants_needed(scenario) == {"free": 5}
    assert scenario.address_count == 2 * 6 * 60 / 20


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("operations|0|path", "/orders/${", "operations[0].path"),
        ("operations|0|path", "/orders/${nobody}", "operations[0].path"),
        ("operations|0|headers", {"X-User": "${users.nme}"}, "operations[0].headers.X-User"),
        ("operations|0|json", {"a": ["${nobody}"]}, "operations[0].json"),
        ("operations|0|body", "both", "operations[0]"),
        ("operations|0|answer|json", {"/id": "${nobody}"}, "operations[0].answer"),
        ("operations|0|answer|json", {"id": 1}, "operations[0].answer.json.id"),
        ("operations|0|answer|surprise", 1, "operations[0].answer.surprise"),
        ("operations|0|answer|schema", {"type": "nonsense"}, "operations[0].answer.schema"),
        ("operations|0|extract|order_id", {"json": "id"}, "operations[0].extract.order_id"),
        ("operations|0|extract|arrival", {"json": "/id"}, "operations[0].extract.arrival"),
        ("operations|0|expect", [201, 429], "operations[0].expect"),
        ("operations|0|expect", [201, 503], "operations[0].expect"),
        ("operations|0|refusals", [201], "operations[0].refusals"),
        ("operations|0|headers", {"X-User": "a", "Content-Length": "3"}, "operations[0].headers"),
        ("operations|0|headers", {"X-User": "a", "Accept-Encoding": "gzip, br"}, "operations[0].headers"),
        (
            "operations|0|headers",
            {"X-Tenant": "${tenant.api_key}", "X-User": "a"},
            "operations[0].headers.X-Tenant",
        ),
        ("operations|1|path", "orders/${order_id}", "operations[1].path"),
        ("sessions|0|steps", [], "sessions[0].steps"),
        ("sessions|0|name", "order", "sessions[0].name"),
        ("sessions|0|name", "search", "sessions[0].name"),
        ("sessions|0|steps|0|operation", "fly", "sessions[0].steps[0].operation"),
        ("sessions|0|steps|0|operation", "poll", "operations[1].path"),
        ("sessions|0|steps|0|options", {"of": "typing"}, "sessions[0].steps[0].options"),
        ("sessions|0|steps|0|think", {"mean_s": 1}, "sessions[0].steps[0].think"),
        ("sessions|0|steps|1|think", {"mean_s": -1}, "sessions[0].steps[1].think.mean_s"),
        (
            "sessions|0|steps|1|think",
            {"mean_s": 1, "distribution": "odd"},
            "sessions[0].steps[1].think.distribution",
        ),
        ("sessions|0|steps|1|think", {"mean_s": 1, "sigma": 9}, "sessions[0].steps[1].think.sigma"),
        ("sessions|0|steps|1|at_most", 0, "sessions[0].steps[1].at_most"),
        ("sessions|0|steps|1|at_most", 1, "sessions[0].steps[1].at_most"),
        ("sessions|0|steps|1|at_most", 2000, "sessions[0].steps"),
        ("sessions|0|steps|1|until", {"json": {"state": 1}}, "sessions[0].steps[1].until.json.state"),
        ("sessions|0|steps|1|until", {"contains": ["${nobody}"]}, "sessions[0].steps[1].until"),
        ("personas|0|operations|0|options", {"of": "typing"}, "personas[0].operations[0].options"),
        ("personas|0|operations|1|name", "fly", "personas[0].operations[1].name"),
        ("personas|0|operations|1|name", "search", "personas[0].tier"),
        ("personas|0|operations|1|name", "poll", "operations[1].path"),
        ("personas|0|at_most", 0, "personas[0].at_most"),
        ("personas|0|tier", "free", "personas[0].named_tenants"),
        ("variables|quantity", {"integer": {"least": 3, "most": 1}}, "variables.quantity.integer"),
        ("variables|quantity", {"integer": {"least": "a", "most": 1}}, "variables.quantity.integer.least"),
        ("data|0|name", "our users", "data[0].name"),
        ("targets", [{"name": "only"}], "targets"),
    ],
)
@pytest.mark.usefixtures("users")
def test_a_mistake_is_named_with_its_place(bench: Bench, path: str, value: object, where: str) -> None:
    file = bench.write_scenario(changed(path, value))
    with pytest.raises(InvalidFile) as raised:
        read_scenario(file)
    assert where in [problem.where for problem in raised.value.problems]
    assert str(file) in str(raised.value)


@pytest.mark.usefixtures("users")
def test_an_unknown_name_is_told_with_those_that_are_known(bench: Bench) -> None:
    with pytest.raises(InvalidFile) as raised:
        read_scenario(bench.write_scenario(changed("operations|0|path", "/orders/${usrs.name}")))
    (problem,) = raised.value.problems
    assert problem.value == "${usrs.name}"
    for known in ("users.name", "users.mail", "quantity", "arrival.index", "tenant.id"):
        assert known in problem.allowed
    assert "order_id" not in problem.allowed


def test_a_data_file_that_is_missing_or_wrong_is_named(bench: Bench, users: Path) -> None:
    users.write_text("name,mail\nann\n")
    with pytest.raises(InvalidFile) as raised:
        read_scenario(bench.write_scenario(content()))
    assert raised.value.file == users
    assert raised.value.problems[0].where == "line 2"
    users.unlink()
    with pytest.raises(InvalidFile, match=r"users\.csv"):
        read_scenario(bench.write_scenario(content()))


OWN: Content = {
    "name": "own",
    "duration_s": 5,
    "personas": [{"name": "p", "tier": "free", "rate_per_s": 1, "operations": [{"name": "s", "weight": 1}]}],
}


@pytest.mark.parametrize(
    ("steps", "where"),
    [
        ([{"operation": "search", "options": {"of": "wishes"}}], "sessions[0].steps[0].options.of"),
        ([{"operation": "search", "options": {"page_size": 101}}], "sessions[0].steps[0].options.page_size"),
        ([{"operation": "search", "options": {"surprise": 1}}], "sessions[0].steps[0].options.surprise"),
        ([{"operation": "search", "options": {"of": "written"}}], "sessions[0].steps[0].operation"),
        ([{"operation": "get", "options": {"of": "written"}}], "sessions[0].steps[0].operation"),
        ([{"operation": "delete"}, {"operation": "index"}], "sessions[0].steps[0].operation"),
        ([{"operation": "job"}], "sessions[0].steps[0].operation"),
        ([{"operation": "refresh"}], "sessions[0].steps[0].operation"),
        ([{"operation": "job", "until": {"contains": ["a"]}}], "sessions[0].steps[0].until"),
        ([{"operation": "bulk", "options": {"documents": 0}}], "sessions[0].steps[0].options.documents"),
    ],
)
def test_steps_of_the_service_are_checked_too(bench: Bench, steps: list[Content], where: str) -> None:
    file = bench.write_scenario({**OWN, "sessions": [{"name": "s", "steps": steps}]})
    with pytest.raises(InvalidFile) as raised:
        read_scenario(file)
    assert where in [problem.where for problem in raised.value.problems]


@pytest.mark.parametrize(
    "share",
    [
        {"name": "refresh"},
        {"name": "get", "options": {"of": "written"}},
        {"name": "search", "options": {"of": "cursor"}},
    ],
)
def test_what_needs_a_session_is_not_asked_outside_of_one(bench: Bench, share: Content) -> None:
    personas = [{**OWN["personas"][0], "operations": [{**share, "weight": 1}]}]
    with pytest.raises(InvalidFile, match="write it as a step in sessions"):
        read_scenario(bench.write_scenario({**OWN, "personas": personas}))


def test_the_same_operation_may_be_asked_in_different_ways(bench: Bench) -> None:
    shares = [
        {"name": "search", "weight": 1},
        {"name": "search", "weight": 1, "options": {"of": "together"}},
        {"name": "token", "weight": 1},
    ]
    personas = [{**OWN["personas"][0], "operations": shares}]
    assert len(read_scenario(bench.write_scenario({**OWN, "personas": personas})).personas[0].operations) == 3
