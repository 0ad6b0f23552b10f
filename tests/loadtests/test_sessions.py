"""Sessions under load: real requests to a real shop, in an open model."""

import resource
import signal
from pathlib import Path

import pandas as pd
import pytest

from evidence.run_folder import RunFolder
from loadtests.command import EXIT_COMPLETED, EXIT_INTERRUPTED, EXIT_WRONG_INPUT, GeneratorOptions
from tests.loadtests.processes import Bench, requests, sent
from tests.loadtests.shop import POLLS_UNTIL_READY

Step = dict[str, object]

OPERATIONS = [
    {
        "name": "order",
        "method": "POST",
        "path": "/orders",
        "json": {"product": "${product}", "note": "${token}"},
        "expect": [201],
        "answer": {"json": {"/note": "${token}", "/state": "accepted"}},
        "extract": {"order": {"json": "/id"}, "location": {"header": "Location"}},
    },
    {
        "name": "poll",
        "path": "${location}",
        "answer": {"json": {"/id": "${order}", "/note": "${token}"}},
        "extract": {"parcel": {"json": "/parcel"}},
    },
    {"name": "cancel", "method": "DELETE", "path": "/orders/${order}", "expect": [204]},
    {"name": "look", "path": "/orders/${order}", "expect": [200], "refusals": [404]},
]
BUY: list[Step] = [
    {"operation": "order"},
    {
        "operation": "poll",
        "at_most": 10,
        "think": {"mean_s": 0.2},
        "until": {"json": {"/state": "ready"}},
    },
    {"operation": "cancel", "think": {"mean_s": 0.3}},
    {"operation": "look"},
]


BUYER = {
    "name": "buyer",
    "rate_per_s": 20,
    "arrivals": "constant",
    "operations": [{"name": "buy", "weight": 1}],
}


def scenario(bench: Bench, steps: list[Step] = BUY, **more: object) -> Path:
    shopping = {
        "name": "shop",
        "duration_s": 2,
        "variables": {"product": {"choice": ["apple", "fig"]}, "token": {"uuid": True}},
        "operations": OPERATIONS,
        "sessions": [{"name": "buy", "steps": list(steps)}],
        "personas": [BUYER],
    }
    return bench.write_scenario({**shopping, **more})


def by_step(rows: pd.DataFrame) -> dict[int, set[str]]:
    return {step: set(rows[rows.step == step].operation) for step in sorted(set(rows.step))}


def test_each_arrival_walks_through_its_session(bench: Bench) -> None:
    server = bench.server(module="shop")
    generator = bench.generator(GeneratorOptions(scenario(bench), server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}, rows[rows.outcome != "ok"].detail.tolist()
    steps = 3 + POLLS_UNTIL_READY
    for _, session in rows.groupby("sequence"):
        assert session.step.tolist() == list(range(steps))
        assert session.operation.tolist() == ["order", *["poll"] * POLLS_UNTIL_READY, "cancel", "look"]
        assert session.status.tolist() == [201, *[200] * POLLS_UNTIL_READY, 204, 404]
    assert RunFolder(generator.run_dir).read_run().scheduled[0].arrivals == 40 == rows.sequence.nunique()
    assert server.stop()["requests"] == len(rows)


def test_a_step_is_intended_a_think_time_after_the_answer_before(bench: Bench) -> None:
    server = bench.server(module="shop")
    generator = bench.generator(GeneratorOptions(scenario(bench), server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    thinks_ms = {"poll": 200, "cancel": 300, "look": 0}
    followed = rows.assign(before_ns=rows.groupby("sequence").ended_ns.shift())
    followed = followed[followed.step > 0]
    thought_ms = (followed.intended_ns - followed.before_ns) / 1e6
    assert thought_ms.to_numpy() == pytest.approx(followed.operation.map(thinks_ms).to_numpy(), abs=0.001)
    # What the generator spends beyond counts as latency, and is small.
    assert (followed.lag_ms >= 0).all()
    assert followed.lag_ms.median() < 20
    # Arrivals keep their schedule: it does not know of sessions.
    arrived = rows[rows.step == 0]
    assert (arrived.intended_ns.diff().dropna() == 50_000_000).all()


def test_sessions_do_not_throttle_arrivals(bench: Bench) -> None:
    server = bench.server("--slow-s", "1.5", module="shop")
    steps: list[Step] = [{"operation": "order"}, {"operation": "look", "think": {"mean_s": 1}}]
    generator = bench.generator(GeneratorOptions(scenario(bench, steps), server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    arrived = rows[rows.step == 0]
    assert len(arrived) == 40
    assert arrived.lag_ms.max() < 500
    assert (rows.step == 1).sum() == 40
    assert server.stop()["most_at_once"] >= 25


def test_a_step_that_fails_ends_its_session_and_says_so(bench: Bench) -> None:
    server = bench.server(module="shop")
    steps: list[Step] = [{"operation": name} for name in ("order", "poll", "cancel", "look")]
    # Not ready yet at the first look: there is no parcel to take from the answer.
    generator = bench.generator(GeneratorOptions(scenario(bench, steps), server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert by_step(rows) == {0: {"order"}, 1: {"poll"}}
    polls = rows[rows.step == 1]
    assert len(polls) == 40
    assert set(polls.outcome) == {"wrong"}
    assert set(polls.detail) == {
        "extract.parcel: nothing was found in the answer; "
        "the session ends with 2 steps to go: this did not go well"
    }


def test_what_a_step_waits_for_in_vain_is_told_and_is_not_wrong(bench: Bench) -> None:
    server = bench.server(module="shop")
    steps: list[Step] = [BUY[0], {**BUY[1], "at_most": 2}, BUY[2]]
    generator = bench.generator(GeneratorOptions(scenario(bench, steps), server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}
    assert by_step(rows) == {0: {"order"}, 1: {"poll"}, 2: {"poll"}}
    assert rows[rows.step == 2].detail.str.contains("what it waits for has not come, request 2 of 2").all()
    assert rows[rows.step < 2].detail.isna().all()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_lets_sessions_end_and_records_what_was_sent(bench: Bench, number: signal.Signals) -> None:
    server = bench.server("--announce-at", "150", module="shop")
    steps: list[Step] = [*BUY[:3], {"operation": "look", "think": {"mean_s": 3600}}]
    file = scenario(bench, steps, duration_s=600, timeout_s=4)
    generator = bench.generator(GeneratorOptions(file, server.url, bench.run_dir()))
    server.line()
    generator.send(number)
    assert generator.wait() == EXIT_INTERRUPTED, generator.log
    rows = requests(generator.run_dir)
    run = RunFolder(generator.run_dir).read_run()
    arrived = rows[rows.step == 0]
    assert arrived.sequence.tolist() == list(range(len(arrived)))
    assert run.interrupted
    assert run.scheduled[0].arrivals == len(arrived)
    # Under way, they went on to their last step but the one that lies an hour ahead, which left no record.
    begun = sent(rows)
    assert set(begun.outcome) == {"ok"}
    assert set(begun.groupby("sequence").step.max()) == {1 + POLLS_UNTIL_READY}
    assert server.stop()["requests"] == len(begun)


def test_only_requests_in_flight_take_room(bench: Bench) -> None:
    server = bench.server(module="shop")
    steps: list[Step] = [{"operation": "order"}, {"operation": "look", "think": {"mean_s": 2}}]
    persona = {**BUYER, "rate_per_s": 50}

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (270, 270))

    file = scenario(bench, steps, personas=[persona], duration_s=3)
    generator = bench.generator(GeneratorOptions(file, server.url, bench.run_dir()), prepare=few_files)
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    # A hundred think at any time, and there is room for seventy requests.
    assert set(rows.outcome) == {"ok"}, rows[rows.outcome != "ok"].detail.tolist()
    assert len(rows) == 300


def test_cookies_forms_and_refusals_need_no_code(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("name\nann\nböb & co\n")
    content = {
        "name": "accounts",
        "duration_s": 2,
        "data": [{"file": "users.csv"}],
        "operations": [
            {
                "name": "login",
                "method": "POST",
                "path": "/login",
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
                "body": "user=${users.name}&password=secret+of+${users.name}",
                "expect": [204],
                "extract": {"sid": {"header": "Set-Cookie", "pattern": "sid=([^;]+)"}},
            },
            {
                "name": "account",
                "path": "/account",
                "headers": {
                    "Cookie": "sid=${sid}",
                    "X-Trace": "${arrival.index} of ${users.name}",
                    "User-Agent": "a browser",
                },
                "answer": {
                    "headers": {"Content-Type": "application/json*"},
                    "json": {"/user": "${users.name}", "/agent": "a browser"},
                    "schema": {"type": "object", "required": ["user", "trace"]},
                    "at_most_bytes": 200,
                },
            },
            {"name": "stranger", "path": "/account", "refusals": [401]},
        ],
        "sessions": [
            {"name": "visit", "steps": [{"operation": "login"}, {"operation": "account", "at_most": 2}]}
        ],
        "personas": [
            {
                "name": "visitor",
                "rate_per_s": 20,
                "operations": [{"name": "visit", "weight": 3}, {"name": "stranger", "weight": 1}],
            }
        ],
    }
    server = bench.server(module="shop")
    file = bench.write_scenario(content)
    generator = bench.generator(GeneratorOptions(file, server.url, bench.run_dir()))
    assert generator.wait() == EXIT_COMPLETED
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}, rows[rows.outcome != "ok"].detail.tolist()
    assert set(rows.operation) == {"login", "account", "stranger"}


def test_two_targets_share_the_arrivals_and_their_sessions(bench: Bench) -> None:
    stable, canary = bench.server(module="shop"), bench.server(module="shop")
    targets = [
        {"name": "stable"},
        {"name": "canary", "shares": [{"from_s": 0, "share": 0.25}, {"from_s": 1.5, "share": 1}]},
    ]
    file = scenario(bench, targets=targets)
    options = GeneratorOptions(file, stable.url, bench.run_dir(), further_targets=(("canary", canary.url),))
    generator = bench.generator(options)
    assert generator.wait() == EXIT_COMPLETED, generator.log
    rows = requests(generator.run_dir)
    assert set(rows.outcome) == {"ok"}, rows[rows.outcome != "ok"].detail.tolist()
    assert (rows.groupby("sequence").target.nunique() == 1).all()
    arrived = rows[rows.step == 0].reset_index()
    early, late = arrived.iloc[:30], arrived.iloc[30:]
    assert set(late.target) == {"canary"}
    assert 2 <= (early.target == "canary").sum() <= 14
    assert f"Target canary is {canary.url}." in RunFolder(generator.run_dir).read_run().notes
    assert canary.stop()["requests"] == (rows.target == "canary").sum()
    assert stable.stop()["requests"] == (rows.target == "stable").sum()


@pytest.mark.parametrize(
    ("targets", "extra", "told"),
    [
        (2, (), "canary is missing"),
        (2, ("--target", "canry=http://127.0.0.1:1"), "must be one of canary"),
        (2, ("--target", "canary"), "must be NAME=URL"),
        (0, ("--target", "canary=http://127.0.0.1:1"), "the scenario has no targets"),
    ],
)
def test_targets_that_do_not_fit_the_scenario_are_told(
    bench: Bench, targets: int, extra: tuple[str, ...], told: str
) -> None:
    both = [{"name": "stable"}, {"name": "canary", "shares": [{"from_s": 0, "share": 0.5}]}]
    file = scenario(bench, targets=both[:targets])
    options = GeneratorOptions(file, "http://127.0.0.1:1", bench.run_dir())
    generator = bench.generator(options, extra=extra)
    assert generator.wait() == EXIT_WRONG_INPUT, generator.log
    assert told in generator.log
    assert "Traceback" not in generator.log
