"""Drills: one failure and its recovery each, with a clock, under load, on the real stack."""
