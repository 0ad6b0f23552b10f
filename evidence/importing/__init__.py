"""Results of other tools become evidence: a run folder like any other, for the same verdicts.

The doors: `catalogue` names and recognises formats, `importer` makes the run folder. Each format is a
generator of `ForeignRequest`s from the lines or bytes of a file; nothing holds a file in memory.
"""
