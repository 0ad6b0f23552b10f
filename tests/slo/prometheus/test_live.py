"""A real Prometheus: what it tells of a recorded month, and of native histograms, is what was."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from evidence.month_record import DayState, MonthRecord
from evidence.verdict_record import ObjectiveResult, Verdict
from slo.evaluate import Demands
from slo.months.grid import lay_grid
from slo.months.judge import MonthDemands, judge_month
from slo.months.maintenance import MaintenanceWindow
from slo.months.month import MINUTE_NS, read_month
from slo.prometheus.api import Api, Grid, asking
from slo.prometheus.connection import Connection
from slo.prometheus.errors import PrometheusError
from slo.prometheus.judge import judge_prometheus
from slo.prometheus.month import count_prometheus
from slo.promise import Indicator, Objective, Queries
from stormproof.cli.app import build_app
from tests.slo.prometheus.recorded import A_DAY, PER_STEP, STEP_S, TIER_CHANGES, Recorded, record
from tests.slo.prometheus.remote_write import write_native
from tests.slo.prometheus.server import load_openmetrics, prometheus

pytestmark = pytest.mark.production

MONTH = read_month("2026-10", "Europe/Berlin")
ANSWERED = Objective("answered", "shop", Indicator.AVAILABILITY, 0.999, operation="search")
IN_TIME = Objective("in-time", "shop", Indicator.LATENCY, 0.94, threshold_ms=500, operation="search")
FAILED_SCRAPES = frozenset({4000, 4001, 4002})
"""On the 14th, from 21:20 on."""
NATIVE_START = datetime(2026, 11, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Live:
    url: str
    told: Recorded

    @property
    def api(self) -> Api:
        return Api(asking(Connection(self.url)))


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    told = record(MONTH, without=FAILED_SCRAPES)
    data = tmp_path_factory.mktemp("prometheus") / "data"
    load_openmetrics(told.text, data)
    with prometheus(data) as url:
        write_histograms(url)
        yield Live(url, told)


def write_histograms(url: str) -> None:
    """Forty minutes of native histograms, ten requests every fifteen seconds; a restart after twenty.

    Schema 0: bucket n ends at 2^n. Of ten, five are up to 0.25 s, three up to 0.5 s, two above.
    """
    samples = []
    for number in range(161):
        since = number if number < 80 else number - 80
        counted = since + 1
        at_s = int(NATIVE_START.timestamp()) + 15 * number
        samples.append((at_s, {-2: 5 * counted, -1: 3 * counted, 0: 2 * counted}))
    labels = {
        "__name__": "http_request_duration_seconds",
        "job": "native",
        "instance": "n:80",
        "path": "/bulk",
    }
    write_native(url, labels, 0, samples)


def month_of(
    live: Live, *objectives: Objective, windows: tuple[MaintenanceWindow, ...] = (), as_bad: bool = False
) -> MonthRecord:
    now_ns = MONTH.span.end_ns + MINUTE_NS
    grid = lay_grid(MONTH, windows, now_ns)
    counted = count_prometheus(live.api, live.url, objectives, grid, now_ns, STEP_S)
    names = frozenset(one.name for one in objectives)
    return judge_month(grid, counted, windows, MonthDemands(names, "window", as_bad), now_ns)


def at_step(step: int) -> int:
    return MONTH.span.start_ns + step * STEP_S * 1_000_000_000


def judged(
    live: Live, objective: Objective, last: str, until_ns: int, step_s: int = STEP_S
) -> ObjectiveResult:
    demands = Demands(frozenset({objective.name}), "window")
    return judge_prometheus(live.api, (objective,), demands, until_ns, step_s, last).objectives[0]


def test_a_month_is_counted_to_the_request_with_restarts_births_and_a_process_that_comes_and_goes(
    live: Live,
) -> None:
    record_ = month_of(live, ANSWERED)
    (one,) = record_.objectives
    assert (one.result.total, one.result.bad) == (live.told.total, live.told.bad)
    assert {int(day.date[-2:]): day.bad for day in one.days if day.bad} == {
        day: bad for day, bad in live.told.bad_by_day.items() if bad
    }
    # A quarter of an hour without a scrape: nothing was lost but the proof.
    assert (record_.verdict, one.missing_minutes) in {(Verdict.NOT_PROVEN, 10), (Verdict.NOT_PROVEN, 15)}
    assert [day.date for day in one.days if day.state is not DayState.WHOLE] == ["2026-10-14"]
    assert month_of(live, ANSWERED, as_bad=True).verdict is Verdict.MET


def test_a_tenant_that_changes_its_tier_counts_for_each_as_long_as_it_is_of_it(live: Live) -> None:
    tiers = [replace(ANSWERED, name=one, tier=one) for one in ("enterprise", "standard", "free")]
    enterprise, standard, free = (one.result for one in month_of(live, *tiers).objectives)
    # From the beginning to the last scrape before the change, the second process too.
    assert standard.total == PER_STEP * (31 * A_DAY + 12 - TIER_CHANGES + 1)
    assert enterprise.total == live.told.total - standard.total
    assert enterprise.bad + standard.bad == live.told.bad
    assert (free.total, free.verdict) == (0, Verdict.NOT_PROVEN)


def test_its_own_increase_says_about_the_same_and_misses_what_is_born(live: Live) -> None:
    query = f'sum(increase(http_requests_total{{instance="other:80"}}[{A_DAY * STEP_S}s]))'
    assert own(live, query, 4 * A_DAY - 1) == pytest.approx(PER_STEP * A_DAY, rel=0.02)
    # The first failures came between two scrapes: 300 at once, of which increase() counts none.
    outage = 7 * A_DAY + 120
    query = 'sum(increase(http_requests_total{status="503"}[1200s]))'
    assert (own(live, query, outage) or 0.0) == 0.0
    assert judged(live, ANSWERED, "20m", at_step(outage)).bad == PER_STEP


def own(live: Live, query: str, step: int) -> float | None:
    """What the server answers itself."""
    address = f"{live.url}/api/v1/query?query={quote(query)}&time={at_step(step) // 10**9}"
    with urlopen(address, timeout=30) as answer:  # noqa: S310 -- our own server
        result = json.load(answer)["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def test_maintenance_is_left_out_of_a_month_and_told(live: Live) -> None:
    outage = 7 * A_DAY + 119
    window = MaintenanceWindow(at_step(outage), at_step(outage + 4), "disks")
    (one,) = month_of(live, ANSWERED, windows=(window,)).objectives
    assert (one.excluded, one.excluded_bad) == (4 * PER_STEP, 4 * PER_STEP)
    assert one.result.bad == live.told.bad - 4 * PER_STEP


def test_a_threshold_at_an_edge_is_exact_and_between_two_is_bounded_both_ways(live: Live) -> None:
    until_ns, day = at_step(3000), "1d"
    exact = judged(live, IN_TIME, day, until_ns)
    assert exact.ratio == pytest.approx(0.95)
    assert (exact.unknown, exact.verdict) == (0, Verdict.MET)
    between = replace(IN_TIME, threshold_ms=300)
    for target, verdict in ((0.89, Verdict.MET), (0.93, Verdict.NOT_PROVEN), (0.96, Verdict.MISSED)):
        told = judged(live, replace(between, target=target), day, until_ns)
        assert told.verdict is verdict
        assert told.unknown == pytest.approx(0.05 * A_DAY * PER_STEP, abs=2)
        assert "300 ms lies inside a bucket, 250 to 500 ms" in told.reason
    beyond = judged(live, replace(IN_TIME, threshold_ms=900), day, until_ns)
    assert beyond.unknown == pytest.approx(0.05 * A_DAY * PER_STEP, abs=2)


def test_a_window_without_a_gap_is_met_and_with_one_never(live: Live) -> None:
    calm = replace(ANSWERED, target=0.9)
    assert judged(live, calm, "1h", at_step(3990)).verdict is Verdict.MET
    gap = judged(live, calm, "2h", at_step(4010))
    assert gap.verdict is Verdict.NOT_PROVEN
    assert "lack evidence" in gap.reason
    before_anything = judged(live, calm, "1h", at_step(2))
    assert before_anything.verdict is Verdict.NOT_PROVEN


def test_native_histograms_are_exact_at_their_edges_and_bounded_between(live: Live) -> None:
    until_ns = int((NATIVE_START + timedelta(minutes=39)).timestamp()) * 10**9
    bulk = replace(IN_TIME, operation="bulk", target=0.75)
    # 38 minutes of 40 requests each: the restart is in the middle of a step, and loses none that was scraped.
    for threshold_ms, good, unknown in ((500, 0.8, 0.0), (250, 0.5, 0.0), (300, 0.5, 0.3), (1000, 1.0, 0.0)):
        told = judged(live, replace(bulk, threshold_ms=threshold_ms), "38m", until_ns, 60)
        assert told.total == 38 * 40
        assert told.good == pytest.approx(good * told.total, abs=1)
        assert told.unknown == pytest.approx(unknown * told.total, abs=1)
        at_least = Verdict.NOT_PROVEN if threshold_ms == 300 else None
        assert told.verdict is (at_least or (Verdict.MET if good >= 0.75 else Verdict.MISSED))


def test_what_is_not_there_proves_nothing(live: Live) -> None:
    other = replace(ANSWERED, queries=Queries("shop_total", bad='shop_total{code="500"}'))
    told = judged(live, other, "1h", at_step(3990))
    assert (told.verdict, told.total) == (Verdict.NOT_PROVEN, 0)
    assert "no series of it was found" in told.reason


def test_a_matcher_on_a_label_that_no_series_has_is_an_error_and_not_a_good_day(live: Live) -> None:
    typo = replace(ANSWERED, queries=Queries("http_requests_total", bad='http_requests_total{code=~"5.."}'))
    with pytest.raises(PrometheusError, match="has a label code; there are: instance, job, method"):
        judged(live, typo, "1h", at_step(3990))


def test_an_expression_that_is_refused_is_told(live: Live) -> None:
    with pytest.raises(PrometheusError, match=r"refuses the question: .*parse error"):
        live.api.over("sum(", Grid(0, 60, 2))
    with pytest.raises(PrometheusError, match="is a Prometheus listening there"):
        asking(Connection("http://127.0.0.1:1"))("query", {"query": "up"})


RECORDED = Path(__file__).parent / "recorded_answers.json"


def test_the_recorded_answers_are_still_what_a_server_answers(live: Live) -> None:
    for asked in json.loads(RECORDED.read_text()):
        body = live.api.ask(asked["path"], asked["parameters"])
        assert json.loads(body)["data"] == asked["answer"]["data"]


def test_every_command_of_the_page_works(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[3] / "docs/months.md").read_text()
    commands = re.findall(r"^stormproof .*--prometheus .*$", page, re.MULTILINE)
    assert len(commands) == 3
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORMPROOF_HOME", str(tmp_path / "home"))
    Path("shop.yaml").write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[1])
    for command in commands:
        asked = shlex.split(command.replace("http://127.0.0.1:9090", live.url))[1:]
        ended = CliRunner().invoke(build_app(), asked)
        # The last hour, and the last 28 days, have no evidence, or not of every minute.
        assert ended.exit_code == 3, ended.output
    told = json.loads(Path("months/2026-10/month.json").read_text())
    result = told["objectives"][0]["result"]
    assert result["total"] - result["good"] == live.told.bad
