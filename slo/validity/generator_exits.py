"""Every process that sent load must have ended well, with all its records written."""

from collections.abc import Iterator, Sequence

from evidence.run_record import ProcessExit
from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence

_GENERATOR = "generator"
"""Processes of this name, or `generator-…`, sent the load."""
_EVIDENCE_LOST = 74
"""EX_IOERR of sysexits.h: records could not be written."""
_MEANINGS = {
    2: "a file or an option was wrong",
    70: "a defect of the generator",
    130: "interrupted",
    -9: "killed: by hand, or because memory ran out",
    -15: "told to end",
}


def check_generator_exits(evidence: Evidence) -> Iterator[ValidityCheck]:
    """None failed; none lost evidence."""
    exits = [
        one for one in evidence.run.exits if one.name == _GENERATOR or one.name.startswith(f"{_GENERATOR}-")
    ]
    lost = [one for one in exits if one.exit_code == _EVIDENCE_LOST]
    failed = [one for one in exits if one.exit_code not in {0, None, _EVIDENCE_LOST}]
    yield _exits(failed, f"see its log in {evidence.folder.logs_dir}")
    yield _evidence_kept(lost, f"make room on the disk of {evidence.folder.path} and run it again")


def _exits(failed: Sequence[ProcessExit], cure: str) -> ValidityCheck:
    name, told = "generator-exit", ", ".join(map(_told, failed))
    reason = f"the generator failed: {told}; {cure}" if failed else "no generator process failed"
    return ValidityCheck(name, float(len(failed)), 0.0, held=not failed, reason=reason)


def _evidence_kept(lost: Sequence[ProcessExit], cure: str) -> ValidityCheck:
    name = "evidence-kept"
    told = ", ".join(one.name for one in lost)
    reason = f"{told} could not write what it recorded, and stopped: {cure}"
    if not lost:
        reason = "whatever was recorded could be written"
    return ValidityCheck(name, float(len(lost)), 0.0, held=not lost, reason=reason)


def _told(one: ProcessExit) -> str:
    meaning = _MEANINGS.get(one.exit_code or 0)
    return f"{one.name} with {one.exit_code}" + (f" ({meaning})" if meaning else "")
