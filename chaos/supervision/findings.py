"""Making findings, by what they mean for the verdict."""

from evidence.experiment_record import Finding
from evidence.verdict_record import Verdict


def invalid(rule: str, where: str, reason: str) -> Finding:
    """The experiment is no evidence."""
    return Finding(rule, Verdict.INVALID, where, reason)


def missed(rule: str, where: str, reason: str) -> Finding:
    """What the experiment asks for did not hold."""
    return Finding(rule, Verdict.MISSED, where, reason)


def not_proven(rule: str, where: str, reason: str) -> Finding:
    """The experiment cannot tell."""
    return Finding(rule, Verdict.NOT_PROVEN, where, reason)


def warning(rule: str, where: str, reason: str) -> Finding:
    """Worth knowing, and deciding nothing."""
    return Finding(rule, None, where, reason)
