"""Objectives judged on anybody's table of requests: CSV or Parquet, here or in object storage, in place.

The door: `slo.tables.judge.judge_table`.
"""
