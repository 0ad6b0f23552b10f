"""Whether a run is evidence at all: one condition a file; each says what was seen, is allowed, is to be done.

`slo.validity.judge.check_validity` asks all of them.
"""
