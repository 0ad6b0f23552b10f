"""What an arrival stands for."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest

import loadtests
from evidence.errors import InvalidFile
from evidence.tenants_record import Tenant, TenantsRecord
from evidence.write_record import Durability
from loadtests.arrivals import Arrival, arrivals, worker_share
from loadtests.operations.acknowledged import Acknowledged
from loadtests.operations.bulk import Bulk
from loadtests.operations.job import Job, fault_of_job
from loadtests.operations.operation import Attempt, RequestContext
from loadtests.operations.promise import Promise, PromisedWrite
from loadtests.operations.titles import SeenTitles
from loadtests.popularity import popular_index
from loadtests.request_plan import Choice, Place, RequestPlan, choose_tenants
from loadtests.scenario_file import read_scenario

BASELINE = read_scenario(Path(loadtests.__file__).parent / "scenarios" / "baseline.yaml")
WORDS = tuple(f"word{number}" for number in range(500))
FILE = Path("tenants.json")


def seeded(**tiers: int) -> TenantsRecord:
    tenants = tuple(
        Tenant(f"{tier}-{number:02d}", tier, f"key-{tier}-{number}", 100, "doc-")
        for tier, count in tiers.items()
        for number in range(count)
    )
    return TenantsRecord(seed=1, words=WORDS, tenants=tenants)


TENANTS = choose_tenants(BASELINE, seeded(enterprise=5, standard=12, free=20), FILE)


def plan(acknowledged: Acknowledged | None = None, worker_index: int = 0) -> RequestPlan:
    return RequestPlan(
        BASELINE,
        TENANTS,
        WORDS,
        seed=1,
        worker_index=worker_index,
        acknowledged=acknowledged or Acknowledged(),
    )


def promise(document_id: str, job_id: str = "job-1") -> Promise:
    return Promise(job_id, Durability.REPLICATED, (PromisedWrite(document_id, 1, "index"),))


def context(acknowledged: Acknowledged) -> RequestContext:
    tenant = Tenant("t", "enterprise", "key", 100, "doc-")
    return RequestContext(
        random.Random(1),  # noqa: S311 -- load, not secrets
        0,
        7,
        tenant,
        WORDS,
        1.0,
        acknowledged,
        SeenTitles(),
    )


def first(count: int) -> Sequence[Arrival]:
    return list(islice(arrivals(BASELINE.streams, 1e6, 1), count))


def attempts_of(
    operation: str, acknowledged: Acknowledged, count: int = 2000
) -> list[tuple[Choice, Attempt]]:
    made = plan(acknowledged)
    choices = ((arrival, made.choose(arrival)) for arrival in first(count))
    return [
        (choice, made.attempt(choice, Place(arrival.index, arrival.offset_ns, arrival.offset_ns)))
        for arrival, choice in choices
        if choice.operation.name == operation
    ]


def test_as_many_tenants_are_used_as_the_rate_needs() -> None:
    assert {tier: len(chosen) for tier, chosen in TENANTS.items()} == {
        "enterprise": 4,
        "standard": 12,
        "free": 20,
    }


def test_too_few_seeded_tenants_are_told_with_what_to_do() -> None:
    with pytest.raises(InvalidFile) as raised:
        choose_tenants(BASELINE, seeded(enterprise=4, standard=11), FILE)
    assert "11 of tier standard" in str(raised.value)
    assert "0 of tier free" in str(raised.value)
    assert "--tenants enterprise=4,standard=12,free=20" in str(raised.value)


def test_any_number_of_workers_asks_the_same() -> None:
    def asked(choice: Choice) -> tuple[str, str, str | None, str]:
        tenant = choice.tenant.id if choice.tenant else None
        return (choice.persona.name, choice.operation.name, tenant, choice.address)

    one = plan()
    alone = {arrival.index: asked(one.choose(arrival)) for arrival in first(300)}
    plans = [plan(worker_index=k) for k in range(3)]
    shared = {
        arrival.index: asked(plans[k].choose(arrival))
        for k in range(3)
        for arrival in islice(worker_share(BASELINE.streams, 1e6, 1, k, 3), 100)
    }
    assert alone == shared


def test_operations_and_tenants_are_asked_by_their_weights() -> None:
    made = plan()
    choices = [made.choose(arrival) for arrival in first(20_000)]
    operations = Counter(choice.operation.name for choice in choices if choice.persona.name == "enterprise")
    total = operations.total()
    for name, weight in (("search", 1000), ("get", 2000), ("index", 500), ("delete", 300)):
        assert operations[name] / total == pytest.approx(weight / 3800, rel=0.05)
    tenants = Counter(
        choice.tenant.id for choice in choices if choice.tenant and choice.persona.tier == "free"
    )
    assert len(tenants) == 20
    assert max(tenants.values()) < 2 * min(tenants.values())


def test_addresses_take_turns_so_that_none_is_over_its_limit() -> None:
    made = plan()
    addresses = Counter(made.choose(arrival).address for arrival in first(2 * 1234))
    assert set(addresses.values()) == {2}
    assert len(addresses) == 1234
    assert all(address.startswith("198.18.") for address in addresses)


def test_a_search_asks_for_one_or_two_popular_words_with_the_tenants_key() -> None:
    made = attempts_of("search", Acknowledged())
    queries = [attempt.request.path.split("q=")[1].split("&")[0].split("+") for _, attempt in made]
    assert {len(words) for words in queries} == {1, 2}
    counts = Counter(word for words in queries for word in words)
    assert counts["word0"] > 5 * counts["word20"]
    for choice, attempt in made:
        assert choice.tenant is not None
        assert ("Authorization", f"Bearer {choice.tenant.api_key}") in attempt.request.headers


def test_a_get_asks_for_seeded_documents_only() -> None:
    seen = {attempt.request.path for _, attempt in attempts_of("get", Acknowledged())}
    assert seen <= {f"/documents/doc-{number:06d}" for number in range(100)}
    assert len(seen) > 50


def test_an_index_names_its_document_by_worker_and_sequence() -> None:
    made = plan(worker_index=3)
    arrival, choice = next(
        (arrival, choice)
        for arrival in first(200)
        if (choice := made.choose(arrival)).operation.name == "index"
    )
    attempt = made.attempt(choice, Place(17, 0, 0))
    assert choice.tenant is not None
    document_id = f"load.{choice.tenant.id}.3-17"
    assert json.loads(attempt.request.body)["id"] == document_id
    assert attempt.read_promise is not None
    answer = {"id": document_id, "version": 4, "job_id": "job-1", "durability": "local"}
    assert attempt.read_promise(json.dumps(answer).encode()) == Promise(
        "job-1", Durability.LOCAL, (PromisedWrite(document_id, 4, "index"),)
    )
    again = made.attempt(made.choose(arrival), Place(17, 0, 0))
    assert again.request == attempt.request


def test_a_delete_takes_what_was_acknowledged_once_and_expects_it_to_be_there() -> None:
    acknowledged = Acknowledged()
    acknowledged.add("enterprise-00", promise("load-0-1"))
    made = [
        attempt
        for choice, attempt in attempts_of("delete", acknowledged)
        if choice.tenant == TENANTS["enterprise"][0]
    ]
    assert made[0].request.path == "/documents/load-0-1"
    assert made[0].expectation.refusals == frozenset()
    for attempt in made[1:]:
        assert attempt.request.path != "/documents/load-0-1"
        assert attempt.expectation.refusals == frozenset({404})


def test_a_bulk_writes_new_documents_and_deletes_what_was_acknowledged() -> None:
    acknowledged = Acknowledged()
    acknowledged.add("t", promise("load-0-1"))
    attempt = Bulk().attempt(context(acknowledged))
    operations = json.loads(attempt.request.body)["operations"]
    ids = [next(iter(operation.values()))["id"] for operation in operations]
    assert ids == [*(f"load.t.0-7-{number}" for number in range(Bulk().documents)), "load-0-1"]
    assert [next(iter(operation)) for operation in operations] == ["index"] * Bulk().documents + ["delete"]
    assert acknowledged.take_document("t") is None

    items = [{"id": document_id, "version": 1, "outcome": "accepted"} for document_id in ids]
    answer = {"items": items, "job_id": "job-2", "durability": "replicated"}
    check, read_promise = attempt.expectation.check_body, attempt.read_promise
    assert check is not None
    assert read_promise is not None
    assert check(answer) is None
    for wrong in (
        {**answer, "items": items[1:]},
        {**answer, "items": items[::-1]},
        {**answer, "items": [*items[:-1], {**items[-1], "outcome": "absent"}]},
        {**answer, "items": [{**items[0], "version": None}, *items[1:]]},
        {**answer, "job_id": None},
    ):
        assert check(wrong) is not None
    promised = read_promise(json.dumps(answer).encode())
    assert [write.operation for write in promised.writes] == ["index"] * Bulk().documents + ["delete"]
    # What a bulk deleted is not deleted again.
    acknowledged.add("t", promised)
    assert [acknowledged.take_document("t") for _ in range(Bulk().documents + 1)] == [*ids[:-1], None]


def test_a_job_asks_for_the_latest_write_and_must_be_known() -> None:
    acknowledged = Acknowledged()
    acknowledged.add("t", promise("load-0-1", "job-1"))
    acknowledged.add("t", promise("load-0-2", "job-2"))
    made = [Job().attempt(context(acknowledged)) for _ in range(3)]
    assert [attempt.request.path for attempt in made[:2]] == ["/jobs/job-2", "/jobs/job-1"]
    assert [attempt.expectation.refusals for attempt in made] == [set(), set(), {404}]
    assert len(made[2].request.path) == len("/jobs/job-") + 32

    job = {"id": "job-2", "state": "indexed", "documents": 3, "accepted": 0, "indexed": 2, "absent": 1}
    assert fault_of_job({**job, "failed": 0}, "job-2") is None
    for wrong in (job, {**job, "failed": 1}, {**job, "failed": 0, "state": "done"}, "job"):
        assert fault_of_job(wrong, "job-2") is not None
    assert fault_of_job({**job, "failed": 0}, "job-1") is not None


def test_popularity_follows_zipf() -> None:
    counts = Counter(popular_index(100, 1.0, number / 100_000) for number in range(100_000))
    assert counts[0] / counts[9] == pytest.approx(10, rel=0.01)
    assert set(counts) == set(range(100))
    even = Counter(popular_index(4, 0.0, number / 1000) for number in range(1000))
    assert set(even.values()) == {250}
    assert popular_index(3, 1.0, 0.9999999999999999) == 2


def test_an_exponent_beyond_all_numbers_leaves_the_first_one() -> None:
    assert {popular_index(5000, 400.0, number / 100) for number in range(100)} == {0}
