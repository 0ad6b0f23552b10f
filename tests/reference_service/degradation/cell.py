"""One cell of the matrix: everything is asked at once, from the first moment of the fault on."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from reference_service.degradation import load_table
from reference_service.degradation.promise import Promise, promise
from reference_service.ports.dependency import Dependency
from tests.reference_service.degradation.question import FRESH, JOURNALED, STALE, Question
from tests.reference_service.degradation.questions import KINDS, WAITING, document, every_question
from tests.reference_service.degradation.things import Pair, Things, add_keys, add_sessions, indexed
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
    "refresh": 1.0,
    "revoke": 1.0,
    "admin": 2.0,
    "health": 1.0,
}
TABLE = load_table()
KEY_IS_KNOWN = frozenset({"fresh"})
RUNS = itertools.count()
WAVES = 8
MOST_HASTY, MOST_HASTY_OF_ONE = 1 / 10, 1 / 3


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


async def prepare(
    service: ServiceProcess, cache: Redis, tenant: Tenant, each: int
) -> tuple[list[Question], Things]:
    """A cell's questions. Some have been asked before: their answers are kept, fresh or stale.

    What is to wait in a journal is not there yet.
    """
    run = next(RUNS)
    admin = await service.bed.add_key(tenant, "admin")
    things = await _things(service, tenant, run, each * len(KINDS))
    questions = every_question(run, each, tenant, admin, things)
    reads = [q for q in questions if q.operation in {"search", "get"}]
    begun = await _as_begun(cache, tenant, things.accepted)
    await cache.flushdb()
    await _ask_all(service, [q for q in reads if q.holds == STALE])
    await _settled(cache, 2 * each)
    await _age(cache)
    await _ask_all(service, [q for q in reads if q.holds == FRESH])
    await _settled(cache, 4 * each)
    await _indexed(service, tenant, things.finished)
    await indexed(service.bed, [job for job, _ in things.accepted])
    await _settled(cache, 4 * each + len(things.finished))
    await cache.mset(begun)
    await _ask_all(service, [q for q in questions if q.operation == "admin"][:1])  # now the key is known
    await marked([service])
    # What was just indexed makes no kept answer old in here.
    for mark in await cache.keys("changed*"):
        await cache.delete(mark)
    return questions, things


async def _things(service: ServiceProcess, tenant: Tenant, run: int, many: int) -> Things:
    documents = [f"v{run}-{n}" for n in range(many)]
    waiting = [f"j{run}-{n}" for n in range(1 + WAITING)]
    jobs = await asyncio.gather(*(_bulk(service, tenant, [name]) for name in waiting))
    unseen, *accepted = zip(jobs, waiting, strict=True)
    return Things(
        documents,
        unseen,
        [await _bulk(service, tenant, some) for some in (documents[::2], documents[1::2])],
        accepted,
        [(f"job-{secrets.token_hex(16)}", f"k{run}-{n}") for n in range(WAITING)],
        await add_sessions(service.bed, tenant, 2 * many),
        await add_keys(service.bed, tenant, many),
    )


async def ask(service: ServiceProcess, questions: Sequence[Question]) -> list[tuple[Question, Reply]]:
    """Asks in waves of all kinds; each from an address of its own, so that no address limit is met.

    The first wave meets closed breakers. All at once would measure what two cores can do.
    """
    answers: list[tuple[Question, Reply]] = []
    address = addresses()
    for wave in (questions[first::WAVES] for first in range(WAVES)):
        replies = await asyncio.gather(
            *(
                service.call(q.method, q.path, q.asker, q.body, {"X-Forwarded-For": next(address)})
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
    table says for that; more than a tenth of such answers, or a third of one operation's, is a finding.
    """
    hasty: Counter[str] = Counter()
    asked = Counter(question.operation for question, _ in answers)
    for question, reply in answers:
        also = frozenset(d for d in Dependency if d.value in reply.degraded) - down
        promised = promise(TABLE, question.operation, down, question.holds)
        if "journal" in reply.degraded or not _kept(question, reply, promised, down):
            hasty[question.operation] += 1
            heard = question.holds - JOURNALED if "journal" in reply.degraded else question.holds
            promised = promise(TABLE, question.operation, down | also, heard)
            if not _kept(question, reply, promised, down | also):
                yield Finding(question, reply, promised, "is not what was promised")
            elif (
                hasty.total() > len(answers) * MOST_HASTY
                or hasty[question.operation] > asked[question.operation] * MOST_HASTY_OF_ONE
            ):
                yield Finding(question, reply, promised, f"one of {hasty.total()} that missed what is well")
        if reply.status == 503 and int(reply.headers.get("Retry-After", "0")) < 1:
            yield Finding(question, reply, promised, "no Retry-After")
        if promised.served_from in {"cache", "stale"} and "Age" not in reply.headers:
            yield Finding(question, reply, promised, "no Age")
        if reply.took_s > DEADLINE_S[question.operation] + GRACE_S + excused_s:
            yield Finding(question, reply, promised, "late")


def _kept(question: Question, reply: Reply, promised: Promise, down: frozenset[Dependency]) -> bool:
    """Whether the answer is the promised one, and says what was missed for it and on the way to it."""
    before = TABLE.operations[question.operation].before
    steps = (promised, *(promise(TABLE, step, down, KEY_IS_KNOWN) for step in before))
    missed = {d.value for step in steps for d in step.missed}
    status = 503 if promised.source is None else question.status
    unheard = reply.degraded - {"deadline", "journal"}
    # Whoever had no time left to be asked stands in the answer as the deadline.
    heard_of = unheard == missed or ("deadline" in reply.degraded and unheard < missed)
    told = (reply.status, reply.source, reply.headers.get("Durability"))
    return heard_of and told == (status, promised.served_from, promised.durability)


def addresses() -> Iterator[str]:
    """A new client address each time."""
    for run in itertools.count(next(RUNS)):
        for last in range(1, 251):
            yield f"198.{18 + run // 250 % 2}.{run % 250}.{last}"


async def _ask_all(service: ServiceProcess, questions: Sequence[Question]) -> None:
    """Until all are answered in full: the first questions to a cold server may be late."""
    async with asyncio.timeout(20):
        while questions:
            calls = (service.call(q.method, q.path, q.asker, q.body) for q in questions)
            replies = await asyncio.gather(*calls)
            answered = zip(questions, replies, strict=True)
            questions = [q for q, r in answered if r.status != q.status or r.degraded]
            if questions:
                await asyncio.sleep(0.2)


async def _bulk(service: ServiceProcess, tenant: Tenant, names: Sequence[str]) -> str:
    body = {"operations": [{"index": document(name)} for name in names]}
    reply = await service.call("POST", "/bulk", tenant, body)
    assert reply.status == 202, reply
    return str(reply.json["job_id"])


async def _indexed(service: ServiceProcess, tenant: Tenant, jobs: Sequence[str]) -> None:
    async with asyncio.timeout(10):
        for job in jobs:
            while (await service.call("GET", f"/jobs/{job}", tenant)).json["state"] != "indexed":
                await asyncio.sleep(0.02)


async def _as_begun(cache: Redis, tenant: Tenant, jobs: Sequence[Pair]) -> dict[str, bytes]:
    """What the cache was told of these jobs when they were accepted."""
    keys = [f"job:{tenant.id}:{job}" for job, _ in jobs]
    async with asyncio.timeout(5):
        while not all(values := await cache.mget(keys)):
            await asyncio.sleep(0.01)
    begun = dict(zip(keys, values, strict=True))
    kept = {key: value for key, value in begun.items() if isinstance(value, bytes)}
    assert all(b'"accepted"' in value for value in kept.values())
    return kept


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
