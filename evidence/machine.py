"""What a run was made with: machine and versions."""

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

import psutil

from evidence.run_record import Machine


def this_machine() -> Machine:
    """The machine that this process runs on; cores are those that it may use."""
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_mb=psutil.virtual_memory().total // 2**20,
        python=platform.python_version(),
    )


def package_versions(names: Iterable[str]) -> Mapping[str, str]:
    """The installed version of each package that a run's figures depend on."""
    return {name: _version(name) for name in names}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"
