"""One experiment by itself, under supervision: no load, no plan, a verdict of its own."""

import time

from chaos.undo import HealReport
from evidence.experiment_record import ExperimentRecord, append_experiment
from evidence.home import Home
from evidence.run_folder import RunFolder
from stormproof.console import StepBoard
from stormproof.run.experiment import start_experiment
from stormproof.run.experiment_start import ExperimentStart
from stormproof.run.interrupt import Interrupts
from stormproof.run.missed_rollbacks import play_missed_rollbacks
from stormproof.run.recovery import clear_dead_run

_POLL_S = 0.1


def run_experiment_alone(
    home: Home, folder: RunFolder, start: ExperimentStart, board: StepBoard, interrupts: Interrupts
) -> ExperimentRecord:
    """Run it and judge it. Whatever happens, it is rolled back, and what it left is healed.

    The caller holds the run lock. Raises PartFailed when it cannot be started, InvalidFile.
    """
    board.tell(start.name, "goes on")
    with interrupts.shield():
        experiment = start_experiment(home, folder, start)
    left: tuple[str, ...] = ()
    played: str | None = None
    try:
        # An interrupt while it was being started did not cut it.
        while experiment.exit_code() is None and not interrupts.interrupted:
            experiment.watch()
            time.sleep(_POLL_S)
    except KeyboardInterrupt:
        board.tell(start.name, "interrupted: rolling back", failed=True)
    finally:
        with interrupts.shield():
            if experiment.exit_code() is None:
                experiment.interrupt("by hand")
            experiment.unregister()
            played = play_missed_rollbacks(home, folder, start)
            left = tuple(told_left(clear_dead_run(home, keep_stack=True).faults))
    with interrupts.shield():
        record = experiment.conclude(left, played)
        append_experiment(folder.experiments_file, record)
        board.tell(start.name, "ended and judged", done=True)
        return record


def told_left(report: HealReport) -> list[str]:
    """What had to be healed after the rollbacks, in words."""
    return [
        f"{one.fault} of {one.target}, which supervision found {one.state}. {one.detail}"
        for one in report.healings
    ] + [f"proxy {stray.proxy} was {stray.was}: {stray.failure or 'cleared'}" for stray in report.strays]
