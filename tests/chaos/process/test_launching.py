"""A program begins only once it is noted, and is nobody's child."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from chaos.errors import GoneError, InvalidArgumentError, NotStartedError
from chaos.processes.elasticsearch_arguments import with_setting
from chaos.processes.launching import Launch, account, launching
from chaos.processes.postgres_lock import clear_dead_lock
from chaos.processes.restart import Alteration, find_registered, restart, running
from chaos.processes.tree import has_ended, kill_all
from evidence.documents import write_document
from evidence.stack_record import StackProcess, StackRecord, read_stack
from stack.parts.elasticsearch_arguments import server_arguments
from tests.chaos.waiting import wait_for

PROGRAM = """
import json, os, signal, sys
told = [os.getpid(), os.getppid(), os.getsid(0), os.nice(0), dict(os.environ), sys.argv[1:]]
print(json.dumps(told), flush=True)
signal.pause()
"""


def launch(tmp_path: Path, *words: str) -> Launch:
    log = str(tmp_path / "log")
    return Launch((sys.executable, "-S", "-c", PROGRAM, *words), "/", {"A": "b"}, log, nicer_by=1)


def said(tmp_path: Path) -> list[object]:
    """What the program told of itself."""
    log = tmp_path / "log"
    text = wait_for(
        lambda: log.read_text() if log.exists() and log.read_text().endswith("\n") else None, "it speaks"
    )
    told = json.loads(text)
    assert isinstance(told, list)
    return told


def test_it_is_known_before_it_begins_and_begins_as_asked_for(tmp_path: Path) -> None:
    with launching(launch(tmp_path, "word")) as begun:
        assert not (tmp_path / "log").exists()
    pid, parent, session, nice, environment, words = said(tmp_path)
    try:
        assert (pid, session, nice, words) == (begun.pid, begun.pid, os.nice(0) + 1, ["word"])
        assert parent != os.getpid()
        assert isinstance(environment, dict)
        assert environment["A"] == "b"
        assert "HOME" not in environment
    finally:
        kill_all([begun])


def test_it_does_not_begin_where_it_could_not_be_noted(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no room"), launching(launch(tmp_path)) as begun:
        raise OSError("no room")
    wait_for(lambda: has_ended(begun), "it has ended")
    assert not (tmp_path / "log").exists()


def test_it_does_not_begin_when_who_starts_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from chaos.processes.launching import Launch, launching\n"
        f"with launching(Launch({launch(tmp_path).argv!r}, '/', {{}}, {str(tmp_path / 'log')!r})) as begun:\n"
        "    print(begun.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        begun = psutil.Process(int(starter.stdout.readline()))
        starter.send_signal(signal.SIGKILL)
    wait_for(lambda: has_ended(begun), "it has ended")
    assert not (tmp_path / "log").exists()


def test_a_user_that_is_not_there_is_told() -> None:
    with pytest.raises(NotStartedError, match="no user 'nobody-of-that-name'"):
        account("nobody-of-that-name")


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    """A stack of one process that has ended, and a generator."""
    made = launch(tmp_path)
    dead = StackProcess(
        "web", "service", 2**22 + 1, 1.0, made.argv, "/", {"A": "c"}, None, 0, (), made.log_file, None
    )
    load = StackProcess("load", "generator", 2**22 + 1, 1.0, ("x",), "/", {}, None, 0, (), "/dev/null", None)
    write_document(tmp_path / "stack.json", StackRecord(7000, (), (dead, load)), StackRecord)
    return tmp_path / "stack.json"


def test_a_process_is_started_again_once(stack_file: Path, tmp_path: Path) -> None:
    assert restart(stack_file, "web", nice=os.nice(0) + 2)
    try:
        assert not restart(stack_file, "web")
        registered = find_registered(stack_file, "web")
        pid, _, _, nice, environment, _ = said(tmp_path)
        assert (pid, nice) == (registered.pid, os.nice(0) + 2)
        assert isinstance(environment, dict)
        assert set(environment) - {"LC_CTYPE"} == {"A", "PATH"}
    finally:
        kill_all(filter(None, [running(find_registered(stack_file, "web"))]))


def test_an_alteration_is_registered_as_a_fault_s_and_tells_nothing_of_what_is_different(
    stack_file: Path, tmp_path: Path
) -> None:
    restart(stack_file, "web", alteration=Alteration({"A": "secret"}, ("more",), fault="a fault"))
    try:
        *_, environment, words = said(tmp_path)
        assert isinstance(environment, dict)
        assert (environment["A"], words) == ("secret", ["more"])
        assert find_registered(stack_file, "web").fault == "a fault"
        assert "secret" not in stack_file.read_text()
        assert len(read_stack(stack_file).processes) == 2
    finally:
        kill_all(filter(None, [running(find_registered(stack_file, "web"))]))


def test_what_is_registered_no_more_is_gone_and_a_generator_is_left_alone(stack_file: Path) -> None:
    with pytest.raises(GoneError, match="no process 'db' any more"):
        restart(stack_file, "db")
    with pytest.raises(InvalidArgumentError, match="only parts of the stack and services"):
        restart(stack_file, "load")


def test_a_setting_more_makes_the_message_that_a_server_with_it_would_have(tmp_path: Path) -> None:
    config, logs = tmp_path / "config", tmp_path / "logs"
    settings = {"node.name": "one", "path.data": "/data"}
    message = server_arguments(settings, config, logs)
    assert with_setting(message, "a.first", "1b") == server_arguments(
        settings | {"a.first": "1b"}, config, logs
    )
    with pytest.raises(InvalidArgumentError, match="pinned version"):
        with_setting(b"something else", "a", "b")


def test_a_dead_postgres_is_not_taken_for_alive_by_its_successor(stack_file: Path, tmp_path: Path) -> None:
    """Its parent has not looked yet: the system lists it, and PostgreSQL believes that."""
    registered = find_registered(stack_file, "web")
    lock = tmp_path / "postmaster.pid"
    postgres = replace(registered, argv=("postgres", "-D", str(tmp_path), "-c", "x=1"))
    lock.write_text("4711\nsomebody else's\n")
    clear_dead_lock(postgres)
    assert lock.exists()
    lock.write_text(f"{registered.pid}\n{tmp_path}\n")
    clear_dead_lock(registered)
    assert lock.exists()
    clear_dead_lock(postgres)
    assert not lock.exists()
    clear_dead_lock(postgres)
