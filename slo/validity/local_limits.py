"""The generator's machine must have let every request be sent.

Not one may be refused: those that are, are just those that were due while the target was at its slowest.
"""

from evidence.local_limit import LocalLimit
from evidence.verdict_record import ValidityCheck
from slo.evidence_view import Evidence
from slo.sql import query
from slo.validity.limits import SEND_LESS

_CURES = {
    LocalLimit.OPEN_FILES: "raise the limit of open files (ulimit -n), or use more workers",
    LocalLimit.PORTS: "widen net.ipv4.ip_local_port_range, or let the target keep connections open",
    LocalLimit.MEMORY: "give the machine more memory, or use more machines",
    LocalLimit.IN_FLIGHT: "the target held more than the rate and the time limit explain; lower one of them",
}


def check_local_limits(evidence: Evidence) -> ValidityCheck:
    """Open files, ports, memory, requests in flight."""
    rows = evidence.rows(query("local_limits"))
    refused = sum(int(requests) for *_, requests in rows)
    name, reason = "local-limits", "no limit of the generator's machine was met"
    if rows:
        told = "; ".join(f"{worker}: {requests:,} for want of {limit}" for worker, limit, requests in rows)
        cures = "; ".join(dict.fromkeys(_cure(limit) for _, limit, _ in rows))
        reason = (
            f"requests were not sent though they were due, by the generator's own fault ({told}): {cures}"
        )
    return ValidityCheck(name, float(refused), 0.0, held=not refused, reason=reason)


def _cure(limit: str) -> str:
    return _CURES[LocalLimit(limit)] if limit in set(LocalLimit) else SEND_LESS
