"""One experiment alone, under supervision."""

from itertools import chain, count
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import JsonValue, TypeAdapter

from chaos.supervision.run_options import replaced_configuration
from evidence.clock import AnchoredClock
from evidence.experiment_record import ExperimentRecord, Finding
from evidence.run_folder import RunFolder, create_run_folder
from evidence.timeline import FaultWindow, fault_windows, read_timeline
from evidence.verdict_record import Verdict
from stormproof import exit_codes
from stormproof.cli.context import RUNS_DIR, command_home, console, progress_console, shown_board
from stormproof.errors import BadInput
from stormproof.run.experiment import process_log
from stormproof.run.experiment_alone import run_experiment_alone
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.generator import stack_environment
from stormproof.run.interrupt import interruptible
from stormproof.run.lock import run_lock
from stormproof.run.prepared_experiment import ConfirmedHosts, PreparedExperiment, prepare_experiment

_STYLES = {Verdict.INVALID: "red", Verdict.MISSED: "red", Verdict.NOT_PROVEN: "yellow", None: "dim"}


def add_chaos_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Parts of a game day", context_settings={"allow_extra_args": True})(chaos)


def chaos(  # noqa: PLR0913, PLR0917 -- a command line
    context: typer.Context,
    experiment: Annotated[
        str, typer.Argument(help="An experiment of ours by name, or a Chaos Toolkit file.")
    ],
    run: Annotated[
        Path | None, typer.Option(help="The run folder; by default a new one below runs/.")
    ] = None,
    hold_s: Annotated[float, typer.Option(min=0, max=3600, help="How long the fault is held.")] = 15.0,
    var: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE in place of the experiment's configuration.")
    ] = None,
    confirm_host: Annotated[
        list[str] | None,
        typer.Option(help="A host off this machine that it reaches: yes, I may break things there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of it as JSON.")] = False,
) -> None:
    """Run one experiment under supervision. What follows -- goes to chaos run as it is.

    Its rollbacks are always played, and its verdict rests on what it did, not on what Chaos Toolkit says:
    exits 0 MET, 1 MISSED (its hypothesis did not hold), 3 NOT PROVEN (it asks nothing), 4 INVALID (it is no
    evidence), 2 when the file is wrong and nothing was run, 130 when interrupted, rolled back and healed.
    """
    further = (*context.args, *(part for one in var or [] for part in ("--var", one)))
    with command_home() as home, interruptible() as interrupts, run_lock(home):
        prepared = prepare_experiment(
            experiment,
            Path.cwd(),
            confirmed=ConfirmedHosts(frozenset(confirm_host or ()), "--confirm-host"),
            environment=stack_environment(home),
            variables=_variables(further),
        )
        _refuse_dropped(further, prepared)
        folder = _folder(run, prepared.file.stem)
        start = ExperimentStart(
            file=prepared.file,
            parsed=prepared.parsed,
            hold_s=hold_s,
            name=_unused_name(folder, prepared.file.stem),
            cwd=Path.cwd(),
            further=further,
            confirmed=tuple(confirm_host or ()),
        )
        with shown_board() as board:
            record = run_experiment_alone(home, folder, start, board, interrupts)
        if as_json:
            console.print_json(orjson.dumps(TypeAdapter(ExperimentRecord).dump_python(record)).decode())
        else:
            _show(record, folder)
        if interrupts.interrupted:
            progress_console.print("Interrupted: rolled back and healed, the evidence up to then is kept.")
            raise typer.Exit(exit_codes.INTERRUPTED)
        raise typer.Exit(record.verdict.exit_code)


def told_finding(finding: Finding) -> str:
    """A finding as people read it."""
    return f"{finding.verdict or 'warning':<12} {finding.rule}: {finding}"


def _variables(options: tuple[str, ...]) -> dict[str, JsonValue]:
    try:
        return replaced_configuration(options)
    except ValueError as error:
        raise BadInput(f"--var: {error}: must be NAME=VALUE, as latency_ms=3000.") from error


def _refuse_dropped(options: tuple[str, ...], prepared: PreparedExperiment) -> None:
    """Chaos Toolkit drops a variable that the configuration does not have, and goes on without."""
    known = prepared.parsed.configuration
    for name in _variables(options):
        if name not in known:
            one_of = f"must be one of {', '.join(sorted(known))}" if known else "it has none"
            raise BadInput(f"--var {name}: not in the configuration of {prepared.file}: {one_of}.")


def _folder(run: Path | None, name: str) -> RunFolder:
    if run is None:
        return create_run_folder(RUNS_DIR, name, AnchoredClock.anchor().now_ns())
    run.mkdir(parents=True, exist_ok=True)
    return RunFolder(run.absolute())


def _unused_name(folder: RunFolder, name: str) -> str:
    """One that nothing in the run folder is called by yet: what an earlier run of the same experiment left
    there is that one's evidence, and would pass for this one's where this one leaves none."""
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if not process_log(folder, one).exists())


def _show(record: ExperimentRecord, folder: RunFolder) -> None:
    events = [one for one in read_timeline(folder.timeline_file) if one.at_ns >= record.started_ns]
    for window in fault_windows(tuple(events)):
        console.print(_told(window), markup=False, soft_wrap=True)
    for finding in record.findings:
        console.print(told_finding(finding), style=_STYLES.get(finding.verdict), markup=False, soft_wrap=True)
    console.print(f"Verdict   {record.verdict}")
    console.print(f"Journal   {folder.path / record.journal}", soft_wrap=True)
    console.print(f"Evidence  {folder.path}", soft_wrap=True)


def _told(window: FaultWindow) -> str:
    felt = "felt" if window.felt else "NOT felt"
    healed = "healing verified" if window.healed else "healing NOT verified"
    why = f": {'; '.join(window.failures)}" if window.failures else ""
    return f"{window.name} of {window.target}: {felt}, {healed}{why}"
