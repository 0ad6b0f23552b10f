"""Requests per minute and operation of each tier: the analysis, sections 7.2 and 7.3, to the letter.

It names none for jobs (three times as many as gets, for clients that poll for their writes), for sessions
(one lasts a day), and for administration (people, and scripts of theirs).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from reference_service.limits.operation import Operation


class Tier(StrEnum):
    """What a tenant pays for."""

    FREE = "free"
    STANDARD = "standard"
    ENTERPRISE = "enterprise"


LIMITS_PER_MINUTE: Mapping[Tier, Mapping[Operation, int]] = {
    Tier.FREE: {
        Operation.SEARCH: 10,
        Operation.INDEX: 5,
        Operation.BULK: 1,
        Operation.GET: 20,
        Operation.DELETE: 5,
        Operation.JOB: 60,
        Operation.TOKEN: 10,
        Operation.ADMIN: 30,
    },
    Tier.STANDARD: {
        Operation.SEARCH: 100,
        Operation.INDEX: 50,
        Operation.BULK: 10,
        Operation.GET: 200,
        Operation.DELETE: 30,
        Operation.JOB: 600,
        Operation.TOKEN: 60,
        Operation.ADMIN: 60,
    },
    Tier.ENTERPRISE: {
        Operation.SEARCH: 1000,
        Operation.INDEX: 500,
        Operation.BULK: 100,
        Operation.GET: 2000,
        Operation.DELETE: 300,
        Operation.JOB: 6000,
        Operation.TOKEN: 600,
        Operation.ADMIN: 120,
    },
}
