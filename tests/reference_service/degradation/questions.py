"""Every operation of the service, as the questions of one cell."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference_service.degradation.question import (
    ACCEPTED,
    FRESH,
    JOURNALED,
    NOTHING,
    STALE,
    Question,
)
from tests.reference_service.degradation.things import Things
from tests.reference_service.service_process import Tenant

KINDS = (NOTHING, FRESH, STALE)
WAITING = 5  # of each kind of what waits on its way: each can be asked about once, then its answer is kept
HEALTH = ("/health/live", "/health/ready", "/metrics", "/openapi.json")


def every_question(run: int, each: int, user: Tenant, admin: Tenant, things: Things) -> list[Question]:
    """`each` of every kind of kept answer, and as many of every operation that has no kinds."""
    many = each * len(KINDS)
    return [
        *_reads(run, each, user),
        *_waiting(user, things),
        *_writes(run, many, user, things),
        *_jobs(many, user, things),
        *_sessions(many, user, things),
        *_administration(many, admin, things),
        *(Question("health", "GET", HEALTH[n % len(HEALTH)]) for n in range(many)),
    ]


def document(document_id: str) -> dict[str, object]:
    """A small one."""
    return {"id": document_id, "title": "t", "content": "c"}


def _reads(run: int, each: int, user: Tenant) -> Iterator[Question]:
    for k, kind in enumerate(KINDS):
        for n in range(each):
            text = f"r{run}k{k}n{n}"
            if n % 2:
                yield Question("search", "POST", "/search", {"query": {"text": text}}, kind, user)
            else:
                yield Question("search", "GET", f"/search?q={text}", None, kind, user)
    for k, kind in enumerate(KINDS):
        for n in range(each):
            yield Question("get", "GET", f"/documents/doc-{k * each + n:06d}", None, kind, user)


def _waiting(user: Tenant, things: Things) -> Iterator[Question]:
    for kind, pairs in ((ACCEPTED, things.accepted), (JOURNALED, things.journaled)):
        for _, name in pairs:
            yield Question("get", "GET", f"/documents/{name}", None, kind, user)


def _writes(run: int, many: int, user: Tenant, things: Things) -> Iterator[Question]:
    for n in range(many):
        yield Question("index", "POST", "/documents", document(f"w{run}-{n}"), asker=user, status=202)
    for name in things.documents[:many]:
        yield Question("delete", "DELETE", f"/documents/{name}", asker=user, status=202)
    for n in range(many):
        body = {"operations": [{"index": document(f"b{run}-{n}")}]}
        yield Question("bulk", "POST", "/bulk", body, asker=user, status=202)


def _jobs(many: int, user: Tenant, things: Things) -> Iterator[Question]:
    yield Question("job", "GET", f"/jobs/{things.unseen[0]}", asker=user)
    for kind, pairs in ((STALE, things.accepted), (JOURNALED, things.journaled)):
        for job, _ in pairs:
            yield Question("job", "GET", f"/jobs/{job}", None, kind, user)
    for n in range(many - 1 - len(things.accepted) - len(things.journaled)):
        yield Question("job", "GET", f"/jobs/{things.finished[n % len(things.finished)]}", None, FRESH, user)


def _sessions(many: int, user: Tenant, things: Things) -> Iterator[Question]:
    for _ in range(many):
        yield Question("token", "POST", "/tokens", asker=user)
    bodies = [{"refresh_token": token} for token in things.refresh_tokens]
    for body in bodies[:many]:
        yield Question("refresh", "POST", "/tokens/refresh", body)
    for body in bodies[many : 2 * many]:
        yield Question("revoke", "POST", "/tokens/revoke", body, status=204)


def _administration(many: int, admin: Tenant, things: Things) -> Iterator[Question]:
    permissions = {"permissions": ["read"], "expires_in_s": 3600}
    for n in range(many):
        turn, kind = divmod(n, 8)
        yield (
            Question("admin", "GET", "/admin/tenant", asker=admin),
            Question("admin", "PUT", "/admin/tenant", {"tier": admin.tier}, asker=admin),
            Question("admin", "GET", "/admin/keys", asker=admin),
            Question("admin", "POST", "/admin/keys", permissions, asker=admin, status=201),
            Question("admin", "DELETE", f"/admin/keys/{things.key_ids[turn]}", asker=admin, status=204),
            Question("admin", "GET", "/admin/dead-letters", asker=admin),
            # There is no such letter: only PostgreSQL can tell.
            Question("admin", "POST", "/admin/dead-letters/1/retry", asker=admin, status=404),
            Question("admin", "POST", "/admin/dead-letters/retry", asker=admin, status=202),
        )[kind]
