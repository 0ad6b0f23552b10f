"""`python -m reference_service [serve | migrate | seed | reindex | settings | degradation]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import elastic_transport
import orjson
import redis.exceptions
import uvloop

from reference_service.degradation import load_table
from reference_service.degradation.page import page
from reference_service.errors import CannotStartError
from reference_service.limits.tiers import Tier
from reference_service.machine_secrets import settle_secrets
from reference_service.observability.logs import configure_logs
from reference_service.ports.dependency_tls import DependencyTls
from reference_service.ports.index_builds import ReindexRunningError
from reference_service.reindexing.command import reindex
from reference_service.reindexing.copier import CopyRefusedError
from reference_service.reindexing.reindex import ReindexPolicy
from reference_service.schema.migrate import MigrationConflictError, migrate
from reference_service.seeding.indices import SeedingFailedError
from reference_service.seeding.seed import SeedRequest, seed
from reference_service.serve import serve
from reference_service.settings import BadSettingsError, Settings, changed_settings, read_settings
from reference_service.workers.listener import bind_listener
from reference_service.workers.start import serve_as_worker, supervise

USAGE, UNREACHABLE = 2, 69
KEYLESS = frozenset({"degradation", "settings", "migrate", "reindex"})  # neither hash keys nor sign tokens
# What the drivers raise when a part of the stack is not there.
ABSENCE = (OSError, asyncpg.PostgresError, elastic_transport.TransportError, redis.exceptions.RedisError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code: 0, 1 (requests were cut), 2 (wrong usage), 69 (no stack)."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_level)
        if options.command not in KEYLESS:
            settings = settle_secrets(settings)
    except BadSettingsError as error:
        _complain(str(error))
        return USAGE
    if options.command == "degradation":
        sys.stdout.write(page(load_table()))
        return 0
    if options.command == "settings":
        sys.stdout.write(orjson.dumps(changed_settings(settings), option=orjson.OPT_INDENT_2).decode() + "\n")
        return 0
    try:
        return uvloop.run(_work(options, settings))
    except (
        CannotStartError,
        MigrationConflictError,
        SeedingFailedError,
        ReindexRunningError,
        CopyRefusedError,
    ) as error:
        _complain(str(error))
        return USAGE
    except ABSENCE as error:
        _complain(
            f"{options.command or 'serve'}: a part of the stack did not answer as it should "
            f"({type(error).__name__}: {error}). "
            "Next: see that the stack is up, and that the SERVICE_* variables name its addresses."
        )
        return UNREACHABLE


async def _work(options: argparse.Namespace, settings: Settings) -> int:
    if options.command == "migrate":
        applied = await migrate(settings.postgres_owner_dsn, DependencyTls(settings.dependency_ca))
        _say(f"schema: {', '.join(applied) if applied else 'nothing to apply'}")
    elif options.command == "seed":
        request = SeedRequest(options.tenants, options.documents, options.seed, options.out)
        await seed(settings, request, _say)
    elif options.command == "reindex":
        policy = ReindexPolicy(options.patience, options.linger)
        await reindex(settings, options.tenant, policy, _say)
    elif options.command == "worker":
        return await serve_as_worker(settings, options.number, options.listener, options.channel)
    elif settings.workers > 1:
        return await supervise(settings)
    else:
        return await serve(settings, bind_listener(settings.host, settings.port, 0.0))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reference_service",
        description="A multi-tenant document search service. Settings come from SERVICE_* variables.",
    )
    parser.set_defaults(command="serve")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="listen on SERVICE_PORT with SERVICE_WORKERS processes (the default)")
    worker = commands.add_parser("worker", description="One of several; started by `serve` alone.")
    for inherited in ("number", "listener", "channel"):
        worker.add_argument(f"--{inherited}", type=int, required=True)
    commands.add_parser("migrate", help="bring the schema of SERVICE_POSTGRES_OWNER_DSN up to date")
    commands.add_parser("settings", help="print the settings that differ from their defaults, as JSON")
    commands.add_parser("degradation", help="print what each operation does without each dependency")
    seeding = commands.add_parser(
        "seed", help="make tenants and a corpus; leaves alone what is right already"
    )
    default = {Tier.ENTERPRISE: 4, Tier.STANDARD: 12, Tier.FREE: 10}
    seeding.add_argument("--tenants", type=_tenants, default=default, help="enterprise=4,standard=12,free=10")
    seeding.add_argument("--documents", type=_count, default=20_000, help="in all, split over the tenants")
    seeding.add_argument("--seed", type=int, default=1, help="the same number makes the same corpus and keys")
    seeding.add_argument("--out", type=Path, required=True, help="where tenants.json is written (mode 0600)")
    reindexing = commands.add_parser("reindex", help="bring documents into a new index while writes go on")
    whose = reindexing.add_mutually_exclusive_group(required=True)
    whose.add_argument("--tenant", help="one tenant's")
    whose.add_argument("--all", action="store_true", help="every tenant's, one after the other")
    reindexing.add_argument(
        "--patience", type=float, default=300.0, help="seconds that Elasticsearch may be away"
    )
    reindexing.add_argument(
        "--linger",
        type=float,
        default=60.0,
        help="seconds that the old index stays, for those who page in it",
    )
    return parser


def _tenants(text: str) -> dict[Tier, int]:
    counts = dict.fromkeys(Tier, 0)
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name not in set(Tier) or not number.isdigit():
            allowed = ", ".join(f"{tier.value}=N" for tier in Tier)
            raise argparse.ArgumentTypeError(f"{part!r}: allowed are {allowed}, separated by commas")
        counts[Tier(name)] = int(number)
    if not sum(counts.values()):
        raise argparse.ArgumentTypeError("at least one tenant is needed")
    return counts


def _count(text: str) -> int:
    if not text.isdigit() or int(text) > 10_000_000:
        raise argparse.ArgumentTypeError(f"{text!r}: a whole number from 0 to 10000000 is allowed")
    return int(text)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
