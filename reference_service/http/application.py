"""Routes and their deadlines."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from reference_service.http.admin_handler import AdminHandler
from reference_service.http.dead_letters_handler import DeadLettersHandler
from reference_service.http.documents_handler import DocumentsHandler
from reference_service.http.envelope import Budgets, Envelope
from reference_service.http.health_handler import HealthHandler
from reference_service.http.jobs_handler import JobsHandler
from reference_service.http.search_handler import SearchHandler
from reference_service.http.tokens_handler import TokensHandler
from reference_service.settings import Settings

SEARCH = "/search"
DOCUMENTS = "/documents"
DOCUMENT = "/documents/{document_id}"
BULK = "/bulk"
JOB = "/jobs/{job_id}"
TOKENS, REFRESH, REVOKE = "/tokens", "/tokens/refresh", "/tokens/revoke"
TENANT, KEYS, KEY = "/admin/tenant", "/admin/keys", "/admin/keys/{key_id}"
DEAD_LETTERS, ALL_AGAIN = "/admin/dead-letters", "/admin/dead-letters/retry"
ONE_AGAIN = "/admin/dead-letters/{sequence}/retry"


@dataclass(frozen=True, slots=True)
class Handlers:
    """One per noun."""

    search: SearchHandler
    documents: DocumentsHandler
    jobs: JobsHandler
    tokens: TokensHandler
    admin: AdminHandler
    dead_letters: DeadLettersHandler
    health: HealthHandler


def budgets(settings: Settings) -> Budgets:
    """Seconds from first byte to last, by method and route."""
    return {
        ("GET", SEARCH): settings.search_deadline_s,
        ("POST", SEARCH): settings.search_deadline_s,
        ("GET", DOCUMENT): settings.get_deadline_s,
        ("POST", DOCUMENTS): settings.index_deadline_s,
        ("DELETE", DOCUMENT): settings.delete_deadline_s,
        ("POST", BULK): settings.bulk_deadline_s,
        ("GET", JOB): settings.job_deadline_s,
        **{("POST", path): settings.token_deadline_s for path in (TOKENS, REFRESH, REVOKE)},
        **{
            (method, path): settings.admin_deadline_s
            for method in ("GET", "PUT", "POST", "DELETE")
            for path in (TENANT, KEYS, KEY, DEAD_LETTERS, ALL_AGAIN, ONE_AGAIN)
        },
    }


def make_application(handlers: Handlers, envelope: Envelope, body_bytes: int) -> web.Application:
    """The application, ready to be served."""

    application = web.Application(client_max_size=body_bytes, middlewares=[envelope.handle])
    application.router.add_get(SEARCH, handlers.search.search, allow_head=False)
    application.router.add_post(SEARCH, handlers.search.search_with_body)
    application.router.add_post(DOCUMENTS, handlers.documents.index)
    application.router.add_post(BULK, handlers.documents.bulk)
    application.router.add_get(JOB, handlers.jobs.get, allow_head=False)
    application.router.add_get(DOCUMENT, handlers.documents.get, allow_head=False)
    application.router.add_delete(DOCUMENT, handlers.documents.delete)
    application.router.add_post(TOKENS, handlers.tokens.begin)
    application.router.add_post(REFRESH, handlers.tokens.refresh)
    application.router.add_post(REVOKE, handlers.tokens.revoke)
    application.router.add_get(TENANT, handlers.admin.tenant, allow_head=False)
    application.router.add_put(TENANT, handlers.admin.change_tenant)
    application.router.add_get(KEYS, handlers.admin.keys, allow_head=False)
    application.router.add_post(KEYS, handlers.admin.add_key)
    application.router.add_delete(KEY, handlers.admin.revoke_key)
    application.router.add_get(DEAD_LETTERS, handlers.dead_letters.page, allow_head=False)
    application.router.add_post(ALL_AGAIN, handlers.dead_letters.retry_all)
    application.router.add_post(ONE_AGAIN, handlers.dead_letters.retry)
    application.router.add_get("/health/live", handlers.health.live)
    application.router.add_get("/health/ready", handlers.health.ready)
    application.router.add_get("/openapi.json", handlers.health.openapi, allow_head=False)
    application.router.add_get("/metrics", handlers.health.metrics)
    return application
