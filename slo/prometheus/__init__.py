"""A Prometheus as a live source: counters and histograms over a window, with what was not scraped told.

Increases are computed here, from the values of every single series on a grid of whole steps, and not by
`rate` or `increase`: those extrapolate to parts of requests, do not see what happened between two of their
windows, and count nothing of a series that is born with its first failure. `slo.prometheus.growth` says how.

The doors: `slo.prometheus.judge.judge_prometheus` for the objectives' own windows, and
`slo.prometheus.month.count_prometheus` for a calendar month.
"""
