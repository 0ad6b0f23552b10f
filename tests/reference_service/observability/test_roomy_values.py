"""A disk without room costs metrics, and no worker."""

import subprocess
import sys
from pathlib import Path

import pytest

# In a process of its own: which files hold values, and what a file may grow to, is a process's.
PROGRAM = """
import os, resource, sys
from pathlib import Path
folder = Path(sys.argv[1])
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
if sys.argv[2] == "from the start":
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from reference_service.observability.shared_metrics import join_shared, merged_text
join_shared(0)
from reference_service.observability.metrics import Metrics
metrics = Metrics(100, folder)
metrics.request("GET", "/first", 200, "acme", "free", 0.1)
if sys.argv[2] == "later":
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for number in range(2000):
    metrics.request("GET", f"/path-{number}", 200, "acme", "free", 0.1)
sys.stdout.write(merged_text(folder).decode())
"""


@pytest.mark.parametrize("when", ["from the start", "later"])
def test_a_worker_survives_files_that_cannot_grow(tmp_path: Path, when: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), when], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "metrics of this worker are in no sum" in ended.stderr
    assert ("/first" in ended.stdout) == (when == "later")


def test_files_have_no_holes(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), "never"], capture_output=True, text=True, check=True
    )
    assert "path-1999" in ended.stdout
    for file in tmp_path.iterdir():
        assert file.stat().st_blocks * 512 >= file.stat().st_size
