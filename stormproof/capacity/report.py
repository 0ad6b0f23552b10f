"""What a search found, as Markdown, as JSON, and as a table of the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stormproof.capacity.findings import Findings
from stormproof.capacity.probe import Probe
from stormproof.capacity.search import Ended, ProbeOutcome

_ENDED = {
    Ended.FOUND: "known to within 5%, each bound seen twice",
    Ended.NOT_CONFIRMED: "known to within 5%, the bounds not seen twice alike: the probes are used up",
    Ended.WIDE: "the probes are used up before the bounds are within 5%",
    Ended.GENERATOR: "the generator, one process here, is the limit: ask from a machine of its own for more",
    Ended.INTERRUPTED: "interrupted before the bounds were within 5%",
    Ended.UNSOUND: "a probe was no evidence before the bounds were within 5%",
    Ended.NOTHING_HELD: "the objectives held at no rate that was probed",
}
_COLOURS = {
    ProbeOutcome.HOLDS: "green",
    ProbeOutcome.FAILS: "red",
    ProbeOutcome.UNSURE: "yellow",
    ProbeOutcome.GENERATOR: "magenta",
}

LEAST_R_SQUARED = 0.8
"""A fit that explains less describes nothing."""


def told(findings: Findings) -> str:
    """The answer in one sentence."""
    bounds = findings.bounds
    if bounds.holds_per_s == 0:
        return f"Capacity: none found; {_ENDED[findings.ended]}."
    if bounds.fails_per_s == float("inf"):
        return f"Capacity: at least {bounds.holds_per_s:,.1f} requests/s; {_ENDED[findings.ended]}."
    proven = "" if _is_proven(findings) else " Not all of it with confidence: longer probes would tell."
    return (
        f"Capacity: {bounds.estimate_per_s:,.1f} requests/s (holds at {bounds.holds_per_s:,.1f}, not at "
        f"{bounds.fails_per_s:,.1f}); {_ENDED[findings.ended]}.{proven}"
    )


def _is_proven(findings: Findings) -> bool:
    """Both bounds are, by one probe each at least."""
    return all(
        any(probe.is_proven for probe in findings.probes if probe.rate_per_s == rate)
        for rate in (findings.bounds.holds_per_s, findings.bounds.fails_per_s)
    )


def _said(probe: Probe) -> str:
    decides = probe.outcome in {ProbeOutcome.HOLDS, ProbeOutcome.FAILS}
    return f"{probe.outcome.value}, not proven" if decides and not probe.is_proven else probe.outcome.value


def render(findings: Findings) -> RenderableType:
    """For the terminal."""
    probes = _table("Probes")
    for column in ("#", "requests/s", "good/s", "in flight", "says", "why"):
        words = column in {"says", "why"}
        probes.add_column(
            column, justify="left" if words else "right", no_wrap=column != "why", overflow="fold"
        )
    for number, probe in enumerate(findings.probes, 1):
        flow = probe.throughput
        probes.add_row(
            str(number),
            f"{probe.rate_per_s:,.1f}",
            "–" if flow is None else f"{flow.good_per_s:,.1f}",
            "–" if flow is None else f"{flow.in_flight:.1f}",
            Text(_said(probe), style=_COLOURS[probe.outcome]),
            Text(probe.reasons[0] if probe.reasons else ""),
        )
    parts: list[RenderableType] = [probes, Text("")]
    if findings.growth:
        parts += [_growth(findings), Text("")]
    return Group(*parts, Text(told(findings), style="bold"), *_law(findings))


def _growth(findings: Findings) -> Table:
    growth = _table("Growth")
    for column in ("stage", "by", "instances", "Elasticsearch nodes", "Redis commands/s", "Redis servers"):
        growth.add_column(
            column,
            justify="left" if column in {"stage", "by"} else "right",
            overflow="fold",
            # Of the longest word: a figure is not read in two lines.
            min_width={"stage": len("1,000,000,000"), "Elasticsearch nodes": len("Elasticsearch")}.get(
                column
            ),
        )
    for row in findings.growth:
        growth.add_row(
            f"{row.stage.name}: {row.stage.documents:,} documents, {row.stage.requests_per_s:,.0f}/s",
            row.source,
            f"{row.instances:,}",
            f"{row.nodes:,}",
            f"{row.redis_commands_per_s:,.0f}",
            f"{row.redis_servers:,}",
        )
    return growth


def _table(title: str) -> Table:
    """Narrow: all of it is read at eighty columns."""
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


def markdown(findings: Findings) -> str:
    """The whole report, every number with its assumptions."""
    return "\n".join(_markdown(findings)) + "\n"


def as_json(findings: Findings) -> str:
    """For programs."""
    bounds, fit, measured = findings.bounds, findings.scalability, findings.measured
    content: dict[str, object] = {
        "schema": 1,
        "scenario": findings.scenario,
        "target": findings.target,
        "service_workers": findings.service_workers,
        "ended": findings.ended.value,
        "holds_per_s": bounds.holds_per_s or None,
        "fails_per_s": None if bounds.fails_per_s == float("inf") else bounds.fails_per_s,
        "estimate_per_s": bounds.estimate_per_s or None,
        "probes": [
            {
                "rate_per_s": probe.rate_per_s,
                "outcome": probe.outcome.value,
                "proven": probe.is_proven,
                "reasons": list(probe.reasons),
                "good_per_s": None if probe.throughput is None else probe.throughput.good_per_s,
                "in_flight": None if probe.throughput is None else probe.throughput.in_flight,
                "run": probe.folder.id,
            }
            for probe in findings.probes
        ],
        "scalability": None
        if fit is None
        else {
            "gamma_per_s": fit.gamma_per_s,
            "sigma": fit.sigma,
            "kappa": fit.kappa,
            "r_squared": fit.r_squared,
        },
        "measured": None
        if measured is None
        else {
            "instance_per_s": measured.instance_per_s,
            "searches_a_request": measured.searches_a_request,
            "node_searches_per_s": measured.node_searches_per_s,
            "redis_commands_a_request": measured.redis_commands_a_request,
            "redis_commands_per_s": measured.redis_commands_per_s,
        },
        "growth": [
            {
                "stage": row.stage.name,
                "documents": row.stage.documents,
                "requests_per_s": row.stage.requests_per_s,
                "by": row.source,
                "instances": row.instances,
                "instances_because": row.instances_because,
                "nodes": row.nodes,
                "nodes_because": row.nodes_because,
                "redis_commands_per_s": row.redis_commands_per_s,
                "redis_servers": row.redis_servers,
                "redis_because": row.redis_because,
            }
            for row in findings.growth
        ],
    }
    return json.dumps(content, indent=2) + "\n"


def _law(findings: Findings) -> Iterator[Text]:
    fit = findings.scalability
    if fit is not None:
        yield Text(_law_told(findings))


def _law_told(findings: Findings) -> str:
    fit = findings.scalability
    if fit is None:
        return "Universal Scalability Law: too few probes had one request or more in flight for a fit."
    if fit.r_squared < LEAST_R_SQUARED:
        return (
            f"Universal Scalability Law over requests in flight: it explains {max(fit.r_squared, 0):.0%} of "
            f"what differs between these probes, less than the {LEAST_R_SQUARED:.0%} that it takes to tell "
            "anything by it."
        )
    peak = (
        f"it peaks at {fit.peak_concurrency:,.0f} in flight with {fit.peak_per_s:,.0f}/s"
        if fit.kappa > 0 and fit.peak_concurrency < 1e6
        else "no peak shows in these probes"
    )
    return (
        f"Universal Scalability Law over requests in flight: γ {fit.gamma_per_s:,.1f}/s, σ {fit.sigma:.4f}, "
        f"κ {fit.kappa:.2e} (R² {fit.r_squared:.3f}); {peak}."
    )


def _markdown(findings: Findings) -> Iterator[str]:
    yield f"# Capacity: {findings.scenario}"
    yield ""
    yield told(findings)
    yield ""
    yield f"Target {findings.target}, {findings.service_workers} worker(s). {_law_told(findings)}"
    yield ""
    yield "| # | requests/s | good/s | in flight | says | why | evidence |"
    yield "|---|---|---|---|---|---|---|"
    for number, probe in enumerate(findings.probes, 1):
        flow = probe.throughput
        figures = "– | –" if flow is None else f"{flow.good_per_s:,.1f} | {flow.in_flight:.1f}"
        why = (probe.reasons[0] if probe.reasons else "").replace("|", "\\|")
        yield (
            f"| {number} | {probe.rate_per_s:,.1f} | {figures} | {_said(probe)} | {why} | {probe.folder.id} |"
        )
    if findings.growth:
        yield from _growth_told(findings)


def _growth_told(findings: Findings) -> Iterator[str]:
    yield ""
    yield "## Growth"
    yield ""
    yield "The stages of the analysis, section 1.1, by its own figures and by what was measured here."
    yield ""
    for row in findings.growth:
        yield (
            f"- **{row.stage.name}** ({row.stage.documents:,} documents, {row.stage.requests_per_s:,.0f} "
            f"requests/s), {row.source}:"
        )
        yield f"  - {row.instances:,} instances: {row.instances_because}"
        yield f"  - {row.nodes:,} Elasticsearch nodes: {row.nodes_because}"
        yield (
            f"  - {row.redis_commands_per_s:,.0f} Redis commands/s, {row.redis_servers:,} servers: "
            f"{row.redis_because}"
        )
