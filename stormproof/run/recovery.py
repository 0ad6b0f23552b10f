"""Clearing what a dead run left: faults, its generator and service, the stack that it brought up."""

from dataclasses import dataclass, replace

import stack
from chaos.timing import Timing
from chaos.undo import HealReport, heal
from evidence.home import Home
from stormproof.run.drill_mark import is_drill_marked, remove_drill_mark
from stormproof.run.living_load import load_lives
from stormproof.run.lock import lock_if_free


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was cleared."""

    faults: HealReport
    run_lives: bool
    """A run goes on: its processes were left alone."""
    ended: tuple[str, ...]
    """Names of the processes of dead runs that were ended."""
    stack_orphaned: bool
    """The stack had been brought up by a dead run."""

    @property
    def clean(self) -> bool:
        """Nothing is known to be left broken."""
        return self.faults.clean


def stack_settings(home: Home, profile: stack.Profile | None = None) -> stack.StackSettings:
    """The stack of this home: of the given profile, else of the one that runs, else the single one."""
    settings = stack.StackSettings(home.programs_dir, home.state_dir, home.port_base)
    return replace(settings, profile=profile or running_profile(home) or stack.Profile.SINGLE)


def running_profile(home: Home) -> stack.Profile | None:
    """That of the parts that run; None where none does."""
    state = stack.registry(stack.StackSettings(home.programs_dir, home.state_dir, home.port_base))
    parts = (one for one in state.processes if one.role == "part")
    return state.profile if any(stack.is_running(one) for one in parts) else None


def recover(home: Home, *, keep_stack: bool = False) -> Recovery:
    """End what dead runs left running, and their stack unless `keep_stack`; heal every fault."""
    with lock_if_free(home) as free:
        if not free:
            # A living run heals its own faults: healing them here would cut its windows short.
            return Recovery(HealReport((), ()), run_lives=True, ended=(), stack_orphaned=False)
        return clear_dead_run(home, keep_stack=keep_stack)


def clear_dead_run(home: Home, *, keep_stack: bool) -> Recovery:
    """The same; the caller holds the run lock: whatever run is registered is dead, but for loads that are put
    on by hand.
    """
    settings = stack_settings(home)
    # An experiment that still lives could break something after it was healed.
    ended = stack.end_processes(
        settings,
        lambda process: (
            process.run is not None and not (process.role == "generator" and load_lives(home, process.run))
        ),
    )
    faults = heal(home, Timing.real())
    orphaned = stack.registry(settings).owner is not None
    if orphaned and keep_stack:
        stack.clear_owner(settings)
    elif orphaned:
        stack.down(settings)
    elif is_drill_marked(home) and not keep_stack:
        # Of the profile that the drill was on, though none of its parts may run.
        stack.up(stack_settings(home, stack.registry(settings).profile))
    # Whoever starts the stack next puts back what a drill set aside.
    remove_drill_mark(home)
    return Recovery(faults, False, tuple(process.name for process in ended), orphaned)
