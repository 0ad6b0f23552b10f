"""The files of records must be whole and ended."""

from evidence.record_reader import RecordFiles
from evidence.verdict_record import ValidityCheck


def check_record_files(files: RecordFiles) -> ValidityCheck:
    """None is still written, none was cut."""
    told = []
    if files.being_written:
        names = ", ".join(path.stem for path in files.being_written)
        told.append(f"{names} still being written: wait for the generator to end, or end it")
    if files.cut:
        told.append(f"{', '.join(files.cut)} cut short: the worker was killed or the disk was full")
    broken = len(files.being_written) + len(files.cut)
    reason = "records of " + "; records of ".join(told) if told else "each worker ended its file"
    return ValidityCheck("record-files", float(broken), 0.0, held=not broken, reason=reason)
