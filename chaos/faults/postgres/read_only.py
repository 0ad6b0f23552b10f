"""Read-only: PostgreSQL answers and takes nothing, as a standby or a server whose disk is full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from chaos.admin.postgres_admin import administer, look_up
from chaos.faults.fault import Mark
from chaos.faults.inside_fault import InsideFault, not_wrong
from chaos.probes.dialect import Dialect
from chaos.probes.line import Observation
from chaos.probes.questions.postgres import postgres_question
from chaos.targets.direct import DirectTarget

_DATABASE = "postgres"
_READ_ONLY_TRANSACTION = "25006"
_WRITING = "SET default_transaction_read_only = off"
_RELOAD = "SELECT pg_reload_conf()"
_OF_ALTER_SYSTEM = """
SELECT setting FROM pg_settings
WHERE name = 'default_transaction_read_only' AND sourcefile LIKE '%postgresql.auto.conf'
"""
_PRESENT = "SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only'"
_WRITE = "DO $$ BEGIN CREATE TABLE stormproof_probe (); DROP TABLE stormproof_probe; END $$"
"""One statement, one transaction: nobody ever sees the table."""


@dataclass(frozen=True, slots=True)
class ReadOnly(InsideFault):
    """default_transaction_read_only for every session, the present ones too."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: ClassVar[str] = "read-only"
    effect: ClassVar[str] = (
        "Whatever writes fails with 25006, from the next transaction on; reads are answered."
    )

    def remember(self, target: DirectTarget) -> Mapping[str, str]:
        """What ALTER SYSTEM had set, if it had."""
        return {"setting": "".join(look_up(target.door.address, _DATABASE, _OF_ALTER_SYSTEM))}

    def inject(self, target: DirectTarget, mark: Mark) -> None:  # noqa: ARG002 -- there is one setting
        """Set it and have it read."""
        self._set(target, "SET default_transaction_read_only = on")

    def in_place(self, target: DirectTarget, mark: Mark) -> bool:  # noqa: ARG002 -- the same
        """It is what sessions begin with."""
        return list(look_up(target.door.address, _DATABASE, _PRESENT)) == ["on"]

    def heal(self, target: DirectTarget, mark: Mark) -> None:
        """Set what was, or nothing."""
        before = mark.before.get("setting", "")
        on_or_off = "on" if before == "on" else "off"
        name = "default_transaction_read_only"
        self._set(target, f"SET {name} = {on_or_off}" if before else f"RESET {name}")

    def question(self, target: DirectTarget) -> Dialect:
        """A write of which nothing is left."""
        return postgres_question(target.client_door.speech, _DATABASE, _WRITE)

    def not_felt(self, seen: Sequence[Observation]) -> str | None:
        """Every session must be refused its write."""
        return not_wrong(seen, _READ_ONLY_TRANSACTION)

    def _set(self, target: DirectTarget, change: str) -> None:
        administer(target.door.address, _DATABASE, _WRITING, f"ALTER SYSTEM {change}", _RELOAD)
