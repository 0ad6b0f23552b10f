"""Faults that last only while somebody does something: a process of its own does it, and ends with the fault.

It carries the occurrence's id among its arguments, so whoever reads `undo.jsonl` finds and ends it, whoever
started it, and although its pid was not known when the undo was written.
"""

from chaos.holding.holder import end_holder, holder_lives, start_holder

__all__ = ["end_holder", "holder_lives", "start_holder"]
