"""`stormproof rules`: Prometheus rules for objectives and for the thresholds of the analysis; a dashboard."""

from pathlib import Path
from typing import Annotated

import typer

from slo.objective import read_objectives
from slo.rules.dashboard import to_json
from slo.rules.objective_panels import objectives_dashboard
from slo.rules.objectives import objective_groups
from slo.rules.rule import to_yaml
from slo.rules.selection import NotCountable
from slo.rules.thresholds import read_thresholds, threshold_groups, thresholds_file
from stormproof.cli.context import command_home, console
from stormproof.errors import BadInput

_SOURCE = "Made by: stormproof rules"


def add_rules_command(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(rich_help_panel="Verdicts")(rules)


def rules(
    objectives: Annotated[
        Path | None,
        typer.Option(help="An OpenSLO or Sloth file, or a folder of them: ratios, burn-rate alerts."),
    ] = None,
    thresholds: Annotated[
        bool, typer.Option("--thresholds", help="The thresholds of the reference service instead.")
    ] = False,
    grafana: Annotated[
        bool,
        typer.Option(
            "--grafana", help="With --objectives: a Grafana dashboard of what their rules record instead."
        ),
    ] = False,
) -> None:
    """Print a Prometheus rule file, or a Grafana dashboard: of objectives by their own queries, else by the
    metrics of the reference service.
    """
    with command_home():
        if (objectives is None) != thresholds:
            raise BadInput("Name one: --objectives PATH, or --thresholds.")
        if grafana and objectives is None:
            raise BadInput("--grafana shows objectives: name them with --objectives PATH.")
        if objectives is None:
            groups = threshold_groups(read_thresholds(thresholds_file()))
            console.file.write(to_yaml(groups, f"{_SOURCE} --thresholds"))
            return
        source = f"{_SOURCE} --objectives {objectives}"
        try:
            read = read_objectives(objectives, live=True)
            groups = objective_groups(read)
        except NotCountable as error:
            raise BadInput(str(error)) from error
        if grafana:
            console.file.write(to_json(objectives_dashboard(read, f"{source} --grafana")))
        else:
            console.file.write(to_yaml(groups, source))
