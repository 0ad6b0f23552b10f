"""The JSON Schemas of every file of evidence, made from the records.

`python -m evidence.schemas` writes them again; a test holds them to the records.
"""

from pathlib import Path

import orjson
from pydantic import TypeAdapter

from evidence.comparison_record import ComparisonRecord
from evidence.drill_record import DrillRecord
from evidence.experiment_record import ExperimentRecord
from evidence.lease_record import LeaseRecord
from evidence.live_record import LiveRecord
from evidence.lookup_record import LookupRecord
from evidence.month_record import MonthRecord
from evidence.request_record import RequestRecord
from evidence.run_record import RunRecord
from evidence.sample_record import SampleRecord
from evidence.stack_record import StackRecord
from evidence.tenants_record import TenantsRecord
from evidence.timeline import TimelineEvent
from evidence.undo_record import UndoRecord
from evidence.verdict_record import VerdictRecord
from evidence.write_record import WriteRecord

SCHEMAS_DIR = Path(__file__).parent

_RECORDS: dict[str, type[object]] = {
    "comparison": ComparisonRecord,
    "drill": DrillRecord,
    "experiment": ExperimentRecord,
    "lease": LeaseRecord,
    "live": LiveRecord,
    "lookup": LookupRecord,
    "month": MonthRecord,
    "request": RequestRecord,
    "run": RunRecord,
    "sample": SampleRecord,
    "stack": StackRecord,
    "tenants": TenantsRecord,
    "timeline": TimelineEvent,
    "undo": UndoRecord,
    "verdict": VerdictRecord,
    "write": WriteRecord,
}


def render_schemas() -> dict[str, bytes]:
    """File name and content of each schema."""
    return {f"{name}.schema.json": _render(name, kind) for name, kind in _RECORDS.items()}


def _render(name: str, kind: type[object]) -> bytes:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        **TypeAdapter(kind).json_schema(),
    }
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
