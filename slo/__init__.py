"""From evidence to a verdict: objectives, what counts, intervals, validity, budgets, the ledger.

The doors: `slo.evaluate.evaluate` says what a run proves, `slo.tables.judge.judge_table` what anybody's
table of requests does; `slo.evidence_view.open_evidence` and `slo.series` show the same evidence, counted
by the same rules, to whoever draws it.
"""
