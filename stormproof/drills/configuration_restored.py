"""Configuration and secrets are lost, and restored from a git repository."""

import stack
from stormproof.drills.action import DrillAction
from stormproof.drills.configuration_repository import (
    commit_configuration,
    kept_paths,
    restore_configuration,
)
from stormproof.drills.context import DrillContext
from stormproof.drills.own_service import own_service, restart_own_service

_WITHIN_S = 30.0


def _run(context: DrillContext) -> None:
    settings = context.settings
    repository = settings.backups_dir / "configuration"
    with context.step("configuration is committed"):
        commit = commit_configuration(settings, repository)
    context.fail("configuration and secrets are gone, and the service is started anew")
    for path in kept_paths(settings):
        stack.set_aside(settings, path)
    with context.step("the service starts with secrets of its own making, which open nothing"):
        restart_own_service(context)
        context.until("clients are refused", lambda: not context.probe.writes_replicated(), _WITHIN_S)
    with context.step("the commit is checked out"):
        restore_configuration(settings, repository, commit)
    with context.step("the service starts again"):
        restart_own_service(context)
        context.until("writes are replicated again", context.probe.writes_replicated, _WITHIN_S)
    context.restored()


ACTION = DrillAction(_run, service=own_service)
