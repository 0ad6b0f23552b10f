from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.contract.contract import read_contract
from slo.contract.promises.availability import Availability
from slo.contract.promises.durability import Durabilities
from slo.contract.promises.outcomes import Outcomes
from slo.contract.promises.p99 import P99
from slo.contract.promises.recovery import RecoveryTime
from slo.contract.promises.served_from import Sources
from slo.contract.promises.staleness import Staleness
from slo.contract.promises.statuses import Statuses
from slo.contract.situation import Part
from tests.slo.contract.contracts import HEAD, contract_of

WHOLE = """apiVersion: stormproof/v1
kind: Contract
metadata: {name: whole}
description: Everything that can be promised.
recovered: {share: 0.9}
situations:
  - name: redis-away
    source: somebody
    when:
      - {targets: [redis-cache, redis-state], faults: [refused, hung]}
    promises:
      - operations: [search, get]
        statuses: [200]
        outcomes: [ok, degraded]
        served_from: [live]
        staleness_s: 60
      - operations: [search]
        durability: [local]
        availability: 0.99
        p99_ms: 500
        recovery_s: 10
  - name: slow
    when: [{experiment: ../chaos/experiments/elasticsearch-slow.yaml}]
    promises:
      - {operations: [search], statuses: [200]}
  - name: both
    together: [redis-away, slow]
    promises:
      - {operations: [search], statuses: [200]}
  - name: nothing-broken
    when: []
    promises:
      - {operations: [search], outcomes: [ok]}
"""


def test_a_contract_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "whole.yaml"
    file.write_text(WHOLE)
    contract = read_contract(file)
    assert (contract.name, contract.recovered_share) == ("whole", 0.9)
    redis, slow, both, nothing = contract.articles
    search, get = redis.clauses
    assert search.promises == (
        Statuses((200,)),
        Outcomes(("ok", "degraded")),
        Sources(("live",)),
        Staleness(60),
        Durabilities(("local",)),
        Availability(0.99),
        P99(500),
        RecoveryTime(10, 0.9),
    )
    assert [promise.kind for promise in get.promises] == [
        "statuses",
        "outcomes",
        "served_from",
        "staleness_s",
    ]
    away = Part(None, frozenset({"redis-cache", "redis-state"}), frozenset({"refused", "hung"}))
    assert redis.situation.parts == (away,)
    assert slow.situation.parts == (Part("elasticsearch-slow"),)
    assert both.situation.parts == (away, Part("elasticsearch-slow"))
    assert nothing.situation.parts == ()
    assert (redis.source, slow.source) == ("somebody", "")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("stormproof/v1", "openslo/v1", r"apiVersion: 'openslo/v1': .*'stormproof/v1'"),
        (
            "statuses: [200]\n",
            "statusses: [200]\n",
            r"promises\[0\]\.statusses: unknown field.*allowed are operations, st",
        ),
        (
            "statuses: [200]\n",
            "statuses: [99]\n",
            r"promises\[0\]\.statuses\[0\]: 99: .*greater than or equal to 100",
        ),
        ("[ok, degraded]", "[fine]", r"outcomes\[0\]: 'fine': .*'ok', 'degraded', 'wrong'"),
        (
            "served_from: [live]",
            "served_from: [disk]",
            r"served_from\[0\]: 'disk': .*'live', 'cache', 'stale'",
        ),
        ("served_from: [live]", "served_from: []", r"served_from: \[\]: must hold at least one"),
        ("availability: 0.99", "availability: 99", r"availability: 99: .*less than 1"),
        ("p99_ms: 500", "p99_ms: .nan", r"p99_ms: nan: .*finite number"),
        ("recovery_s: 10", "recovery_s: 0", r"recovery_s: 0: .*greater than 0"),
        ("share: 0.9", "share: 1", r"recovered\.share: 1: .*less than 1"),
        ("name: both", "name: slow", r"situations\[2\]\.name: 'slow': .*a name of its own"),
        (
            "[redis-away, slow]",
            "[redis-away, sloww]",
            r"situations\[2\]\.together\[1\]: 'sloww': .*one of redis-away, slow",
        ),
        (
            "[redis-away, slow]",
            "[redis-away, both]",
            r"situations\[2\]\.together\[1\]: 'both': must be a situation with when",
        ),
        (
            "    together: [redis-away, slow]\n",
            "",
            r"situations\[2\]: neither: must have one of when and together",
        ),
        (
            "experiment: ../",
            "targets: [x], experiment: ../",
            r"situations\[1\]\.when\[0\]: both: must have experiment, or targets",
        ),
        (
            "operations: [search]\n        durability",
            "operations: [get]\n        statuses: [202]\n        durability",
            r"promises\[1\]\.statuses: get: this operation promises it already",
        ),
        (
            "outcomes: [ok]}",
            "recovery_s: 5}",
            r"situations\[3\]\.promises\[0\]\.recovery_s: 5: nothing is broken",
        ),
        (", outcomes: [ok]}", "}", r"situations\[3\]\.promises\[0\]: no promise: must promise something"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    file = tmp_path / "broken.yaml"
    assert before in WHOLE
    file.write_text(WHOLE.replace(before, after, 1))
    with pytest.raises(InvalidFile, match=message) as raised:
        read_contract(file)
    assert raised.value.file == file
    assert len(raised.value.problems) == 1


def test_a_contract_without_situations_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text(HEAD.replace("situations:", "situations: []"))
    with pytest.raises(InvalidFile, match="situations: none: must hold at least one"):
        read_contract(file)


def test_a_situation_without_promises_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"situations\[0\]\.promises: none: must promise something"):
        contract_of(tmp_path, "  - {name: quiet, when: [], promises: []}\n")
