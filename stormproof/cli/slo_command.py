"""`stormproof slo`: judge a run, or anybody's table of requests; tell budgets."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.terminal import render_terminal
from slo.budget.projection import read_frequency
from slo.budget.report import ObjectiveBudget, budget_report
from slo.contract.contract import Contract, read_contract
from slo.evaluate import Demands
from slo.inference.any_time import AnyTime
from slo.latency_bounds import BoundedPercentile, run_percentiles
from slo.living import goes_on, look
from slo.objective import Objective, read_documents, read_objectives
from slo.over_time import write_minutes
from slo.prometheus.judge import judge_prometheus
from slo.tables.judge import judge_table, summarize_table, table_percentiles
from slo.tables.mapping import TableMapping, mapping_of, with_options
from slo.tables.opening import files_of
from slo.verdicts import Question
from stormproof.cli.budget_view import render_budgets
from stormproof.cli.context import command_home, console
from stormproof.cli.percentiles_view import render_percentiles
from stormproof.cli.prometheus_options import (
    Last,
    LiveSource,
    Prometheus,
    Step,
    check_duration,
    live_source,
)
from stormproof.cli.slo_options import Columns, Demand, Frequencies, Looks, ObjectivesOrPlan, Settings, Source
from stormproof.errors import BadInput
from stormproof.run.conclusion import conclude
from stormproof.run.inputs import OBJECTIVES_DIR, Inputs, read_inputs

_NICE = 10
"""Who looks at a load on the same machine must not slow it."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    objectives: tuple[Objective, ...]
    names: frozenset[str]
    question: Question
    contract: Contract | None
    whole_contract: bool


def slo(  # noqa: PLR0913, PLR0917 -- one parameter an option
    source: Source = None,
    objectives: ObjectivesOrPlan = None,
    demand: Demand = None,
    contract: Annotated[
        Path | None, typer.Option(help="What each operation may do under each fault: a contract file.")
    ] = None,
    whole_contract: Annotated[
        bool,
        typer.Option("--whole-contract", help="Demand the cells that the run did not bring about, too."),
    ] = False,
    window: Annotated[bool, typer.Option("--window", help="Ask whether this window met it.")] = False,
    looks: Looks = None,
    column: Columns = None,
    setting: Settings = None,
    budget: Annotated[
        bool,
        typer.Option(
            "--budget", help="Of a run: tell budgets, burn rates, and alerts that would have fired."
        ),
    ] = False,
    frequency: Frequencies = None,
    prometheus: Prometheus = None,
    step: Step = None,
    last: Last = None,
    percentiles: Annotated[
        bool,
        typer.Option("--percentiles", help="Tell percentiles of latency, with bounds, instead of a verdict."),
    ] = False,
    minutes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Of a table: tell its verdict and percentiles together, and write the requests and the good "
            "of each objective in each minute there.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a run, a table of requests or a Prometheus against objectives; a run against a contract, too.

    A run gets its verdict.json and its reports again. Of a table nothing is written: say which column is
    what with --column, or in a DataSource document of type stormproof beside the objectives.
    """
    with command_home():
        if objectives is None:
            objectives, kept = _kept_inputs(source)
            demand, contract = demand or list(kept.plan.demands), contract or kept.contract
            window = window or (looks is None and kept.plan.question == "window")
        live = live_source(objectives, prometheus, step, others=bool(source))
        if live is not None:
            if budget or frequency or contract or percentiles or column or setting:
                raise BadInput("Of a Prometheus: --demand, --window, --looks, --step, --last, --json.")
            question = _question(window=window, looks=looks)
            raise typer.Exit(_judge_live(live, demand, question, last, as_json=as_json))
        read = read_objectives(objectives)
        names = frozenset(demand or [objective.name for objective in read])
        wanted = _Wanted(
            read,
            names,
            _question(window=window, looks=looks),
            None if contract is None else read_contract(contract),
            whole_contract,
        )
        mapping = with_options(
            mapping_of(read_documents(objectives)), tuple(column or ()), tuple(setting or ())
        )
        sources = _sources(source, mapping)
        folder = _run_folder(sources)
        if minutes is not None:
            if folder is not None or budget or frequency or contract:
                raise BadInput("--minutes is for tables, without --budget, --frequency and --contract.")
            _check_apart(minutes, sources)
            raise typer.Exit(_summarize_table(sources, mapping, wanted, minutes, as_json=as_json))
        if percentiles:
            _tell_percentiles(
                run_percentiles(RunFolder(folder), read)
                if folder is not None
                else table_percentiles(sources, mapping, read),
                as_json=as_json,
            )
            return
        if folder is None:
            if budget or frequency or contract:
                raise BadInput("--budget, --frequency and --contract need a run: a table knows no faults.")
            raise typer.Exit(_judge_table(sources, mapping, wanted, as_json=as_json))
        if column or setting:
            raise BadInput("--column and --setting are for tables; a run's columns are known.")
        _judge_run(RunFolder(folder), wanted, tuple(frequency or ()), budget=budget, as_json=as_json)


def _kept_inputs(source: list[str] | None) -> tuple[Path, Inputs]:
    """The folder of the objectives of a run that was made from a plan, and all that the plan named."""
    folder = _run_folder(tuple(source)) if source else None
    if folder is None:
        raise BadInput("--objectives PATH: must be said; only a run that was made from a plan keeps its own.")
    return folder / OBJECTIVES_DIR, read_inputs(RunFolder(folder))


def _tell_percentiles(percentiles: tuple[BoundedPercentile, ...], *, as_json: bool) -> None:
    if as_json:
        console.print_json(TypeAdapter(tuple[BoundedPercentile, ...]).dump_json(percentiles).decode())
    else:
        console.print(render_percentiles(percentiles))


def _judge_live(
    live: LiveSource, demand: list[str] | None, question: Question, last: str | None, *, as_json: bool
) -> int:
    names = frozenset(demand or [objective.name for objective in live.objectives])
    window = None if last is None else check_duration("--last", last)
    verdict = judge_prometheus(
        live.api, live.objectives, Demands(names, question), time.time_ns(), live.connection.step_s, window
    )
    return _tell_verdict(verdict, as_json=as_json)


def _judge_table(sources: tuple[str, ...], mapping: TableMapping, wanted: _Wanted, *, as_json: bool) -> int:
    demands = Demands(wanted.names, wanted.question)
    verdict = judge_table(sources, mapping, wanted.objectives, demands, time.time_ns())
    return _tell_verdict(verdict, as_json=as_json)


def _tell_verdict(verdict: VerdictRecord, *, as_json: bool) -> int:
    if as_json:
        console.print_json(TypeAdapter(VerdictRecord).dump_json(verdict).decode())
    else:
        console.print(render_terminal(verdict))
    return verdict.verdict.exit_code


def _check_apart(minutes: Path, sources: tuple[str, ...]) -> None:
    """What is judged is never written over."""
    if str(minutes.resolve()) in {str(Path(file).resolve()) for file in files_of(sources)}:
        raise BadInput(f"--minutes {minutes}: is what is judged; name another file.")


def _summarize_table(
    sources: tuple[str, ...], mapping: TableMapping, wanted: _Wanted, minutes: Path, *, as_json: bool
) -> int:
    demands = Demands(wanted.names, wanted.question)
    summary = summarize_table(sources, mapping, wanted.objectives, demands, time.time_ns())
    try:
        write_minutes(minutes, summary.minutes)
    except OSError as error:
        raise BadInput(f"--minutes {minutes}: {error.strerror}: name a file that can be written.") from error
    if as_json:
        told: dict[str, VerdictRecord | tuple[BoundedPercentile, ...]] = {
            "verdict": summary.verdict,
            "percentiles": summary.percentiles,
        }
        adapter = TypeAdapter(dict[str, VerdictRecord | tuple[BoundedPercentile, ...]])
        console.print_json(adapter.dump_json(told).decode())
    else:
        console.print(render_terminal(summary.verdict))
        console.print(render_percentiles(summary.percentiles))
    return summary.verdict.verdict.exit_code


def _judge_run(
    folder: RunFolder, wanted: _Wanted, frequencies: tuple[str, ...], *, budget: bool, as_json: bool
) -> None:
    expected = tuple(read_frequency(one) for one in frequencies)
    demands = Demands(
        wanted.names,
        wanted.question,
        folder.read_run().experiments,
        wanted.contract,
        wanted.whole_contract,
    )
    if isinstance(wanted.question, AnyTime) and goes_on(folder, time.time_ns()):
        if budget or expected:
            raise BadInput("--budget and --frequency wait for the end of the run.")
        os.nice(_NICE)
        verdict = look(folder, wanted.objectives, demands, time.sleep)
        raise typer.Exit(_tell_verdict(verdict, as_json=as_json))
    conclusion = conclude(folder, wanted.objectives, demands)
    budgets = (
        budget_report(folder, wanted.objectives, conclusion.verdict, expected) if budget or expected else ()
    )
    if as_json and (budget or expected):
        console.print_json(TypeAdapter(tuple[ObjectiveBudget, ...]).dump_json(budgets).decode())
    elif as_json:
        console.print_json(conclusion.folder.verdict_file.read_text(encoding="utf-8"))
    else:
        console.print(render_terminal(conclusion.verdict))
        if budgets:
            console.print(render_budgets(budgets))
    raise typer.Exit(conclusion.verdict.verdict.exit_code)


def _sources(source: list[str] | None, mapping: TableMapping) -> tuple[str, ...]:
    sources = tuple(source or mapping.files)
    if not sources:
        raise BadInput("Name a run folder or a file, or files in a DataSource, or a --prometheus.")
    return sources


def _run_folder(sources: tuple[str, ...]) -> Path | None:
    """The run that is meant; None for a table."""
    path = Path(sources[0])
    if len(sources) > 1 and path.is_dir():
        raise BadInput("Name one run at a time; a month of many: stormproof month, two: stormproof compare.")
    if path.is_dir():
        return path.absolute()
    is_table = len(sources) > 1 or path.is_file() or "://" in sources[0] or path.suffix or "*" in sources[0]
    return None if is_table else path.absolute()


def _question(*, window: bool, looks: float | None) -> Question:
    if window and looks is not None:
        raise BadInput(
            "--window and --looks exclude each other: what a window met is arithmetic at any time."
        )
    if looks is not None:
        return AnyTime(looks)
    return "window" if window else "inference"
