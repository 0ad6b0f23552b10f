"""Requests as a table of somebody's: generated from a seed, by DuckDB, into Parquet files."""

import sys
from pathlib import Path

import duckdb

from slo.promise import Indicator, Objective
from slo.tables.mapping import Columns, TableMapping

DAYS = 30
START_S = 1_780_272_000
"""2026-06-01T00:00Z"""
TIERS = {"free": (0.99, 200.0), "standard": (0.995, 100.0), "enterprise": (0.999, 50.0)}
"""What is promised: availability, and in how many milliseconds 95% are answered."""
OBJECTIVES = tuple(
    objective
    for tier, (target, threshold_ms) in TIERS.items()
    for objective in (
        Objective(f"available-{tier}", "shop", Indicator.AVAILABILITY, target, tier=tier, window="30d"),
        Objective(f"fast-{tier}", "shop", Indicator.LATENCY, 0.95, threshold_ms, tier, window="30d"),
    )
)
MAPPING = TableMapping(Columns(latency="latency_us"), latency_unit="us")

_ROWS = """
COPY (
    WITH drawn AS (
        SELECT number, (hash(number * 8 + $seed) >> 11)::DOUBLE / 9007199254740992 AS uniform,
            (hash(number * 8 + $seed + 1) >> 11)::DOUBLE / 9007199254740992 AS angle,
            hash(number * 8 + $seed + 2) AS dice
        FROM range($first, $end) AS numbers(number)
    )
    SELECT make_timestamptz(($start_us + (number + uniform) * $step_us)::BIGINT) AS "time",
        CASE WHEN dice % 1000 < 500 THEN 'free' WHEN dice % 1000 < 850 THEN 'standard' ELSE 'enterprise' END
            AS tier,
        CASE WHEN dice // 1000 % 10 < 6 THEN 'search' WHEN dice // 1000 % 10 < 8 THEN 'get' ELSE 'index' END
            AS operation,
        -- Four in ten thousand fail, and in an hour of each week three in ten.
        (CASE WHEN dice // 100000 % 10000 < 4
                OR (number * $hours // $all) % 168 = 77 AND dice // 100000 % 10000 < 3000
            THEN 503 ELSE 200 END)::SMALLINT AS status,
        (8000 * exp(0.7 * sqrt(-2 * ln(1 - uniform)) * cos(2 * pi() * angle)))::INTEGER AS latency_us
    FROM drawn
) TO '$file' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 500000)
"""


def generate(folder: Path, requests: int, files: int, seed: int = 1) -> list[Path]:
    """So many requests over thirty days, evenly in files, the earliest first. Files that are there already
    are taken for whole."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for part in range(files):
        file = folder / f"{requests}-{seed}-{part:03}.parquet"
        made.append(file)
        if file.exists():
            continue
        unfinished = file.with_suffix(".unfinished")
        values = {
            "$seed": seed,
            "$first": requests * part // files,
            "$end": requests * (part + 1) // files,
            "$start_us": START_S * 1_000_000,
            "$step_us": DAYS * 86_400_000_000 / requests,
            "$hours": DAYS * 24,
            "$all": requests,
            "$file": unfinished,
        }
        text = _ROWS
        for name, value in values.items():
            text = text.replace(name, str(value))
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 2,
            "memory_limit": "1GB",
            "preserve_insertion_order": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(text)
        unfinished.rename(file)
        print(f"  {file.name}: {file.stat().st_size / 1e6:.0f} MB", file=sys.stderr, flush=True)
    return made
