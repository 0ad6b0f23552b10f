"""The reference service as a process of its own: seeded, started, asked until it is ready."""

import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import stack
from evidence.documents import replace_file
from evidence.home import Home
from evidence.ports import HOST, StackPorts
from evidence.run_folder import RunFolder
from evidence.undo_record import left_broken
from stormproof.console import StepBoard
from stormproof.errors import BadInput
from stormproof.run.interrupt import Interrupts
from stormproof.run.recovery import stack_settings

SERVICE = "service"
_READY_WITHIN_S = 30.0
_END_WITHIN_S = 10.0
_NICE = 5
"""Between the generator, which must keep its schedule, and the dependencies."""
_DATABASE = "stormproof"
_SECRETS = frozenset({"SERVICE_KEY_PEPPER", "SERVICE_TOKEN_SECRET"})


class ServiceFailed(stack.StackError):
    """The service, or its seeding, ended or does not get ready."""


def service_url(home: Home) -> str:
    """Where the service of this stack listens."""
    return f"http://{HOST}:{StackPorts(home.port_base).service}"


def service_environment(home: Home) -> Mapping[str, str]:
    """The service's settings: every dependency through its proxy, the owner's connection direct."""
    ports = StackPorts(home.port_base)
    return {
        "SERVICE_PORT": str(ports.service),
        **_addresses(ports.proxy, stack_settings(home).profile, "stormproof_service"),
        "SERVICE_REDIS_CACHE_URL": f"redis://{HOST}:{ports.proxy('redis-cache')}/0",
        "SERVICE_REDIS_STATE_URL": f"redis://{HOST}:{ports.proxy('redis-state')}/0",
        **_sentinels(ports, stack_settings(home).profile),
        "SERVICE_JOURNAL_DIR": str(home.state_dir / "journal"),
        "SERVICE_METRICS_DIR": str(home.state_dir / "metrics"),
        "SERVICE_KEY_PEPPER": _secret(home.state_dir / "pepper"),
        "SERVICE_TOKEN_SECRET": _secret(home.state_dir / "token-secret"),
        # Simulated clients come from loopback and name their addresses in X-Forwarded-For.
        "SERVICE_TRUSTED_PROXIES": f"{HOST}/32",
    }


def _addresses(port: Callable[[str], int], profile: stack.Profile, role: str) -> Mapping[str, str]:
    """Every server that a dependency has in this profile; what is writable is found, whichever it is."""
    if profile is stack.Profile.SINGLE:
        return {
            "SERVICE_ELASTICSEARCH_URL": f"http://{HOST}:{port('elasticsearch')}",
            "SERVICE_POSTGRES_DSN": f"postgresql://{role}@{HOST}:{port('postgres')}/{_DATABASE}",
        }
    nodes = ("elasticsearch", "elasticsearch-2", "elasticsearch-3")
    servers = ",".join(f"{HOST}:{port(name)}" for name in ("postgres", "postgres-2"))
    return {
        "SERVICE_ELASTICSEARCH_URL": ",".join(f"http://{HOST}:{port(name)}" for name in nodes),
        "SERVICE_POSTGRES_DSN": f"postgresql://{role}@{servers}/{_DATABASE}?target_session_attrs=read-write",
    }


def _sentinels(ports: StackPorts, profile: stack.Profile) -> Mapping[str, str]:
    if profile is stack.Profile.SINGLE:
        return {}
    addresses = (f"{HOST}:{ports.direct(f'redis-sentinel-{number}')}" for number in (1, 2, 3))
    return {"SERVICE_REDIS_STATE_SENTINELS": ",".join(addresses)}


def told_environment(home: Home) -> dict[str, str]:
    """The same for a run's record, its secrets masked."""
    return {name: "***" if name in _SECRETS else value for name, value in service_environment(home).items()}


def seed(
    home: Home, tenants: Mapping[str, int], documents: int, seed_number: int, on_line: Callable[[str], None]
) -> None:
    """Bring the schema up to date and seed tenants and documents, through the direct ports.

    Raises ServiceFailed with the last lines that it printed.
    """
    ports = StackPorts(home.port_base)
    direct = _addresses(ports.direct, stack_settings(home).profile, "postgres")
    environment = {
        **service_environment(home),
        "SERVICE_ELASTICSEARCH_URL": direct["SERVICE_ELASTICSEARCH_URL"],
        "SERVICE_POSTGRES_OWNER_DSN": direct["SERVICE_POSTGRES_DSN"],
    }
    counts = ",".join(f"{tier}={count}" for tier, count in sorted(tenants.items()))
    _run_service_command(("migrate",), environment, on_line)
    arguments = ("--tenants", counts, "--documents", str(documents), "--seed", str(seed_number))
    _run_service_command(("seed", *arguments, "--out", str(home.tenants_file)), environment, on_line)


@contextmanager
def service_for_run(
    home: Home,
    folder: RunFolder,
    board: StepBoard,
    interrupts: Interrupts,
    own_settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[None]:
    """The service is ready within the block. One that was started before is used, and stays.

    `own_settings` are for this run alone. Raises BadInput where a service runs already without them.
    """
    settings = stack_settings(home)
    known = stack.registry(settings).process(SERVICE)
    if known is not None and stack.is_running(known):
        if own_settings:
            told = ", ".join(f"{name}={value}" for name, value in own_settings.items())
            raise BadInput(
                f"The service runs already (pid {known.pid}), and this needs one with {told}: end it or name "
                f"it as any other: --target {service_url(home)}"
            )
        board.tell(SERVICE, f"is up already at {service_url(home)}", done=True)
        yield
        return
    board.tell(SERVICE, f"starting at {service_url(home)}")
    process = start_service(home, folder.id, cwd=home.state_dir, own_settings=own_settings)
    board.tell(SERVICE, f"ready at {service_url(home)}", done=True)
    try:
        yield
    finally:
        with interrupts.shield():
            # By its name: an experiment that killed it has started it again with another pid.
            stack.end_processes(settings, lambda one: one.name == SERVICE and one.run == process.run)


def start_service(
    home: Home,
    run: str | None,
    *,
    cwd: Path,
    own_settings: Mapping[str, str] = MappingProxyType({}),
    instance: int = 0,
) -> stack.ManagedProcess:
    """Start and register it, and return when it is ready. Raises ServiceFailed, PartFailed, PortTaken.

    Instances from 1 on are beside the one at the service's own port, each with a port, a journal and a number
    for its worker of its own.
    """
    settings = stack_settings(home)
    port = StackPorts(home.port_base).instance(instance)
    name = SERVICE if instance == 0 else f"{SERVICE}-{instance}"
    stack.require_free_port(port, name)
    spec = stack.ProcessSpec(
        name=name,
        role="service",
        argv=(sys.executable, "-P", "-m", "reference_service"),
        cwd=cwd,
        log_file=settings.log_file(name),
        environment={
            **service_environment(home),
            **_instance_settings(home, port, instance),
            **own_settings,
            "PYTHONUNBUFFERED": "1",
        },
        bare_environment=True,
        nice=_NICE,
        ports=(port,),
        run=run,
    )
    process = stack.start_process(settings, spec)
    try:
        _wait_until_ready(f"http://{HOST}:{port}", process, time.monotonic, time.sleep)
    except BaseException:
        stack.end_processes(settings, lambda one: one.pid == process.pid)
        raise
    return process


def _instance_settings(home: Home, port: int, instance: int) -> Mapping[str, str]:
    if instance == 0:
        return {}
    return {
        "SERVICE_PORT": str(port),
        "SERVICE_WORKER": str(2 * instance),
        "SERVICE_JOURNAL_DIR": str(home.state_dir / f"journal-{instance}"),
        "SERVICE_METRICS_DIR": str(home.state_dir / f"metrics-{instance}"),
    }


def service_lives(home: Home) -> bool:
    """It runs, or a fault has ended it that will start it again."""
    process = stack.registry(stack_settings(home)).process(SERVICE)
    if process is None:
        return False
    return stack.is_running(process) or any(
        record.kind == "process" and record.parameters.get("target") == SERVICE
        for record in left_broken(home.undo_file)
    )


def answers_ready(url: str) -> bool:
    """Whether the service at `url` says that it is ready."""
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=2.0) as answer:  # noqa: S310 -- loopback http
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait_until_ready(
    url: str,
    process: stack.ManagedProcess,
    monotonic_s: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    deadline_s = monotonic_s() + _READY_WITHIN_S
    while not answers_ready(url):
        ended = not stack.is_running(process)
        if ended or monotonic_s() > deadline_s:
            what = "ended while it started" if ended else f"is not ready after {_READY_WITHIN_S:g} s"
            raise ServiceFailed(
                f"The service {what}:\n{_tail(Path(process.log_file))}",
                where=process.log_file,
                next_step="Read its log; if its port is taken, move the stack: STORMPROOF_PORT_BASE=22000",
            )
        sleep(0.05)


def _run_service_command(
    arguments: tuple[str, ...], environment: Mapping[str, str], on_line: Callable[[str], None]
) -> None:
    command = (sys.executable, "-P", "-m", "reference_service", *arguments)
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            for line in child.stdout or ():
                lines.append(line.rstrip())
                on_line(lines[-1])
        except BaseException:
            child.terminate()
            try:
                child.wait(timeout=_END_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
            raise
    if child.returncode != 0:
        raise ServiceFailed(
            f"{' '.join(arguments[:1])} failed with exit code {child.returncode}:\n" + "\n".join(lines[-15:]),
            where=f"python -m reference_service {arguments[0]}",
            next_step="If the data are damaged, start from empty ones: stormproof down --wipe",
        )


def _secret(path: Path) -> str:
    """A secret of this stack's service, made at first use."""
    if not path.exists():
        replace_file(path, secrets.token_hex(32).encode(), mode=0o600)
    return path.read_text(encoding="ascii")


def _tail(path: Path, lines: int = 15) -> str:
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError as error:
        return str(error)
