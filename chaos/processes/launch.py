"""Starts a program that is nobody's child, and only once it is known: run as a script, by `launching`.

It says the pid that the program will have, and makes the program begin at a word; without one (whoever was to
note the pid is dead) nothing is started. Uses the standard library alone, and so starts in 20 ms.
"""

import json
import os
import sys


def main() -> None:
    """Reads how to start it from the first line of standard input, and the word from the second."""
    spec = json.loads(sys.stdin.readline())
    if os.fork() != 0:
        os._exit(0)
    os.setsid()
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    if not sys.stdin.readline():
        os._exit(0)
    log = os.open(spec["log_file"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    if spec["user_id"] is not None:
        os.fchown(log, spec["user_id"], spec["group_id"])
        os.setgroups([])
        os.setgid(spec["group_id"])
    null = os.open(os.devnull, os.O_RDONLY)
    os.nice(spec["nicer_by"])
    os.chdir(spec["cwd"])
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    if spec["user_id"] is not None:
        os.setuid(spec["user_id"])
    os.execvpe(spec["argv"][0], spec["argv"], spec["environment"])  # noqa: S606 -- as it was registered


if __name__ == "__main__":
    main()
