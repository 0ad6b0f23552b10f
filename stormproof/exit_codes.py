"""What the command exits with, beside the codes of the verdicts (evidence.verdict_record)."""

from typing import Final

BAD_INPUT: Final = 2
"""A file or an option is wrong; nothing was run."""
STACK_UNAVAILABLE: Final = 69
"""A part of the stack could not be had (EX_UNAVAILABLE of sysexits.h)."""
DEFECT: Final = 70
"""Our own defect (EX_SOFTWARE of sysexits.h)."""
INTERRUPTED: Final = 130
"""Interrupted, healed, evidence kept (128 + SIGINT)."""
