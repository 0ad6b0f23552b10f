"""What run.json says of an import."""

from collections.abc import Iterator, Sequence

from evidence.importing.account import Account
from evidence.importing.format import Format
from evidence.importing.import_plan import ImportPlan
from evidence.importing.labels import MOST_OPERATIONS, OTHER
from evidence.importing.record_making import UNKNOWN_TARGET, RecordMaker
from evidence.machine import package_versions
from evidence.run_record import ImportedFrom, RunRecord

WARM_UP = "warm-up"


def run_record(
    identifier: str, plan: ImportPlan, form: Format, accounts: Sequence[Account], maker: RecordMaker
) -> RunRecord:
    """How a run that was imported was made, as far as the files say it."""
    first_ns = maker.first_ns or 0
    return RunRecord(
        id=identifier,
        plan=plan.name or form.family,
        scenario=f"imported: {form.title}",
        target=", ".join(maker.targets) or UNKNOWN_TARGET,
        started_ns=first_ns,
        load_start_ns=first_ns,
        ended_ns=maker.last_ns,
        seeds={},
        versions=package_versions(("stormproof",)),
        machine=None,
        service_settings={},
        scheduled=(),
        rate_limits=None,
        phases=(WARM_UP,) if plan.warm_up_s else (),
        command=plan.command,
        notes=tuple(_notes(accounts, maker)),
        imported=ImportedFrom(
            format=form.name,
            files=tuple(path.name for path in plan.files),
            requests=maker.made,
            latency=form.latency,
            lines_used=sum(account.used for account in accounts),
            lines_skipped=sum(account.bad for account in accounts),
        ),
    )


def _notes(accounts: Sequence[Account], maker: RecordMaker) -> Iterator[str]:
    remarks = dict.fromkeys(remark for account in accounts for remark in account.remarks)
    yield from (f"{remark}." for remark in remarks)
    if maker.labeller.collapsed:
        yield (
            f"There are more than {MOST_OPERATIONS} operations: the {maker.labeller.collapsed:,} requests "
            f"of the others are named {OTHER}. Name them in another way with --operation-from or "
            "--path-template."
        )
    for account in accounts:
        yield _told(account)


def _told(account: Account) -> str:
    """What became of the lines of a file."""
    parts = [f"{account.used:,} of {account.seen:,} {account.unit} made requests"]
    if account.passed_over:
        parts.append(f"passed over: {account.others}")
    if account.bad:
        parts.append(f"{account.bad:,} bad {account.unit} were skipped ({'; '.join(account.examples)})")
    if account.cut:
        parts.append("the last is not whole and left out: the tool was killed in it")
    return f"{account.file.name}: {'; '.join(parts)}."
