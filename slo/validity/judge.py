"""All conditions of a run that is evidence."""

from collections.abc import Iterator

from evidence.experiment_record import read_experiments
from evidence.verdict_record import Validity, ValidityCheck
from slo.evidence_view import Evidence
from slo.validity.clock_alignment import check_clock_alignment
from slo.validity.clock_steps import check_clock_steps
from slo.validity.collector_pauses import check_collector_pauses
from slo.validity.dispatch_lag import check_dispatch_lag
from slo.validity.event_loop import check_event_loop
from slo.validity.experiments import check_experiments
from slo.validity.faults import check_fault
from slo.validity.generator_cpu import check_generator_cpu
from slo.validity.generator_exits import check_generator_exits
from slo.validity.imported import (
    check_imported_complete,
    check_latency_clock,
    check_skipped_lines,
    without_schedule,
)
from slo.validity.local_limits import check_local_limits
from slo.validity.lookups_sane import check_lookups_sane
from slo.validity.membership import check_membership
from slo.validity.phases_walked import check_phases_walked
from slo.validity.record_files import check_record_files
from slo.validity.records_complete import check_records_complete
from slo.validity.records_sane import check_records_sane
from slo.validity.run_ended import check_run_ended
from slo.validity.self_measured import check_self_measured
from slo.validity.supervised import check_supervised
from slo.validity.undelivered import check_undelivered
from slo.validity.writes_sane import check_writes_sane


def check_validity(evidence: Evidence, expected_experiments: tuple[str, ...] = ()) -> Validity:
    """All conditions, those first that explain others. `expected_experiments` are those that the plan runs:
    each must have left its faults in the timeline, as often as it is named.
    """
    imported = evidence.run.imported
    checks = (
        check_run_ended(evidence.run),
        *(check_generator_exits(evidence) if imported is None else (without_schedule(imported),)),
        *check_membership(evidence.run),
        check_record_files(evidence.files),
        check_records_complete(evidence) if imported is None else check_imported_complete(evidence, imported),
        *(() if imported is None else check_skipped_lines(imported)),
        check_records_sane(evidence),
        *check_writes_sane(evidence),
        *check_lookups_sane(evidence),
        *check_clock_alignment(evidence.run),
        *check_phases_walked(evidence),
        *(_generator(evidence) if imported is None else ()),
        check_undelivered(evidence),
        *check_latency_clock(evidence),
        *(check for fault in evidence.faults for check in check_fault(fault)),
        *check_experiments(evidence.faults, expected_experiments),
        *check_supervised(read_experiments(evidence.folder.experiments_file)),
    )
    return Validity(valid=all(check.held for check in checks), checks=checks)


def check_so_far(evidence: Evidence) -> tuple[ValidityCheck, ...]:
    """The conditions that a run can break while it goes on: those that only its end can tell are not among
    them, nor are faults that are still there."""
    over = [fault for fault in evidence.faults if fault.healed or fault.failures]
    return (
        *check_generator_exits(evidence),
        *check_membership(evidence.run),
        check_records_sane(evidence),
        *check_clock_alignment(evidence.run),
        check_local_limits(evidence),
        check_clock_steps(evidence),
        check_generator_cpu(evidence),
        check_collector_pauses(evidence),
        *check_event_loop(evidence),
        check_dispatch_lag(evidence),
        check_undelivered(evidence),
        *check_latency_clock(evidence),
        *(check for fault in over for check in check_fault(fault)),
        *check_supervised(read_experiments(evidence.folder.experiments_file)),
    )


def _generator(evidence: Evidence) -> Iterator[ValidityCheck]:
    """What a generator of ours measured of itself."""
    yield check_self_measured(evidence)
    yield check_local_limits(evidence)
    yield check_clock_steps(evidence)
    yield check_generator_cpu(evidence)
    yield check_collector_pauses(evidence)
    yield from check_event_loop(evidence)
    yield check_dispatch_lag(evidence)
