"""A calendar month from many runs and tables, or from a Prometheus: maintenance left out, what is missing
told.

The door is `slo.months.judge.judge_month`. Everything is counted in blocks of time that never straddle a
minute, so that days and maintenance are exact.
"""
