"""From files of results to a run folder: the room's door for writing."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evidence.errors import InvalidFile, Problem
from evidence.importing.account import Account
from evidence.importing.catalogue import choose
from evidence.importing.errors import InvalidOption
from evidence.importing.format import Format
from evidence.importing.import_plan import ImportPlan
from evidence.importing.labels import Labeller
from evidence.importing.record_making import RecordMaker
from evidence.importing.run_making import WARM_UP, run_record
from evidence.importing.source_file import SourceFile
from evidence.record_reader import record_files
from evidence.record_writer import RecordWriter
from evidence.request_record import REQUESTS
from evidence.run_folder import RunFolder, create_run_folder
from evidence.run_record import RunRecord
from evidence.timeline import TimelineEvent, TimelineEventName, TimelineKind, append_event

_BATCH_ROWS = 10_000
_NS_PER_S = 1_000_000_000
_CUT = "A gzip'd file ends within its stream: what it held up to there is imported"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made."""

    folder: RunFolder
    run: RunRecord
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class _Input:
    """One file, and what becomes of it."""

    source: SourceFile
    account: Account
    worker: str


def import_results(plan: ImportPlan, on_progress: Callable[[int], None] = lambda _: None) -> Imported:
    """Read the files and make a run folder of them; where that fails, none is left behind.

    `on_progress` is told from time to time how many requests were read. Raises InvalidFile, InvalidOption and
    OSError.
    """
    plan.check()
    inputs, form = _inputs(plan)
    plan.check_options_of(form)
    maker = RecordMaker(Labeller(plan.labels), plan.target)
    accounts = tuple(one.account for one in inputs)
    with _work_dir(plan.runs_dir) as work_dir:
        for one in inputs:
            _write_records(one, form, plan, maker, work_dir, on_progress)
        if maker.first_ns is None:
            raise _nothing_found(accounts)
        record_files(work_dir, REQUESTS)
        folder = create_run_folder(plan.runs_dir, plan.name or form.family, maker.first_ns)
        try:
            (work_dir / REQUESTS.folder).rename(folder.path / REQUESTS.folder)
            _write_warm_up(folder, plan.warm_up_s, maker.first_ns)
            record = run_record(folder.id, plan, form, accounts, maker)
            folder.write_run(record)
        except BaseException:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
    return Imported(folder, record, accounts)


def _inputs(plan: ImportPlan) -> tuple[tuple[_Input, ...], Format]:
    """The files with the one format that they have."""
    inputs: list[_Input] = []
    chosen: dict[str, Format] = {}
    for path in plan.files:
        account = Account(path, skip_bad=plan.skip_bad_lines)
        source = SourceFile(path, on_cut=partial(account.remark, _CUT))
        form = choose(plan.format, source, plan.read.log_format)
        chosen[form.name] = form
        inputs.append(_Input(source, account, _worker_name(path, [one.worker for one in inputs])))
    if len(chosen) > 1:
        raise InvalidOption(f"the files are of {' and '.join(chosen)}: import those of each format alone")
    (form,) = chosen.values()
    return tuple(inputs), form


def _write_records(
    one: _Input,
    form: Format,
    plan: ImportPlan,
    maker: RecordMaker,
    work_dir: Path,
    on_progress: Callable[[int], None],
) -> None:
    requests = form.read(one.source, plan.read, one.account)
    with RecordWriter(work_dir, REQUESTS, one.worker, batch_rows=_BATCH_ROWS) as writer:
        for record in maker.records(requests, one.worker):
            writer.append(record)
            if maker.made % _BATCH_ROWS == 0:
                on_progress(maker.made)


def _worker_name(path: Path, taken: Sequence[str]) -> str:
    """A name for the file's records: that of the file, without its endings."""
    base = re.sub(r"[^A-Za-z0-9_-]+", "-", path.name.split(".", 1)[0]).strip("-") or "file"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


@contextmanager
def _work_dir(runs_dir: Path) -> Iterator[Path]:
    """A folder beside the runs, in which the records are made; gone afterwards."""
    runs_dir.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=runs_dir, prefix=".import-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _write_warm_up(folder: RunFolder, warm_up_s: float, first_ns: int) -> None:
    if not warm_up_s:
        return
    end_ns = first_ns + round(warm_up_s * _NS_PER_S)
    for event, at_ns in ((TimelineEventName.STARTED, first_ns), (TimelineEventName.ENDED, end_ns)):
        append_event(
            folder.timeline_file, TimelineEvent(at_ns, TimelineKind.PHASE, WARM_UP, event, "stormproof")
        )


def _nothing_found(accounts: Sequence[Account]) -> InvalidFile:
    """The error of files without a request in them."""
    account = accounts[0]
    held = f"{account.seen:,} {account.unit}, no request"
    if account.passed_over:
        held += f", only {account.others}"
    problem = Problem("", held, "must hold at least one request")
    return InvalidFile(account.file, (problem,), "Check that the tool recorded requests over HTTP.")
