"""`stormproof availability`: a system from its parts."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from slo.composite import Remedy
from slo.composition import CompositionResult, compose
from slo.compositions import DOCUMENT_SEARCH
from stormproof.cli.context import command_home, console


def availability(
    file: Annotated[
        Path, typer.Argument(help="A system and its parts; by default the service of the analysis.")
    ] = DOCUMENT_SEARCH,
    target: Annotated[
        float | None, typer.Option(min=0, max=1, help="A ratio, as 0.9995, instead of the file's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What the availability of parts comes to, and what would bring a system to its target."""
    with command_home():
        result = compose(file, target)
        if as_json:
            console.print_json(TypeAdapter(CompositionResult).dump_json(result).decode())
        else:
            for line in told(result):
                console.print(line, markup=False, soft_wrap=True)
        raise typer.Exit(0 if result.meets else 1)


def told(result: CompositionResult) -> tuple[str, ...]:
    """The lines that people read."""
    lines = [
        f"{result.name}: {result.availability:.4%}, away {result.minutes_a_month:.1f} min a month; "
        f"{result.target * 100:.10g}% allows {result.allowed_minutes_a_month:.1f} min."
    ]
    if result.meets:
        return (*lines, "It meets its target.")
    lines += [_remedy(one) for one in result.remedies]
    if result.copies_of_all is None:
        lines.append("  ten independent copies of every part: not enough")
    else:
        lines.append(
            f"  {result.copies_of_all} independent copies of every part, one of which is enough: meets it"
        )
    return tuple(lines)


def _remedy(one: Remedy) -> str:
    if one.needed_availability is None:
        return f"  {one.part} alone ({one.availability * 100:.10g}%): not even without a failure"
    copies = "" if one.needed_copies is None else f", or {one.needed_copies} independent copies of it"
    return (
        f"  {one.part} alone: {one.needed_availability:.4%} instead of {one.availability * 100:.10g}%{copies}"
    )
