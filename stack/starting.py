"""Starting a stack: every part at once, each as soon as its programs are there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from stack import layout
from stack.cancellation import Cancellation
from stack.disk import FreeSpaceProbe, disk_full_explained, free_bytes
from stack.ending import end_processes
from stack.errors import Cancelled, FolderUnreachable, PartFailed, StackError
from stack.files import make_folder
from stack.lock import file_lock
from stack.part_starter import PartStarter
from stack.parts import PartContext, StackPart, Unanswered, dependency_parts, toxiproxy_part
from stack.parts.toxiproxy import ToxiproxyPart
from stack.process import find_process
from stack.programs import Program, ProgramStore
from stack.progress import ProgressListener, StackProgress, ignore_progress
from stack.registry import Part, Registry, StackState
from stack.room import require_room
from stack.set_aside import put_back
from stack.settings import StackSettings
from stack.unprivileged_user import require_reachable

_OPERATION_TIMEOUT_S = 300.0
_ASK_TIMEOUT_S = 5.0
_PROXY_TIMEOUT_S = 30.0


def up(
    settings: StackSettings,
    on_progress: ProgressListener = ignore_progress,
    *,
    probe: FreeSpaceProbe = free_bytes,
    keep_aside: bool = False,
) -> StackState:
    """Start what does not run, and return once every part answers directly and through its proxy.

    Harmless when all runs; proxies are made anew where they are missing, left toxics are removed, and data
    that were set aside are put back, unless `keep_aside`. When it fails or is interrupted, what this call
    started is ended, logs stay. Raises a StackError.
    """
    _make_folders(settings)
    with operation_lock(settings):
        _require_profile(settings)
        if not keep_aside:
            put_back(settings, stack_registry(settings))
        cancellation = Cancellation()
        run = _Start(
            settings,
            ProgramStore(settings.programs_dir, cancellation, probe),
            PartStarter(stack_registry(settings), cancellation),
            cancellation,
            on_progress,
        )
        return run.run()


def _require_profile(settings: StackSettings) -> None:
    state = stack_registry(settings).read()
    running = [one for one in state.processes if one.role == "part" and find_process(one) is not None]
    if running and state.profile is not settings.profile:
        raise StackError(
            f"parts of the profile {state.profile} run, and {settings.profile} is asked for",
            where=str(settings.stack_file),
            next_step="Stop them first: stormproof down (their data stay; each profile has its own).",
        )


def stack_registry(settings: StackSettings) -> Registry:
    """The register of `settings`' stack."""
    return Registry(settings.stack_file, settings.port_base)


@contextmanager
def operation_lock(settings: StackSettings) -> Iterator[None]:
    """One process at a time starts or stops a stack."""
    with file_lock(
        settings.state_dir / ".operation.lock",
        timeout_s=_OPERATION_TIMEOUT_S,
        purpose="starting or stopping this stack",
    ):
        yield


def _make_folders(settings: StackSettings) -> None:
    folders = (settings.programs_dir, settings.state_dir, settings.data_dir, settings.logs_dir)
    with disk_full_explained(settings.state_dir, "making its folders"):
        for folder in folders:
            _make(folder)
    for folder in folders:
        require_reachable(folder, settings.part_user)


def _make(folder: Path) -> None:
    try:
        make_folder(folder)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise FolderUnreachable(
            f"the folder cannot be made: {error}",
            where=str(folder),
            next_step="Set STORMPROOF_HOME to a folder that this user can write, and try again.",
        ) from error


@dataclass(frozen=True, slots=True)
class _Start:
    """One `up`: its parts in threads, which give up together."""

    settings: StackSettings
    store: ProgramStore
    starter: PartStarter
    cancellation: Cancellation
    on_progress: ProgressListener

    @property
    def _toxiproxy(self) -> ToxiproxyPart:
        return toxiproxy_part(self.settings.profile)

    def run(self) -> StackState:
        parts = (*dependency_parts(self.settings.profile), self._toxiproxy)
        require_room(self.settings, self.store, parts)
        profile, described = self.settings.profile, _described(self.settings)
        self.starter.registry.update(lambda state: replace(state, profile=profile, parts=described))
        users = {program: part for part in reversed(parts) for program in part.programs}
        with ThreadPoolExecutor(max_workers=len(users) + len(parts), thread_name_prefix="stack") as pool:
            folders = {
                program: pool.submit(self.store.ensure, program, self._teller(part))
                for program, part in users.items()
            }
            proxies = pool.submit(self._start_proxies, folders)
            starts = [
                pool.submit(self._start_dependency, part, folders, proxies)
                for part in dependency_parts(self.settings.profile)
            ]
            steps: _Steps = (*folders.values(), proxies, *starts)
            try:
                _await(steps)
            except BaseException:
                self.cancellation.cancel()
                _wait(steps)
                mine = {process.pid for process in self.starter.started}
                end_processes(self.starter.registry, lambda process: process.pid in mine)
                raise
        return self.starter.registry.read()

    def _start_proxies(self, folders: Mapping[Program, "Future[Path]"]) -> None:
        part, base = self._toxiproxy, self.settings.port_base
        self._ensure(part, folders)
        self._until_answered(part, "its proxies", lambda: part.reset(base, _ASK_TIMEOUT_S))
        self._tell(part, "answers, with its proxies", done=True)

    def _start_dependency(
        self, part: StackPart, folders: Mapping[Program, "Future[Path]"], proxies: "Future[None]"
    ) -> None:
        self._ensure(part, folders)
        self._tell(part, "answers, waiting for its proxy")
        proxies.result()
        port = part.layout.proxy_port(self.settings.port_base)
        if port is not None:
            self._until_answered(part, "through its proxy", lambda: part.ask(port, _ASK_TIMEOUT_S))
        self._tell(part, "answers", done=True)

    def _ensure(self, part: StackPart, folders: Mapping[Program, "Future[Path]"]) -> None:
        programs = {program.name: folders[program].result() for program in part.programs}
        with disk_full_explained(self.settings.data_dir, f"starting {part.layout.title}"):
            context = PartContext(self.settings, programs, self.cancellation)
            self.starter.ensure(part, context, lambda step: self._tell(part, step))

    def _until_answered(self, part: StackPart, what: str, ask: Callable[[], object]) -> None:
        try:
            self.starter.wait_until(ask, timeout_s=_PROXY_TIMEOUT_S)
        except Unanswered as error:
            raise PartFailed(
                f"{part.layout.title} runs but does not answer ({what}): {error}",
                where=str(self.settings.log_file(part.layout.name)),
                next_step="Stop the stack (down) and start it again (up).",
            ) from error

    def _tell(self, part: StackPart, step: str, *, done: bool = False, detail: str = "") -> None:
        self.on_progress(StackProgress(part.layout.name, step, done, detail))

    def _teller(self, part: StackPart) -> Callable[[str, str], None]:
        return lambda step, detail: self._tell(part, step, detail=detail)


type _Steps = Sequence[Future[Path] | Future[None]]


def _await(steps: _Steps) -> None:
    """Wait for all; raises what the first that fails raises, and not what others raise because of it."""
    _wait(steps, FIRST_EXCEPTION)
    failures = [error for step in steps if step.done() and (error := step.exception()) is not None]
    if failures:
        raise next((error for error in failures if not isinstance(error, Cancelled)), failures[0])


def _wait(steps: _Steps, until: str = ALL_COMPLETED) -> None:
    futures: list[Future[object]] = [cast("Future[object]", step) for step in steps]
    wait(futures, return_when=until)


def _described(settings: StackSettings) -> tuple[Part, ...]:
    base = settings.port_base
    return tuple(
        Part(
            name=part.name,
            version=part.version,
            port=part.port(base),
            proxy=None if part.proxy_offset is None else part.name,
            proxy_port=part.proxy_port(base),
        )
        for part in layout.parts(settings.profile)
    )
