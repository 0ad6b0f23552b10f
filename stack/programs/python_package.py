"""Programs that come as Python packages: uv installs each into a folder of its own and checks its hash."""

import re
import sys
from pathlib import Path

from uv import find_uv_bin

from stack.disk import disk_full
from stack.errors import DownloadAltered, DownloadFailed
from stack.programs.program import Installation
from stack.tool import ToolResult, run_tool

REQUIREMENTS_DIR = Path(__file__).parent


def install_python_package(installation: Installation, *, requirements: str, title: str) -> None:
    """Install what `requirements` pins. Raises DownloadFailed, DownloadAltered, DiskFull."""
    installation.tell(f"downloading {title}", "")
    install_requirements(installation, REQUIREMENTS_DIR / requirements, installation.target, title)


def install_requirements(installation: Installation, file: Path, target: Path, title: str) -> None:
    """Install the requirements file into `target`; every hash that it names is checked."""
    result = run_tool(
        (
            find_uv_bin(),
            "pip",
            "install",
            "--quiet",
            "--no-config",
            "--python",
            sys.executable,
            "--target",
            str(target),
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            # A cache beside the target, removed afterwards: files are linked from it, not copied, and the
            # user's own cache keeps no second copy.
            "--cache-dir",
            str(installation.work / "uv"),
            "--link-mode",
            "hardlink",
            "--requirements",
            str(file),
        ),
        cancellation=installation.cancellation,
        environment={"UV_SYSTEM_CERTS": "true"},
    )  # fmt: skip -- an option stays beside its value
    if result.exit_code != 0:
        raise _explained(result, file, title)


def _explained(result: ToolResult, file: Path, title: str) -> Exception:
    if result.ran_out_of_disk:
        return disk_full(file, f"installing {title}")
    if "hash mismatch" in result.output.lower():
        expected, found = _hashes(result.output)
        return DownloadAltered(
            f"what was downloaded as {title} is not what is pinned: expected {expected}, found {found}",
            where=str(file),
            next_step="Do not use it. Try again; if it stays so, the package index or a proxy changes files.",
        )
    return DownloadFailed(
        f"{title} could not be downloaded: {result.last_lines()}",
        where=str(file),
        next_step=(
            "The Python package index must be reachable for the first start (later ones need no network). "
            "Behind a mirror, set UV_DEFAULT_INDEX. Then try again."
        ),
    )


def _hashes(output: str) -> tuple[str, str]:
    expected = re.search(r"Expected:\s+(.*?)\s*Computed:", output, re.DOTALL)
    computed = re.search(r"Computed:\s+(\S+)", output)
    return (
        " or ".join(expected.group(1).split()) if expected else "one of the hashes in the file",
        computed.group(1) if computed else "another one",
    )
