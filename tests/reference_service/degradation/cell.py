"""One cell of the matrix: everything is asked at once, from the first moment of the fault on."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from reference_service.degradation import load_table
from reference_service.degradation.promise import Promise, promise
from reference_service.ports.dependency import Dependency
from tests.reference_service.service_process import Reply, ServiceProcess, Tenant

GRACE_S = 0.05
DEADLINE_S = {
    "search": 1.0,
    "get": 0.5,
    "index": 2.0,
    "delete": 2.0,
    "bulk": 10.0,
    "job": 0.5,
    "token": 1.0,
    "admin": 2.0,
}
TABLE = load_table()
RUNS = itertools.count()
WAVES = 4
MOST_HASTY = 0.1


@dataclass(frozen=True)
class Question:
    """A request, and what its sources hold of it."""

    operation: str
    method: str
    path: str
    body: object
    holds: frozenset[str]
    asker: Tenant | None = None


@dataclass(frozen=True)
class Prepared:
    """Questions of which some have been asked before, so that their answers are kept, fresh or stale."""

    questions: Sequence[Question]


@dataclass(frozen=True)
class Finding:
    """One answer that is not what the table says."""

    question: Question
    reply: Reply
    promised: Promise
    what: str

    def __str__(self) -> str:
        q, r = self.question, self.reply
        return (
            f"{q.operation} {q.path} holding {set(q.holds) or 'nothing'}: {self.what}; promised "
            f"{self.promised}; got {r.status} {r.source} {r.headers.get('Durability')} {r.degraded} "
            f"in {r.took_s * 1000:.0f} ms"
        )


async def prepare(service: ServiceProcess, cache: Redis, tenant: Tenant, each: int) -> Prepared:
    """`each` questions of every operation and of every kind of kept answer; nothing is broken yet."""
    run = next(RUNS)
    kinds: tuple[frozenset[str], ...] = (frozenset(), frozenset({"fresh"}), frozenset({"stale"}))
    searches = {kind: [_search(f"r{run}k{k}n{n}", kind) for n in range(each)] for k, kind in enumerate(kinds)}
    gets = {kind: [_get(k * each + n, kind) for n in range(each)] for k, kind in enumerate(kinds)}
    victims = await _bulk(service, tenant, [f"v{run}-{n}" for n in range(each)])
    jobs = [await _bulk(service, tenant, [f"j{run}-{n}"]) for n in range(min(each, 5))]
    await cache.flushdb()
    stale, fresh = kinds[2], kinds[1]
    await _ask_all(service, tenant, [*searches[stale], *gets[stale]])
    await _settled(cache, 2 * each)
    await _age(cache)
    await _ask_all(service, tenant, [*searches[fresh], *gets[fresh]])
    await _settled(cache, 4 * each)
    await _indexed(service, tenant, [victims, *jobs[1:]])
    await _settled(cache, 4 * each + len(jobs))
    writes = [
        Question("index", "POST", "/documents", _document(f"w{run}-{n}"), frozenset()) for n in range(each)
    ]
    deletes = [Question("delete", "DELETE", f"/documents/v{run}-{n}", None, frozenset()) for n in range(each)]
    bulks = [
        Question(
            "bulk",
            "POST",
            "/bulk",
            {"operations": [{"index": _document(f"b{run}-{n}")}]},
            frozenset(),
        )
        for n in range(each)
    ]
    # The first job was not asked for before: once it is, its answer is kept.
    asked_before = itertools.islice(itertools.cycle(jobs[1:]), each - 1)
    job_questions = [
        Question("job", "GET", f"/jobs/{jobs[0]}", None, frozenset()),
        *(Question("job", "GET", f"/jobs/{job}", None, fresh) for job in asked_before),
    ]
    tokens = [Question("token", "POST", "/tokens", None, frozenset()) for _ in range(each)]
    boss = await service.bed.add_key(tenant, "admin")
    admin = [Question("admin", "GET", "/admin/keys", None, frozenset(), boss) for _ in range(each)]
    await _ask_all(service, boss, admin[:1])  # now the key is known
    await marked([service])
    # What was just indexed makes no kept answer old in here.
    for mark in await cache.keys("changed*"):
        await cache.delete(mark)
    everything = (
        *_flat(searches.values()),
        *_flat(gets.values()),
        *writes,
        *deletes,
        *bulks,
        *job_questions,
        *tokens,
        *admin,
    )
    return Prepared(everything)


async def ask(service: ServiceProcess, tenant: Tenant, prepared: Prepared) -> list[tuple[Question, Reply]]:
    """Asks in waves of all kinds; each from an address of its own, so that no address limit is met.

    The first wave meets closed breakers. All at once would measure what two cores can do.
    """
    answers: list[tuple[Question, Reply]] = []
    address = addresses()
    for wave in (prepared.questions[first::WAVES] for first in range(WAVES)):
        replies = await asyncio.gather(
            *(
                service.call(q.method, q.path, q.asker or tenant, q.body, {"X-Forwarded-For": next(address)})
                for q in wave
            )
        )
        answers += zip(wave, replies, strict=True)
    return answers


def findings(
    answers: Sequence[tuple[Question, Reply]], down: frozenset[Dependency], excused_s: float
) -> Iterator[Finding]:
    """What is not as the table says, or later than deadline, 50 ms and what the machine held up the test.

    On a busy machine an answer may miss a dependency that is well, as long as it says so, and is then as the
    table says for that; more than a tenth of such answers is a finding.
    """
    hasty = 0
    for question, reply in answers:
        also = frozenset(d for d in Dependency if d.value in reply.degraded) - down
        promised = promise(TABLE, question.operation, down, question.holds)
        if not _kept(reply, promised, down):
            hasty += 1
            promised = promise(TABLE, question.operation, down | also, question.holds)
            if not _kept(reply, promised, down | also):
                yield Finding(question, reply, promised, "is not what was promised")
            elif hasty > len(answers) * MOST_HASTY:
                yield Finding(question, reply, promised, f"one of {hasty} that missed what is well")
        if reply.status == 503 and int(reply.headers.get("Retry-After", "0")) < 1:
            yield Finding(question, reply, promised, "no Retry-After")
        if promised.served_from in {"cache", "stale"} and "Age" not in reply.headers:
            yield Finding(question, reply, promised, "no Age")
        if reply.took_s > DEADLINE_S[question.operation] + GRACE_S + excused_s:
            yield Finding(question, reply, promised, "late")


def _kept(reply: Reply, promised: Promise, down: frozenset[Dependency]) -> bool:
    """Whether the answer is the promised one, and says what was missed for it, the limit's Redis included."""
    limits = promise(TABLE, "limit", down, frozenset())
    missed = {d.value for d in (*promised.missed, *limits.missed)}
    status = 503 if promised.source is None else 202 if promised.durability else 200
    told = (reply.status, reply.source, reply.headers.get("Durability"), reply.degraded - {"deadline"})
    return told == (status, promised.served_from, promised.durability, missed)


def addresses() -> Iterator[str]:
    """A new client address each time."""
    for run in itertools.count(next(RUNS)):
        for last in range(1, 251):
            yield f"198.{18 + run // 250 % 2}.{run % 250}.{last}"


def _search(text: str, holds: frozenset[str]) -> Question:
    return Question("search", "GET", f"/search?q={text}", None, holds)


def _get(number: int, holds: frozenset[str]) -> Question:
    return Question("get", "GET", f"/documents/doc-{number:06d}", None, holds)


def _document(document_id: str) -> dict[str, object]:
    return {"id": document_id, "title": "t", "content": "c"}


def _flat(groups: object) -> list[Question]:
    return [q for group in groups for q in group]  # type: ignore[attr-defined]  # lists of questions


async def _ask_all(service: ServiceProcess, tenant: Tenant, questions: Sequence[Question]) -> None:
    """Until all are answered in full: the first questions to a cold server may be late."""
    async with asyncio.timeout(20):
        while questions:
            replies = await asyncio.gather(*(service.call(q.method, q.path, tenant) for q in questions))
            answered = zip(questions, replies, strict=True)
            questions = [q for q, r in answered if r.status != 200 or r.degraded]
            if questions:
                await asyncio.sleep(0.2)


async def _bulk(service: ServiceProcess, tenant: Tenant, names: Sequence[str]) -> str:
    body = {"operations": [{"index": _document(name)} for name in names]}
    reply = await service.call("POST", "/bulk", tenant, body)
    assert reply.status == 202, reply
    return str(reply.json["job_id"])


async def _indexed(service: ServiceProcess, tenant: Tenant, jobs: Sequence[str]) -> None:
    async with asyncio.timeout(10):
        for job in jobs:
            while (await service.call("GET", f"/jobs/{job}", tenant)).json["state"] != "indexed":
                await asyncio.sleep(0.02)


async def marked(services: Sequence[ServiceProcess]) -> None:
    """Waits until no service has yet to tell that kept answers are old."""
    async with asyncio.timeout(10):
        for service in services:
            while await service.metric("cache_marks_overdue"):
                await asyncio.sleep(0.02)


async def _settled(cache: Redis, number: int) -> None:
    """Answers are kept after they are given: waits until so many are."""
    async with asyncio.timeout(5):
        while len(await kept_keys(cache)) < number:
            await asyncio.sleep(0.01)


async def kept_keys(cache: Redis) -> list[bytes]:
    """Keys of answers, without those of probes and of marks that tell of changes."""
    found = [key for kind in ("search", "document", "job") for key in await cache.keys(f"{kind}:*")]
    return [key for key in found if isinstance(key, bytes)]


async def _age(cache: Redis) -> None:
    """Makes every kept answer older than its fresh lifetime."""
    for key in await kept_keys(cache):
        value = await cache.get(key)
        assert isinstance(value, bytes)
        if value[:35].isdigit():
            await cache.set(key, value[:20] + b"%015d" % (int(value[20:35]) - 700_000) + value[35:])
