"""The generator as a process of its own."""

import os
from dataclasses import dataclass
from pathlib import Path

import stack
from evidence.home import Home
from evidence.run_folder import RunFolder
from evidence.run_record import ProcessExit
from loadtests.command import GeneratorOptions, generator_command
from loadtests.scenario import worker_name
from stormproof.run.recovery import stack_settings

DRAIN_WITHIN_S = 15.0
"""How long requests in flight may take after the last arrival: a client's time limit and some."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator that was started."""

    process: stack.ManagedProcess
    settings: stack.StackSettings

    @property
    def name(self) -> str:
        """As the run's record calls it."""
        return self.process.name

    def exit_code(self) -> int | None:
        """None while it runs."""
        return stack.exit_code(self.process)

    def lost(self) -> bool:
        """It ended, and not because its schedule did."""
        return self.exit_code() not in {None, 0}

    def end(self) -> None:
        """Let it drain what is in flight, then end it; returns when it is gone."""
        stack.end_processes(self.settings, lambda one: one.pid == self.process.pid, timeout_s=DRAIN_WITHIN_S)

    def exit(self) -> ProcessExit:
        """For the run's record."""
        return ProcessExit(self.name, self.exit_code())


def start_generator(home: Home, folder: RunFolder, options: GeneratorOptions) -> Generator:
    """Start and register the generator of one worker. Raises PartFailed."""
    settings = stack_settings(home)
    name = f"generator-{worker_name(options.worker_index)}"
    spec = stack.ProcessSpec(
        name=name,
        role="generator",
        argv=generator_command(options),
        cwd=folder.path,
        log_file=folder.logs_dir / f"{name}.log",
        environment=stack_environment(home),
        run=folder.id,
    )
    return Generator(stack.start_process(settings, spec), settings)


def stack_environment(home: Home) -> dict[str, str]:
    """What names this stack to the processes of a run."""
    root = os.environ.get("STORMPROOF_HOME")
    named = {"STORMPROOF_PORT_BASE": str(home.port_base)}
    return {**named, "STORMPROOF_HOME": str(Path(root).expanduser().absolute())} if root else named
