"""`python -m tests.chaos.undo_proof`: the long proof; it goes on where it was stopped.

Experiments are killed at random moments: half of their trials kill the runner alone, half the watchdog too.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import orjson

import stack
from chaos.timing import Timing
from chaos.undo import heal
from tests.chaos.undo_proof.schedule import make_trial
from tests.chaos.undo_proof.trial import HEALS_WITHIN_S, Laboratory, Outcome
from tests.conftest import RealStack, home_of_tests

RESULTS = "proof-undo.jsonl"


def main() -> int:
    """0 when every trial that was asked for has been run and left nothing broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.undo_proof", description=__doc__)
    parser.add_argument("--trials", type=int, default=100, help="of each kind: seeds 0 to N - 1")
    parser.add_argument("--results", type=Path, help=f"default: {RESULTS} beside the stack's data")
    parser.add_argument("--keep", action="store_true", help="leave the stack up")
    options = parser.parse_args()
    running = RealStack(home_of_tests())
    results = options.results or running.state_dir.parent / RESULTS
    stack.up(running.settings)
    heal(running.home, Timing.real())  # what an interrupted proof left
    try:
        _prove(running, results, options.trials)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command goes on from here\n")
        return 130
    finally:
        if not options.keep:
            stack.down(running.settings)
    return 0 if _summarise(results, options.trials) else 1


def _prove(running: RealStack, results: Path, trials: int) -> None:
    laboratory = Laboratory(running.home, running.state_dir / "undo-proof")
    done = {(one.seed, one.watchdog_too) for one in _done(results)}
    for seed in range(trials):
        for watchdog_too in (False, True):
            if (seed, watchdog_too) in done:
                continue
            outcome = laboratory.run(make_trial(seed, watchdog_too=watchdog_too))
            with results.open("ab") as file:
                file.write(orjson.dumps(asdict(outcome), option=orjson.OPT_APPEND_NEWLINE))
            sys.stdout.write(_line(outcome))
            sys.stdout.flush()


def _line(outcome: Outcome) -> str:
    who = "runner and watchdog" if outcome.watchdog_too else "runner"
    took = "" if outcome.healed_after_s is None else f"nothing left after {outcome.healed_after_s:.2f} s"
    what = f"{outcome.planned} of {len(outcome.faults)} faults made"
    return f"seed {outcome.seed}, {who} killed, {what}: {'; '.join(outcome.left) or took}\n"


def _summarise(results: Path, trials: int) -> bool:
    complete = True
    for watchdog_too in (False, True):
        outcomes = [one for one in _done(results) if one.watchdog_too is watchdog_too and one.seed < trials]
        healed = [one.healed_after_s for one in outcomes if one.healed_after_s is not None]
        # A look that began in time and ended late proves nothing.
        sound = [after_s for after_s in healed if watchdog_too or after_s <= HEALS_WITHIN_S]
        complete = complete and len(sound) == len(outcomes) == trials
        what = "runner and watchdog killed, then heal" if watchdog_too else "runner killed"
        within = "" if watchdog_too else f" within {HEALS_WITHIN_S:g} s"
        longest = f", the longest after {max(healed):.2f} s" if healed else ""
        sys.stdout.write(
            f"{what}: nothing left{within} in {len(sound)} of {len(outcomes)} trials "
            f"({sum(one.planned > 0 for one in outcomes)} with something broken){longest}\n"
        )
    sys.stdout.write(f"({results})\n")
    return complete


def _done(results: Path) -> tuple[Outcome, ...]:
    if not results.exists():
        return ()
    rows = (orjson.loads(line) for line in results.read_bytes().splitlines())
    return tuple(
        Outcome(**{**row, "faults": tuple(row["faults"]), "left": tuple(row["left"])}) for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
